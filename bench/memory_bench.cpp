#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "bench/hash_time.hpp"
#include "bench/measurement.hpp"
#include "bench/root_bench.hpp"
#include "merkle/memory_tree.hpp"
#include "merkle/sha256_kernel.hpp"

namespace lockstep::bench {

namespace {

constexpr std::size_t kFullChunks = 65'536;  // 256 MiB
constexpr std::size_t kQuickChunks = 256;
/// 4 GiB of address space.
constexpr unsigned kDepth = 27;
constexpr std::uint64_t kSpaceChunks = std::uint64_t{1} << (kDepth - merkle::kChunkLevel);

constexpr const char* kMicroseconds = "us a chunk";

/// Numbers without a pattern that matters here.
class Random {
public:
    std::uint64_t operator()() {
        state_ = state_ * 0x5851f42d4c957f2d + 0x14057b7ef767814f;
        return state_ >> 20U;
    }

private:
    std::uint64_t state_ = 1;
};

/// A memory, the tree over it, and where its chunks stand in the address space.
class MeasuredMemory {
public:
    MeasuredMemory(std::size_t chunks, std::uint64_t distance)
        : distance_(distance), bytes_(chunks * merkle::kChunkBytes) {
        for (std::size_t i = 0; i < bytes_.size(); i += 8) {
            const std::uint64_t word = (i + 1) * 0x9e3779b97f4a7c15;
            std::memcpy(bytes_.data() + i, &word, sizeof(word));
        }
    }

    [[nodiscard]] std::size_t chunks() const { return bytes_.size() / merkle::kChunkBytes; }
    [[nodiscard]] ByteView chunk(std::size_t i) const {
        return ByteView(bytes_).subspan(i * merkle::kChunkBytes, merkle::kChunkBytes);
    }
    [[nodiscard]] std::uint64_t index(std::size_t i) const { return i * distance_; }

    void update_all() {
        std::vector<merkle::ChunkUpdate> updates(chunks());
        for (std::size_t i = 0; i < updates.size(); ++i) {
            updates[i] = {index(i), chunk(i), true};
        }
        tree.update_chunks(updates);
        keep(tree.root().bytes[0]);
    }

    /// Changes so many leaves in each of so many chunks, evenly spread, and names the chunks.
    std::vector<merkle::ChunkUpdate> dirty(std::size_t count, std::size_t leaves) {
        std::vector<merkle::ChunkUpdate> updates(count);
        const std::size_t step = chunks() / count;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t at = i * step + random_() % step;
            const std::size_t first = random_() % (merkle::kChunkLeaves / leaves);
            for (std::size_t leaf = first; leaf < merkle::kChunkLeaves;
                 leaf += merkle::kChunkLeaves / leaves) {
                ++bytes_[at * merkle::kChunkBytes + leaf * merkle::kLeafBytes];
            }
            updates[i] = {index(at), chunk(at), true};
        }
        return updates;
    }

    merkle::MemoryTree tree{kDepth};

private:
    std::uint64_t distance_;
    Random random_;
    Bytes bytes_;
};

/// What is measured over a growing number of dirty chunks.
struct Case {
    std::string name;
    std::size_t leaves;
    bool is_copied = false;
};

class MemoryBench {
public:
    MemoryBench(const Options& options, Results& results)
        : options_(options),
          results_(&results),
          pair_(pair_seconds(options, merkle::active_kernel())) {}

    void run() {
        const std::size_t chunks = options_.quick ? kQuickChunks : kFullChunks;
        {
            MeasuredMemory memory(chunks, 1);
            build(memory);
            for (const Case& each : {Case{"one word", 1}, Case{"8 leaves", 8},
                                     Case{"every leaf", merkle::kChunkLeaves},
                                     Case{"one word, after a copy", 1, true}}) {
                curve(memory, each, memory.chunks());
            }
            compare(memory);
            copy(memory);
        }
        {
            MeasuredMemory memory(chunks, kSpaceChunks / chunks);
            memory.update_all();
            curve(memory, {"one word, in 4 GiB", 1}, memory.chunks());
        }
        for (const unsigned depth : {11U, 15U, 19U, 23U, 27U}) {
            write_in_order(depth);
        }
    }

private:
    void add(const std::string& group, const std::string& name, double value,
             const std::string& unit, double ratio, const std::string& ratio_unit) {
        results_->push_back({"memory tree: " + group, name, value, unit, ratio, ratio_unit});
    }

