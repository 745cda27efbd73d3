#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>

#include "base/bytes.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm {

/// One lowered instruction: 16 bytes, two to a leaf of the code tree. The meaning of the immediates
/// a, b and c is a property of the opcode (docs/spec/opcodes.md).
struct Instruction {
    Opcode opcode = Opcode::unreachable;
    std::uint16_t c = 0;
    std::uint32_t b = 0;
    std::uint64_t a = 0;

    auto operator<=>(const Instruction&) const = default;
};

inline constexpr std::size_t kInstructionBytes = 16;

/// opcode (2 bytes) | c (2) | b (4) | a (8), big-endian.
[[nodiscard]] inline std::array<std::uint8_t, kInstructionBytes> encode(
    const Instruction& instruction) {
    std::array<std::uint8_t, kInstructionBytes> bytes{};
    store_be(bytes.data(), static_cast<std::uint16_t>(instruction.opcode));
    store_be(bytes.data() + 2, instruction.c);
    store_be(bytes.data() + 4, instruction.b);
    store_be(bytes.data() + 8, instruction.a);
    return bytes;
}

/// The inverse of encode. The opcode is not checked: ask find_traits.
[[nodiscard]] inline Instruction decode_instruction(const std::uint8_t* bytes) {
    return {.opcode = static_cast<Opcode>(load_be<std::uint16_t>(bytes)),
            .c = load_be<std::uint16_t>(bytes + 2),
            .b = load_be<std::uint32_t>(bytes + 4),
            .a = load_be<std::uint64_t>(bytes + 8)};
}

/// How many values the instruction pops in one step. A forged drop_under of 2^32 - 1 values gives one
/// less than it pops, which is more than any bundle holds.
[[nodiscard]] inline std::uint32_t pop_count(const Instruction& instruction,
                                             const OpcodeTraits& row) {
    const bool drops =
        instruction.opcode == Opcode::drop || instruction.opcode == Opcode::drop_under;
    const std::uint64_t count = row.pops + (drops ? std::uint64_t{instruction.b} : 0);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, 0xFFFF'FFFF));
}

}  // namespace lockstep::vm
