// What trees take from the heap, and what is left of them when it has no more. A program of its own
// because it replaces operator new.

#include <algorithm>
#include <cstdlib>
#include <new>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "merkle/memory_tree.hpp"
#include "merkle/tree.hpp"
#include "tests/property/merkle/random.hpp"
#include "tests/property/merkle/sparse_twin.hpp"

namespace {

long allocations = 0;
/// Allocations that still succeed; negative: all do.
long allocations_left = -1;

void* allocate(std::size_t bytes, std::size_t alignment) {
    if (allocations_left == 0) {
        throw std::bad_alloc();
    }
    allocations_left -= allocations_left > 0 ? 1 : 0;
    ++allocations;
    const std::size_t size = (bytes + alignment - 1) / alignment * alignment;
    void* const memory = std::aligned_alloc(alignment, std::max(size, alignment));
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

}  // namespace

// Not inlined: g++ would take the allocation and free for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
    return allocate(bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
[[gnu::noinline]] void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return allocate(bytes, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*bytes*/,
                                       std::align_val_t /*alignment*/) noexcept {
    std::free(memory);
}

namespace lockstep::merkle {
namespace {

constexpr unsigned kDepth = 27;
/// Blocks from the root down to a chunk.
constexpr long kRows = (kDepth - kChunkLevel) / NodeBlock::kLevels;

/// A tree in which that many chunks in a row are charged and all zero.
MemoryTree tree_of(std::uint64_t chunks) {
    const Bytes zeros(kChunkBytes);
    MemoryTree tree(kDepth);
    std::vector<ChunkUpdate> updates;
    updates.reserve(chunks);
    for (std::uint64_t i = 0; i < chunks; ++i) {
        updates.push_back({i, zeros, true});
    }
    tree.update_chunks(updates);
    static_cast<void>(tree.root());
    return tree;
}

template <class Function>
long allocations_in(const Function& function) {
    const long before = allocations;
    function();
    return allocations - before;
}

TEST(TreeAllocation, ACopyAllocatesNothing) {
    const MemoryTree tree = tree_of(16'384);
    std::optional<MemoryTree> copy;
    EXPECT_EQ(allocations_in([&] { copy.emplace(tree); }), 0);
}

TEST(TreeAllocation, AChangeAfterACopyAllocatesItsPath) {
    MemoryTree tree = tree_of(4'096);
    const MemoryTree copy = tree;
    const Bytes ones(kChunkBytes, 1);
    const auto change = [&] {
        tree.update_chunk(777, ones, true);
        static_cast<void>(tree.root());
    };
    // The blocks, the chunk with its leaves, and what rehashing needs for a while.
    EXPECT_LE(allocations_in(change), kRows + 2 + 4);
    const Bytes twos(kChunkBytes, 2);
    EXPECT_LE(allocations_in([&] { tree.update_chunk(777, twos, true); }), 0);
}

TEST(TreeAllocation, WritesInOrderKeepTheirRoom) {
    MemoryTree tree = tree_of(64);
    std::vector<LeafWrite> writes;
    writes.reserve(500);
    for (std::uint64_t i = 0; i < 500; ++i) {
        writes.push_back(
            {i * 16 % (64 * kChunkLeaves), slow::filled(static_cast<std::uint8_t>(i))});
    }
    std::vector<Hash256> roots(writes.size());
    tree.write_leaves(writes, roots);
    EXPECT_EQ(allocations_in([&] { tree.write_leaves(writes, roots); }), 0);
}

/// Runs the function with room for 0, 1, 2, ... allocations until it gets through.
template <class Function>
int failures_of(const Function& function) {
    for (int failures = 0;; ++failures) {
        allocations_left = failures;
        try {
            function();
            allocations_left = -1;
            return failures;
        } catch (const std::bad_alloc&) {
            allocations_left = -1;
        }
    }
}

struct Twins {
    MemoryTree tree{kDepth};
    slow::SparseTwin slow{kDepth};
};

/// Some of them far apart, so that there is much to allocate.
std::vector<LeafWrite> random_writes(Random& random) {
    std::vector<LeafWrite> writes(1 + random() % 6);
    for (LeafWrite& write : writes) {
        const std::uint64_t chunk = random() % 5 * 209'715 + random() % 3;
        write = {chunk * kChunkLeaves + random() % kChunkLeaves,
                 slow::filled(static_cast<std::uint8_t>(random()))};
    }
    return writes;
}

int fail_to_update(Twins& twins, const std::vector<LeafWrite>& writes) {
    std::map<std::uint64_t, slow::SparseTwin::Chunk> chunks;
    for (const LeafWrite& write : writes) {
        twins.slow.write(write.index, write.leaf);
    }
    for (const LeafWrite& write : writes) {
        chunks[write.index / kChunkLeaves] = twins.slow.chunk(write.index / kChunkLeaves);
    }
    std::vector<ChunkUpdate> updates;
    updates.reserve(chunks.size());
    for (const auto& [index, chunk] : chunks) {
        updates.push_back({index, chunk.bytes, chunk.charged});
    }
    return failures_of([&] {
        twins.tree.update_chunks(updates);
        static_cast<void>(twins.tree.root());
    });
}

int fail_to_write(Twins& twins, const std::vector<LeafWrite>& writes) {
    std::vector<Hash256> roots(writes.size());
    const int failures = failures_of([&] { twins.tree.write_leaves(writes, roots); });
    for (std::size_t i = 0; i < writes.size(); ++i) {
        twins.slow.charge(writes[i].index / kChunkLeaves, true);
        twins.slow.write(writes[i].index, writes[i].leaf);
        EXPECT_EQ(roots[i], twins.slow.root());
    }
    return failures;
}

TEST(TreeAllocation, WithoutMemoryTreesStayWhatTheyAre) {
    int failures = 0;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        Random random(seed);
        std::vector<Twins> pool(1);
        for (int round = 0; round < 12; ++round) {
            if (random() % 3 == 0) {
                pool.push_back(pool[random() % pool.size()]);
            }
            Twins& twins = pool[random() % pool.size()];
            const std::vector<LeafWrite> writes = random_writes(random);
            failures +=
                random() % 2 == 0 ? fail_to_update(twins, writes) : fail_to_write(twins, writes);
            ASSERT_EQ(twins.tree.root(), twins.slow.root()) << "seed " << seed;
        }
        for (Twins& twins : pool) {
            ASSERT_EQ(twins.tree.root(), twins.slow.root()) << "seed " << seed;
        }
    }
    EXPECT_GT(failures, 1000);
}

TEST(TreeAllocation, WithoutMemoryLeavesStayWhatTheyAre) {
    Tree tree(20);
    slow::PlainTree twin(12);
    int failures = 0;
    for (std::uint64_t i = 0; i < 40; ++i) {
        const Tree copy = tree;
        const std::uint64_t index = i * i * 977 % 4'096;
        twin.leaves[index] = slow::filled(static_cast<std::uint8_t>(i + 1));
        failures += failures_of([&] {
            tree.set_leaf(index, twin.leaves[index]);
            static_cast<void>(tree.root());
        });
        ASSERT_EQ(tree.leaf(index), twin.leaves[index]);
    }
    EXPECT_EQ(tree.node(12, 0), twin.root());
    EXPECT_GT(failures, 100);
}

}  // namespace
}  // namespace lockstep::merkle
