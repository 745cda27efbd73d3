#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace lockstep::vm {

/// 64-bit slots (globals, a table) that remember which leaves of four have been written since the
/// last commitment.
class TrackedSlots {
public:
    TrackedSlots() = default;
    explicit TrackedSlots(std::vector<std::uint64_t> slots)
        : slots_(std::move(slots)), dirty_((slots_.size() + 3) / 4) {}

    [[nodiscard]] std::size_t size() const { return slots_.size(); }
    [[nodiscard]] std::uint64_t operator[](std::size_t index) const { return slots_[index]; }
    [[nodiscard]] std::span<const std::uint64_t> slots() const { return slots_; }

    void set(std::size_t index, std::uint64_t value) {
        slots_[index] = value;
        mark(index);
    }

    /// For native code, which writes slots itself: their addresses until grow(), a byte for each leaf
    /// that is 0 where it is clean, and what to do where it is.
    [[nodiscard]] std::uint64_t* data() { return slots_.data(); }
    [[nodiscard]] const std::uint8_t* dirty_flags() const { return dirty_.data(); }
    void mark(std::size_t index) {
        if (dirty_[index / 4] == 0) {
            dirty_[index / 4] = 1;
            dirty_leaves_.push_back(static_cast<std::uint32_t>(index / 4));
        }
    }

    /// Lengthens to `size` slots; the new ones are 0 and clean.
    void grow(std::size_t size) {
        slots_.resize(size);
        dirty_.resize((size + 3) / 4);
    }

    [[nodiscard]] std::span<const std::uint32_t> dirty_leaves() const { return dirty_leaves_; }
    void clear_dirty() {
        for (const std::uint32_t leaf : dirty_leaves_) {
            dirty_[leaf] = 0;
        }
        dirty_leaves_.clear();
    }

private:
    std::vector<std::uint64_t> slots_;
    std::vector<std::uint8_t> dirty_;
    std::vector<std::uint32_t> dirty_leaves_;
};

}  // namespace lockstep::vm
