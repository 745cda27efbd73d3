#pragma once

// The parts of a module that stand behind their size, found without decoding it.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"

namespace lockstep::fuzz {

inline constexpr std::size_t kHeaderBytes = 8;
inline constexpr std::uint8_t kCodeSection = 10;

/// Bytes of a whole that stand behind their size.
struct SizedPart {
    std::size_t begin = 0;  // of the size
    ByteView contents;
    std::size_t end = 0;
};

[[nodiscard]] inline std::optional<std::uint32_t> read_leb(ByteView bytes, std::size_t& at) {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 28 && at < bytes.size(); shift += 7) {
        const std::uint8_t byte = bytes[at++];
        value |= std::uint32_t{byte & 0x7FU} << shift;
        if (byte < 0x80) {
            return value;
        }
    }
    return std::nullopt;
}

inline void append_leb(Bytes& bytes, std::size_t value) {
    for (; value >= 0x80; value >>= 7U) {
        bytes.push_back(static_cast<std::uint8_t>(value | 0x80U));
    }
    bytes.push_back(static_cast<std::uint8_t>(value));
}

[[nodiscard]] inline std::optional<SizedPart> read_sized(ByteView bytes, std::size_t at) {
    const std::size_t begin = at;
    const auto size = read_leb(bytes, at);
    if (!size || *size > bytes.size() - at) {
        return std::nullopt;
    }
    return SizedPart{.begin = begin, .contents = bytes.subspan(at, *size), .end = at + *size};
}

/// The parts from `at` on, each behind `prefix` bytes, up to the first that is none.
[[nodiscard]] inline std::vector<SizedPart> split(ByteView bytes, std::size_t at,
                                                  std::size_t prefix) {
    std::vector<SizedPart> parts;
    while (at + prefix < bytes.size()) {
        const auto part = read_sized(bytes, at + prefix);
        if (!part) {
            break;
        }
        parts.push_back(*part);
        at = part->end;
    }
    return parts;
}

/// The sections of a module. The byte before a section's size is its number.
[[nodiscard]] inline std::vector<SizedPart> split_sections(ByteView module) {
    return split(module, kHeaderBytes, 1);
}

/// The bodies in the contents of a code section.
[[nodiscard]] inline std::vector<SizedPart> split_bodies(ByteView section) {
    std::size_t at = 0;
    return read_leb(section, at) ? split(section, at, 0) : std::vector<SizedPart>{};
}

/// With the part's contents replaced and its size written anew.
[[nodiscard]] inline Bytes replace(ByteView whole, const SizedPart& part, const Bytes& contents) {
    const auto begin = static_cast<std::ptrdiff_t>(part.begin);
    Bytes changed(whole.begin(), whole.begin() + begin);
    append_leb(changed, contents.size());
    changed.insert(changed.end(), contents.begin(), contents.end());
    const ByteView rest = whole.subspan(part.end);
    changed.insert(changed.end(), rest.begin(), rest.end());
    return changed;
}

}  // namespace lockstep::fuzz
