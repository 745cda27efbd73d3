#pragma once

#include "tests/differential/step_case.hpp"

namespace lockstep::programs {

/// At most so many steps of an application.
inline constexpr std::size_t kStepsOfApplication = 40;

/// Steps of the applications' default runs, no opcode twice before each has its turn, those first that
/// have the fewest steps of the applications before; labelled <opcode>/<outcome>/<application>/<step>.
[[nodiscard]] std::vector<differential::RecordedStep> sampled_application_steps();

}  // namespace lockstep::programs
