#pragma once

#include <cstdint>
#include <vector>

#include "base/hash256.hpp"
#include "merkle/shape.hpp"

namespace lockstep::merkle {

class PairBatch;

/// The levels `lowest` to `highest` of a tree, where each node above `lowest` is the hash of the
/// pair below it. Nodes of the lowest level start as zero hashes and are set one by one; the levels
/// above follow at rehash(), which touches only what stands above a changed node. Storage grows
/// with the highest index set; whatever lies beyond is a zero hash.
class NodeLevels {
public:
    NodeLevels(Shape shape, unsigned lowest, unsigned highest);

    /// Sets a node of the lowest level.
    void set(std::uint64_t index, const Hash256& node);

    /// Brings the upper levels up to date.
    void rehash();

    /// Above the lowest level, only when no set() is waiting for rehash().
    [[nodiscard]] Hash256 node(unsigned level, std::uint64_t index) const;

    [[nodiscard]] unsigned highest() const { return highest_; }

private:
    [[nodiscard]] const Hash256& stored(unsigned level, std::uint64_t index) const;
    /// `batch` is empty before and after.
    void hash_level(unsigned level, const std::vector<std::uint64_t>& parents, PairBatch& batch);

    Shape shape_;
    unsigned lowest_;
    unsigned highest_;
    /// levels_[i] holds the nodes of level lowest_ + i.
    std::vector<std::vector<Hash256>> levels_;
    /// Indices at the lowest level that changed since rehash(), each once: marked_ tells.
    std::vector<std::uint64_t> changed_;
    std::vector<bool> marked_;
};

}  // namespace lockstep::merkle
