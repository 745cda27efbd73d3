#pragma once

#include <vector>

#include "tests/differential/step_case.hpp"

namespace lockstep::differential {

/// The last steps of the endings and of some starved runs, and of each kind of final state the step
/// after it, labelled <opcode>/<outcome>/total/<label> and fixed_point/<status>/total/<label>.
[[nodiscard]] std::vector<RecordedStep> last_steps();

}  // namespace lockstep::differential
