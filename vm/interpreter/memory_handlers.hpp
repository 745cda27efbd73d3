#pragma once

// Handlers of loads from and stores to memory 0. Fields: 0 the slot of a load's result or of the value
// that is stored, 1 the address or its first part.

#include "vm/interpreter/operand.hpp"

namespace lockstep::vm {

/// How the address is found, an i32, before the instruction's offset is added. In those but plain ones
/// word 2 is the offset in its low half, and how far the index is shifted in its high half.
enum class Address : std::uint8_t {
    plain,          // fields 2 and 3: the offset
    plus_constant,  // fields 2 and 3: what is added
    plus_slot,      // field 2: the slot that is added
    scaled,         // field 2: as above; field 1 is shifted before
    scaled_plus_constant,
};
inline constexpr std::size_t kAddresses = 5;

[[nodiscard]] constexpr std::size_t access_words(Address address) {
    return address == Address::plain ? 2 : 3;
}

/// `part` is where the address, or its first part, comes from.
[[nodiscard]] Handler* load_handler(Opcode opcode, Address address, Source part);
/// Of an i64_load whose result is taken for an f64.
[[nodiscard]] Handler* float_load_handler(Address address, Source part);
/// The address is in a register, the value not, or the other way, or both are in slots; a constant value
/// of 16 bits takes the place of its slot. Null where there is none.
[[nodiscard]] Handler* store_handler(Opcode opcode, Address address, Source part, Source value);

}  // namespace lockstep::vm
