#include "vm/machine/interpreter.hpp"

#include "vm/instructions/execute.hpp"
#include "vm/machine/direct_access.hpp"

namespace lockstep::vm {

void run(const Program& program, MachineState& state, Step until) {
    DirectAccess access(program, state);
    while (state.status == Status::running && state.steps < until) {
        apply(access, execute(access, program.code[state.pc]));
    }
}

}  // namespace lockstep::vm
