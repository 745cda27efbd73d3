#pragma once

#include <functional>
#include <string>
#include <vector>

namespace lockstep::bench {

/// One line of the report. The ratio compares with something measured in the same run, so that it says
/// the same on a faster machine; `ratio_unit` tells with what.
struct Result {
    std::string group;
    std::string name;
    double value = 0;
    std::string unit;
    double ratio = 0;
    std::string ratio_unit;
};

struct Options {
    bool json = false;
    bool quick = false;  // small inputs: to see that everything runs

    int full_repetitions = 7;

    [[nodiscard]] int repetitions() const { return quick ? 1 : full_repetitions; }
};

/// The median of the CPU times of this thread, in seconds, that `run` takes; `prepare` comes before
/// each run and does not count.
[[nodiscard]] double median_seconds(const Options& options, const std::function<void()>& prepare,
                                    const std::function<void()>& run);

/// Keeps the compiler from leaving out what computes the value.
void keep(unsigned long long value);

using Results = std::vector<Result>;

/// The interpreter on each kernel.
void measure_kernels(const Options& options, Results& results);
/// Roots, witnesses, dirty chunks, hashes.
void measure_commitments(const Options& options, Results& results);
/// Modules to programs and images.
void measure_loading(const Options& options, Results& results);

}  // namespace lockstep::bench
