#pragma once

// Executes one instruction after the other by any access that is a RunningAccess: whose Context holds at
// least `program` and `state`, and that is told of the end of each step.

#include <array>
#include <concepts>
#include <cstdint>

#include "base/check.hpp"
#include "vm/instructions/execute.hpp"
#include "vm/machine/running_access.hpp"

namespace lockstep::vm {

#if defined(__clang__) && __has_cpp_attribute(clang::musttail) && __has_attribute(preserve_none)

/// Threaded code: a function for each opcode, whose last act is to jump to that of the next
/// instruction. Registers are passed as arguments, so they stay in those of the processor; a
/// loop over a switch is too large for any register allocator.
template <std::derived_from<RunningAccess> Access>
class Stepping {
public:
    /// The machine is running, and has fewer steps than `until`.
    static void run(const typename Access::Context& context, std::uint64_t until) {
        const Limits limits{context, until};
        const Instruction* const code = context.program.code.data();
        const Registers first = Access(context).registers();
        kHandlers[static_cast<std::uint16_t>(code[first.pc].opcode)](
            limits, code, first.pc, first.top, first.locals, first.steps, first.gas);
    }

private:
    using Registers = RunningAccess::Registers;

    struct Limits {
        typename Access::Context context;
        std::uint64_t until;
    };

    using Handler = __attribute__((preserve_none)) void(const Limits& limits,
                                                        const Instruction* code, std::uint32_t pc,
                                                        std::uint64_t* top, std::uint64_t* locals,
                                                        std::uint64_t steps, std::uint64_t gas);

    static constexpr std::size_t kOpcodeNumbers = 0x800;

    template <Opcode opcode>
    __attribute__((preserve_none)) static void handle(const Limits& limits, const Instruction* code,
                                                      std::uint32_t pc, std::uint64_t* top,
                                                      std::uint64_t* locals, std::uint64_t steps,
                                                      std::uint64_t gas) {
        Access access(limits.context, {.top = top,
                                       .locals = locals,
                                       .pc = pc,
                                       .status = Status::running,
                                       .steps = steps,
                                       .gas = gas});
        apply(access, execute_opcode<opcode>(access, code[pc]));
        access.end_step();
        const Registers& next = access.registers();
        if (next.status != Status::running || next.steps == limits.until) [[unlikely]] {
            access.save();
            return;
        }
        [[clang::musttail]] return kHandlers[static_cast<std::uint16_t>(code[next.pc].opcode)](
            limits, code, next.pc, next.top, next.locals, next.steps, next.gas);
    }

    /// No program of ours has an opcode that is not in the table.
    __attribute__((preserve_none)) static void handle_unknown(
        const Limits& /*limits*/, const Instruction* /*code*/, std::uint32_t /*pc*/,
        std::uint64_t* /*top*/, std::uint64_t* /*locals*/, std::uint64_t /*steps*/,
        std::uint64_t /*gas*/) {
        LOCKSTEP_CHECK(false);
    }

    static const std::array<Handler*, kOpcodeNumbers> kHandlers;
};

template <std::derived_from<RunningAccess> Access>
constexpr std::array<typename Stepping<Access>::Handler*, Stepping<Access>::kOpcodeNumbers>
    Stepping<Access>::kHandlers = [] {
        std::array<Handler*, kOpcodeNumbers> table{};
        table.fill(handle_unknown);
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    table[code] = handle<Opcode::name>;
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
        return table;
    }();

#else

/// The same as a loop over a switch.
template <std::derived_from<RunningAccess> Access>
class Stepping {
public:
    /// The machine is running, and has fewer steps than `until`. Flattened, so that the address of the
    /// access is never needed and its members stay in registers.
    [[gnu::flatten, gnu::noinline]] static void run(const typename Access::Context& context,
                                                    std::uint64_t until) {
        Access access(context);
        const Instruction* const code = context.program.code.data();
        do {
            apply(access, execute(access, code[access.pc()]));
            access.end_step();
        } while (access.registers().status == Status::running && access.registers().steps < until);
        access.save();
    }
};

#endif

}  // namespace lockstep::vm
