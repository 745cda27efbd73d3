#pragma once

// Floating-point instructions: pure functions on slots, computed by the processor. Twin:
// verifier-solidity/src/instructions/Float.sol, with the functions of `Float` in this order; the
// `evaluate_` functions are divided otherwise there. An f32 in a slot is zero-extended.
// https://webassembly.github.io/spec/core/exec/numerics.html#floating-point-operations
//
// WebAssembly leaves the bits of a NaN open; here each operation that can make one makes the same
// one, positive and with an empty payload, while it makes it: later nobody could tell it from a
// NaN that the program wrote itself (docs/spec/determinism.md).
//
// Whoever executes these holds a FloatEnvironment (vm/machine/float_environment.hpp).

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "vm/instructions/numeric.hpp"
#include "vm/instructions/outcome.hpp"
#include "vm/instructions/state_access.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm {

static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<float>::digits == 24);
static_assert(std::numeric_limits<double>::is_iec559 && std::numeric_limits<double>::digits == 53);
// Each operation rounds to its own type: no registers of more precision.
static_assert(FLT_EVAL_METHOD == 0);
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "with -ffast-math or a part of it floats would not be those of the specification"
#endif

/// The operations of f32 (F is float) or f64 (F is double), on bits.
template <typename F>
struct Float {
    using Bits = std::conditional_t<sizeof(F) == 4, std::uint32_t, std::uint64_t>;

    static constexpr int kFractionBits = std::numeric_limits<F>::digits - 1;
    static constexpr int kBias = std::numeric_limits<F>::max_exponent - 1;
    static constexpr Bits kSign = Bits{1} << (8 * sizeof(F) - 1);
    static constexpr Bits kFraction = (Bits{1} << kFractionBits) - 1;
    static constexpr Bits kInfinity = ~(kSign | kFraction);
    static constexpr Bits kOne = Bits{kBias} << kFractionBits;
    static constexpr Bits kNan = kInfinity | (Bits{1} << (kFractionBits - 1));

    [[nodiscard]] static F value(Bits a) { return std::bit_cast<F>(a); }
    [[nodiscard]] static bool is_nan(Bits a) { return (a & ~kSign) > kInfinity; }
    /// The bits of a result, in which each NaN is the canonical one.
    [[nodiscard]] static Bits canonical(F result) {
        // A branch that is never taken costs nothing; a choice without one costs a detour of the result.
        if (std::isnan(result)) [[unlikely]] {
            return kNan;
        }
        return std::bit_cast<Bits>(result);
    }
    /// floor(log2(abs(a))); less than -1 for 0 and the subnormal, great for infinities and NaNs.
    [[nodiscard]] static int exponent(Bits a) {
        return static_cast<int>((a & ~kSign) >> kFractionBits) - kBias;
    }

    [[nodiscard]] static bool eq(Bits a, Bits b) { return value(a) == value(b); }
    [[nodiscard]] static bool ne(Bits a, Bits b) { return value(a) != value(b); }
    [[nodiscard]] static bool lt(Bits a, Bits b) { return value(a) < value(b); }
    [[nodiscard]] static bool gt(Bits a, Bits b) { return value(a) > value(b); }
    [[nodiscard]] static bool le(Bits a, Bits b) { return value(a) <= value(b); }
    [[nodiscard]] static bool ge(Bits a, Bits b) { return value(a) >= value(b); }

    // Only the sign changes, that of a NaN too.
    [[nodiscard]] static Bits abs(Bits a) { return a & ~kSign; }
    [[nodiscard]] static Bits neg(Bits a) { return a ^ kSign; }

