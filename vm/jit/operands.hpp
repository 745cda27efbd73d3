#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "vm/jit/calling_convention.hpp"
#include "vm/jit/cold_code.hpp"
#include "vm/jit/function_analysis.hpp"
#include "vm/jit/registers.hpp"

namespace lockstep::vm::jit {

/// Where native code has an operand. Its home is its place on the value stack.
struct Operand {
    enum class Kind : std::uint8_t { home, constant, gp, xmm, local };

    Kind kind = Kind::home;
    std::uint8_t reg = 0;
    /// Of a float in a register that may be a NaN other than the canonical one: 4 or 8, its size.
    std::uint8_t raw_nan_size = 0;
    std::uint32_t index = 0;  // of a home: counted from the frame's first operand; of a local
    std::uint64_t constant = 0;
};

/// A function needs more registers at once than there are, or is not as the lowering makes them. None is
/// so, as far as we know; one that were would be left to the interpreter.
struct CannotCompile {};

/// The operands and locals of the function being compiled, and the registers that hold them. Integers
/// are zero-extended to 64 bits in registers, and an f32 to 64.
///
/// A local that is pinned lives in its register, which its home may lag behind; the home of any other
/// is always right, and a register may hold a copy. At labels pinned locals are in their registers
/// and operands in their homes.
class Operands {
public:
    Operands(x86::Assembler& assembler, const Stubs& stubs, std::vector<ColdCode>& cold,
             std::uint32_t most_locals);

    void begin_function(std::span<const PinnedLocal> pinned);
    /// What one instruction has looked at may be moved now.
    void begin_instruction() {
        locked_gps_ = 0;
        locked_xmms_ = 0;
    }

    // The stack.
    [[nodiscard]] std::uint32_t height() const {
        return home_below_ + static_cast<std::uint32_t>(stack_.size());
    }
    void push_gp(std::uint8_t reg);
    void push_xmm(std::uint8_t reg, std::uint8_t raw_nan_size = 0);
    void push_constant(std::uint64_t constant);
    void push_local(std::uint32_t local);
    void push_homes(std::uint32_t count);
    /// The register of what is popped is the caller's, until released or pushed.
    [[nodiscard]] Operand pop();
    [[nodiscard]] Operand top() const;
    void release(const Operand& operand);
    void drop(std::uint32_t count);
    void drop_all() { drop(static_cast<std::uint32_t>(stack_.size())); }

    // Operands as an instruction needs them. A register to read may be a local's.
    [[nodiscard]] std::uint8_t read_gp(Operand& operand);
    [[nodiscard]] std::uint8_t read_xmm(Operand& operand, std::uint8_t size);
    [[nodiscard]] std::uint8_t own_gp(Operand& operand);
    /// Its value in a certain register, which is the caller's.
    void move_to_gp(Operand& operand, std::uint8_t reg);
    /// Where it is in memory, if it is there and in no register.
    [[nodiscard]] std::optional<x86::Mem> memory_place(const Operand& operand,
                                                       std::uint32_t size) const;
    /// The register that holds it already, if one does.
    [[nodiscard]] std::optional<std::uint8_t> gp_of(const Operand& operand) const;
    [[nodiscard]] bool is_in_xmm(const Operand& operand) const {
        return operand.kind == Operand::Kind::xmm ||
               (operand.kind == Operand::Kind::local && pin_or_copy_is_float(operand.index));
    }
    [[nodiscard]] std::uint8_t own_xmm(Operand& operand, std::uint8_t size);
    /// Whether the two topmost operands can be chosen from without changing the flags.
    [[nodiscard]] bool can_select() const;
    /// NaNs become canonical; for what shows the bits.
    void make_canonical(Operand& operand);

    // Arguments of a call, while they are operands still: the register that one is in, or none, and
    // then it can be loaded. All pinned locals must be in their homes.
    [[nodiscard]] std::optional<std::uint8_t> gp_at(std::uint32_t index);
    [[nodiscard]] std::optional<std::uint8_t> xmm_at(std::uint32_t index);
    void load_argument(std::uint32_t index, const ArgumentPlace& place);

    // Registers.
    [[nodiscard]] std::uint8_t take_gp();
    [[nodiscard]] std::uint8_t take_xmm();
    void free_gp(std::uint8_t reg);
    void free_xmm(std::uint8_t reg);
    /// Empties a register of operands; one that was popped must not be in it. It is the caller's then.
    void claim_gp(std::uint8_t reg);
    void lock_gp(std::uint8_t reg) { locked_gps_ |= 1U << reg; }
    [[nodiscard]] bool is_free_gp(std::uint8_t reg) const { return gps_.at(reg).use == Use::free; }

