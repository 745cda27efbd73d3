// SHA256_Init and its siblings are deprecated since OpenSSL 3.0, but their replacements cost two to
// five times as much on a 64-byte message (a context or an algorithm look-up each time).
#define OPENSSL_SUPPRESS_DEPRECATED

#include <algorithm>
#include <array>

#include <openssl/sha.h>

#include "merkle/sha256_kernel.hpp"

namespace lockstep::merkle {

namespace {

Hash256 digest(ByteView message) {
    SHA256_CTX context;
    Hash256 hash;
    SHA256_Init(&context);
    SHA256_Update(&context, message.data(), message.size());
    SHA256_Final(hash.bytes.data(), &context);
    return hash;
}

Hash256 pair(const Hash256& left, const Hash256& right) {
    // One update with a whole block spares OpenSSL its own buffering.
    std::array<std::uint8_t, 64> message;
    std::ranges::copy(left.bytes, message.begin());
    std::ranges::copy(right.bytes, message.begin() + 32);
    return digest(message);
}

void pairs(std::span<const Hash256> nodes, std::span<Hash256> parents) {
    for (std::size_t i = 0; i < parents.size(); ++i) {
        parents[i] = pair(nodes[2 * i], nodes[2 * i + 1]);
    }
}

}  // namespace

const Sha256Kernel& openssl_kernel() {
    static constexpr Sha256Kernel kKernel{"openssl", digest, pair, pairs};
    return kKernel;
}

}  // namespace lockstep::merkle
