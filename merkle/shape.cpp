#include "merkle/shape.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "merkle/domain_tag.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::merkle {

Hash256 chunk_node(const Hash256& chunk_root, bool charged) {
    std::array<std::uint8_t, 1 + 32 + 1> message;
    static_assert(message.size() != kNodeMessageBytes);
    message.front() = std::to_underlying(DomainTag::memory_chunk);
    std::ranges::copy(chunk_root.bytes, message.begin() + 1);
    message.back() = charged ? 1 : 0;
    return sha256(message);
}

}  // namespace lockstep::merkle
