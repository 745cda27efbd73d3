#pragma once

#include "tests/differential/step_case.hpp"

namespace lockstep::differential {

/// Steps of machines too large to be built, composed of hashes alone: outputs and inputs of 4 GiB.
/// `post` follows from docs/spec/step.md, not from the code under test.
[[nodiscard]] std::vector<RecordedStep> synthetic_steps();

}  // namespace lockstep::differential
