#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/committed_kernel.hpp"
#include "bench/kernel.hpp"
#include "bench/measurement.hpp"
#include "bench/root_bench.hpp"
#include "trace/trace_run.hpp"

namespace lockstep::bench {

namespace {

constexpr std::array<std::string_view, 4> kMeasuredKernels{"fib", "sha256", "hashtable",
                                                           "quicksort"};
constexpr std::uint64_t kFullSteps = std::uint64_t{1} << 23U;
constexpr std::uint64_t kQuickSteps = std::uint64_t{1} << 10U;
constexpr unsigned kThreads = 2;

/// Time that passes, not that of a processor: several work at once.
double wall_seconds(const std::function<void()>& run) {
    const auto begin = std::chrono::steady_clock::now();
    run();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

void measure_parallel_traces(const Options& options, Results& results) {
    const std::uint64_t steps = options.quick ? kQuickSteps : kFullSteps;
    for (const Kernel& kernel : kernels()) {
        if (std::ranges::find(kMeasuredKernels, std::string_view(kernel.name)) ==
            kMeasuredKernels.end()) {
            continue;
        }
        const CommittedKernel committed(kernel.name,
                                        options.quick ? kernel.quick_size : kernel.full_size);
        const auto trace = [&](unsigned threads) {
            trace::CommittedState state = committed.begin();
            return wall_seconds([&] {
                RootsForgotten sink;
                (void)trace::trace_run(committed.engine(), committed.program(), state,
                                       {.first = Step(0), .stride = 1, .count = steps}, sink,
                                       {.threads = threads, .checkpoint_steps = steps});
            });
        };
        // In turns, so that what disturbs the machine disturbs both.
        std::vector<double> one;
        std::vector<double> several;
        for (int i = 0; i < options.repetitions(); ++i) {
            one.push_back(trace(1));
            several.push_back(trace(kThreads));
        }
        const double seconds = median(std::move(several));
        results.push_back({"dense trace on " + std::to_string(kThreads) + " threads", kernel.name,
                           static_cast<double>(steps) / seconds, "roots/s",
                           median(std::move(one)) / seconds, "x one thread"});
    }
}

}  // namespace lockstep::bench
