#pragma once

#include <cstdint>
#include <vector>

#include "vm/jit/calling_convention.hpp"
#include "vm/jit/cold_code.hpp"
#include "vm/jit/compiled_program.hpp"
#include "vm/jit/function_analysis.hpp"
#include "vm/jit/operands.hpp"
#include "vm/jit/registers.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm::jit {

/// A direct call whose displacement is to be filled in.
struct CallFixup {
    std::uint32_t offset = 0;  // of the four bytes, in the unit
    std::uint32_t callee = 0;
};

/// Compiles functions one after the other, each in one pass over its instructions, into one unit of
/// code (docs/adr/0015). What it appends to the image counts from the unit's beginning.
class FunctionCompiler {
public:
    FunctionCompiler(const Program& program, const CompileOptions& options,
                     const CallingConvention& convention, NativeImage& image,
                     FunctionAnalysis& analysis, x86::Assembler& assembler, const Stubs& stubs,
                     std::uint32_t unit_offset, std::vector<CallFixup>& call_fixups,
                     std::uint32_t most_locals);

    void compile(std::uint32_t function);

private:
    enum class CheckKind : std::uint8_t { entry, label, returned };

    struct Check {
        CheckKind kind{};
        std::uint32_t number = 0;
        asmjit::Label exit;
        asmjit::Label again;
        Operand result;  // returned: where it is; a constant where there is none
        std::uint32_t height = 0;
    };
    /// The most that the way to a place from the last check point costs.
    struct Path {
        std::uint64_t gas = 0;
        std::uint64_t stores = 0;
    };
    struct JumpTable {
        std::uint32_t pc = 0;
        asmjit::Label label;
    };
    static constexpr std::uint32_t kUnknown = 0xFFFF'FFFF;

    enum class Width : std::uint8_t { w32, w64 };

    // function_compiler.cpp
    void begin(std::uint32_t function);
    [[nodiscard]] bool can_compile(std::uint32_t function) const;
    /// Of the running superblock, from the instruction being compiled on.
    [[nodiscard]] std::uint32_t steps_left() const { return block_steps_ - (pc_ - block_pc_); }
    void compile_interpreted_entry();
    [[nodiscard]] bool try_compile_body();
    void compile_body();
    void compile_instruction(const Instruction& instruction);
    [[nodiscard]] bool compile_family(const Instruction& instruction);
    [[nodiscard]] Opcode next_opcode(std::uint32_t distance = 1) const;
    [[nodiscard]] std::uint32_t offset() const {
        return unit_offset_ + static_cast<std::uint32_t>(asm_.offset());
    }
    [[nodiscard]] asmjit::Label trap(Trap trap);
    void execute_exactly(const Instruction& instruction);

    // control_compiler.cpp
    [[nodiscard]] bool compile_control(const Instruction& instruction);
    void charge(const Instruction& instruction);
    void take_charge(std::uint64_t gas, std::uint32_t steps);
    void begin_target();
    void check(CheckKind kind, std::uint64_t gas, std::uint32_t steps);
    void note_path();
    asmjit::Label label_at(std::uint32_t pc);
    asmjit::Label jump_to(std::uint32_t pc);
    void jump(std::uint32_t target);
    void jump_conditionally(const Instruction& instruction);
    void branch(x86::CondCode condition, std::uint32_t target);
    void jump_table(const Instruction& instruction);
    void leave_function();
    void select();
    void drop_under(std::uint32_t count);
    [[nodiscard]] std::uint32_t function_of_entry(std::uint32_t pc) const;

    // call_compiler.cpp
    void call(std::uint32_t callee);
    void call_reference(std::uint32_t type);
    void table_element(const Instruction& instruction);
    void pass_arguments(std::uint32_t type);
    void enter_callee();
    void leave_callee(std::uint32_t type);
    void initialise_locals();
    void compile_check_stubs();
    void compile_check_stub(const Check& check);
    void store_arguments();
    void compile_cold_code();
    void compile_cold(const ColdCode& cold);
    void compile_cold_store(const ColdCode& cold);
    void compile_jump_tables();

    // integer_compiler.cpp
    [[nodiscard]] bool compile_integer(const Instruction& instruction);
    [[nodiscard]] bool compile_binary(Opcode opcode);
    void arithmetic(x86::Inst::Id operation, Width width, bool commutes);
    void add(Width width);
    void multiply(Width width);
    void shift(Opcode opcode, Width width);
    void rotate(bool left, Width width);
    void count_bits(x86::Inst::Id operation, Width width);
    void extend(x86::Inst::Id operation, Width width, unsigned from_bits);

