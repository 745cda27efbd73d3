#pragma once

// The vector files that the Solidity tests read. All integers are big-endian.
//
// applications.bin is as steps.bin.
//
// steps.bin    "LSV1", count 4; for each step: pre 32, post 32, label length 1, label, bundle length 4,
//              bundle
// initial.bin  "LSI1", count 4; for each initial state: label length 1, label, image 32, function 4,
//              argument count 1, arguments 8 each, input root 32, input length 8, gas limit 8,
//              expected state root 32, opening length 4, opening (trace/initial_opening.hpp)

#include <filesystem>
#include <span>

#include "tests/differential/initial_case.hpp"
#include "tests/differential/step_case.hpp"

namespace lockstep::differential {

/// Writes a file of steps. A label has at most 255 bytes.
void write_step_vectors(const std::filesystem::path& path, std::span<const RecordedStep> steps);

/// Writes initial.bin.
void write_initial_vectors(const std::filesystem::path& path, std::span<const InitialCase> cases);

}  // namespace lockstep::differential
