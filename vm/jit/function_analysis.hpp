#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vm/jit/calling_convention.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm::jit {

/// A local that lives in a register throughout its function.
struct PinnedLocal {
    std::uint32_t local = 0;
    std::uint8_t reg = 0;  // its number
    bool is_float = false;
};

/// Whether an instruction's operands, or its result, are floats.
[[nodiscard]] bool takes_floats(Opcode opcode);
[[nodiscard]] bool gives_float(Opcode opcode);

/// What compiling a function must know before it begins: where jumps lead, which values are floats,
/// and which locals are worth a register. One object serves for all functions of a program, one after
/// the other; the work is linear in the function's instructions, whatever it declares.
class FunctionAnalysis {
public:
    FunctionAnalysis(const Program& program, const CallingConvention& convention);

    void analyse(std::uint32_t function);

    [[nodiscard]] bool is_target(std::uint32_t pc) const { return mark(pc, kTarget); }
    [[nodiscard]] bool is_loop(std::uint32_t pc) const { return mark(pc, kLoop); }
    /// A load or constant that is used as a float.
    [[nodiscard]] bool is_float(std::uint32_t pc) const { return mark(pc, kFloat); }
    [[nodiscard]] std::span<const PinnedLocal> pinned() const { return pinned_; }

private:
    static constexpr std::uint8_t kTarget = 1;
    static constexpr std::uint8_t kLoop = 2;
    static constexpr std::uint8_t kFloat = 4;
    static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

    /// Where a value comes from.
    struct Origin {
        std::uint32_t local = kNone;
        std::uint32_t pc = kNone;  // of the load or constant
        bool is_float = false;
    };
    struct Usage {
        double uses = 0;
        double float_uses = 0;
    };
    struct LoadedLocal {
        std::uint32_t pc = 0;
        std::uint32_t local = 0;
    };

    [[nodiscard]] bool mark(std::uint32_t pc, std::uint8_t bit) const {
        return (marks_[pc - begin_] & bit) != 0;
    }
    void find_targets();
    void find_uses();
    void use(const Instruction& instruction, std::uint32_t pc, double weight);
    void use_other(const Instruction& instruction, std::uint32_t pc, double weight);
    void set_local(std::uint32_t local, const Origin& value, double weight);
    void vote(const Origin& origin, double weight);
    [[nodiscard]] Origin pop();
    Usage& usage(std::uint32_t local);
    [[nodiscard]] bool is_float_local(std::uint32_t local) const;
    void choose_pinned(std::uint32_t function);
    void pin(std::uint32_t local, bool is_float, std::uint32_t function);

    const Program& program_;
    const CallingConvention& convention_;
    std::uint32_t begin_ = 0;
    std::uint32_t end_ = 0;
    std::vector<std::uint8_t> marks_;          // of each instruction
    std::vector<std::uint32_t> loop_ends_;     // of each that is a loop's head: its last jump back
    std::vector<std::int32_t> depth_changes_;  // of each, and one more
    std::vector<Origin> stack_;
    std::vector<Usage> usage_;  // by local; only what is in touched_ differs from the default
    std::vector<std::uint32_t> touched_;
    std::vector<LoadedLocal> loaded_locals_;
    double interruptions_ = 0;  // calls, by how often they may run
    std::vector<PinnedLocal> pinned_;
    std::uint32_t used_gps_ = 0;  // by number
    std::uint32_t used_xmms_ = 0;
};

}  // namespace lockstep::vm::jit
