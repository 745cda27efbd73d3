#pragma once

#include <string>

#include "api/lockstep.hpp"

namespace lockstep::cli {

/// Prints the state at a step to stdout: where the machine stands and what it holds.
void print_state(Run& run, Step step);

/// The same as a JSON object.
[[nodiscard]] std::string state_json(Run& run, Step step);

}  // namespace lockstep::cli
