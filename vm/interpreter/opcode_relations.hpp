#pragma once

// How integer instructions are related.

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "vm/interpreter/opcode_class.hpp"

namespace lockstep::vm {

namespace detail {

/// From `from` to the one in the row of ten comparisons that is so many on.
[[nodiscard]] constexpr Opcode related(Opcode opcode,
                                       const std::array<std::uint8_t, 10>& relation) {
    const Opcode first = opcode <= Opcode::i32_ge_u ? Opcode::i32_eq : Opcode::i64_eq;
    const auto index = static_cast<std::size_t>(static_cast<std::uint16_t>(opcode) -
                                                static_cast<std::uint16_t>(first));
    return static_cast<Opcode>(static_cast<std::uint16_t>(first) + relation.at(index));
}

}  // namespace detail

/// The integer comparison that is true where the other is false.
[[nodiscard]] constexpr Opcode inverse(Opcode opcode) {
    // eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
    return detail::related(opcode, {1, 0, 8, 9, 6, 7, 4, 5, 2, 3});
}

/// Whether there is an integer instruction that gives the same for exchanged operands.
[[nodiscard]] constexpr bool has_exchanged(Opcode opcode) {
    switch (opcode) {
        case Opcode::i32_add:
        case Opcode::i32_mul:
        case Opcode::i32_and:
        case Opcode::i32_or:
        case Opcode::i32_xor:
        case Opcode::i64_add:
        case Opcode::i64_mul:
        case Opcode::i64_and:
        case Opcode::i64_or:
        case Opcode::i64_xor: return true;
        default: return is_integer_comparison(opcode);
    }
}
[[nodiscard]] constexpr Opcode exchanged(Opcode opcode) {
    if (!is_integer_comparison(opcode)) {
        return opcode;
    }
    return detail::related(opcode, {0, 1, 4, 5, 2, 3, 8, 9, 6, 7});
}

/// Whether a constant operand may stand in a record's field, of an i32 in any case where it is an i32's
/// that is meant.
[[nodiscard]] constexpr bool fits_in_field(std::uint64_t value) {
    return static_cast<std::int64_t>(value) == static_cast<std::int16_t>(value);
}
[[nodiscard]] constexpr bool fits_in_field_i32(std::uint64_t value) {
    return static_cast<std::int32_t>(value) == static_cast<std::int16_t>(value);
}

}  // namespace lockstep::vm
