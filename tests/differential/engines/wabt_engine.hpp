#pragma once

#include <vector>

#include "tests/differential/engines/engine_case.hpp"

namespace lockstep::engines {

/// Runs the calls in the interpreter of wabt, inside this process. One observation a call.
[[nodiscard]] std::vector<Observation> run_wabt(const RandomModules& modules,
                                                const std::vector<EntryCall>& calls);

}  // namespace lockstep::engines
