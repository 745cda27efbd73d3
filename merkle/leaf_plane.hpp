#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/hash256.hpp"

namespace lockstep::merkle {

/// Room for the leaves of a memory tree's chunks in a file without a name, so that machines can map
/// them: chunk i's kChunkBytes bytes at that offset times i. What is never written takes no room.
///
/// One tree writes it, until it is sealed: when the tree is copied, or its file is given out. From then
/// on it never changes, so that all who map it or refer to it see what the tree held. A process made by
/// fork() has no access to it: going on with a tree of its parent ends it.
class LeafPlane {
public:
    /// Null where the system has no such file, or no room to map it.
    [[nodiscard]] static std::shared_ptr<LeafPlane> make(std::uint64_t chunks);

    LeafPlane(const LeafPlane&) = delete;
    LeafPlane& operator=(const LeafPlane&) = delete;
    LeafPlane(LeafPlane&&) = delete;
    LeafPlane& operator=(LeafPlane&&) = delete;
    ~LeafPlane();

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

    [[nodiscard]] Hash256* leaves(std::uint64_t chunk_index);

    /// `chunks`: how many the tree has.
    void seal(std::uint64_t chunks) const;
    [[nodiscard]] bool is_sealed() const { return sealed_chunks_.load() != kOpen; }
    [[nodiscard]] std::uint64_t sealed_chunks() const { return sealed_chunks_.load(); }

    /// How many chunks those who map the file have had to copy beside it.
    void note_copied(std::uint64_t chunks) const { copied_chunks_ += chunks; }
    [[nodiscard]] std::uint64_t copied_chunks() const { return copied_chunks_; }

private:
    static constexpr std::uint64_t kOpen = ~std::uint64_t{0};

    LeafPlane(int fd, void* mapped, std::uint64_t bytes);

    int fd_;
    void* mapped_;
    std::uint64_t bytes_;
    mutable std::atomic<std::uint64_t> sealed_chunks_{kOpen};
    mutable std::atomic<std::uint64_t> copied_chunks_{0};
};

}  // namespace lockstep::merkle
