#pragma once

// Opcodes of lowered programs and what is known of each without executing it.

#include <cstdint>
#include <optional>
#include <string_view>

namespace lockstep::vm {

enum class Opcode : std::uint16_t {
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) name = (code),
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
};

/// The high byte of an opcode; each family has one file of semantics in C++ and one in Solidity.
enum class Family : std::uint8_t {
    control = 1,
    variable = 2,
    memory = 3,
    bulk = 4,
    table = 5,
    numeric = 6,
    host = 7,
};

[[nodiscard]] constexpr Family family(Opcode opcode) {
    return static_cast<Family>(static_cast<std::uint16_t>(opcode) >> 8U);
}

/// One row of opcodes.def.
struct OpcodeTraits {
    Opcode opcode;
    std::string_view mnemonic;
    Family family;
    std::uint32_t price_gas;
    std::uint8_t pops;
    std::uint8_t pushes;
    bool ends_superblock;
};

/// The row of an opcode number, or nullptr where no such opcode exists.
[[nodiscard]] const OpcodeTraits* find_traits(std::uint16_t code);

/// The row of an opcode of ours.
[[nodiscard]] const OpcodeTraits& traits(Opcode opcode);

}  // namespace lockstep::vm
