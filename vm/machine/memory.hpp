#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace lockstep::vm {

inline constexpr std::uint32_t kChunkBytes = 4096;

/// Linear memory and, for each 4 KiB chunk, two bits: `charged`, set by the first write of a run and
/// part of the state, and `logged`, set by the first write since the last commitment.
///
/// The address range up to the maximum is reserved at once (zero pages, no memory until written), so
/// growing moves nothing. Copies cost what has been written, not what is reserved.
///
/// Limitations: 1. all accesses must be in bounds, the semantics see to it. 2. throws std::bad_alloc
/// where the host cannot reserve the range.
class Memory {
public:
    Memory() : Memory(0, 0) {}
    Memory(std::uint32_t pages, std::uint32_t max_pages);
    Memory(const Memory& other);
    Memory& operator=(const Memory& other);
    Memory(Memory&& other) noexcept;
    Memory& operator=(Memory&& other) noexcept;
    ~Memory();

    [[nodiscard]] std::uint32_t pages() const { return pages_; }
    [[nodiscard]] std::uint32_t max_pages() const { return max_pages_; }
    void set_pages(std::uint32_t pages) { pages_ = pages; }

    /// All bytes of the current pages.
    [[nodiscard]] ByteView bytes() const;
    [[nodiscard]] const std::uint8_t* data() const { return base_; }

    [[nodiscard]] bool charged(std::uint32_t chunk) const {
        return (flags_[chunk] & kCharged) != 0;
    }

    /// Chunks written in this run, in order of their first write.
    [[nodiscard]] std::span<const std::uint32_t> charged_chunks() const { return written_; }

    /// To be written to: marks the chunks of [begin, begin + length) charged and logged and gives the
    /// address of its first byte. length >= 1.
    [[nodiscard]] std::uint8_t* write(std::uint64_t begin, std::uint64_t length) {
        const auto first = static_cast<std::uint32_t>(begin / kChunkBytes);
        const auto last = static_cast<std::uint32_t>((begin + length - 1) / kChunkBytes);
        for (std::uint32_t chunk = first; chunk <= last; ++chunk) {
            if ((flags_[chunk] & kLogged) == 0) [[unlikely]] {
                log(chunk);
            }
        }
        return base_ + begin;
    }

    /// Chunks written since the last clear_logged, in order of their first write.
    [[nodiscard]] std::span<const std::uint32_t> logged_chunks() const { return logged_; }
    void clear_logged();

private:
    static constexpr std::uint8_t kCharged = 1;
    static constexpr std::uint8_t kLogged = 2;

    void log(std::uint32_t chunk);
    void reserve();
    void release() noexcept;

    std::uint32_t pages_ = 0;
    std::uint32_t max_pages_ = 0;
    std::uint8_t* base_ = nullptr;        // max_pages_ * 64 KiB
    std::uint8_t* flags_ = nullptr;       // one byte a chunk of the reservation
    std::vector<std::uint32_t> written_;  // charged chunks, in order of their first write
    std::vector<std::uint32_t> logged_;
};

}  // namespace lockstep::vm
