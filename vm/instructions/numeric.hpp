#pragma once

// Integer instructions: pure functions on slots. Twin: verifier-solidity/src/instructions/Numeric.sol.
// An i32 in a slot is zero-extended; every result here keeps that.
// https://webassembly.github.io/spec/core/exec/numerics.html

#include <bit>
#include <cstdint>
#include <limits>

#include "vm/instructions/memory.hpp"
#include "vm/instructions/outcome.hpp"
#include "vm/instructions/state_access.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm {

/// A numeric result, or why there is none.
struct Numeric {
    std::uint64_t value = 0;
    Trap trap = Trap::none;
};

template <typename T>
[[nodiscard]] constexpr Numeric divide_signed(T a, T b) {
    if (b == 0) {
        return {.trap = Trap::integer_divide_by_zero};
    }
    if (a == std::numeric_limits<T>::min() && b == -1) {
        return {.trap = Trap::integer_overflow};
    }
    return {.value = static_cast<std::make_unsigned_t<T>>(a / b)};
}

template <typename T>
[[nodiscard]] constexpr Numeric divide_unsigned(T a, T b) {
    if (b == 0) {
        return {.trap = Trap::integer_divide_by_zero};
    }
    return {.value = a / b};
}

template <typename T>
[[nodiscard]] constexpr Numeric remainder_signed(T a, T b) {
    if (b == 0) {
        return {.trap = Trap::integer_divide_by_zero};
    }
    return {.value = b == -1 ? 0 : static_cast<std::make_unsigned_t<T>>(a % b)};
}

template <typename T>
[[nodiscard]] constexpr Numeric remainder_unsigned(T a, T b) {
    if (b == 0) {
        return {.trap = Trap::integer_divide_by_zero};
    }
    return {.value = a % b};
}

/// Instructions of one operand; others give 0.
[[nodiscard]] constexpr std::uint64_t evaluate_unary(Opcode opcode, std::uint64_t a) {
    const auto narrow = static_cast<std::uint32_t>(a);
    switch (opcode) {
        case Opcode::i32_eqz: return narrow == 0 ? 1 : 0;
        case Opcode::i64_eqz: return a == 0 ? 1 : 0;
        case Opcode::i32_clz: return static_cast<std::uint64_t>(std::countl_zero(narrow));
        case Opcode::i32_ctz: return static_cast<std::uint64_t>(std::countr_zero(narrow));
        case Opcode::i32_popcnt: return static_cast<std::uint64_t>(std::popcount(narrow));
        case Opcode::i64_clz: return static_cast<std::uint64_t>(std::countl_zero(a));
        case Opcode::i64_ctz: return static_cast<std::uint64_t>(std::countr_zero(a));
        case Opcode::i64_popcnt: return static_cast<std::uint64_t>(std::popcount(a));
        case Opcode::i32_wrap_i64: return narrow;
        case Opcode::i64_extend_i32_s: return sign_extend(a, 4);
        case Opcode::i64_extend_i32_u: return narrow;
        case Opcode::i32_extend8_s: return static_cast<std::uint32_t>(sign_extend(a, 1));
        case Opcode::i32_extend16_s: return static_cast<std::uint32_t>(sign_extend(a, 2));
        case Opcode::i64_extend8_s: return sign_extend(a, 1);
        case Opcode::i64_extend16_s: return sign_extend(a, 2);
        case Opcode::i64_extend32_s: return sign_extend(a, 4);
        default: return 0;
    }
}

