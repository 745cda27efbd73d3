#include "merkle/chain.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.hpp"
#include "merkle/domain_tag.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::merkle {

Hash256 value_link(const Hash256& previous, std::uint64_t value) {
    std::array<std::uint8_t, 1 + 32 + 8> message;
    static_assert(message.size() != kNodeMessageBytes);
    message[0] = std::to_underlying(DomainTag::value_link);
    std::ranges::copy(previous.bytes, message.begin() + 1);
    store_be(message.data() + 33, value);
    return sha256(message);
}

Hash256 frame_link(const Hash256& previous, const Hash256& locals_root, std::uint32_t return_pc) {
    std::array<std::uint8_t, 1 + 32 + 32 + 4> message;
    static_assert(message.size() != kNodeMessageBytes);
    message[0] = std::to_underlying(DomainTag::frame_link);
    std::ranges::copy(previous.bytes, message.begin() + 1);
    std::ranges::copy(locals_root.bytes, message.begin() + 33);
    store_be(message.data() + 65, return_pc);
    return sha256(message);
}

}  // namespace lockstep::merkle
