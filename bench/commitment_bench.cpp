#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/hash_time.hpp"
#include "bench/kernel.hpp"
#include "bench/measurement.hpp"
#include "merkle/sha256_kernel.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::bench {

namespace {

/// Calls, arithmetic, memory in order and out of order, branches: what differs in what a step touches.
constexpr std::array<std::string_view, 5> kMeasuredKernels{"fib", "sha256", "sieve", "scatter",
                                                           "quicksort"};
/// Where the kernel is past its beginning.
constexpr Step kMeasuredFrom{200};
constexpr std::uint64_t kFullSteps = 4'000;
constexpr std::uint64_t kQuickSteps = 50;

/// A kernel's run in the middle, committed.
struct Run {
    vm::MachineState state;
    trace::Committer committer;

    Run(const vm::Program& program, const trace::Image& image, std::uint32_t size)
        : state(start_kernel(program, size)), committer(image, program, state) {
        vm::run(program, state, kMeasuredFrom);
        (void)committer.root(state);
    }
};

void add_rate(Results& results, const std::string& group, const std::string& name, double seconds,
              double pair) {
    results.push_back({group, name, 1 / seconds, "1/s", seconds / pair, kPairs});
}

void measure_steps(const Options& options, const Kernel& kernel, double pair, Results& results) {
    const std::uint64_t steps = options.quick ? kQuickSteps : kFullSteps;
    const std::uint32_t size = options.quick ? kernel.quick_size : kernel.full_size;
    const vm::Program program = load_kernel(kernel.name);
    const trace::Image image(program);
    const auto count = static_cast<double>(steps);
    std::optional<Run> run;
    const auto prepare = [&] { run.emplace(program, image, size); };

    std::vector<Bytes> bundles(steps);
    const double record = median_seconds(options, prepare, [&] {
        for (Bytes& bundle : bundles) {
            bundle = trace::record_step(program, run->state, run->committer);
        }
    });
    add_rate(results, "record_step", kernel.name, record / count, pair);

    std::size_t proven = 0;
    const double replay = median_seconds(
        options, [] {},
        [&] {
            proven = 0;
            for (const Bytes& bundle : bundles) {
                proven += trace::replay_witness(bundle) ? 1U : 0U;
            }
        });
    if (proven != steps) {
        throw std::runtime_error("a bundle proves nothing");
    }
    add_rate(results, "replay_witness", kernel.name, replay / count, pair);

    std::size_t bytes = 0;
    for (const Bytes& bundle : bundles) {
        bytes += bundle.size();
    }
    const double mean = static_cast<double>(bytes) / count;
    results.push_back({"bundle size", kernel.name, mean, "bytes", mean / 32, "hashes"});
}

}  // namespace

void measure_commitments(const Options& options, Results& results) {
    const double pair = pair_seconds(options, merkle::active_kernel());
    for (const Kernel& kernel : kernels()) {
        if (std::ranges::find(kMeasuredKernels, std::string_view(kernel.name)) !=
            kMeasuredKernels.end()) {
            measure_steps(options, kernel, pair, results);
        }
    }
}

}  // namespace lockstep::bench
