#include "vm/machine/interpreter.hpp"

#include <array>

#include "base/check.hpp"
#include "vm/instructions/execute.hpp"
#include "vm/machine/float_environment.hpp"
#include "vm/machine/running_access.hpp"

namespace lockstep::vm {

namespace {

#if defined(__clang__) && __has_cpp_attribute(clang::musttail) && __has_attribute(preserve_none)

// Threaded code: a function for each opcode, whose last act is to jump to that of the next
// instruction. Registers are passed as arguments, so they stay in those of the processor; a
// loop over a switch is too large for any register allocator.

struct Limits {
    const Program& program;
    MachineState& state;
    std::uint64_t until;
};

using Registers = RunningAccess::Registers;

using Handler = __attribute__((preserve_none)) void(const Limits& limits, const Instruction* code,
                                                    std::uint32_t pc, std::uint64_t* top,
                                                    std::uint64_t* locals, std::uint64_t steps,
                                                    std::uint64_t gas);

constexpr std::size_t kOpcodeNumbers = 0x800;
extern const std::array<Handler*, kOpcodeNumbers> kHandlers;

template <Opcode opcode>
__attribute__((preserve_none)) void handle(const Limits& limits, const Instruction* code,
                                           std::uint32_t pc, std::uint64_t* top,
                                           std::uint64_t* locals, std::uint64_t steps,
                                           std::uint64_t gas) {
    RunningAccess access(limits.program, limits.state,
                         {.top = top,
                          .locals = locals,
                          .pc = pc,
                          .status = Status::running,
                          .steps = steps,
                          .gas = gas});
    apply(access, execute_opcode<opcode>(access, code[pc]));
    const Registers& next = access.registers();
    if (next.status != Status::running || next.steps == limits.until) [[unlikely]] {
        access.save();
        return;
    }
    [[clang::musttail]] return kHandlers[static_cast<std::uint16_t>(code[next.pc].opcode)](
        limits, code, next.pc, next.top, next.locals, next.steps, next.gas);
}

/// No program of ours has an opcode that is not in the table.
__attribute__((preserve_none)) void handle_unknown(const Limits& /*limits*/,
                                                   const Instruction* /*code*/,
                                                   std::uint32_t /*pc*/, std::uint64_t* /*top*/,
                                                   std::uint64_t* /*locals*/,
                                                   std::uint64_t /*steps*/, std::uint64_t /*gas*/) {
    LOCKSTEP_CHECK(false);
}

constexpr std::array<Handler*, kOpcodeNumbers> kHandlers = [] {
    std::array<Handler*, kOpcodeNumbers> table{};
    table.fill(handle_unknown);
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    table[code] = handle<Opcode::name>;
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
    return table;
}();

[[gnu::noinline]] void run_to(const Program& program, MachineState& state, std::uint64_t until) {
    const Limits limits{program, state, until};
    const Registers first = RunningAccess(program, state).registers();
    kHandlers[static_cast<std::uint16_t>(program.code[first.pc].opcode)](
        limits, program.code.data(), first.pc, first.top, first.locals, first.steps, first.gas);
}

#else

// Flattened, so that the address of the access is never needed and its members stay in registers.
[[gnu::flatten, gnu::noinline]] void run_to(const Program& program, MachineState& state,
                                            std::uint64_t until) {
    RunningAccess access(program, state);
    const Instruction* const code = program.code.data();
    do {
        apply(access, execute(access, code[access.pc()]));
    } while (access.registers().status == Status::running && access.registers().steps < until);
    access.save();
}

#endif

}  // namespace

void run(const Program& program, MachineState& state, Step until) {
    if (state.status == Status::running && state.steps < until) {
        const FloatEnvironment environment;
        run_to(program, state, until.value);
    }
}

}  // namespace lockstep::vm
