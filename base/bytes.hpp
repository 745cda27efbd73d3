#pragma once

// Byte strings and big-endian scalars. Everything Lockstep hashes or sends to a chain is
// big-endian and packed; the WebAssembly binary format alone is little-endian.

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace lockstep {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

static_assert(std::endian::native == std::endian::little, "Lockstep supports little-endian hosts");

template <std::unsigned_integral T>
[[nodiscard]] constexpr T byte_swap(T value) {
    if constexpr (sizeof(T) == 1) {
        return value;
    } else if constexpr (sizeof(T) == 2) {
        return __builtin_bswap16(value);
    } else if constexpr (sizeof(T) == 4) {
        return __builtin_bswap32(value);
    } else {
        static_assert(sizeof(T) == 8);
        return __builtin_bswap64(value);
    }
}

/// Reads a big-endian integer; `from` must have sizeof(T) bytes.
template <std::unsigned_integral T>
[[nodiscard]] inline T load_be(const std::uint8_t* from) {
    T value;
    std::memcpy(&value, from, sizeof(T));
    return byte_swap(value);
}

/// Writes a big-endian integer; `to` must have room for sizeof(T) bytes.
template <std::unsigned_integral T>
inline void store_be(std::uint8_t* to, T value) {
    value = byte_swap(value);
    std::memcpy(to, &value, sizeof(T));
}

}  // namespace lockstep