    /// Of nothing but zeros before.
    void build(MeasuredMemory& memory) {
        const double seconds = median_seconds(
            options_, [&] { memory.tree = merkle::MemoryTree(kDepth); },
            [&] { memory.update_all(); });
        const auto bytes = static_cast<double>(memory.chunks() * merkle::kChunkBytes);
        add("full", std::to_string(memory.chunks()), bytes / seconds * 1e-9, "GB/s",
            seconds / static_cast<double>(memory.chunks()) / pair_, kPairs);
    }

    void curve(MeasuredMemory& memory, const Case& each, std::size_t most) {
        for (std::size_t count = 1; count <= most; count *= 4) {
            std::vector<merkle::ChunkUpdate> updates;
            std::optional<merkle::MemoryTree> copy;
            const auto prepare = [&] {
                updates = memory.dirty(count, each.leaves);
                copy.reset();
                if (each.is_copied) {
                    copy = memory.tree;
                }
            };
            const double seconds = median_seconds(options_, prepare, [&] {
                memory.tree.update_chunks(updates);
                keep(memory.tree.root().bytes[0]);
            });
            const double each_chunk = seconds / static_cast<double>(count);
            add(each.name, std::to_string(count), each_chunk * 1e6, kMicroseconds,
                each_chunk / pair_, kPairs);
        }
    }

    /// What it takes to look at the chunks at all.
    void compare(MeasuredMemory& memory) {
        for (std::size_t count = 1; count <= memory.chunks(); count *= 4) {
            std::vector<merkle::ChunkUpdate> updates;
            const double seconds = median_seconds(
                options_, [&] { updates = memory.dirty(count, 1); },
                [&] {
                    unsigned long long same = 0;
                    for (const merkle::ChunkUpdate& update : updates) {
                        const ByteView old = memory.tree.chunk_bytes(update.index);
                        // Past the leaf that differs, too.
                        for (std::size_t at = 0; at < old.size(); at += 256) {
                            same +=
                                std::memcmp(old.data() + at, update.bytes.data() + at, 256) == 0;
                        }
                    }
                    keep(same);
                });
            const double each_chunk = seconds / static_cast<double>(count);
            add("memcmp alone", std::to_string(count), each_chunk * 1e6, kMicroseconds,
                each_chunk / pair_, kPairs);
            memory.tree.update_chunks(updates);
        }
    }

    void copy(const MeasuredMemory& memory) {
        std::optional<merkle::MemoryTree> copy;
        const double seconds =
            median_seconds(options_, [&] { copy.reset(); }, [&] { copy = memory.tree; });
        add("copy", std::to_string(memory.chunks()), seconds * 1e9, "ns", seconds / pair_, kPairs);
    }

    void write_in_order(unsigned depth) {
        constexpr std::size_t kWrites = 100;
        constexpr int kRounds = 50;
        merkle::MemoryTree tree(depth);
        Random random;
        std::vector<merkle::LeafWrite> writes(kWrites);
        std::vector<Hash256> roots(kWrites);
        const double seconds =
            median_seconds(
                options_, [] {},
                [&] {
                    for (int round = 0; round < kRounds; ++round) {
                        for (merkle::LeafWrite& write : writes) {
                            // In some chunks, as programs write.
                            write.index = random() % 8 * ((std::uint64_t{1} << depth) / 8) +
                                          random() % merkle::kChunkLeaves;
                            ++write.leaf.bytes[random() % merkle::kLeafBytes];
                        }
                        tree.write_leaves(writes, roots);
                        keep(roots.back().bytes[0]);
                    }
                }) /
            (kRounds * kWrites);
        add("a root after each write", std::to_string(depth), seconds * 1e9, "ns",
            seconds / pair_ / (depth + 1), "x hash_pair a level");
    }

    Options options_;
    Results* results_;
    double pair_;
};

}  // namespace

void measure_memory_tree(const Options& options, Results& results) {
    MemoryBench(options, results).run();
}

}  // namespace lockstep::bench
