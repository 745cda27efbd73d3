#include "trace/step_log.hpp"

#include "trace/logging_access.hpp"
#include "vm/machine/float_environment.hpp"
#include "vm/machine/stepping.hpp"

namespace lockstep::trace {

static_assert(vm::StateAccess<LoggingAccess>);

void run_logged(const vm::Program& program, vm::MachineState& state, Step until, StepLog& log) {
    if (state.status == vm::Status::running && state.steps < until) {
        const vm::FloatEnvironment environment;
        vm::Stepping<LoggingAccess>::run({.program = program, .state = state, .log = log},
                                         until.value);
    }
}

}  // namespace lockstep::trace
