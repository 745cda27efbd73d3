#pragma once

// The step cases of each family of opcodes.

#include "tests/differential/step_case.hpp"

namespace lockstep::differential {

[[nodiscard]] StepCases numeric_cases();
[[nodiscard]] StepCases float_cases();
[[nodiscard]] StepCases control_cases();
[[nodiscard]] StepCases variable_cases();
[[nodiscard]] StepCases load_cases();
[[nodiscard]] StepCases store_cases();
[[nodiscard]] StepCases memory_size_cases();
[[nodiscard]] StepCases bulk_cases();
[[nodiscard]] StepCases table_cases();
[[nodiscard]] StepCases bulk_table_cases();
[[nodiscard]] StepCases host_cases();
/// Memories other than the only one.
[[nodiscard]] StepCases several_memories_cases();
/// The largest bundles.
[[nodiscard]] StepCases dense_cases();
/// Machines that are not running.
[[nodiscard]] StepCases fixed_point_cases();

/// All of them; labels are unique.
[[nodiscard]] StepCases all_step_cases();

}  // namespace lockstep::differential
