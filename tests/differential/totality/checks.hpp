#pragma once

// What the tests of totality expect of a walked run.

#include "tests/differential/totality/walk.hpp"

namespace lockstep::differential {

/// The state after the last step is what the case says.
void expect_ending(const TotalityCase& ending, const Walk& walked);

/// What docs/spec/step.md, section 1, lets a last step change: a trap or halt, and a return.
[[nodiscard]] trace::StateRecord stopped(const trace::StateRecord& before, vm::Status status,
                                         std::uint32_t code);
[[nodiscard]] trace::StateRecord finished(const trace::StateRecord& before);
/// The one of them that the case ends with.
[[nodiscard]] trace::StateRecord expected_record(const trace::StateRecord& before,
                                                 const TotalityCase& ending);

/// The bundle of the last step leads from the state before to the state after, by its replay.
void expect_proven(const TotalityCase& ending, const Walk& walked);

/// The interpreter in one call, a committer that has not followed the run, and the shadow root agree
/// with the walk.
void expect_agreement(const TotalityCase& ending, const Walk& walked);

/// The state is its own successor, however much later one asks.
void expect_fixed_point(const TotalityCase& ending, const Walk& walked);

}  // namespace lockstep::differential
