#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "bench/measurement.hpp"
#include "bench/memory_machine.hpp"
#include "bench/root_bench.hpp"
#include "trace/snapshot.hpp"
#include "vm/machine/memory.hpp"

namespace lockstep::bench {

namespace {

constexpr std::uint32_t kFullPages = 4'096;
constexpr std::uint32_t kQuickPages = 16;
constexpr std::uint32_t kPageChunks = 16;
constexpr const char* kGroup = "snapshots";

/// A word of each of the first chunks.
void write_chunks(vm::Memory& memory, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        *memory.write(std::uint64_t{i} * vm::kChunkBytes, 8) = 1;
    }
}

/// What an undo log would do at the first write to a chunk.
void copy_chunks(const vm::Memory& memory, std::uint32_t count, std::vector<std::uint8_t>& log) {
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::size_t at = std::size_t{i} * vm::kChunkBytes;
        std::memcpy(log.data() + at, memory.data() + at, vm::kChunkBytes);
    }
    keep(log[0]);
}

}  // namespace

void measure_snapshots(const Options& options, Results& results) {
    const std::uint32_t pages = options.quick ? kQuickPages : kFullPages;
    const std::uint32_t chunks = pages * kPageChunks;
    const std::string size = std::to_string(pages / kPageChunks) + " MiB";
    MemoryMachine machine(pages);
    machine.fill_chunks(chunks);
    trace::CommittedState& state = machine.state();
    (void)state.committer.commit(state.machine);

    std::optional<vm::Memory> copied;
    const double copy = median_seconds(
        options, [&] { copied.reset(); }, [&] { copied = state.machine.memories.front(); });
    copied.reset();
    const auto add = [&](const std::string& name, double seconds) {
        results.push_back({kGroup, name + ", " + size, seconds * 1e3, "ms", seconds / copy,
                           "x copying the memory"});
    };
    add("copying the memory", copy);

    std::optional<trace::Snapshot> taken;
    add("snapshot", median_seconds(options, [&] { taken.reset(); }, [&] { taken.emplace(state); }));
    taken.reset();
    const trace::Snapshot snapshot(state);
    std::optional<trace::CommittedState> fork;
    add("fork",
        median_seconds(options, [&] { fork.reset(); }, [&] { fork.emplace(snapshot.restore()); }));
    for (const std::uint32_t changed : {1U, 64U, 4'096U}) {
        if (changed > chunks) {
            continue;
        }
        const auto change = [&] {
            machine.touch_chunks(changed);
            (void)state.committer.commit(state.machine);
        };
        add("return over " + std::to_string(changed) + " chunks",
            median_seconds(options, change, [&] { snapshot.restore_into(state); }));
        change();
        const trace::Snapshot later(state);
        add("fork with " + std::to_string(changed) + " chunks beside",
            median_seconds(options, [&] { fork.reset(); }, [&] { fork.emplace(later.restore()); }));
        snapshot.restore_into(state);
    }
    std::vector<std::uint8_t> log(std::size_t{chunks} * vm::kChunkBytes, 1);
    const double logged = median_seconds(
        options, [] {}, [&] { copy_chunks(state.machine.memories.front(), chunks, log); });
    const auto add_chunk = [&](const std::string& name, double seconds) {
        results.push_back(
            {kGroup, name, seconds / chunks * 1e6, "us a chunk", seconds / logged, "x undo log"});
    };
    add_chunk("copying a chunk to an undo log", logged);
    add_chunk("first write to a chunk of a fork",
              median_seconds(
                  options,
                  [&] {
                      fork.reset();
                      fork.emplace(snapshot.restore());
                  },
                  [&] { write_chunks(fork->machine.memories.front(), chunks); }));
}

}  // namespace lockstep::bench