    // Rounding to whole numbers works on the bits: the processor's instruction for it is not on each
    // x86-64, and the C library's functions obey the rounding mode or are slow.
    [[nodiscard]] static Bits ceil(Bits a) {
        const Bits whole = trunc(a);
        return (a & kSign) == 0 && whole != a ? add(whole, kOne) : whole;
    }
    [[nodiscard]] static Bits floor(Bits a) {
        const Bits whole = trunc(a);
        return (a & kSign) != 0 && whole != a ? sub(whole, kOne) : whole;
    }
    [[nodiscard]] static Bits trunc(Bits a) {
        const int e = exponent(a);
        if (e >= kFractionBits) {
            return is_nan(a) ? kNan : a;
        }
        return e < 0 ? a & kSign : a & ~(kFraction >> e);
    }
    /// Ties go to the even one.
    [[nodiscard]] static Bits nearest(Bits a) {
        const int e = exponent(a);
        if (e >= kFractionBits) {
            return is_nan(a) ? kNan : a;
        }
        if (e < 0) {
            constexpr Bits half = kOne - (kFraction + 1);
            return (a & kSign) | ((a & ~kSign) > half ? kOne : 0);
        }
        // A carry out of the fraction makes the exponent greater, as it should. The least bit of the
        // whole part is that above `below`; where e is 0 that is the least bit of the exponent field,
        // which for 1 is 1, too.
        const Bits below = kFraction >> e;
        const Bits half = (below >> 1) + 1;
        const Bits rounded = (a + half) & ~below;
        return (a & below) == half ? rounded & ~(below + 1) : rounded;
    }

    [[nodiscard]] static Bits sqrt(Bits a) { return canonical(std::sqrt(value(a))); }
    [[nodiscard]] static Bits add(Bits a, Bits b) { return canonical(value(a) + value(b)); }
    [[nodiscard]] static Bits sub(Bits a, Bits b) { return canonical(value(a) - value(b)); }
    [[nodiscard]] static Bits mul(Bits a, Bits b) { return canonical(value(a) * value(b)); }
    [[nodiscard]] static Bits div(Bits a, Bits b) { return canonical(value(a) / value(b)); }
    /// Equal ones differ at most in the sign: -0 is less than +0.
    [[nodiscard]] static Bits min(Bits a, Bits b) {
        if (is_nan(a) || is_nan(b)) {
            return kNan;
        }
        return lt(a, b) ? a : gt(a, b) ? b : a | b;
    }
    [[nodiscard]] static Bits max(Bits a, Bits b) {
        if (is_nan(a) || is_nan(b)) {
            return kNan;
        }
        return gt(a, b) ? a : lt(a, b) ? b : a & b;
    }
    [[nodiscard]] static Bits copysign(Bits a, Bits b) { return (a & ~kSign) | (b & kSign); }

    // Conversions to an integer T of 4 or 8 bytes. Each bound is a number that a double holds: the
    // greatest one whose whole part is too small, the least one whose whole part is too great.
    template <typename T>
    static constexpr double kTooSmall =
        std::is_unsigned_v<T> ? -1.0 : (sizeof(T) == 4 ? -0x1.00000002p31 : -0x1.0000000000001p63);
    template <typename T>
    static constexpr double kTooGreat =
        2 * static_cast<double>(T{1} << (std::numeric_limits<T>::digits - 1));

    template <typename T>
    [[nodiscard]] static Numeric truncate(Bits a) {
        const auto exact = static_cast<double>(value(a));
        if (std::isnan(exact)) {
            return {.trap = Trap::invalid_conversion};
        }
        if (exact <= kTooSmall<T> || exact >= kTooGreat<T>) {
            return {.trap = Trap::integer_overflow};
        }
        return {.value = static_cast<std::make_unsigned_t<T>>(static_cast<T>(exact))};
    }
    template <typename T>
    [[nodiscard]] static std::make_unsigned_t<T> truncate_saturating(Bits a) {
        const auto exact = static_cast<double>(value(a));
        if (std::isnan(exact)) {
            return 0;
        }
        const T result = exact <= kTooSmall<T>   ? std::numeric_limits<T>::min()
                         : exact >= kTooGreat<T> ? std::numeric_limits<T>::max()
                                                 : static_cast<T>(exact);
        return static_cast<std::make_unsigned_t<T>>(result);
    }

