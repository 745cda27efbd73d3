#include "vm/machine/memory.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "base/check.hpp"
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

Memory Memory::over(int file, std::uint64_t file_bytes, std::uint32_t pages,
                    std::uint32_t max_pages) {
    Memory memory{NoRange()};
    memory.pages_ = pages;
    memory.max_pages_ = max_pages;
    const std::size_t bytes = std::size_t{pages} * kPageBytes;
    try {
        // Guarded from the start: what is mapped piece by piece cannot be moved as one.
        memory.reserve_guarded(bytes);
    } catch (const std::bad_alloc&) {
        memory.reserve();
    }
    memory.file_bytes_ = std::min<std::uint64_t>(file_bytes, bytes);
    if (memory.file_bytes_ != 0) {
        map_file_over(memory.base_, memory.file_bytes_, file);
    }
    return memory;
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
      file_bytes_(std::exchange(other.file_bytes_, 0)),
      base_(std::exchange(other.base_, nullptr)),
      written_(std::move(other.written_)),
      logged_(std::move(other.logged_)) {}

Memory& Memory::operator=(Memory&& other) noexcept {
    if (this != &other) {
        release();
        pages_ = std::exchange(other.pages_, 0);
        max_pages_ = std::exchange(other.max_pages_, 0);
        is_guarded_ = std::exchange(other.is_guarded_, false);
        file_bytes_ = std::exchange(other.file_bytes_, 0);
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
    if (file_bytes_ != 0) {
        throw std::bad_alloc();  // over() has found no room for it
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

void Memory::replace_chunk(std::uint32_t chunk, ByteView bytes) {
    LOCKSTEP_CHECK(std::uint64_t{chunk} * kChunkBytes < std::uint64_t{pages_} * kPageBytes);
    std::uint8_t* const to = base_ + std::size_t{chunk} * kChunkBytes;
    if (bytes.empty()) {
        std::memset(to, 0, kChunkBytes);
    } else {
        LOCKSTEP_CHECK(bytes.size() == kChunkBytes);
        std::memcpy(to, bytes.data(), kChunkBytes);
    }
}

void Memory::set_charged_chunks(std::span<const std::uint32_t> chunks) {
    clear_logged();
    const auto same = std::ranges::mismatch(written_, chunks).in1 - written_.begin();
    const auto kept = static_cast<std::size_t>(same);
    std::vector<std::uint32_t> written(chunks.begin(), chunks.end());
    for (const std::uint32_t chunk : std::span(written_).subspan(kept)) {
        flags()[chunk] = 0;
    }
    for (const std::uint32_t chunk : chunks.subspan(kept)) {
        flags()[chunk] = kCharged;
    }
    written_ = std::move(written);
}

void Memory::log(std::uint32_t chunk) {
    if ((flags()[chunk] & kCharged) == 0) {
        written_.push_back(chunk);
        flags()[chunk] = kCharged;  // the two agree even where the next line throws
    }
    logged_.push_back(chunk);
    flags()[chunk] = kCharged | kLogged;
}

void Memory::reserve() {
    base_ = reserve_zero(reserved_bytes()) + kFlagsDistance;
}

void Memory::reserve_guarded(std::size_t accessible_bytes) {
    std::uint8_t* const range = reserve_inaccessible(kFlagsDistance + kGuardedBytes);
    try {
        set_accessible(range, kFlagsDistance + accessible_bytes, true);
    } catch (...) {
        release_reserved(range, kFlagsDistance + kGuardedBytes);
        throw;
    }
    base_ = range + kFlagsDistance;
    is_guarded_ = true;
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
