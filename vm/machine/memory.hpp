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
/// growing moves nothing. Copies cost what has been written, not what is reserved. Native code needs
/// more: guard() reserves whatever a 32-bit address with a 32-bit offset can reach, and what is not in
/// the current pages faults. Copies are not guarded.
///
/// In the reservation the flags of the chunks come first, one byte each, with room for more than
/// there are; then a header for an engine's own use; then the memory. So all three are at
/// fixed distances from data().
///
/// A memory can also begin as what a file holds (over()): copied page by page when it is written, so
/// that it exists at once however large it is; such a one is guarded from the start where there is room.
///
/// Limitations: 1. all accesses must be in bounds, the semantics see to it. 2. throws std::bad_alloc
/// where the host cannot reserve the range.
class Memory {
public:
    static constexpr std::uint8_t kCharged = 1;
    static constexpr std::uint8_t kLogged = 2;  // only where kCharged is set

    /// Native code looks at flags by addresses rotated by up to three bits, of which most name none.
    static constexpr std::size_t kFlagBytes = (std::size_t{1} << 23U) + 4096;
    static constexpr std::size_t kHeaderBytes = 4096;
    /// How far before data() the flags begin.
    static constexpr std::size_t kFlagsDistance = kFlagBytes + kHeaderBytes;

    Memory() : Memory(0, 0) {}
    Memory(std::uint32_t pages, std::uint32_t max_pages);

    /// A memory that begins with the first bytes of a file, which must not change or get shorter as long
    /// as the memory lives; what is left of the current pages is zero. No chunk is charged. Throws
    /// std::bad_alloc, also where the file cannot be mapped.
    [[nodiscard]] static Memory over(int file, std::uint64_t file_bytes, std::uint32_t pages,
                                     std::uint32_t max_pages);

    Memory(const Memory& other);
    Memory& operator=(const Memory& other);
    Memory(Memory&& other) noexcept;
    Memory& operator=(Memory&& other) noexcept;
    ~Memory();

    [[nodiscard]] std::uint32_t pages() const { return pages_; }
    [[nodiscard]] std::uint32_t max_pages() const { return max_pages_; }
    void set_pages(std::uint32_t pages);

    /// See above; data() changes. Throws std::bad_alloc, and nothing has changed.
    void guard();
    [[nodiscard]] bool is_guarded() const { return is_guarded_; }

    /// All bytes of the current pages.
    [[nodiscard]] ByteView bytes() const;
    [[nodiscard]] const std::uint8_t* data() const { return base_; }
    /// kHeaderBytes that lie before data(); zero at first.
    [[nodiscard]] std::uint8_t* header() { return base_ - kHeaderBytes; }

    [[nodiscard]] bool charged(std::uint32_t chunk) const {
        return (flags()[chunk] & kCharged) != 0;
    }

    /// Chunks written in this run, in order of their first write.
    [[nodiscard]] std::span<const std::uint32_t> charged_chunks() const { return written_; }

    /// To be written to: marks the chunks of [begin, begin + length) charged and logged and gives the
    /// address of its first byte. length >= 1.
    [[nodiscard]] std::uint8_t* write(std::uint64_t begin, std::uint64_t length) {
        const auto first = static_cast<std::uint32_t>(begin / kChunkBytes);
        const auto last = static_cast<std::uint32_t>((begin + length - 1) / kChunkBytes);
        for (std::uint32_t chunk = first; chunk <= last; ++chunk) {
            if ((flags()[chunk] & kLogged) == 0) [[unlikely]] {
                log(chunk);
            }
        }
        return base_ + begin;
    }

    /// Chunks written since the last clear_logged, in order of their first write.
    [[nodiscard]] std::span<const std::uint32_t> logged_chunks() const { return logged_; }
    void clear_logged();

    /// Puts other contents in place of a chunk's, which lies within the current pages: its kChunkBytes
    /// bytes, or zero where there are none. Marks nothing.
    void replace_chunk(std::uint32_t chunk, ByteView bytes);

    /// These chunks are charged, in this order of their first write, and no others; none is logged.
    void set_charged_chunks(std::span<const std::uint32_t> chunks);

private:
    /// To be given a range.
    struct NoRange {};
    explicit Memory(NoRange /*none*/) {}

    [[nodiscard]] const std::uint8_t* flags() const { return base_ - kFlagsDistance; }
    [[nodiscard]] std::uint8_t* flags() { return base_ - kFlagsDistance; }

    void log(std::uint32_t chunk);
    void reserve();
    void reserve_guarded(std::size_t accessible_bytes);
    void release() noexcept;
    [[nodiscard]] std::size_t reserved_bytes() const;

    std::uint32_t pages_ = 0;
    std::uint32_t max_pages_ = 0;
    bool is_guarded_ = false;
    std::size_t file_bytes_ = 0;          // mapped from a file, from base_ on
    std::uint8_t* base_ = nullptr;        // max_pages_ * 64 KiB
    std::vector<std::uint32_t> written_;  // charged chunks, in order of their first write
    std::vector<std::uint32_t> logged_;
};

}  // namespace lockstep::vm
