#include "vm/interpreter/threaded_program.hpp"

#include <algorithm>

#include "vm/interpreter/excursion.hpp"
#include "vm/interpreter/translation.hpp"
#include "vm/machine/float_environment.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::vm {

namespace {

/// A thread's, kept from one run to the next.
FrameBuffer& frame_buffer() {
    thread_local FrameBuffer buffer;
    return buffer;
}

/// Steps to the next place where a superblock may begin, where none is repeated.
std::uint64_t steps_ahead(const Program& program, std::uint32_t pc) {
    std::uint64_t steps = 1;
    while (!traits(program.code[pc].opcode).ends_superblock) {
        ++pc;
        if (program.code[pc].opcode == Opcode::charge) {
            break;
        }
        ++steps;
    }
    return steps;
}

}  // namespace

ThreadedProgram::ThreadedProgram(const Program& program)
    : program_(program), code_(translate(program)) {}

void ThreadedProgram::run(MachineState& state, Step until) const {
    while (state.status == Status::running && state.steps < until) {
        if (state.gas.value <= code_.gas_slack ||
            until.value - state.steps.value <= code_.step_slack) {
            vm::run(program_, state, until);
            return;
        }
        Excursion excursion(program_, code_, frame_buffer(), state, until.value);
        if (excursion.is_possible()) {
            const FloatEnvironment environment;
            excursion.go();
            continue;
        }
        vm::run(program_, state, std::min(until, state.steps + steps_ahead(program_, state.pc)));
    }
}

}  // namespace lockstep::vm
