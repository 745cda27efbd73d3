// SHA256_Init and its siblings are deprecated since OpenSSL 3.0, but their replacements cost two to
// five times as much on a 64-byte message (a context or an algorithm look-up each time), and none of
// them takes in single blocks.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <algorithm>
#include <array>
#include <iterator>

#include <openssl/sha.h>

#include "merkle/sha256_kernel.hpp"

namespace lockstep::merkle {

namespace {

/// The block behind every 64-byte message: 0x80, zeros, 512 as the length in bits.
constexpr std::array<std::uint8_t, kSha256BlockBytes> node_padding_block() {
    std::array<std::uint8_t, kSha256BlockBytes> block{};
    block.front() = 0x80;
    block[kSha256BlockBytes - 2] = 8 * kSha256BlockBytes >> 8U;
    return block;
}
constexpr std::array<std::uint8_t, kSha256BlockBytes> kNodePaddingBlock = node_padding_block();

Hash256 digest(ByteView message) {
    SHA256_CTX context;
    Hash256 hash;
    SHA256_Init(&context);
    SHA256_Update(&context, message.data(), message.size());
    SHA256_Final(hash.bytes.data(), &context);
    return hash;
}

void compress(std::span<Sha256State> states, const std::uint8_t* blocks, std::size_t count) {
    for (Sha256State& state : states) {
        SHA256_CTX context;
        std::ranges::copy(state, std::begin(context.h));
        for (std::size_t i = 0; i < count; ++i, blocks += kSha256BlockBytes) {
            SHA256_Transform(&context, blocks);
        }
        std::ranges::copy(context.h, state.begin());
    }
}

Hash256 blocks(const std::uint8_t* blocks, std::size_t count) {
    Sha256State state = kSha256Initial;
    compress({&state, 1}, blocks, count);
    return finished(state);
}

Hash256 pair(const Hash256& left, const Hash256& right) {
    std::array<std::uint8_t, kSha256BlockBytes> message;
    std::ranges::copy(left.bytes, message.begin());
    std::ranges::copy(right.bytes, message.begin() + 32);
    SHA256_CTX context;
    std::ranges::copy(kSha256Initial, std::begin(context.h));
    SHA256_Transform(&context, message.data());
    SHA256_Transform(&context, kNodePaddingBlock.data());
    Sha256State state;
    std::ranges::copy(context.h, state.begin());
    return finished(state);
}

void pairs(std::span<const Hash256> nodes, std::span<Hash256> parents) {
    for (std::size_t i = 0; i < parents.size(); ++i) {
        parents[i] = pair(nodes[2 * i], nodes[2 * i + 1]);
    }
}

}  // namespace

const Sha256Kernel& openssl_kernel() {
    static constexpr Sha256Kernel kKernel{"openssl", digest, blocks, pair, pairs, compress};
    return kKernel;
}

}  // namespace lockstep::merkle
