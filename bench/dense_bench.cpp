#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/committed_kernel.hpp"
#include "bench/hash_time.hpp"
#include "bench/kernel.hpp"
#include "bench/measurement.hpp"
#include "bench/root_bench.hpp"
#include "merkle/sha256_kernel.hpp"
#include "trace/dense_trace.hpp"
#include "trace/snapshot.hpp"
#include "vm/engine/engine.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::bench {

namespace {

/// What is measured of a kernel's run: past its beginning, where memory is written for the first time.
struct Extent {
    Step from;
    std::uint64_t dense_steps = 0;
    std::uint64_t single_steps = 0;  // committed to one by one, which takes longer
};
constexpr Extent kFull{Step(100'000), std::uint64_t{1} << 18U, 20'000};
constexpr Extent kQuick{Step(200), 1'000, 200};

// Counts what the active kernel hashes in batches.
std::uint64_t counted_blocks = 0;
const merkle::Sha256Kernel* counted_kernel = nullptr;

void count_pairs(std::span<const Hash256> nodes, std::span<Hash256> parents) {
    counted_blocks += 2 * parents.size();
    counted_kernel->pairs(nodes, parents);
}

void count_compress(std::span<merkle::Sha256State> states, const std::uint8_t* blocks,
                    std::size_t count) {
    counted_blocks += states.size() * count;
    counted_kernel->compress(states, blocks, count);
}

/// SHA-256 blocks that `run` hashes.
template <typename Function>
std::uint64_t count_blocks(const Function& run) {
    const merkle::Sha256Kernel& active = merkle::active_kernel();
    merkle::Sha256Kernel counting = active;
    counting.pairs = count_pairs;
    counting.compress = count_compress;
    counted_kernel = &active;
    counted_blocks = 0;
    merkle::use_kernel(counting);
    run();
    merkle::use_kernel(active);
    return counted_blocks;
}

double run_seconds(const Options& options, const vm::Engine& engine, const vm::MachineState& start,
                   std::uint64_t steps) {
    std::optional<vm::MachineState> state;
    return median_seconds(
        options, [&] { state.emplace(start); }, [&] { engine.run(*state, start.steps + steps); });
}

void measure_kernel(const Options& options, const Kernel& kernel, double pair, Results& results) {
    const Extent& extent = options.quick ? kQuick : kFull;
    const CommittedKernel committed(kernel.name,
                                    options.quick ? kernel.quick_size : kernel.full_size);
    const vm::Program& program = committed.program();
    trace::CommittedState start = committed.begin();
    vm::run(program, start.machine, extent.from);
    (void)start.committer.commit(start.machine);
    std::optional<trace::CommittedState> state;
    const auto prepare = [&] { state.emplace(start); };
    std::vector<StateRoot> roots;
    roots.reserve(extent.dense_steps);
    const auto trace = [&] {
        roots.clear();
        (void)trace::DenseTrace(program, state->committer, state->machine)
            .run(extent.dense_steps, roots);
        keep(roots.back().value.bytes[0]);
    };
    const auto steps = static_cast<double>(extent.dense_steps);
    const double dense = median_seconds(options, prepare, trace) / steps;
    const double single =
        median_seconds(options, prepare,
                       [&] {
                           for (std::uint64_t i = 0; i < extent.single_steps; ++i) {
                               vm::run(program, state->machine, state->machine.steps + 1);
                               keep(state->committer.root(state->machine).value.bytes[0]);
                           }
                       }) /
        static_cast<double>(extent.single_steps);
    results.push_back(
        {"dense trace", kernel.name, 1 / dense, "roots/s", single / dense, "x commits one by one"});
    for (const vm::EngineKind kind : {vm::EngineKind::interpreter, vm::EngineKind::jit}) {
        const auto engine = vm::make_engine(program, kind);
        if (engine->kind() == kind) {
            const double plain =
                run_seconds(options, *engine, start.machine, extent.dense_steps) / steps;
            results.push_back({"dense trace and plain " + std::string(vm::engine_name(kind)),
                               kernel.name, dense * 1e9, "ns a step", dense / plain,
                               "x plain run"});
        }
    }
    prepare();
    const double blocks = static_cast<double>(count_blocks(trace)) / steps;
    results.push_back({"hashed for a root", kernel.name, blocks, "blocks",
                       dense / (blocks * pair / 2), "x hash_pair, as many blocks"});
}

}  // namespace

void measure_dense_traces(const Options& options, Results& results) {
    const double pair = pair_seconds(options, merkle::active_kernel());
    for (const Kernel& kernel : kernels()) {
        measure_kernel(options, kernel, pair, results);
    }
}

}  // namespace lockstep::bench
