#include "merkle/chain.hpp"

#include "merkle/sha256.hpp"

namespace lockstep::merkle {

Hash256 value_link(const Hash256& previous, std::uint64_t value) {
    PaddedMessage<kValueLinkBytes> message;
    write_value_link(previous, value, message.blocks.data());
    return sha256_of_blocks(message.blocks);
}

Hash256 frame_link(const Hash256& previous, const Hash256& locals_root, std::uint32_t return_pc) {
    PaddedMessage<kFrameLinkBytes> message;
    write_frame_link(previous, locals_root, return_pc, message.blocks.data());
    return sha256_of_blocks(message.blocks);
}

}  // namespace lockstep::merkle
