#pragma once

// Whether the fast interpreter does to a state what the one-instruction interpreter does.

#include <cstdint>
#include <random>
#include <string>

#include "vm/interpreter/threaded_program.hpp"
#include "vm/machine/machine_state.hpp"

namespace lockstep::vm {

/// The first part in which the states differ; "" where they are equal.
[[nodiscard]] std::string difference(const MachineState& left, const MachineState& right);

/// How a run is cut into pieces.
enum class Strides : std::uint8_t {
    one_piece,
    tiny,    // most end in the middle of a superblock, before threaded code is entered
    beyond,  // just long enough that threaded code is entered
    any,     // of all lengths, with commitments in between
};

struct ComparisonOptions {
    Strides strides = Strides::any;
    std::uint64_t max_steps = 1'000'000;
    std::uint64_t max_pieces = 3'000;
};

/// Runs both from the state, piece by piece. What differs after which piece, or "".
[[nodiscard]] std::string compare_engines(const Program& program, const ThreadedProgram& threaded,
                                          const MachineState& initial, std::mt19937_64& random,
                                          const ComparisonOptions& options);

}  // namespace lockstep::vm
