#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/hash256.hpp"
#include "merkle/counted.hpp"
#include "merkle/shape.hpp"

namespace lockstep::merkle {

/// Four levels of a tree: kBlockNodes nodes at the lowest of them, half as many at each further
/// one. The node above all of them belongs to the block above. A tree's topmost block may have fewer
/// levels, and uses the beginning of each.
struct NodeBlock final : Counted {
    static constexpr unsigned kLevels = 4;
    static constexpr std::size_t kNodes = std::size_t{1} << kLevels;

    /// Nothing but zeros; `level` is the block's lowest.
    NodeBlock(Shape shape, unsigned level);

    /// Where a level's nodes begin.
    [[nodiscard]] static constexpr std::size_t offset(unsigned level_in_block) {
        return 2 * kNodes - (2 * kNodes >> level_in_block);
    }

    [[nodiscard]] Hash256& node(unsigned level_in_block, std::uint64_t place) {
        return nodes[offset(level_in_block) + place];
    }
    [[nodiscard]] const Hash256& node(unsigned level_in_block, std::uint64_t place) const {
        return nodes[offset(level_in_block) + place];
    }

    /// Has the processor fetch the counts of the children, which a copy raises one after the other.
    void fetch_children() const {
        for (const CountedPtr<Counted>& child : children) {
            __builtin_prefetch(child.get(), 1);
        }
    }

    /// Has the processor fetch what rehashing takes when a node of the lowest level has changed.
    void fetch_nodes_above(std::uint64_t place) const {
        for (unsigned level = 0; level < kLevels; ++level) {
            __builtin_prefetch(&node(level, place >> level), 1);
        }
    }

    /// Bit i: something above node i of the lowest level is not up to date; except in the lowest
    /// blocks of a tree, neither perhaps is that node itself, and child i has such a bit too.
    std::uint16_t stale = 0;
    /// Bit i: the tree's owner has marked something below node i of the lowest level.
    std::uint16_t marked = 0;
    /// The block below node i of the lowest level, all zero if null. In the lowest blocks of a tree,
    /// what the owner of the tree keeps there.
    std::array<CountedPtr<Counted>, kNodes> children;
    alignas(64) std::array<Hash256, 2 * kNodes - 2> nodes;
};

/// A block held by nobody else, with stale nodes, and where the node above it is to be written.
struct StaleBlock {
    NodeBlock* block;
    Hash256* root;
};

/// Brings blocks of one height up to date, all together.
void rehash_blocks(std::span<const StaleBlock> blocks, unsigned height);

}  // namespace lockstep::merkle
