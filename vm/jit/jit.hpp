#pragma once

#include "base/strong.hpp"
#include "vm/jit/compiled_program.hpp"
#include "vm/machine/machine_state.hpp"

namespace lockstep::vm::jit {

/// As vm::run, and with the same result, in native code as far as there is.
void run(const CompiledProgram& compiled, MachineState& state, Step until);

}  // namespace lockstep::vm::jit