    /// Of an integer or a number of the other format.
    template <typename T>
    [[nodiscard]] static Bits convert(T a) {
        return canonical(static_cast<F>(a));
    }
};

using F32 = Float<float>;
using F64 = Float<double>;

/// Instructions of one or two f32 operands with a result that is an f32 or a truth value; of one
/// operand: b is ignored.
[[nodiscard]] inline std::uint32_t evaluate_f32(Opcode opcode, std::uint32_t a, std::uint32_t b) {
    switch (opcode) {
        case Opcode::f32_eq: return F32::eq(a, b) ? 1 : 0;
        case Opcode::f32_ne: return F32::ne(a, b) ? 1 : 0;
        case Opcode::f32_lt: return F32::lt(a, b) ? 1 : 0;
        case Opcode::f32_gt: return F32::gt(a, b) ? 1 : 0;
        case Opcode::f32_le: return F32::le(a, b) ? 1 : 0;
        case Opcode::f32_ge: return F32::ge(a, b) ? 1 : 0;
        case Opcode::f32_abs: return F32::abs(a);
        case Opcode::f32_neg: return F32::neg(a);
        case Opcode::f32_ceil: return F32::ceil(a);
        case Opcode::f32_floor: return F32::floor(a);
        case Opcode::f32_trunc: return F32::trunc(a);
        case Opcode::f32_nearest: return F32::nearest(a);
        case Opcode::f32_sqrt: return F32::sqrt(a);
        case Opcode::f32_add: return F32::add(a, b);
        case Opcode::f32_sub: return F32::sub(a, b);
        case Opcode::f32_mul: return F32::mul(a, b);
        case Opcode::f32_div: return F32::div(a, b);
        case Opcode::f32_min: return F32::min(a, b);
        case Opcode::f32_max: return F32::max(a, b);
        case Opcode::f32_copysign: return F32::copysign(a, b);
        default: return 0;
    }
}

/// The same for f64.
[[nodiscard]] inline std::uint64_t evaluate_f64(Opcode opcode, std::uint64_t a, std::uint64_t b) {
    switch (opcode) {
        case Opcode::f64_eq: return F64::eq(a, b) ? 1 : 0;
        case Opcode::f64_ne: return F64::ne(a, b) ? 1 : 0;
        case Opcode::f64_lt: return F64::lt(a, b) ? 1 : 0;
        case Opcode::f64_gt: return F64::gt(a, b) ? 1 : 0;
        case Opcode::f64_le: return F64::le(a, b) ? 1 : 0;
        case Opcode::f64_ge: return F64::ge(a, b) ? 1 : 0;
        case Opcode::f64_abs: return F64::abs(a);
        case Opcode::f64_neg: return F64::neg(a);
        case Opcode::f64_ceil: return F64::ceil(a);
        case Opcode::f64_floor: return F64::floor(a);
        case Opcode::f64_trunc: return F64::trunc(a);
        case Opcode::f64_nearest: return F64::nearest(a);
        case Opcode::f64_sqrt: return F64::sqrt(a);
        case Opcode::f64_add: return F64::add(a, b);
        case Opcode::f64_sub: return F64::sub(a, b);
        case Opcode::f64_mul: return F64::mul(a, b);
        case Opcode::f64_div: return F64::div(a, b);
        case Opcode::f64_min: return F64::min(a, b);
        case Opcode::f64_max: return F64::max(a, b);
        case Opcode::f64_copysign: return F64::copysign(a, b);
        default: return 0;
    }
}

