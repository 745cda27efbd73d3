#pragma once

#include "base/strong.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// Executes instructions until `state.steps` is `until` or the machine is not running any more.
/// The state must be one of `program`'s.
void run(const Program& program, MachineState& state, Step until);

}  // namespace lockstep::vm
