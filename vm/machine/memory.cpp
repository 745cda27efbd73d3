#include "vm/machine/memory.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include <sys/mman.h>

namespace lockstep::vm {

namespace {

constexpr std::size_t kPageBytes = 65'536;

/// A fresh zero range that takes no memory until it is written.
std::uint8_t* map_zero(std::size_t bytes) {
    void* range = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) {
        throw std::bad_alloc();
    }
    return static_cast<std::uint8_t*>(range);
}

/// The reservation is never empty, so that base_ is never null in a live object.
std::size_t reserved_bytes(std::uint32_t max_pages) {
    return std::max<std::size_t>(max_pages, 1) * kPageBytes;
}

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
        flags_[chunk] = other.flags_[chunk];
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
      base_(std::exchange(other.base_, nullptr)),
      flags_(std::exchange(other.flags_, nullptr)),
      written_(std::move(other.written_)),
      logged_(std::move(other.logged_)) {}

Memory& Memory::operator=(Memory&& other) noexcept {
    if (this != &other) {
        release();
        pages_ = std::exchange(other.pages_, 0);
        max_pages_ = std::exchange(other.max_pages_, 0);
        base_ = std::exchange(other.base_, nullptr);
        flags_ = std::exchange(other.flags_, nullptr);
        written_ = std::move(other.written_);
        logged_ = std::move(other.logged_);
    }
    return *this;
}

Memory::~Memory() {
    release();
}

ByteView Memory::bytes() const {
    return {base_, std::size_t{pages_} * kPageBytes};
}

void Memory::clear_logged() {
    for (const std::uint32_t chunk : logged_) {
        flags_[chunk] = static_cast<std::uint8_t>(flags_[chunk] & ~kLogged);
    }
    logged_.clear();
}

void Memory::log(std::uint32_t chunk) {
    if ((flags_[chunk] & kCharged) == 0) {
        written_.push_back(chunk);
    }
    logged_.push_back(chunk);
    flags_[chunk] = kCharged | kLogged;
}

void Memory::reserve() {
    const std::size_t bytes = reserved_bytes(max_pages_);
    base_ = map_zero(bytes);
    try {
        flags_ = map_zero(bytes / kChunkBytes);
    } catch (...) {
        munmap(base_, bytes);
        throw;
    }
}

void Memory::release() noexcept {
    if (base_ != nullptr) {
        const std::size_t bytes = reserved_bytes(max_pages_);
        munmap(base_, bytes);
        munmap(flags_, bytes / kChunkBytes);
    }
}

}  // namespace lockstep::vm
