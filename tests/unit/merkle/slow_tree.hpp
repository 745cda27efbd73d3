#pragma once

// The slow twin of the merkle library: every node computed anew from the leaves, by the definition
// and with OpenSSL's EVP interface. It shares nothing with the library.

#include <cstdint>
#include <map>
#include <set>

#include "base/bytes.hpp"
#include "base/hash256.hpp"

namespace lockstep::merkle::slow {

[[nodiscard]] Hash256 sha256(ByteView message);

/// 32 times the same byte.
[[nodiscard]] Hash256 filled(std::uint8_t byte);

struct PlainTree {
    unsigned depth = 0;
    /// Those missing are zero.
    std::map<std::uint64_t, Hash256> leaves;

    explicit PlainTree(unsigned of_depth) : depth(of_depth) {}

    [[nodiscard]] Hash256 node(unsigned level, std::uint64_t index) const;
    [[nodiscard]] Hash256 root() const { return node(depth, 0); }
};

struct MemoryTree {
    unsigned depth = 0;
    /// The whole memory: 32 * 2^depth bytes.
    Bytes bytes;
    std::set<std::uint64_t> charged;

    explicit MemoryTree(unsigned of_depth) : depth(of_depth), bytes(std::size_t{32} << of_depth) {}

    [[nodiscard]] Hash256 node(unsigned level, std::uint64_t index) const;
    [[nodiscard]] Hash256 root() const { return node(depth, 0); }
    [[nodiscard]] ByteView chunk(std::uint64_t index) const {
        return ByteView(bytes).subspan(4096 * index, 4096);
    }
};

}  // namespace lockstep::merkle::slow
