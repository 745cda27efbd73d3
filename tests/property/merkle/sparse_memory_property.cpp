// Trees over up to 2^25 chunks, of which few are ever named, under everything that can be done with
// them: updates, writes in order, copies and differences.

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "merkle/memory_tree.hpp"
#include "tests/property/merkle/arbitrary.hpp"
#include "tests/property/merkle/sparse_twin.hpp"

namespace lockstep::merkle {
namespace {

/// A tree, its slow twin, and the chunks in which the twin is ahead.
struct Twins {
    MemoryTree tree;
    slow::SparseTwin slow;
    std::set<std::uint64_t> dirty;

    explicit Twins(unsigned depth) : tree(depth), slow(depth) {}
};

/// Of a few places far from one another, or near them.
std::uint64_t any_chunk(const slow::SparseTwin& slow) {
    const std::uint64_t last = slow.chunk_count() - 1;
    const std::uint64_t base = last / 3 * any_below(4);
    return std::min(last, base + (one_in(2) ? any_below(3) : any_below(40)));
}

LeafWrite any_write(const slow::SparseTwin& slow) {
    const std::uint64_t leaf = one_in(2) ? any_below(3) : any_below(kChunkLeaves);
    return {any_chunk(slow) * kChunkLeaves + leaf, any_leaf()};
}

void write(Twins& twins) {
    const LeafWrite write = any_write(twins.slow);
    twins.slow.write(write.index, write.leaf);
    twins.dirty.insert(write.index / kChunkLeaves);
}

void charge(Twins& twins) {
    const std::uint64_t chunk = any_chunk(twins.slow);
    twins.slow.charge(chunk, one_in(2));
    twins.dirty.insert(chunk);
}

/// Some chunks are named that have not changed.
void catch_up(Twins& twins) {
    twins.dirty.insert(any_chunk(twins.slow));
    std::vector<slow::SparseTwin::Chunk> chunks;
    chunks.reserve(twins.dirty.size());
    for (const std::uint64_t index : twins.dirty) {
        chunks.push_back(twins.slow.chunk(index));
    }
    std::vector<ChunkUpdate> updates;
    for (const std::uint64_t index : twins.dirty) {
        const slow::SparseTwin::Chunk& chunk = chunks[updates.size()];
        updates.push_back({index, chunk.bytes, chunk.charged});
    }
    twins.tree.update_chunks(updates);
    twins.dirty.clear();
}

void write_in_order(Twins& twins) {
    catch_up(twins);
    RC_ASSERT(twins.tree.root() == twins.slow.root());
    std::vector<LeafWrite> writes;
    const std::uint64_t count = one_in(8) ? any_below(150) : any_below(12);
    writes.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        writes.push_back(one_in(4) && i != 0 ? writes[any_below(i)] : any_write(twins.slow));
    }
    std::vector<Hash256> roots(writes.size());
    twins.tree.write_leaves(writes, roots);
    for (std::size_t i = 0; i < writes.size(); ++i) {
        twins.slow.charge(writes[i].index / kChunkLeaves, true);
        twins.slow.write(writes[i].index, writes[i].leaf);
        RC_ASSERT(roots[i] == twins.slow.root());
    }
    RC_ASSERT(twins.tree.root() == twins.slow.root());
}

void expect_differences(Twins& left, Twins& right) {
    catch_up(left);
    catch_up(right);
    if (one_in(2)) {
        static_cast<void>(left.tree.root());
    }
    if (one_in(2)) {
        static_cast<void>(right.tree.root());
    }
    std::set<std::uint64_t> named;
    for (const auto* const twins : {&left, &right}) {
        for (const auto& [index, chunk] : twins->slow.chunks()) {
            named.insert(index);
        }
    }
    std::vector<std::uint64_t> expected;
    std::ranges::copy_if(named, std::back_inserter(expected), [&](std::uint64_t index) {
        return left.slow.node(kChunkLevel, index) != right.slow.node(kChunkLevel, index);
    });
    std::vector<std::uint64_t> found;
    left.tree.for_each_difference(right.tree, [&](std::uint64_t index) { found.push_back(index); });
    RC_ASSERT(found == expected);
}

void expect_equal(Twins& twins) {
    catch_up(twins);
    RC_ASSERT(twins.tree.root() == twins.slow.root());
    for (const auto& [index, chunk] : twins.slow.chunks()) {
        RC_ASSERT(std::ranges::equal(twins.tree.chunk_bytes(index), chunk.bytes));
        RC_ASSERT(twins.tree.charged(index) == chunk.charged);
    }
    const unsigned level =
        kChunkLevel + static_cast<unsigned>(any_below(twins.slow.depth() - kChunkLevel + 1));
    const std::uint64_t index = any_chunk(twins.slow) >> (level - kChunkLevel);
    RC_ASSERT(twins.tree.node(level, index) == twins.slow.node(level, index));
}

RC_GTEST_PROP(SparseMemoryProperty, EqualsTheSlowTwinAfterAnyOperations, ()) {
    // 27: 4 GiB.
    const unsigned depth = one_in(2) ? 27 : 7 + static_cast<unsigned>(any_below(26));
    std::vector<Twins> pool = {Twins(depth)};
    const std::uint64_t operations = any_below(30);
    for (std::uint64_t i = 0; i < operations; ++i) {
        Twins& twins = pool[any_below(pool.size())];
        switch (any_below(10)) {
            case 0:
                if (pool.size() < 4) {
                    const Twins copy = twins;
                    pool.push_back(copy);
                }
                break;
            case 1: twins = Twins(pool[any_below(pool.size())]); break;
            case 2: static_cast<void>(twins.tree.root()); break;
            case 3: catch_up(twins); break;
            case 4: write_in_order(twins); break;
            case 5: charge(twins); break;
            case 6: expect_differences(twins, pool[any_below(pool.size())]); break;
            default: write(twins);
        }
    }
    for (Twins& twins : pool) {
        expect_equal(twins);
    }
}

}  // namespace
}  // namespace lockstep::merkle
