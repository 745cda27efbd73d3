#pragma once

#include <string>
#include <vector>

#include "bench/engine.hpp"
#include "bench/measurement.hpp"

namespace lockstep::bench {

/// What an engine took for a kernel.
struct EngineTime {
    double seconds = 0;  // of the fastest run
    std::uint64_t steps = 0;
};

struct KernelRow {
    std::string kernel;
    std::vector<EngineTime> times;  // an engine each
};

/// Kernels by engines. The first engine is native code.
struct Comparison {
    std::vector<Engine> engines;
    std::vector<KernelRow> rows;
};

/// Runs a kernel in all engines, in turn, so that what disturbs the machine disturbs all of them. Throws
/// std::runtime_error where one computes something else than the others.
[[nodiscard]] KernelRow compare(const std::vector<Engine>& engines, const Kernel& kernel,
                                const Options& options);

/// An engine's time by native code's, or by the engine's that it is a variant of.
[[nodiscard]] double ratio(const Comparison& comparison, const KernelRow& row, std::size_t engine);

/// Over all kernels.
[[nodiscard]] double mean_ratio(const Comparison& comparison, std::size_t engine);

[[nodiscard]] Results make_results(const Comparison& comparison);

/// For people: kernels down, engines across.
void print_comparison(const Comparison& comparison);

}  // namespace lockstep::bench
