#include "vm/machine/memory.hpp"

#include <cstring>
#include <utility>

#include "vm/machine/reservation.hpp"

namespace lockstep::vm {

namespace {

constexpr std::size_t kPageBytes = 65'536;
/// What an address, an offset and a width reach, and one page.
constexpr std::size_t kGuardedBytes = (std::size_t{1} << 33U) + kPageBytes;

}  // namespace

Memory::Memory(std::uint32_t pages, std::uint32_t max_pages)
    : pages_(pages), max_pages_(max_pages) {
    reserve();
}

Memory::Memory(const Memory& other)
    : pages_(other.pages_),
      max_pages_(other.max_pages_),
      written_(other.written_),
      logged_(other.logged_) {
    reserve();
    for (const std::uint32_t chunk : written_) {
        const std::size_t at = std::size_t{chunk} * kChunkBytes;
        std::memcpy(base_ + at, other.base_ + at, kChunkBytes);
        flags()[chunk] = other.flags()[chunk];
    }
}

Memory& Memory::operator=(const Memory& other) {
    if (this != &other) {
        *this = Memory(other);
    }
    return *this;
}

Memory::Memory(Memory&& other) noexcept
    : pages_(std::exchange(other.pages_, 0)),
      max_pages_(std::exchange(other.max_pages_, 0)),
      is_guarded_(std::exchange(other.is_guarded_, false)),
      base_(std::exchange(other.base_, nullptr)),
      written_(std::move(other.written_)),
      logged_(std::move(other.logged_)) {}

Memory& Memory::operator=(Memory&& other) noexcept {
    if (this != &other) {
        release();
        pages_ = std::exchange(other.pages_, 0);
        max_pages_ = std::exchange(other.max_pages_, 0);
        is_guarded_ = std::exchange(other.is_guarded_, false);
        base_ = std::exchange(other.base_, nullptr);
        written_ = std::move(other.written_);
        logged_ = std::move(other.logged_);
    }
    return *this;
}

Memory::~Memory() {
    release();
}

void Memory::set_pages(std::uint32_t pages) {
    if (is_guarded_ && pages > pages_) {
        set_accessible(base_ + std::size_t{pages_} * kPageBytes,
                       std::size_t{pages - pages_} * kPageBytes, true);
    } else if (is_guarded_ && pages < pages_) {
        set_accessible(base_ + std::size_t{pages} * kPageBytes,
                       std::size_t{pages_ - pages} * kPageBytes, false);
    }
    pages_ = pages;
}

void Memory::guard() {
    if (is_guarded_) {
        return;
    }
    const std::size_t used = kFlagsDistance + std::size_t{pages_} * kPageBytes;
    const std::size_t reserved = reserved_bytes();
    std::uint8_t* range = reserve_inaccessible(kFlagsDistance + kGuardedBytes);
    try {
        move_mapping(base_ - kFlagsDistance, used, range);
    } catch (...) {
        release_reserved(range, kFlagsDistance + kGuardedBytes);
        throw;
    }
    if (reserved > used) {
        release_reserved(base_ - kFlagsDistance + used, reserved - used);
    }
    base_ = range + kFlagsDistance;
    is_guarded_ = true;
}

ByteView Memory::bytes() const {
    return {base_, std::size_t{pages_} * kPageBytes};
}

void Memory::clear_logged() {
    for (const std::uint32_t chunk : logged_) {
        flags()[chunk] = static_cast<std::uint8_t>(flags()[chunk] & ~kLogged);
    }
    logged_.clear();
}

void Memory::log(std::uint32_t chunk) {
    if ((flags()[chunk] & kCharged) == 0) {
        written_.push_back(chunk);
    }
    logged_.push_back(chunk);
    flags()[chunk] = kCharged | kLogged;
}

void Memory::reserve() {
    base_ = reserve_zero(reserved_bytes()) + kFlagsDistance;
}

void Memory::release() noexcept {
    if (base_ != nullptr) {
        release_reserved(base_ - kFlagsDistance, reserved_bytes());
    }
}

std::size_t Memory::reserved_bytes() const {
    return kFlagsDistance + (is_guarded_ ? kGuardedBytes : std::size_t{max_pages_} * kPageBytes);
}

}  // namespace lockstep::vm
