#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::random_modules {

struct WalkOptions {
    std::uint64_t max_steps = 20'000;
    /// One step in so many is also compared with a full rehash of the state.
    std::uint64_t rehash_rarity = 97;
};

/// Walks a run from its initial state, step by step: the interpreter goes to the same root as the recording
/// of the step, and the witness proves that root from the one before. Gives the number of steps, or what
/// differs and where.
[[nodiscard]] std::expected<std::uint64_t, std::string> walk_steps(const vm::Program& program,
                                                                   const vm::MachineState& initial,
                                                                   const WalkOptions& options);

}  // namespace lockstep::random_modules
