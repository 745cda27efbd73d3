#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "merkle/domain_tag.hpp"

namespace lockstep::merkle {

// Stacks are committed to as chains: the head's hash covers all below it, so a push or a pop costs
// one link. The empty chain is 32 zero bytes.

inline constexpr Hash256 kEmptyChain{};

/// tag | previous | value as 8 bytes: one block.
inline constexpr std::size_t kValueLinkBytes = 1 + 32 + 8;
static_assert(kValueLinkBytes != kNodeMessageBytes);

inline void write_value_link(const Hash256& previous, std::uint64_t value, std::uint8_t* to) {
    *to = std::to_underlying(DomainTag::value_link);
    std::memcpy(to + 1, previous.bytes.data(), previous.bytes.size());
    store_be(to + 33, value);
}

/// tag | previous | locals root | return pc as 4 bytes: two blocks.
inline constexpr std::size_t kFrameLinkBytes = 1 + 32 + 32 + 4;
static_assert(kFrameLinkBytes != kNodeMessageBytes);

inline void write_frame_link(const Hash256& previous, const Hash256& locals_root,
                             std::uint32_t return_pc, std::uint8_t* to) {
    *to = std::to_underlying(DomainTag::frame_link);
    std::memcpy(to + 1, previous.bytes.data(), previous.bytes.size());
    std::memcpy(to + 33, locals_root.bytes.data(), locals_root.bytes.size());
    store_be(to + 65, return_pc);
}

/// SHA-256 of these messages.
[[nodiscard]] Hash256 value_link(const Hash256& previous, std::uint64_t value);
[[nodiscard]] Hash256 frame_link(const Hash256& previous, const Hash256& locals_root,
                                 std::uint32_t return_pc);

}  // namespace lockstep::merkle