/// Instructions of two i32 operands.
[[nodiscard]] constexpr Numeric evaluate_i32(Opcode opcode, std::uint32_t a, std::uint32_t b) {
    const auto signed_a = static_cast<std::int32_t>(a);
    const auto signed_b = static_cast<std::int32_t>(b);
    const auto count = static_cast<int>(b % 32);
    switch (opcode) {
        case Opcode::i32_eq: return {a == b};
        case Opcode::i32_ne: return {a != b};
        case Opcode::i32_lt_s: return {signed_a < signed_b};
        case Opcode::i32_lt_u: return {a < b};
        case Opcode::i32_gt_s: return {signed_a > signed_b};
        case Opcode::i32_gt_u: return {a > b};
        case Opcode::i32_le_s: return {signed_a <= signed_b};
        case Opcode::i32_le_u: return {a <= b};
        case Opcode::i32_ge_s: return {signed_a >= signed_b};
        case Opcode::i32_ge_u: return {a >= b};
        case Opcode::i32_add: return {a + b};
        case Opcode::i32_sub: return {a - b};
        case Opcode::i32_mul: return {a * b};
        case Opcode::i32_div_s: return divide_signed(signed_a, signed_b);
        case Opcode::i32_div_u: return divide_unsigned(a, b);
        case Opcode::i32_rem_s: return remainder_signed(signed_a, signed_b);
        case Opcode::i32_rem_u: return remainder_unsigned(a, b);
        case Opcode::i32_and: return {a & b};
        case Opcode::i32_or: return {a | b};
        case Opcode::i32_xor: return {a ^ b};
        case Opcode::i32_shl: return {a << count};
        case Opcode::i32_shr_s: return {static_cast<std::uint32_t>(signed_a >> count)};
        case Opcode::i32_shr_u: return {a >> count};
        case Opcode::i32_rotl: return {std::rotl(a, count)};
        case Opcode::i32_rotr: return {std::rotr(a, count)};
        default: return {};
    }
}

/// Instructions of two i64 operands.
[[nodiscard]] constexpr Numeric evaluate_i64(Opcode opcode, std::uint64_t a, std::uint64_t b) {
    const auto signed_a = static_cast<std::int64_t>(a);
    const auto signed_b = static_cast<std::int64_t>(b);
    const auto count = static_cast<int>(b % 64);
    switch (opcode) {
        case Opcode::i64_eq: return {a == b};
        case Opcode::i64_ne: return {a != b};
        case Opcode::i64_lt_s: return {signed_a < signed_b};
        case Opcode::i64_lt_u: return {a < b};
        case Opcode::i64_gt_s: return {signed_a > signed_b};
        case Opcode::i64_gt_u: return {a > b};
        case Opcode::i64_le_s: return {signed_a <= signed_b};
        case Opcode::i64_le_u: return {a <= b};
        case Opcode::i64_ge_s: return {signed_a >= signed_b};
        case Opcode::i64_ge_u: return {a >= b};
        case Opcode::i64_add: return {a + b};
        case Opcode::i64_sub: return {a - b};
        case Opcode::i64_mul: return {a * b};
        case Opcode::i64_div_s: return divide_signed(signed_a, signed_b);
        case Opcode::i64_div_u: return divide_unsigned(a, b);
        case Opcode::i64_rem_s: return remainder_signed(signed_a, signed_b);
        case Opcode::i64_rem_u: return remainder_unsigned(a, b);
        case Opcode::i64_and: return {a & b};
        case Opcode::i64_or: return {a | b};
        case Opcode::i64_xor: return {a ^ b};
        case Opcode::i64_shl: return {a << count};
        case Opcode::i64_shr_s: return {static_cast<std::uint64_t>(signed_a >> count)};
        case Opcode::i64_shr_u: return {a >> count};
        case Opcode::i64_rotl: return {std::rotl(a, count)};
        case Opcode::i64_rotr: return {std::rotr(a, count)};
        default: return {};
    }
}

template <Opcode opcode, StateAccess A>
Outcome unary(A& access) {
    access.push(evaluate_unary(opcode, access.pop()));
    return Outcome::next();
}

template <StateAccess A>
Outcome push_numeric(A& access, Numeric result) {
    if (result.trap != Trap::none) {
        return Outcome::trap(result.trap);
    }
    access.push(result.value);
    return Outcome::next();
}

template <Opcode opcode, StateAccess A>
Outcome binary_i32(A& access) {
    const auto b = static_cast<std::uint32_t>(access.pop());
    const auto a = static_cast<std::uint32_t>(access.pop());
    return push_numeric(access, evaluate_i32(opcode, a, b));
}

template <Opcode opcode, StateAccess A>
Outcome binary_i64(A& access) {
    const std::uint64_t b = access.pop();
    const std::uint64_t a = access.pop();
    return push_numeric(access, evaluate_i64(opcode, a, b));
}

}  // namespace lockstep::vm
