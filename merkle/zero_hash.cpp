#include "merkle/zero_hash.hpp"

#include <array>

#include "base/check.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::merkle {

namespace {

using ZeroHashes = std::array<Hash256, kMaxDepth + 1>;

ZeroHashes zero_hashes(Shape shape) {
    ZeroHashes hashes;
    for (unsigned level = 1; level <= kMaxDepth; ++level) {
        hashes[level] = hash_pair(hashes[level - 1], hashes[level - 1]);
        if (shape == Shape::memory && level == kChunkLevel) {
            hashes[level] = chunk_node(hashes[level], false);
        }
    }
    return hashes;
}

}  // namespace

const Hash256& zero_hash(Shape shape, unsigned level) {
    static const ZeroHashes plain = zero_hashes(Shape::plain);
    static const ZeroHashes memory = zero_hashes(Shape::memory);
    LOCKSTEP_CHECK(level <= kMaxDepth);
    return shape == Shape::memory ? memory[level] : plain[level];
}

}  // namespace lockstep::merkle
