#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/committed_kernel.hpp"
#include "bench/measurement.hpp"
#include "bench/memory_machine.hpp"
#include "bench/root_bench.hpp"
#include "store/maintenance.hpp"
#include "store/store.hpp"
#include "store/trace_writer.hpp"

namespace lockstep::bench {

namespace {

constexpr const char* kGroup = "store";
constexpr std::uint64_t kMany = std::uint64_t{1} << 40U;
constexpr std::uint32_t kPageChunks = 16;

/// A store in a temporary folder, on whatever disk that is.
class TemporaryStore {
public:
    TemporaryStore() : folder_(std::filesystem::temp_directory_path() / "lockstep-bench-XXXXXX") {
        if (::mkdtemp(folder_.data()) == nullptr) {
            throw std::runtime_error("there is no place for a temporary store");
        }
        open();
    }
    TemporaryStore(const TemporaryStore&) = delete;
    TemporaryStore(TemporaryStore&&) = delete;
    TemporaryStore& operator=(const TemporaryStore&) = delete;
    TemporaryStore& operator=(TemporaryStore&&) = delete;
    ~TemporaryStore() {
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    [[nodiscard]] store::Store& store() { return *store_; }

    /// As another process finds it: nothing is in its caches.
    void reopen() {
        store_.reset();
        open();
    }

private:
    void open() {
        auto opened = store::Store::open(folder_ + "/store", {.create = true});
        if (!opened) {
            throw store::StoreFailure(opened.error());
        }
        store_.emplace(std::move(*opened));
    }

    std::string folder_;
    std::optional<store::Store> store_;
};

template <typename T>
T take(store::StoreResult<T> result) {
    if (!result) {
        throw store::StoreFailure(result.error());
    }
    return std::move(*result);
}

void check(const store::StoreResult<void>& result) {
    if (!result) {
        throw store::StoreFailure(result.error());
    }
}

/// Wall-clock time: the disk and LevelDB's own thread count.
template <typename Action>
double seconds(const Action& action) {
    const auto begin = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

store::ExecutionRecord record_of(const trace::CommittedState& initial) {
    return {.initial_root = StateRoot(trace::hash(initial.committer.record())),
            .image = initial.committer.image().root,
            .function = FunctionIndex(0),
            .input_root = initial.committer.io().input,
            .input_length = initial.committer.io().input_length,
            .gas_limit = initial.machine.gas};
}

store::TraceWriter open_writer(store::Store& store, const store::ExecutionRecord& record) {
    return take(store::TraceWriter::open(store, record, {.first = Step(1), .count = kMany},
                                         {.checkpoint_steps = 1}));
}

/// Chunks that are all different and cannot be compressed.
void fill_memory(MemoryMachine& machine, std::uint32_t chunks) {
    const std::uint64_t bytes = std::uint64_t{chunks} * vm::kChunkBytes;
    std::uint8_t* const to = machine.state().machine.memories.front().write(0, bytes);
    std::uint64_t random = 1;
    for (std::uint64_t i = 0; i < bytes; i += 8) {
        random = random * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        store_be(to + i, random ^ random >> 29U);
    }
}

/// The state at the next step, with its root.
void keep_state(store::TraceWriter& writer, trace::CommittedState& state) {
    state.machine.steps = state.machine.steps + 1;
    const StateRoot root = state.committer.root(state.machine);
    check(writer.append(std::span(&root, 1)));
    check(writer.checkpoint(trace::Snapshot(state)));
}

/// Memory of which so many chunks change from one state to the next.
void measure_dirty_chunks(const Options& options, std::uint32_t pages, std::uint32_t dirty,
                          Results& results) {
    const std::uint32_t chunks = pages * kPageChunks;
    const int states = options.quick ? 2 : static_cast<int>(std::clamp(8'192 / dirty, 8U, 128U));
    MemoryMachine machine(pages);
    fill_memory(machine, chunks);
    TemporaryStore temporary;
    store::TraceWriter writer = open_writer(temporary.store(), record_of(machine.state()));
    const double first = seconds([&] { keep_state(writer, machine.state()); });
    const store::StoreStats before = take(store::stats(temporary.store()));
    std::vector<double> times;
    for (int i = 0; i < states; ++i) {
        machine.touch_chunks(dirty, chunks / dirty);
        (void)machine.state().committer.commit(machine.state().machine);
        times.push_back(seconds([&] { keep_state(writer, machine.state()); }));
    }
    const store::StoreStats after = take(store::stats(temporary.store()));
    const double bytes =
        static_cast<double>(after.shared_bytes - before.shared_bytes + after.executions[0].bytes -
                            before.executions[0].bytes) /
        states;
    const std::string name = std::to_string(dirty) + " dirty chunks";
    const double time = median(times);
    results.push_back({kGroup, "states a second, " + name, 1 / time, "1/s", time / first,
                       "x keeping all " + std::to_string(pages / kPageChunks) + " MiB"});
    results.push_back({kGroup, "bytes a state, " + name, bytes, "bytes",
                       bytes / (dirty * static_cast<double>(vm::kChunkBytes)), "x the chunks"});
}

void measure_whole_state(const Options& options, std::uint32_t pages, Results& results) {
    const std::uint32_t chunks = pages * kPageChunks;
    const std::string size = std::to_string(pages / kPageChunks) + " MiB";
    MemoryMachine machine(pages);
    fill_memory(machine, chunks);
    trace::CommittedState& state = machine.state();
    const store::ExecutionRecord record = record_of(state);
    (void)state.committer.commit(state.machine);
    TemporaryStore temporary;
    std::optional writer(open_writer(temporary.store(), record));
    const double kept = seconds([&] { keep_state(*writer, state); });
    writer.reset();
    results.push_back({kGroup, "keeping a state, " + size, kept * 1e3, "ms", 0, ""});
    std::optional<trace::CommittedState> restored;
    std::vector<double> times;
    std::vector<double> rehashed;
    for (int i = 0; i < options.repetitions(); ++i) {
        temporary.reopen();
        restored.reset();
        times.push_back(seconds([&] {
            restored =
                take(temporary.store().restore(record.key(), Step(kMany), state.committer.image(),
                                               machine.program(), state.machine.input));
        }));
        // The same from memory: what rebuilding costs without the store.
        rehashed.push_back(seconds([&] {
            const auto rebuilt = trace::rebuild(
                state.committer.image(), machine.program(), trace::state_parts(state.machine),
                state.machine.input, {}, [&](std::size_t, vm::Memory& memory) {
                    std::ranges::copy(state.machine.memories[0].bytes(),
                                      memory.write(0, std::uint64_t{chunks} * vm::kChunkBytes));
                });
            keep(rebuilt.committer.record().steps);
        }));
    }
    const double time = median(times);
    results.push_back({kGroup, "restoring a state, " + size, time * 1e3, "ms",
                       time / median(rehashed), "x rebuilding it from memory"});
}

void measure_roots(const Options& options, Results& results) {
    const std::uint64_t count = std::uint64_t{1} << (options.quick ? 12U : 22U);
    constexpr std::uint64_t kSpan = 4'096;
    std::vector<StateRoot> roots(kSpan);
    for (std::uint64_t i = 0; i < kSpan; ++i) {
        store_be(roots[i].value.bytes.data(), i * 0x9E37'79B9'7F4A'7C15U);
    }
    MemoryMachine machine(1);
    const store::ExecutionRecord record = record_of(machine.state());
    TemporaryStore temporary;
    std::optional writer(open_writer(temporary.store(), record));
    const double written = seconds([&] {
        for (std::uint64_t i = 0; i < count; i += kSpan) {
            check(writer->append(roots));
        }
        check(writer->finish(false));
    });
    const store::TraceKey key = writer->key();
    writer.reset();
    const double built = seconds([&] {
        trace::HistoryBuilder builder;
        for (std::uint64_t i = 0; i < count; i += kSpan) {
            builder.append(roots);
        }
        keep(builder.count());
    });
    results.push_back({kGroup, "roots written, with their history",
                       static_cast<double>(count) / written * 1e-6, "M/s", written / built,
                       "x the history alone"});
    temporary.reopen();
    const double read = seconds([&] {
        for (std::uint64_t i = 0; i < count; i += kSpan) {
            keep(take(temporary.store().roots(key, i, kSpan)).front().value.bytes[0]);
        }
    });
    results.push_back({kGroup, "roots read", static_cast<double>(count) / read * 1e-6, "M/s",
                       read / written, "x writing them"});
}

/// What a state in the middle of a run is worth.
void measure_restoring(const Options& options, Results& results) {
    const Step middle(std::uint64_t{1} << (options.quick ? 16U : 28U));
    constexpr std::uint32_t kPeriod = 1'024;
    const CommittedKernel kernel("strides", kPeriod);
    trace::CommittedState state = kernel.begin();
    const store::ExecutionRecord record = record_of(state);
    const auto input = state.machine.input;
    const double run = seconds([&] { kernel.engine().run(state.machine, middle); });
    TemporaryStore temporary;
    {
        store::TraceWriter writer = open_writer(temporary.store(), record);
        keep_state(writer, state);
    }
    std::vector<double> times;
    for (int i = 0; i < options.repetitions(); ++i) {
        temporary.reopen();
        times.push_back(seconds([&] {
            const auto restored = take(temporary.store().restore(
                record.key(), Step(kMany), state.committer.image(), kernel.program(), input));
            keep(restored->machine.steps.value);
        }));
    }
    const double time = median(times);
    results.push_back({kGroup, "restoring a run's state", time * 1e3, "ms", time / run,
                       "x running 2^" + std::to_string(options.quick ? 16 : 28) + " steps"});
}

}  // namespace

void measure_store(const Options& options, Results& results) {
    const std::uint32_t pages = options.quick ? 16 : 1'024;
    for (const std::uint32_t dirty : {1U, 16U, 64U, 1'024U}) {
        if (dirty <= pages * kPageChunks) {
            measure_dirty_chunks(options, pages, dirty, results);
        }
    }
    measure_whole_state(options, pages, results);
    measure_roots(options, results);
    measure_restoring(options, results);
}

}  // namespace lockstep::bench
