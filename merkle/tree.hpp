#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/hash256.hpp"
#include "merkle/node_levels.hpp"
#include "merkle/shape.hpp"

namespace lockstep::merkle {

/// A tree of fixed depth over raw 32-byte leaves, all zero at first. At depth 0 the root is the
/// one leaf. A copy is independent of its original, costs a pointer, and may live on another thread.
class Tree {
public:
    explicit Tree(unsigned depth) : levels_(Shape::plain, 0, depth) {}
    /// With these first leaves, hashed.
    Tree(unsigned depth, std::vector<Hash256> leaves) : Tree(depth) {
        levels_.fill(std::move(leaves));
    }

    void set_leaf(std::uint64_t index, const Hash256& leaf) { levels_.set(index, leaf); }

    /// The leaves are written one after the other, and roots[i] is the root after the first i + 1 of
    /// them: as many hashes as one by one, but many at a time. No leaf may have been set since root().
    void set_leaves(std::span<const LeafWrite> writes, std::span<Hash256> roots);

    /// Rehashes what changed since the last call.
    [[nodiscard]] Hash256 root() {
        levels_.rehash();
        return node(depth(), 0);
    }

    [[nodiscard]] unsigned depth() const { return levels_.highest(); }
    [[nodiscard]] Hash256 leaf(std::uint64_t index) const { return node(0, index); }

    /// Above level 0, only when no leaf was set since the last root().
    [[nodiscard]] Hash256 node(unsigned level, std::uint64_t index) const {
        return levels_.node(level, index);
    }

private:
    NodeLevels levels_;
};

/// The root of a tree whose first leaves are the given ones and whose other leaves are zero,
/// without keeping the tree.
[[nodiscard]] Hash256 tree_root(std::vector<Hash256> leaves, unsigned depth);

}  // namespace lockstep::merkle
