#include "tests/unit/merkle/slow_tree.hpp"

#include <algorithm>

#include <openssl/evp.h>

#include "base/check.hpp"

namespace lockstep::merkle::slow {

namespace {

Bytes joined(const Hash256& left, const Hash256& right) {
    Bytes message(left.bytes.begin(), left.bytes.end());
    message.insert(message.end(), right.bytes.begin(), right.bytes.end());
    return message;
}

}  // namespace

Hash256 sha256(ByteView message) {
    Hash256 hash;
    unsigned size = 0;
    const int done =
        EVP_Digest(message.data(), message.size(), hash.bytes.data(), &size, EVP_sha256(), nullptr);
    LOCKSTEP_CHECK(done == 1 && size == 32);
    return hash;
}

Hash256 filled(std::uint8_t byte) {
    Hash256 hash;
    hash.bytes.fill(byte);
    return hash;
}

Hash256 PlainTree::node(unsigned level, std::uint64_t index) const {
    if (level == 0) {
        const auto found = leaves.find(index);
        return found == leaves.end() ? Hash256{} : found->second;
    }
    return sha256(joined(node(level - 1, 2 * index), node(level - 1, 2 * index + 1)));
}

Hash256 MemoryTree::node(unsigned level, std::uint64_t index) const {
    if (level == 0) {
        Hash256 leaf;
        std::ranges::copy(ByteView(bytes).subspan(32 * index, 32), leaf.bytes.begin());
        return leaf;
    }
    const Hash256 pair = sha256(joined(node(level - 1, 2 * index), node(level - 1, 2 * index + 1)));
    if (level != 7) {
        return pair;
    }
    Bytes message = {0x07};
    message.insert(message.end(), pair.bytes.begin(), pair.bytes.end());
    message.push_back(charged.contains(index) ? 1 : 0);
    return sha256(message);
}

}  // namespace lockstep::merkle::slow
