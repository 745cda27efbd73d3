#include "vm/machine/interpreter.hpp"

#include "vm/machine/float_environment.hpp"
#include "vm/machine/running_access.hpp"
#include "vm/machine/stepping.hpp"

namespace lockstep::vm {

void run(const Program& program, MachineState& state, Step until) {
    if (state.status == Status::running && state.steps < until) {
        const FloatEnvironment environment;
        Stepping<RunningAccess>::run({.program = program, .state = state}, until.value);
    }
}

}  // namespace lockstep::vm
