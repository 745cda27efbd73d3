#include "vm/machine/slot_stack.hpp"

#include <algorithm>
#include <utility>

#include "vm/machine/reservation.hpp"

namespace lockstep::vm {

SlotStack::SlotStack(std::size_t capacity) : capacity_(capacity) {
    reserve();
}

SlotStack::SlotStack(const SlotStack& other) : capacity_(other.capacity_), size_(other.size_) {
    reserve();
    std::ranges::copy(other, data_);
}

SlotStack& SlotStack::operator=(const SlotStack& other) {
    if (this == &other) {
        return *this;
    }
    if (data_ == nullptr || capacity_ != other.capacity_) {
        *this = SlotStack(other);
        return *this;
    }
    std::ranges::copy(other, data_);
    size_ = other.size_;
    return *this;
}

SlotStack::SlotStack(SlotStack&& other) noexcept
    : capacity_(other.capacity_),
      size_(std::exchange(other.size_, 0)),
      data_(std::exchange(other.data_, nullptr)) {}

SlotStack& SlotStack::operator=(SlotStack&& other) noexcept {
    if (this != &other) {
        release();
        capacity_ = other.capacity_;
        size_ = std::exchange(other.size_, 0);
        data_ = std::exchange(other.data_, nullptr);
    }
    return *this;
}

SlotStack::~SlotStack() {
    release();
}

SlotStack& SlotStack::operator=(std::span<const std::uint64_t> slots) {
    set_size(slots.size());
    std::ranges::copy(slots, data_);
    return *this;
}

void SlotStack::append(std::span<const std::uint64_t> slots) {
    LOCKSTEP_CHECK(slots.size() <= capacity_ - size_);
    std::ranges::copy(slots, end());
    size_ += slots.size();
}

void SlotStack::resize(std::size_t size) {
    LOCKSTEP_CHECK(size <= capacity_);
    if (size > size_) {
        std::fill(data_ + size_, data_ + size, 0);
    }
    size_ = size;
}

void SlotStack::assign(std::size_t size, std::uint64_t slot) {
    set_size(size);
    std::fill(data_, data_ + size, slot);
}

bool operator==(const SlotStack& left, const SlotStack& right) {
    return std::ranges::equal(left, right);
}

bool operator==(const SlotStack& left, const std::vector<std::uint64_t>& right) {
    return std::ranges::equal(left, right);
}

void SlotStack::reserve() {
    data_ = reinterpret_cast<std::uint64_t*>(reserve_zero(capacity_ * sizeof(std::uint64_t)));
}

void SlotStack::release() noexcept {
    if (data_ != nullptr) {
        release_reserved(reinterpret_cast<std::uint8_t*>(data_), capacity_ * sizeof(std::uint64_t));
    }
}

}  // namespace lockstep::vm