    // comparison_compiler.cpp
    void compare(x86::CondCode condition, Width width);
    void equal_zero(Width width);
    void finish_arithmetic(x86::Inst::Id operation, Width width, bool commutes, Operand left,
                           Operand right);
    [[nodiscard]] std::uint32_t branch_length() const;
    void prepare_condition();
    void use_condition(x86::CondCode condition);

    // division_compiler.cpp
    void divide(bool is_signed, bool remainder, Width width);
    [[nodiscard]] bool divide_by_constant(bool is_signed, bool remainder, Width width,
                                          std::uint64_t divisor, Operand& dividend);
    void divide_by_power(bool remainder, Width width, std::uint64_t by, Operand& dividend);
    void divide_signed_by_power(bool remainder, Width width, std::uint64_t by, Operand& dividend);
    void finish_constant_division(bool remainder, Width width, std::uint64_t by, Operand& dividend,
                                  std::uint8_t source, std::uint8_t quotient);

    // load_compiler.cpp
    void load(const Instruction& instruction);
    [[nodiscard]] bool fold_load(const x86::Mem& place, Operand& address);

    // memory_compiler.cpp
    [[nodiscard]] bool compile_memory(const Instruction& instruction);
    void store(const Instruction& instruction, std::uint32_t size);
    void check_chunk(const Instruction& instruction, Operand& address, std::uint32_t size);
    void check_bounds(const Instruction& instruction, Operand& address, std::uint32_t size);
    [[nodiscard]] x86::Mem place_of(const Instruction& instruction, Operand& address,
                                    std::uint32_t size);
    void global_get(std::uint32_t index);
    void global_set(std::uint32_t index);

    // float_compiler.cpp
    [[nodiscard]] bool compile_float(const Instruction& instruction);
    [[nodiscard]] bool compile_float_of_size(Opcode opcode, Opcode as_f64, std::uint32_t size);
    void float_arithmetic(x86::Inst::Id operation, std::uint32_t size);
    void float_compare(Opcode as_f64, std::uint32_t size);
    void use_equality(bool is_equal);
    void float_sign(Opcode as_f64, std::uint32_t size);
    void float_copysign(std::uint32_t size);
    void float_round(unsigned mode, std::uint32_t size);
    void float_square_root(std::uint32_t size);
    void float_extreme(bool is_maximum, std::uint32_t size);
    void push_float(std::uint8_t reg, std::uint32_t size);

    // conversion_compiler.cpp
    [[nodiscard]] bool compile_conversion(Opcode opcode);
    struct Truncation;
    void truncate(const Truncation& truncation);
    void truncate_in_range(const Truncation& truncation, std::uint8_t result, std::uint8_t source);
    void compare_with(std::uint8_t reg, double bound, std::uint32_t size);
    void convert_integer(bool from_wide, bool is_signed, std::uint32_t size);
    void convert_unsigned_wide(std::uint8_t result, std::uint8_t source, std::uint32_t size);
    void convert_float(bool demotes);

    /// A register for a result: that of the local that it is about to be set to, that of an operand
    /// that was popped, or another.
    [[nodiscard]] std::uint8_t result_gp(const Operand* reusable);
    [[nodiscard]] std::uint8_t result_xmm(const Operand* reusable);

    const Program& program_;
    const CompileOptions& options_;
    const CallingConvention& convention_;
    NativeImage& image_;
    FunctionAnalysis& analysis_;
    x86::Assembler& asm_;
    const Stubs& stubs_;
    std::uint32_t unit_offset_;
    std::vector<CallFixup>& call_fixups_;

    std::vector<ColdCode> cold_;
    Operands operands_;

    std::uint32_t function_ = 0;
    const FunctionType* type_ = nullptr;
    std::span<const RegisterArgument> arguments_;
    std::uint32_t begin_ = 0;
    std::uint32_t end_ = 0;
    std::uint32_t pc_ = 0;
    bool is_live_ = false;
    bool after_call_ = false;
    std::uint32_t block_pc_ = 0;     // of the running superblock
    std::uint32_t block_steps_ = 0;  // all of its steps
    Path path_;
    std::vector<asmjit::Label> labels_;   // of each instruction, as far as needed
    std::vector<std::uint32_t> heights_;  // at each target that a jump has led to
    std::vector<Path> paths_;             // the same
    std::vector<Check> checks_;
    std::vector<JumpTable> jump_tables_;
    asmjit::Label refuse_;
};

/// Code that leads from C++ into native code and back, and what all functions of a unit share.
[[nodiscard]] Stubs compile_stubs(x86::Assembler& assembler);

/// The instructions of a superblock from pc on, the row that a jump_table goes through included.
[[nodiscard]] std::uint32_t steps_to_end(const Program& program, std::uint32_t pc);

}  // namespace lockstep::vm::jit
