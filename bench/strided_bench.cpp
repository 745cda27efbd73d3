#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "bench/committed_kernel.hpp"
#include "bench/kernel.hpp"
#include "bench/measurement.hpp"
#include "bench/root_bench.hpp"
#include "trace/trace_run.hpp"

namespace lockstep::bench {

namespace {

/// A turn of the loop of bench/kernels/strides.c, in steps.
constexpr std::uint64_t kTurnSteps = 17;
/// Those that it writes to.
constexpr std::uint64_t kAllChunks = 4'096;
constexpr std::array<std::uint64_t, 7> kChunks{0, 1, 4, 16, 64, 256, 1'024};
constexpr std::uint64_t kFullSteps = std::uint64_t{1} << 27U;
constexpr std::uint64_t kKernelStride = std::uint64_t{1} << 20U;

struct Times {
    double plain = 0;
    double traced = 0;
};

/// Of a run of so many strides, from a step on.
Times measure_strides(const Options& options, const CommittedKernel& kernel, Step from,
                      std::uint64_t stride, std::uint64_t count) {
    std::optional<trace::CommittedState> state;
    const auto prepare = [&] {
        state.emplace(kernel.begin());
        kernel.engine().run(state->machine, from);
        (void)state->committer.commit(state->machine);
    };
    Times times;
    times.plain = median_seconds(
        options, prepare, [&] { kernel.engine().run(state->machine, from + stride * count); });
    times.traced = median_seconds(options, prepare, [&] {
        RootsForgotten sink;
        (void)trace::trace_run(kernel.engine(), kernel.program(), *state,
                               {.first = from, .stride = stride, .count = count + 1}, sink,
                               {.checkpoint_steps = stride * count});
    });
    return times;
}

void add_overhead(Results& results, const std::string& group, const std::string& name,
                  const Times& times) {
    results.push_back({group, name, (times.traced / times.plain - 1) * 100, "% overhead",
                       times.traced / times.plain, "x plain run"});
}

/// A loop that writes to so many chunks between two roots, all of which it has written before.
void measure_chunks(const Options& options, unsigned log2_stride, std::uint64_t chunks,
                    Results& results) {
    const std::uint64_t stride = std::uint64_t{1} << log2_stride;
    const auto period =
        static_cast<std::uint32_t>(chunks == 0 ? 0 : stride / (chunks * kTurnSteps));
    const CommittedKernel kernel("strides", period);
    const std::uint64_t strides_before = options.quick || chunks == 0 ? 1 : kAllChunks / chunks + 1;
    const std::uint64_t count = options.quick ? 4 : kFullSteps / stride;
    add_overhead(results, "strided trace: 2^" + std::to_string(log2_stride) + " steps",
                 std::to_string(chunks),
                 measure_strides(options, kernel, Step(strides_before * stride), stride, count));
}

/// Roots at equal distances over a whole run.
void measure_kernel(const Options& options, const Kernel& of, Results& results) {
    const CommittedKernel kernel(of.name, options.quick ? of.quick_size : of.full_size);
    const std::uint64_t length = kernel.length();
    const std::uint64_t stride = std::min(kKernelStride, length / 4 + 1);
    add_overhead(results, "strided trace of a kernel, 2^20 steps", of.name,
                 measure_strides(options, kernel, Step(0), stride, length / stride + 1));
}

}  // namespace

void measure_strided_traces(const Options& options, Results& results) {
    const unsigned first = options.quick ? 12 : 16;
    const unsigned last = options.quick ? 12 : 20;
    for (unsigned log2_stride = first; log2_stride <= last; log2_stride += 2) {
        for (const std::uint64_t chunks : kChunks) {
            if (chunks * kTurnSteps * 4 < std::uint64_t{1} << log2_stride) {
                measure_chunks(options, log2_stride, chunks, results);
            }
        }
    }
    for (const Kernel& kernel : kernels()) {
        measure_kernel(options, kernel, results);
    }
}

}  // namespace lockstep::bench
