#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>

#include "base/bytes.hpp"

namespace lockstep {

/// A 32-byte hash or Merkle leaf. Zero-initialised; zero is an ordinary value, never "absent".
struct Hash256 {
    std::array<std::uint8_t, 32> bytes{};

    auto operator<=>(const Hash256&) const = default;

    [[nodiscard]] ByteView view() const { return bytes; }
    [[nodiscard]] bool is_zero() const { return *this == Hash256{}; }
};

}  // namespace lockstep
