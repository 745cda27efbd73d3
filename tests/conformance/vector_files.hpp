#pragma once

#include <filesystem>
#include <span>

#include "tests/differential/step_case.hpp"

namespace lockstep::conformance {

/// Writes steps to <prefix>-0.bin, <prefix>-1.bin, ..., each of the form of
/// tests/differential/vector_file.hpp and small enough to be held in the EVM's memory. Removes a file
/// that would come next, which an earlier run may have left.
void write_vector_files(const std::filesystem::path& prefix,
                        std::span<const differential::RecordedStep> steps);

}  // namespace lockstep::conformance