    // Locals.
    void set_local(std::uint32_t local, Operand value);
    /// At the entry: 0 in its register.
    void clear_pinned(std::uint32_t local);
    [[nodiscard]] const PinnedLocal* pinned(std::uint32_t local) const;
    /// Operands that are this local become copies, as it is about to change.
    void detach(std::uint32_t local);
    [[nodiscard]] bool is_pinned_gp(std::uint8_t reg) const {
        return gps_.at(reg).use == Use::pinned;
    }
    [[nodiscard]] bool is_pinned_xmm(std::uint8_t reg) const {
        return xmms_.at(reg).use == Use::pinned;
    }

    // The state in its homes.
    void flush();
    /// All but arguments of a call that are passed in registers; the first argument is at `first`.
    void flush_for_call(std::uint32_t first, std::span<const RegisterArgument> in_registers);
    void load_pinned();
    void store_pinned();
    /// After a call: nothing is in a register.
    void forget_registers();
    /// At a label: operands at home, pinned locals in their registers.
    void begin_label(std::uint32_t height);
    /// At the entry: the next argument is there.
    void push_argument(const ArgumentPlace& place);

    [[nodiscard]] static x86::Mem home(std::uint32_t index, std::uint32_t size = 8) {
        return {kValues, static_cast<std::int32_t>(8 * index), size};
    }
    [[nodiscard]] static x86::Mem local_home(std::uint32_t local, std::uint32_t size = 8) {
        return {kLocals, static_cast<std::int32_t>(8 * local), size};
    }
    void load_constant(std::uint8_t reg, std::uint64_t constant);

private:
    enum class Use : std::uint8_t { reserved, free, held, operand, copy, pinned };
    struct Register {
        Use use = Use::reserved;
        bool is_pin = false;      // a pinned local's, even while an argument is in it
        std::uint32_t index = 0;  // of the operand, or of the local that it copies
    };
    using Registers = std::array<Register, 16>;

    /// Operands deeper than this are in their homes, so that no work grows with the stack.
    static constexpr std::uint32_t kDepth = 24;

    static void vacate(Register& reg) { reg.use = reg.is_pin ? Use::pinned : Use::free; }
    [[nodiscard]] Operand& at(std::uint32_t index) { return stack_[index - home_below_]; }
    void push(const Operand& operand);
    void flush_operand(std::uint32_t index);
    void store_constant(const x86::Mem& place, std::uint64_t constant);
    void canonicalize(std::uint8_t reg, std::uint8_t size);
    void load_pinned_local(std::size_t pin);
    [[nodiscard]] const PinnedLocal* load_if_pinned(std::uint32_t local);
    [[nodiscard]] std::uint8_t take(Registers& registers, std::uint32_t locked);
    [[nodiscard]] std::optional<std::uint8_t> copy_of(const Registers& registers,
                                                      std::uint32_t local) const;
    void drop_copies(std::uint32_t local);
    void spill(std::uint8_t reg, bool is_float);
    void set_pinned(const PinnedLocal& pin, std::size_t index, Operand& value);
    void set_home(std::uint32_t local, Operand& value);
    [[nodiscard]] std::uint8_t read_local_gp(std::uint32_t local);
    [[nodiscard]] std::uint8_t read_local_xmm(std::uint32_t local);
    [[nodiscard]] unsigned free_gps() const;
    void copy_local(std::uint32_t index);
    [[nodiscard]] bool pin_or_copy_is_float(std::uint32_t local) const;

    x86::Assembler& asm_;
    const Stubs& stubs_;
    std::vector<ColdCode>& cold_;
    /// Operands below are in their homes, and are no part of the stack here: they may be many.
    std::uint32_t home_below_ = 0;
    std::vector<Operand> stack_;
    Registers gps_;
    Registers xmms_;
    std::uint32_t locked_gps_ = 0;
    std::uint32_t locked_xmms_ = 0;
    std::vector<std::uint32_t> references_;  // by local: operands that are it
    std::vector<std::uint8_t> pin_of_;       // by local: its place in pinned_, and 1; 0: none
    std::vector<PinnedLocal> pinned_;
    std::uint32_t loaded_ = 0;  // pinned locals whose register is right, by place
    std::uint32_t stored_ = 0;  // those whose home is
};

}  // namespace lockstep::vm::jit
