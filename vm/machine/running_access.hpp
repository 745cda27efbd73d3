#pragma once

#include <cstdint>

#include "vm/machine/direct_access.hpp"

namespace lockstep::vm {

/// StateAccess of the interpreter: a DirectAccess with the state's registers, and pointers into its
/// value stack and locals, in members of its own, which a compiler can keep in the processor's. From
/// the first constructor to save(), these parts of the state are out of date.
class RunningAccess : public DirectAccess {
public:
    struct Registers {
        std::uint64_t* top = nullptr;  // of the value stack: where the next value goes
        std::uint64_t* locals = nullptr;
        std::uint32_t pc = 0;
        Status status = Status::running;
        std::uint64_t steps = 0;
        std::uint64_t gas = 0;
    };

    /// What all accesses of one run are made from.
    struct Context {
        const Program& program;
        MachineState& state;
    };

    explicit RunningAccess(const Context& context)
        : RunningAccess(context.program, context.state) {}
    RunningAccess(const Context& context, const Registers& registers)
        : RunningAccess(context.program, context.state, registers) {}

    RunningAccess(const Program& program, MachineState& state)
        : DirectAccess(program, state),
          registers_{.pc = state.pc,
                     .status = state.status,
                     .steps = state.steps.value,
                     .gas = state.gas.value} {
        find_locals();
        registers_.top = state.values.end();
    }

    /// Goes on with the registers of another access to the same state.
    RunningAccess(const Program& program, MachineState& state, const Registers& registers)
        : DirectAccess(program, state), registers_(registers) {}

    [[nodiscard]] const Registers& registers() const { return registers_; }

    void save() {
        state_.pc = registers_.pc;
        state_.steps = Step(registers_.steps);
        state_.gas = Gas(registers_.gas);
        state_.status = registers_.status;
        state_.values.set_size(static_cast<std::size_t>(registers_.top - state_.values.data()));
    }

    /// After each step, for accesses that take note of it.
    void end_step() {}

    [[nodiscard]] std::uint32_t pc() const { return registers_.pc; }
    void set_pc(std::uint32_t pc) { registers_.pc = pc; }
    void count_step() { ++registers_.steps; }
    void set_status(Status status, std::uint32_t code) {
        registers_.status = status;
        state_.code = code;
    }
    void clear_stacks() {
        DirectAccess::clear_stacks();
        find_locals();
        registers_.top = state_.values.data();
    }
    [[nodiscard]] std::uint64_t gas() const { return registers_.gas; }
    void set_gas(std::uint64_t gas) { registers_.gas = gas; }

    std::uint64_t pop() { return *--registers_.top; }
    /// The limit on slots is the limit on values: there is room.
    void push(std::uint64_t value) { *registers_.top++ = value; }

    [[nodiscard]] std::uint64_t local(std::uint32_t index, unsigned /*depth*/) const {
        return registers_.locals[index];
    }
    // It changes the state: NOLINTNEXTLINE(readability-make-member-function-const)
    void set_local(std::uint32_t index, unsigned /*depth*/, std::uint64_t value) {
        registers_.locals[index] = value;
    }
    void push_frame(std::uint32_t return_pc, unsigned depth) {
        DirectAccess::push_frame(return_pc, depth);
        find_locals();
    }
    [[nodiscard]] std::uint32_t pop_frame() {
        const std::uint32_t return_pc = DirectAccess::pop_frame();
        find_locals();
        return return_pc;
    }

private:
    void find_locals() { registers_.locals = state_.locals.data() + state_.locals_begin; }

    Registers registers_;
};

static_assert(StateAccess<RunningAccess>);

}  // namespace lockstep::vm
