#include "merkle/sha256.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "merkle/sha256_kernel.hpp"

namespace lockstep::merkle {

Hash256 sha256(ByteView message) {
    return active_kernel().digest(message);
}

Hash256 hash_pair(const Hash256& left, const Hash256& right) {
    return active_kernel().pair(left, right);
}

void hash_pairs(std::span<const Hash256> nodes, std::span<Hash256> parents) {
    LOCKSTEP_CHECK(nodes.size() == 2 * parents.size());
    active_kernel().pairs(nodes, parents);
}

void compress_all(std::span<Sha256State> states, const std::uint8_t* blocks, std::size_t count) {
    active_kernel().compress(states, blocks, count);
}

Hash256 finished(const Sha256State& state) {
    Hash256 hash;
    for (std::size_t i = 0; i < state.size(); ++i) {
        store_be(hash.bytes.data() + 4 * i, state[i]);
    }
    return hash;
}

void pad_message(std::span<std::uint8_t> tail, std::size_t tail_message_bytes,
                 std::uint64_t message_bytes) {
    LOCKSTEP_CHECK(tail.size() == padded_bytes(tail_message_bytes));
    LOCKSTEP_CHECK((message_bytes - tail_message_bytes) % kSha256BlockBytes == 0);
    std::ranges::fill(tail.subspan(tail_message_bytes), 0);
    tail[tail_message_bytes] = 0x80;
    store_be(tail.data() + tail.size() - 8, 8 * message_bytes);
}

Hash256 sha256_of_blocks(ByteView blocks) {
    LOCKSTEP_CHECK(blocks.size() % kSha256BlockBytes == 0);
    return active_kernel().blocks(blocks.data(), blocks.size() / kSha256BlockBytes);
}

}  // namespace lockstep::merkle