/// Conversions: between the two formats, and between them and the integers.
[[nodiscard]] inline Numeric evaluate_conversion(Opcode opcode, std::uint64_t a) {
    const auto narrow = static_cast<std::uint32_t>(a);
    switch (opcode) {
        case Opcode::i32_trunc_f32_s: return F32::truncate<std::int32_t>(narrow);
        case Opcode::i32_trunc_f32_u: return F32::truncate<std::uint32_t>(narrow);
        case Opcode::i32_trunc_f64_s: return F64::truncate<std::int32_t>(a);
        case Opcode::i32_trunc_f64_u: return F64::truncate<std::uint32_t>(a);
        case Opcode::i64_trunc_f32_s: return F32::truncate<std::int64_t>(narrow);
        case Opcode::i64_trunc_f32_u: return F32::truncate<std::uint64_t>(narrow);
        case Opcode::i64_trunc_f64_s: return F64::truncate<std::int64_t>(a);
        case Opcode::i64_trunc_f64_u: return F64::truncate<std::uint64_t>(a);
        case Opcode::i32_trunc_sat_f32_s: return {F32::truncate_saturating<std::int32_t>(narrow)};
        case Opcode::i32_trunc_sat_f32_u: return {F32::truncate_saturating<std::uint32_t>(narrow)};
        case Opcode::i32_trunc_sat_f64_s: return {F64::truncate_saturating<std::int32_t>(a)};
        case Opcode::i32_trunc_sat_f64_u: return {F64::truncate_saturating<std::uint32_t>(a)};
        case Opcode::i64_trunc_sat_f32_s: return {F32::truncate_saturating<std::int64_t>(narrow)};
        case Opcode::i64_trunc_sat_f32_u: return {F32::truncate_saturating<std::uint64_t>(narrow)};
        case Opcode::i64_trunc_sat_f64_s: return {F64::truncate_saturating<std::int64_t>(a)};
        case Opcode::i64_trunc_sat_f64_u: return {F64::truncate_saturating<std::uint64_t>(a)};
        case Opcode::f32_convert_i32_s: return {F32::convert(static_cast<std::int32_t>(narrow))};
        case Opcode::f32_convert_i32_u: return {F32::convert(narrow)};
        case Opcode::f32_convert_i64_s: return {F32::convert(static_cast<std::int64_t>(a))};
        case Opcode::f32_convert_i64_u: return {F32::convert(a)};
        case Opcode::f32_demote_f64: return {F32::convert(F64::value(a))};
        case Opcode::f64_convert_i32_s: return {F64::convert(static_cast<std::int32_t>(narrow))};
        case Opcode::f64_convert_i32_u: return {F64::convert(narrow)};
        case Opcode::f64_convert_i64_s: return {F64::convert(static_cast<std::int64_t>(a))};
        case Opcode::f64_convert_i64_u: return {F64::convert(a)};
        case Opcode::f64_promote_f32: return {F64::convert(F32::value(narrow))};
        default: return {};
    }
}

template <Opcode opcode, StateAccess A>
Outcome unary_f32(A& access) {
    access.push(evaluate_f32(opcode, static_cast<std::uint32_t>(access.pop()), 0));
    return Outcome::next();
}

template <Opcode opcode, StateAccess A>
Outcome unary_f64(A& access) {
    access.push(evaluate_f64(opcode, access.pop(), 0));
    return Outcome::next();
}

template <Opcode opcode, StateAccess A>
Outcome binary_f32(A& access) {
    const auto b = static_cast<std::uint32_t>(access.pop());
    const auto a = static_cast<std::uint32_t>(access.pop());
    access.push(evaluate_f32(opcode, a, b));
    return Outcome::next();
}

template <Opcode opcode, StateAccess A>
Outcome binary_f64(A& access) {
    const std::uint64_t b = access.pop();
    const std::uint64_t a = access.pop();
    access.push(evaluate_f64(opcode, a, b));
    return Outcome::next();
}

template <Opcode opcode, StateAccess A>
Outcome conversion(A& access) {
    return push_numeric(access, evaluate_conversion(opcode, access.pop()));
}

}  // namespace lockstep::vm
