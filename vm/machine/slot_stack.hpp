#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <span>
#include <vector>

#include "base/check.hpp"

namespace lockstep::vm {

/// A stack of 64-bit slots whose address never changes: its range is reserved at once, and takes
/// memory where it is written. So engines keep pointers into it and ask for no room. Otherwise a
/// vector.
///
/// Limitations: 1. one that was moved from has no range, and can only be assigned to or destroyed.
/// 2. throws std::bad_alloc where the host cannot reserve the range.
class SlotStack {
public:
    using value_type = std::uint64_t;
    using iterator = std::uint64_t*;
    using const_iterator = const std::uint64_t*;

    explicit SlotStack(std::size_t capacity);
    SlotStack(const SlotStack& other);
    SlotStack& operator=(const SlotStack& other);
    SlotStack(SlotStack&& other) noexcept;
    SlotStack& operator=(SlotStack&& other) noexcept;
    ~SlotStack();

    SlotStack& operator=(std::span<const std::uint64_t> slots);
    SlotStack& operator=(std::initializer_list<std::uint64_t> slots) {
        return *this = std::span(slots.begin(), slots.size());
    }

    [[nodiscard]] std::size_t capacity() const { return capacity_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::uint64_t* data() { return data_; }
    [[nodiscard]] const std::uint64_t* data() const { return data_; }
    [[nodiscard]] std::uint64_t* begin() { return data_; }
    [[nodiscard]] std::uint64_t* end() { return data_ + size_; }
    [[nodiscard]] const std::uint64_t* begin() const { return data_; }
    [[nodiscard]] const std::uint64_t* end() const { return data_ + size_; }
    [[nodiscard]] auto rbegin() const { return std::reverse_iterator(end()); }
    [[nodiscard]] auto rend() const { return std::reverse_iterator(begin()); }
    [[nodiscard]] std::uint64_t& operator[](std::size_t index) { return data_[index]; }
    [[nodiscard]] std::uint64_t operator[](std::size_t index) const { return data_[index]; }
    [[nodiscard]] std::uint64_t back() const { return data_[size_ - 1]; }

    void push_back(std::uint64_t slot) {
        LOCKSTEP_CHECK(size_ < capacity_);
        data_[size_++] = slot;
    }
    void pop_back() { --size_; }
    void clear() { size_ = 0; }
    void append(std::span<const std::uint64_t> slots);
    /// New slots are 0.
    void resize(std::size_t size);
    void assign(std::size_t size, std::uint64_t slot);
    /// The size alone: new slots are what was written there, by an engine that has a pointer.
    void set_size(std::size_t size) {
        LOCKSTEP_CHECK(size <= capacity_);
        size_ = size;
    }

    friend bool operator==(const SlotStack& left, const SlotStack& right);
    friend bool operator==(const SlotStack& left, const std::vector<std::uint64_t>& right);

private:
    void reserve();
    void release() noexcept;

    std::size_t capacity_ = 0;
    std::size_t size_ = 0;
    std::uint64_t* data_ = nullptr;
};

}  // namespace lockstep::vm
