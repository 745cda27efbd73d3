#pragma once

#include "tests/differential/step_case.hpp"

namespace lockstep::differential {

/// Steps of the guest programs: of each opcode some of each kind (what they cost, whether they stay,
/// trap or halt, how large their bundle is), labelled <opcode>/<outcome>/<program>/<step>.
[[nodiscard]] std::vector<RecordedStep> sampled_program_steps();

/// "success", or the name of the trap.
[[nodiscard]] std::string outcome_name(const vm::MachineState& after);

}  // namespace lockstep::differential
