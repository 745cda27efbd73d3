#pragma once

#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::conformance {

/// A first state of the program with the environment (memories, globals, tables, output) of `state`, a
/// state of this program or of one with fewer instances. Where it differs from the program's initial
/// state it is marked as not committed yet, so that a new committer sees all of it.
[[nodiscard]] vm::MachineState carry_over(const vm::Program& program,
                                          const vm::MachineState& state);

/// The whole state, marked like that.
[[nodiscard]] vm::MachineState uncommitted(const vm::Program& program,
                                           const vm::MachineState& state);

}  // namespace lockstep::conformance
