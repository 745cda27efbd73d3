#pragma once

// Classes of the numeric opcodes, and what each of these computes: functions of vm/instructions,
// under one name.

#include <cstdint>

#include "vm/instructions/float.hpp"
#include "vm/instructions/numeric.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm {

[[nodiscard]] constexpr bool is_between(Opcode opcode, Opcode first, Opcode last) {
    return opcode >= first && opcode <= last;
}

[[nodiscard]] constexpr Family family_of(Opcode opcode) {
    return static_cast<Family>(static_cast<std::uint16_t>(opcode) >> 8U);
}
/// Opcodes of a family are told apart by it.
[[nodiscard]] constexpr std::uint8_t number_of(Opcode opcode) {
    return static_cast<std::uint8_t>(opcode);
}

[[nodiscard]] constexpr bool is_binary_i32(Opcode opcode) {
    return is_between(opcode, Opcode::i32_eq, Opcode::i32_ge_u) ||
           is_between(opcode, Opcode::i32_add, Opcode::i32_rotr);
}
[[nodiscard]] constexpr bool is_binary_i64(Opcode opcode) {
    return is_between(opcode, Opcode::i64_eq, Opcode::i64_ge_u) ||
           is_between(opcode, Opcode::i64_add, Opcode::i64_rotr);
}
[[nodiscard]] constexpr bool is_f32(Opcode opcode) {
    return is_between(opcode, Opcode::f32_eq, Opcode::f32_ge) ||
           is_between(opcode, Opcode::f32_abs, Opcode::f32_copysign);
}
[[nodiscard]] constexpr bool is_f64(Opcode opcode) {
    return is_between(opcode, Opcode::f64_eq, Opcode::f64_ge) ||
           is_between(opcode, Opcode::f64_abs, Opcode::f64_copysign);
}
[[nodiscard]] constexpr bool is_conversion(Opcode opcode) {
    return is_between(opcode, Opcode::i32_trunc_sat_f32_s, Opcode::i64_trunc_sat_f64_u) ||
           is_between(opcode, Opcode::i32_trunc_f32_s, Opcode::i32_trunc_f64_u) ||
           is_between(opcode, Opcode::i64_trunc_f32_s, Opcode::f64_promote_f32);
}
[[nodiscard]] constexpr bool is_binary(Opcode opcode) {
    return is_binary_i32(opcode) || is_binary_i64(opcode) ||
           is_between(opcode, Opcode::f32_eq, Opcode::f64_ge) ||
           is_between(opcode, Opcode::f32_add, Opcode::f32_copysign) ||
           is_between(opcode, Opcode::f64_add, Opcode::f64_copysign);
}
/// Of two operands, with a truth value as result.
[[nodiscard]] constexpr bool is_comparison(Opcode opcode) {
    return is_between(opcode, Opcode::i32_eq, Opcode::i32_ge_u) ||
           is_between(opcode, Opcode::i64_eq, Opcode::f64_ge);
}
[[nodiscard]] constexpr bool is_integer_comparison(Opcode opcode) {
    return is_between(opcode, Opcode::i32_eq, Opcode::i32_ge_u) ||
           is_between(opcode, Opcode::i64_eq, Opcode::i64_ge_u);
}

/// Whether the operands are f64; those of other types may be told apart by nobody.
[[nodiscard]] constexpr bool takes_f64(Opcode opcode) {
    return is_f64(opcode) ||
           is_between(opcode, Opcode::i32_trunc_sat_f64_s, Opcode::i32_trunc_sat_f64_u) ||
           is_between(opcode, Opcode::i64_trunc_sat_f64_s, Opcode::i64_trunc_sat_f64_u) ||
           is_between(opcode, Opcode::i32_trunc_f64_s, Opcode::i32_trunc_f64_u) ||
           is_between(opcode, Opcode::i64_trunc_f64_s, Opcode::i64_trunc_f64_u) ||
           opcode == Opcode::f32_demote_f64;
}
[[nodiscard]] constexpr bool gives_f64(Opcode opcode) {
    return is_between(opcode, Opcode::f64_abs, Opcode::f64_copysign) ||
           is_between(opcode, Opcode::f64_convert_i32_s, Opcode::f64_promote_f32);
}
[[nodiscard]] constexpr bool may_trap(Opcode opcode) {
    return is_between(opcode, Opcode::i32_div_s, Opcode::i32_rem_u) ||
           is_between(opcode, Opcode::i64_div_s, Opcode::i64_rem_u) ||
           is_between(opcode, Opcode::i32_trunc_f32_s, Opcode::i32_trunc_f64_u) ||
           is_between(opcode, Opcode::i64_trunc_f32_s, Opcode::i64_trunc_f64_u);
}

/// What a numeric instruction computes; b is ignored by those of one operand.
template <Opcode opcode>
[[nodiscard, gnu::always_inline]] inline Numeric evaluate(std::uint64_t a, std::uint64_t b) {
    [[maybe_unused]] const auto narrow_a = static_cast<std::uint32_t>(a);
    [[maybe_unused]] const auto narrow_b = static_cast<std::uint32_t>(b);
    if constexpr (is_binary_i32(opcode)) {
        return evaluate_i32(opcode, narrow_a, narrow_b);
    } else if constexpr (is_binary_i64(opcode)) {
        return evaluate_i64(opcode, a, b);
    } else if constexpr (is_f32(opcode)) {
        return {evaluate_f32(opcode, narrow_a, narrow_b)};
    } else if constexpr (is_f64(opcode)) {
        return {evaluate_f64(opcode, a, b)};
    } else if constexpr (is_conversion(opcode)) {
        return evaluate_conversion(opcode, a);
    } else {
        return {evaluate_unary(opcode, a)};
    }
}

}  // namespace lockstep::vm
