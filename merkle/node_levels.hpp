#pragma once

#include <cstdint>
#include <vector>

#include "base/hash256.hpp"
#include "merkle/shape.hpp"

namespace lockstep::merkle {

class PairBatch;

/// The levels `lowest` to `highest` of a tree, where each node above `lowest` is the hash of the
/// pair below it. Nodes of the lowest level start as zero hashes and are set one by one; the levels
/// above follow at rehash(), which touches only what stands above a changed node. A level is stored
/// in pages, of which those exist that hold a node set; whatever is not stored is a zero hash.
class NodeLevels {
public:
    NodeLevels(Shape shape, unsigned lowest, unsigned highest);

    /// Sets a node of the lowest level.
    void set(std::uint64_t index, const Hash256& node);

    /// Sets the first nodes of the lowest level, where none has been set before, and brings the upper
    /// levels up to date: faster, and in less memory, than one by one.
    void fill(std::vector<Hash256> nodes);

    /// Brings the upper levels up to date.
    void rehash();

    /// Above the lowest level, only when no set() is waiting for rehash().
    [[nodiscard]] Hash256 node(unsigned level, std::uint64_t index) const;

    [[nodiscard]] unsigned highest() const { return highest_; }

private:
    /// As long as the last node of it that was set.
    using Page = std::vector<Hash256>;
    static constexpr std::uint64_t kPageNodes = 256;

    /// Makes room for a node.
    Hash256& reserve(unsigned level, std::uint64_t index);
    [[nodiscard]] const Hash256& stored(unsigned level, std::uint64_t index) const;
    /// All parents of a level whose pages are full up to the last one; there are none yet.
    void hash_pages(unsigned level);
    /// `batch` is empty before and after.
    void hash_level(unsigned level, const std::vector<std::uint64_t>& parents, PairBatch& batch);

    Shape shape_;
    unsigned lowest_;
    unsigned highest_;
    /// levels_[i] holds the nodes of level lowest_ + i.
    std::vector<std::vector<Page>> levels_;
    /// Indices at the lowest level that changed since rehash(), some perhaps more than once.
    std::vector<std::uint64_t> changed_;
};

}  // namespace lockstep::merkle
