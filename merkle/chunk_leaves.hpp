#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "base/hash256.hpp"
#include "merkle/leaf_plane.hpp"

namespace lockstep::merkle {

/// Room for the leaves of one chunk: on the heap, or a place in a plane, which it keeps alive. The
/// contents are what was there before.
class ChunkLeaves {
public:
    /// On the heap.
    ChunkLeaves();
    /// The chunk's place in a plane that is not sealed. No other chunk has it.
    ChunkLeaves(const std::shared_ptr<LeafPlane>& plane, std::uint64_t chunk_index)
        : plane_(plane), leaves_(plane->leaves(chunk_index)) {}
    ChunkLeaves(const ChunkLeaves&) = delete;
    ChunkLeaves& operator=(const ChunkLeaves&) = delete;
    ChunkLeaves(ChunkLeaves&& other) noexcept
        : plane_(std::move(other.plane_)), leaves_(std::exchange(other.leaves_, nullptr)) {}
    ChunkLeaves& operator=(ChunkLeaves&& other) noexcept {
        std::swap(plane_, other.plane_);
        std::swap(leaves_, other.leaves_);
        return *this;
    }
    ~ChunkLeaves();

    [[nodiscard]] Hash256* get() const { return leaves_; }
    /// Null on the heap.
    [[nodiscard]] const LeafPlane* plane() const { return plane_.get(); }
    [[nodiscard]] bool is_sealed() const { return plane_ && plane_->is_sealed(); }

private:
    std::shared_ptr<const LeafPlane> plane_;
    Hash256* leaves_;
};

}  // namespace lockstep::merkle
