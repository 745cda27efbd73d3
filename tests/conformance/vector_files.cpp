#include "tests/conformance/vector_files.hpp"

#include <fmt/format.h>

#include "tests/differential/vector_file.hpp"

namespace lockstep::conformance {

namespace {

/// Of one file: the price of the EVM's memory grows with its square.
constexpr std::size_t kMaxBundleBytes = std::size_t{1} << 21U;

/// How many of the steps fit into one file, at least one.
std::size_t steps_of_one_file(std::span<const differential::RecordedStep> steps) {
    std::size_t count = 0;
    for (std::size_t bytes = 0; count < steps.size(); ++count) {
        bytes += steps[count].bundle.size();
        if (bytes > kMaxBundleBytes && count > 0) {
            break;
        }
    }
    return count;
}

std::filesystem::path file_name(const std::filesystem::path& prefix, std::size_t number) {
    return fmt::format("{}-{}.bin", prefix.string(), number);
}

}  // namespace

void write_vector_files(const std::filesystem::path& prefix,
                        std::span<const differential::RecordedStep> steps) {
    std::size_t number = 0;
    while (!steps.empty()) {
        const std::size_t count = steps_of_one_file(steps);
        differential::write_step_vectors(file_name(prefix, number++), steps.first(count));
        steps = steps.subspan(count);
    }
    std::filesystem::remove(file_name(prefix, number));
}

}  // namespace lockstep::conformance
