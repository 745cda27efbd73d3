#include "merkle/shape.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "merkle/domain_tag.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::merkle {

namespace {

using Message = PaddedMessage<1 + 32 + 1>;
static_assert(sizeof(Message) == kSha256BlockBytes);

/// So many are hashed at once.
constexpr std::size_t kWrappedTogether = 32;

void set_message(Message& message, const Hash256& chunk_root, bool charged) {
    message.blocks[0] = std::to_underlying(DomainTag::memory_chunk);
    std::ranges::copy(chunk_root.bytes, message.blocks.begin() + 1);
    message.blocks[33] = charged ? 1 : 0;
}

}  // namespace

Hash256 chunk_node(const Hash256& chunk_root, bool charged) {
    Message message;
    set_message(message, chunk_root, charged);
    return sha256_of_blocks(message.blocks);
}

void wrap_chunks(std::span<const WrappedChunk> chunks) {
    if (chunks.size() == 1) {
        *chunks.front().node = chunk_node(*chunks.front().root, chunks.front().charged);
        return;
    }
    std::array<Message, kWrappedTogether> messages;
    while (!chunks.empty()) {
        const auto together = chunks.first(std::min(kWrappedTogether, chunks.size()));
        std::array<Sha256State, kWrappedTogether> states;
        std::ranges::fill(states, kSha256Initial);
        for (std::size_t i = 0; i < together.size(); ++i) {
            set_message(messages[i], *together[i].root, together[i].charged);
        }
        compress_all(std::span(states).first(together.size()), messages.front().blocks.data(), 1);
        for (std::size_t i = 0; i < together.size(); ++i) {
            *together[i].node = finished(states[i]);
        }
        chunks = chunks.subspan(together.size());
    }
}

}  // namespace lockstep::merkle
