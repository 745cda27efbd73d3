#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "merkle/sha256.hpp"

namespace lockstep::merkle {

// What the kernels have in common: FIPS 180-4's constants, for each of the 64 rounds one.

using Sha256Schedule = std::array<std::uint32_t, 64>;

/// FIPS 180-4, section 4.2.2.
alignas(64) inline constexpr Sha256Schedule kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/// Message schedule plus round constants (FIPS 180-4, section 6.2.2) of the block that pads every
/// 64-byte message: it is the same for all inner nodes.
[[nodiscard]] consteval Sha256Schedule node_padding_schedule() {
    Sha256Schedule words{};
    words[0] = 0x80000000;
    words[15] = 8 * kSha256BlockBytes;
    for (std::size_t t = 16; t < words.size(); ++t) {
        const std::uint32_t early = words[t - 15];
        const std::uint32_t late = words[t - 2];
        const std::uint32_t sigma0 = std::rotr(early, 7) ^ std::rotr(early, 18) ^ (early >> 3U);
        const std::uint32_t sigma1 = std::rotr(late, 17) ^ std::rotr(late, 19) ^ (late >> 10U);
        words[t] = sigma1 + words[t - 7] + sigma0 + words[t - 16];
    }
    for (std::size_t t = 0; t < words.size(); ++t) {
        words[t] += kRoundConstants[t];
    }
    return words;
}
alignas(64) inline constexpr Sha256Schedule kNodePadding = node_padding_schedule();

}  // namespace lockstep::merkle
