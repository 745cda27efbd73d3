#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "base/hash256.hpp"
#include "merkle/node_block.hpp"
#include "merkle/shape.hpp"

namespace lockstep::merkle {

/// A leaf that is written at some time.
struct LeafWrite {
    std::uint64_t index;
    Hash256 leaf;
};

/// The levels `lowest` to `highest` of a tree, where each node above `lowest` is the hash of the
/// pair below it. Nodes of the lowest level start as zero hashes and are set one by one; the levels
/// above follow at rehash(), which touches only what stands above a changed node.
///
/// The nodes stand in blocks of four levels, each held by the one above; a block of nothing but
/// zeros does not exist. A copy shares all blocks with its original, and costs a pointer; whoever
/// changes a node first copies the blocks above it that it does not hold alone. Copies may live on
/// different threads.
class NodeLevels {
public:
    NodeLevels(Shape shape, unsigned lowest, unsigned highest);

    /// Sets a node of the lowest level.
    void set(std::uint64_t index, const Hash256& node);

    /// Sets the first nodes of the lowest level, where none has been set before, and brings the upper
    /// levels up to date.
    void fill(std::vector<Hash256> nodes);

    /// Brings the upper levels up to date.
    void rehash();

    /// Above the lowest level, only when no set() is waiting for rehash().
    [[nodiscard]] Hash256 node(unsigned level, std::uint64_t index) const;

    [[nodiscard]] unsigned lowest() const { return lowest_; }
    [[nodiscard]] unsigned highest() const { return highest_; }
    [[nodiscard]] bool is_stale() const { return top_ && top_->stale != 0; }

    // For trees that keep something below the lowest level.

    /// The block that holds a node of the lowest level; null if it is zero with all around it.
    [[nodiscard]] const NodeBlock* block_of(std::uint64_t index) const;
    /// The same, made if need be, and held by this tree alone from the top down, until it is copied.
    [[nodiscard]] NodeBlock& own_block_of(std::uint64_t index);
    /// The same, for a node that is about to change: it becomes stale from the top down.
    [[nodiscard]] NodeBlock& stale_block_of(std::uint64_t index);
    [[nodiscard]] static unsigned place_in_block(std::uint64_t index) {
        return static_cast<unsigned>(index % NodeBlock::kNodes);
    }

    /// Marks a node of the lowest level, or takes the mark away. The blocks above it are this tree's own.
    void mark(std::uint64_t index, bool marked);
    /// In ascending order; costs the nodes that are marked.
    void for_each_marked(const std::function<void(std::uint64_t index)>& function) const;
    /// Every lowest block that exists, held by this tree alone, with the index of its first node.
    [[nodiscard]] std::vector<std::pair<std::uint64_t, NodeBlock*>> own_blocks();

    /// The blocks above the nodes that are written, held by this tree alone: the lowest ones in the
    /// order of the writes, then those above them in the same order, and so on. The tree's contents stay
    /// what they are. A write's `index` is shifted down by `index_shift`.
    void own_paths(std::span<const LeafWrite> writes, unsigned index_shift,
                   std::vector<NodeBlock*>& paths);
    /// Sets nodes[i] at writes[i], one after the other, and puts into nodes[i] the root that follows.
    /// `paths` is what own_paths() has given for these writes.
    void write_in_order(std::span<const LeafWrite> writes, unsigned index_shift,
                        std::span<NodeBlock* const> paths, std::span<Hash256> nodes);

    /// Calls `differs` for the nodes of the lowest level in which this and another tree of its levels
    /// differ, in ascending order. Costs what differs, and what either has set since rehash().
    void for_each_difference(const NodeLevels& other,
                             const std::function<void(std::uint64_t index)>& differs) const;

private:
    [[nodiscard]] unsigned rows() const;
    [[nodiscard]] unsigned height_of_row(unsigned row) const;
    [[nodiscard]] unsigned level_of_row(unsigned row) const {
        return lowest_ + row * NodeBlock::kLevels;
    }
    [[nodiscard]] const NodeBlock* block(unsigned row, std::uint64_t block_index) const;
    [[nodiscard]] NodeBlock& own_top();
    /// The block below one of `parent`, which stands in the row `row + 1` and is held alone.
    [[nodiscard]] NodeBlock& own_child(NodeBlock& parent, unsigned place, unsigned row) const;
    void find_marked(const NodeBlock& block, unsigned row, std::uint64_t first_index,
                     const std::function<void(std::uint64_t index)>& function) const;
    void find_differences(const NodeBlock* mine, const NodeBlock* others, unsigned row,
                          std::uint64_t first_index,
                          const std::function<void(std::uint64_t index)>& differs) const;

    Shape shape_;
    unsigned lowest_;
    unsigned highest_;
    Hash256 root_;
    CountedPtr<NodeBlock> top_;
};

}  // namespace lockstep::merkle
