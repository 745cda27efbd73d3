#pragma once

// SHA-256's compression function word by word as FIPS 180-4 defines it, for states that no whole
// message leads to. It shares nothing with the library.

#include <array>
#include <cstdint>

#include "base/bytes.hpp"

namespace lockstep::merkle::slow {

/// The state after one block of 64 bytes (FIPS 180-4, section 6.2.2).
[[nodiscard]] std::array<std::uint32_t, 8> compress(const std::array<std::uint32_t, 8>& state,
                                                    ByteView block);

}  // namespace lockstep::merkle::slow
