#pragma once

#include <cstddef>
#include <cstdint>

namespace lockstep::merkle {

/// The first byte of every hashed message that is not an inner node.
///
/// The rule that keeps messages of different kinds apart: inner nodes are untagged messages of
/// exactly 64 bytes; leaves are the raw 32 bytes and are not hashed; every other message begins
/// with its own one-byte tag and is never 64 bytes long. The depth of every tree is known from the
/// image, the specification or the instruction, so a leaf cannot pass for a node.
enum class DomainTag : std::uint8_t {
    state = 0x01,
    environment = 0x02,
    memory_record = 0x03,
    table_record = 0x04,
    value_link = 0x05,
    frame_link = 0x06,
    memory_chunk = 0x07,
    io = 0x08,
    image = 0x09,
    program = 0x0a,
    initial = 0x0b,
    history_node = 0x0c,
    history_base = 0x0d,
    history_start = 0x0e,
};

/// The one message length that is reserved for inner nodes.
inline constexpr std::size_t kNodeMessageBytes = 64;

}  // namespace lockstep::merkle
