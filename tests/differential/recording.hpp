#pragma once

#include "tests/differential/step_case.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"

namespace lockstep::differential {

/// A committer of a machine that did not get to its state by steps.
[[nodiscard]] trace::Committer committer_of(const trace::Image& image, const vm::Program& program,
                                            const vm::MachineState& state);

/// The case's steps, each recorded. Those of a case of several are labelled <label>#<n>.
[[nodiscard]] std::vector<RecordedStep> record(const StepCase& step_case);

}  // namespace lockstep::differential
