#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/hash256.hpp"

namespace lockstep::merkle {

// SHA-256 by the kernel in use (merkle/sha256_kernel.hpp). Functions that take many messages at once
// interleave or vectorise them: several times as fast as one after the other.

[[nodiscard]] Hash256 sha256(ByteView message);

/// The inner node above two children: SHA-256 of the 64-byte message left | right.
[[nodiscard]] Hash256 hash_pair(const Hash256& left, const Hash256& right);

/// parents[i] = hash_pair(nodes[2i], nodes[2i + 1]), for a whole level at once. There are exactly
/// twice as many nodes as parents; `parents` may be the front of `nodes` itself.
void hash_pairs(std::span<const Hash256> nodes, std::span<Hash256> parents);

// Messages of other sizes are hashed many at a time as blocks: padded by the caller, taken into a state
// that begins as kSha256Initial, and read off the state at the end (FIPS 180-4, section 6.2.2).

inline constexpr std::size_t kSha256BlockBytes = 64;

/// The words of the hash, as numbers.
using Sha256State = std::array<std::uint32_t, 8>;

/// FIPS 180-4, section 5.3.3.
inline constexpr Sha256State kSha256Initial = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                               0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// states[i] takes in the `count` blocks of 64 bytes at blocks + 64 * count * i.
void compress_all(std::span<Sha256State> states, const std::uint8_t* blocks, std::size_t count);

[[nodiscard]] Hash256 finished(const Sha256State& state);

/// What a message of that many bytes takes up with its padding: whole blocks.
[[nodiscard]] constexpr std::size_t padded_bytes(std::size_t message_bytes) {
    return (message_bytes + 9 + kSha256BlockBytes - 1) / kSha256BlockBytes * kSha256BlockBytes;
}

/// Fills up the last blocks of a message of `message_bytes`. `tail` is padded_bytes() of
/// `tail_message_bytes` bytes long, and begins with so many bytes of the message, which come after whole
/// blocks of it.
void pad_message(std::span<std::uint8_t> tail, std::size_t tail_message_bytes,
                 std::uint64_t message_bytes);

/// A message whose size is known at compile time, in blocks that are padded from the start.
template <std::size_t kBytes>
struct PaddedMessage {
    std::array<std::uint8_t, padded_bytes(kBytes)> blocks;

    constexpr PaddedMessage() { pad(blocks); }

    /// The same, where the blocks stand in an array of many messages.
    static constexpr void pad(std::span<std::uint8_t, padded_bytes(kBytes)> blocks) {
        for (std::size_t i = kBytes; i < blocks.size(); ++i) {
            blocks[i] = 0;
        }
        blocks[kBytes] = 0x80;
        for (std::size_t i = 0; i < 8; ++i) {
            blocks[blocks.size() - 1 - i] = static_cast<std::uint8_t>(8 * kBytes >> (8 * i));
        }
    }
};

/// The hash of one message that is padded already: whole blocks.
[[nodiscard]] Hash256 sha256_of_blocks(ByteView blocks);

}  // namespace lockstep::merkle
