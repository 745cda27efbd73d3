#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "merkle/memory_tree.hpp"
#include "tests/property/merkle/arbitrary.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

/// A tree, its slow twin, and the chunks in which the twin is ahead.
struct Twins {
    MemoryTree tree;
    slow::MemoryTree slow;
    std::set<std::uint64_t> dirty;
};

void write(Twins& twins) {
    const std::uint64_t index = any_below(twins.slow.bytes.size() / kLeafBytes);
    const Hash256 leaf = any_leaf();
    std::ranges::copy(leaf.bytes,
                      twins.slow.bytes.begin() + static_cast<std::ptrdiff_t>(32 * index));
    twins.dirty.insert(index / kChunkLeaves);
}

void flip_charge(Twins& twins) {
    const std::uint64_t chunk = any_below(twins.slow.bytes.size() / kChunkBytes);
    if (twins.slow.charged.erase(chunk) == 0) {
        twins.slow.charged.insert(chunk);
    }
    twins.dirty.insert(chunk);
}

void catch_up(Twins& twins) {
    std::vector<ChunkUpdate> updates;
    for (const std::uint64_t chunk : twins.dirty) {
        updates.push_back({chunk, twins.slow.chunk(chunk), twins.slow.charged.contains(chunk)});
    }
    if (one_in(2)) {
        twins.tree.update_chunks(updates);
    } else {
        for (const ChunkUpdate& update : updates) {
            twins.tree.update_chunk(update.index, update.bytes, update.charged);
        }
    }
    twins.dirty.clear();
}

RC_GTEST_PROP(MemoryTreeProperty, EqualsTheSlowTwinAfterAnyOperations, ()) {
    const auto depth = static_cast<unsigned>(7 + any_below(3));
    std::vector<Twins> pool = {{MemoryTree(depth), slow::MemoryTree(depth), {}}};
    const std::uint64_t operations = any_below(40);
    for (std::uint64_t i = 0; i < operations; ++i) {
        Twins& twins = pool[any_below(pool.size())];
        switch (any_below(8)) {
            case 0:
                if (pool.size() < 4) {
                    const Twins copy = twins;
                    pool.push_back(copy);
                }
                break;
            case 1: catch_up(twins); break;
            case 2: static_cast<void>(twins.tree.root()); break;
            case 3: flip_charge(twins); break;
            default: write(twins);
        }
    }
    for (Twins& twins : pool) {
        catch_up(twins);
        RC_ASSERT(twins.tree.root() == twins.slow.root());
    }
}

}  // namespace
}  // namespace lockstep::merkle
