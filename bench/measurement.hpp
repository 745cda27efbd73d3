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

/// CPU time of this thread.
[[nodiscard]] double thread_seconds();

[[nodiscard]] double median(std::vector<double> values);

/// The median of the CPU times of this thread, in seconds, that `run` takes; `prepare` comes before
/// each run and does not count.
[[nodiscard]] double median_seconds(const Options& options, const std::function<void()>& prepare,
                                    const std::function<void()>& run);

/// Keeps the compiler from leaving out what computes the value.
void keep(unsigned long long value);

using Results = std::vector<Result>;

/// Roots, witnesses, dirty chunks.
void measure_commitments(const Options& options, Results& results);
/// Modules to programs, images and what the engines make of them.
void measure_loading(const Options& options, Results& results);
/// What comes before the first step of a small program.
void measure_starting(const Options& options, Results& results);

}  // namespace lockstep::bench
