#include "trace/history_node.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "merkle/domain_tag.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::trace {

namespace {

using merkle::DomainTag;

constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kNodeBytes = 1 + 2 * kHashBytes;
constexpr std::size_t kPaddedBytes = merkle::padded_bytes(kNodeBytes);
static_assert(kPaddedBytes == 2 * merkle::kSha256BlockBytes);

/// How many nodes are hashed together: a multiple of what any kernel interleaves.
constexpr std::size_t kBatchNodes = 32;

/// A tag and two hashes, with room for `Extra` bytes behind them.
template <std::size_t Extra>
using Message = std::array<std::uint8_t, 1 + 2 * kHashBytes + Extra>;

template <std::size_t Extra>
Message<Extra> message_of(DomainTag tag, const Hash256& first, const Hash256& second) {
    static_assert(Message<Extra>{}.size() != merkle::kNodeMessageBytes);
    Message<Extra> message{};
    message[0] = std::to_underlying(tag);
    std::ranges::copy(first.bytes, message.begin() + 1);
    std::ranges::copy(second.bytes, message.begin() + 1 + kHashBytes);
    return message;
}

}  // namespace

Hash256 history_node(const Hash256& left, const Hash256& right) {
    return merkle::sha256(message_of<0>(DomainTag::history_node, left, right));
}

void history_nodes(std::span<const Hash256> nodes, std::span<Hash256> parents) {
    LOCKSTEP_CHECK(nodes.size() == 2 * parents.size());
    std::array<std::uint8_t, kBatchNodes * kPaddedBytes> blocks;
    std::array<merkle::Sha256State, kBatchNodes> states;
    const std::size_t batch = std::min(kBatchNodes, parents.size());
    for (std::size_t i = 0; i < batch; ++i) {
        const auto message = std::span(blocks).subspan(i * kPaddedBytes).first<kPaddedBytes>();
        merkle::PaddedMessage<kNodeBytes>::pad(message);
        message[0] = std::to_underlying(DomainTag::history_node);
    }
    for (std::size_t first = 0; first < parents.size(); first += batch) {
        const std::size_t count = std::min(batch, parents.size() - first);
        for (std::size_t i = 0; i < count; ++i) {
            std::uint8_t* const children = &blocks[i * kPaddedBytes + 1];
            std::ranges::copy(nodes[2 * (first + i)].bytes, children);
            std::ranges::copy(nodes[2 * (first + i) + 1].bytes, children + kHashBytes);
        }
        std::fill_n(states.begin(), count, merkle::kSha256Initial);
        merkle::compress_all(std::span(states).first(count), blocks.data(), 2);
        std::ranges::transform(std::span(states).first(count), &parents[first], merkle::finished);
    }
}

Hash256 repeated_leaf(const StateRoot& leaf, unsigned height) {
    LOCKSTEP_CHECK(height <= kMaxHistoryHeight);
    Hash256 node = leaf.value;
    for (unsigned level = 0; level < height; ++level) {
        node = history_node(node, node);
    }
    return node;
}

Hash256 first_base(const Hash256& context, const StateRoot& agreed) {
    return merkle::sha256(message_of<0>(DomainTag::history_start, context, agreed.value));
}

Hash256 next_base(const Hash256& base, const Hash256& child, unsigned child_height) {
    LOCKSTEP_CHECK(child_height <= kMaxHistoryHeight);
    auto message = message_of<1>(DomainTag::history_base, base, child);
    message.back() = static_cast<std::uint8_t>(child_height);
    return merkle::sha256(message);
}

}  // namespace lockstep::trace
