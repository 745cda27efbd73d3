#include "vm/instructions/float.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep::vm {
namespace {

std::uint32_t bits(float value) {
    return std::bit_cast<std::uint32_t>(value);
}
std::uint64_t bits(double value) {
    return std::bit_cast<std::uint64_t>(value);
}

constexpr std::uint32_t kNan32 = 0x7FC0'0000;
constexpr std::uint64_t kNan64 = 0x7FF8'0000'0000'0000;
constexpr std::uint32_t kSign32 = 0x8000'0000;
constexpr std::uint64_t kSign64 = 1ULL << 63U;
constexpr std::uint32_t kInfinity32 = 0x7F80'0000;
constexpr std::uint64_t kInfinity64 = 0x7FF0'0000'0000'0000;

const std::vector<std::uint32_t> kNans32 = {0x7FC0'0000, 0xFFC0'0000, 0x7F80'0001, 0xFF80'0001,
                                            0x7FA0'0000, 0x7FFF'FFFF, 0xFFFF'FFFF, 0x7FC1'2345};
const std::vector<std::uint64_t> kNans64 = {
    0x7FF8'0000'0000'0000, 0xFFF8'0000'0000'0000, 0x7FF0'0000'0000'0001, 0xFFF0'0000'0000'0001,
    0x7FF4'0000'0000'0000, 0x7FFF'FFFF'FFFF'FFFF, 0xFFFF'FFFF'FFFF'FFFF, 0x7FF8'1234'5678'9ABC};

TEST(Float, NansThatAreMadeArePositiveAndEmpty) {
    using enum Opcode;
    for (const Opcode opcode : {f32_ceil, f32_floor, f32_trunc, f32_nearest, f32_sqrt}) {
        for (const std::uint32_t nan : kNans32) {
            EXPECT_EQ(evaluate_f32(opcode, nan, 0), kNan32) << traits(opcode).mnemonic << nan;
        }
    }
    for (const Opcode opcode : {f32_add, f32_sub, f32_mul, f32_div, f32_min, f32_max}) {
        for (const std::uint32_t nan : kNans32) {
            EXPECT_EQ(evaluate_f32(opcode, nan, bits(1.0F)), kNan32) << traits(opcode).mnemonic;
            EXPECT_EQ(evaluate_f32(opcode, bits(1.0F), nan), kNan32) << traits(opcode).mnemonic;
            EXPECT_EQ(evaluate_f32(opcode, nan, kInfinity32), kNan32) << traits(opcode).mnemonic;
            EXPECT_EQ(evaluate_f32(opcode, nan, 0xFFC0'0001), kNan32) << traits(opcode).mnemonic;
        }
    }
    for (const Opcode opcode : {f64_ceil, f64_floor, f64_trunc, f64_nearest, f64_sqrt}) {
        for (const std::uint64_t nan : kNans64) {
            EXPECT_EQ(evaluate_f64(opcode, nan, 0), kNan64) << traits(opcode).mnemonic << nan;
        }
    }
    for (const Opcode opcode : {f64_add, f64_sub, f64_mul, f64_div, f64_min, f64_max}) {
        for (const std::uint64_t nan : kNans64) {
            EXPECT_EQ(evaluate_f64(opcode, nan, bits(1.0)), kNan64) << traits(opcode).mnemonic;
            EXPECT_EQ(evaluate_f64(opcode, bits(1.0), nan), kNan64) << traits(opcode).mnemonic;
            EXPECT_EQ(evaluate_f64(opcode, nan, kInfinity64), kNan64) << traits(opcode).mnemonic;
            EXPECT_EQ(evaluate_f64(opcode, nan, ~0ULL), kNan64) << traits(opcode).mnemonic;
        }
    }
    for (const std::uint32_t nan : kNans32) {
        EXPECT_EQ(evaluate_conversion(f64_promote_f32, nan).value, kNan64);
    }
    for (const std::uint64_t nan : kNans64) {
        EXPECT_EQ(evaluate_conversion(f32_demote_f64, nan).value, kNan32);
    }
}

TEST(Float, InvalidOperationsGiveTheSameNan) {
    EXPECT_EQ(F64::sub(kInfinity64, kInfinity64), kNan64);
    EXPECT_EQ(F64::add(kInfinity64, kInfinity64 | kSign64), kNan64);
    EXPECT_EQ(F64::mul(0, kInfinity64), kNan64);
    EXPECT_EQ(F64::mul(kInfinity64 | kSign64, 0), kNan64);
    EXPECT_EQ(F64::div(0, kSign64), kNan64);
    EXPECT_EQ(F64::div(kInfinity64, kInfinity64), kNan64);
    EXPECT_EQ(F64::sqrt(bits(-1.0)), kNan64);
    EXPECT_EQ(F64::sqrt(kSign64 | 1U), kNan64);
    EXPECT_EQ(F64::sqrt(kSign64 | kInfinity64), kNan64);
    EXPECT_EQ(F32::sub(kInfinity32, kInfinity32), kNan32);
    EXPECT_EQ(F32::mul(kInfinity32, kSign32), kNan32);
    EXPECT_EQ(F32::div(kSign32, 0), kNan32);
    EXPECT_EQ(F32::sqrt(bits(-2.0F)), kNan32);
}

TEST(Float, SignOperationsKeepTheBitsOfNans) {
    for (const std::uint32_t nan : kNans32) {
        EXPECT_EQ(F32::abs(nan), nan & ~kSign32);
        EXPECT_EQ(F32::neg(nan), nan ^ kSign32);
        EXPECT_EQ(F32::copysign(nan, kSign32), nan | kSign32);
        EXPECT_EQ(F32::copysign(bits(1.5F), nan), bits(1.5F) | (nan & kSign32));
    }
    for (const std::uint64_t nan : kNans64) {
        EXPECT_EQ(F64::abs(nan), nan & ~kSign64);
        EXPECT_EQ(F64::neg(nan), nan ^ kSign64);
        EXPECT_EQ(F64::copysign(nan, 0), nan & ~kSign64);
        EXPECT_EQ(F64::copysign(bits(1.5), nan), bits(1.5) | (nan & kSign64));
    }
}

TEST(Float, NothingIsComparableWithANan) {
    using enum Opcode;
    for (const std::uint64_t nan : kNans64) {
        for (const std::uint64_t other : {nan, bits(0.0), kInfinity64}) {
            for (const Opcode opcode : {f64_eq, f64_lt, f64_gt, f64_le, f64_ge}) {
                EXPECT_EQ(evaluate_f64(opcode, nan, other), 0U) << traits(opcode).mnemonic;
                EXPECT_EQ(evaluate_f64(opcode, other, nan), 0U) << traits(opcode).mnemonic;
            }
            EXPECT_EQ(evaluate_f64(f64_ne, nan, other), 1U);
            EXPECT_EQ(evaluate_f64(f64_ne, other, nan), 1U);
        }
    }
}

TEST(Float, ZerosOfBothSignsAreEqual) {
    EXPECT_TRUE(F32::eq(0, kSign32));
    EXPECT_FALSE(F32::ne(0, kSign32));
    EXPECT_FALSE(F32::lt(kSign32, 0));
    EXPECT_FALSE(F32::gt(0, kSign32));
    EXPECT_TRUE(F32::le(0, kSign32));
    EXPECT_TRUE(F32::ge(kSign32, 0));
}

TEST(Float, MinAndMaxTellZerosApart) {
    for (const auto& [a, b] : {std::pair{kSign64, std::uint64_t{0}}, {std::uint64_t{0}, kSign64}}) {
        EXPECT_EQ(F64::min(a, b), kSign64);
        EXPECT_EQ(F64::max(a, b), 0U);
    }
    EXPECT_EQ(F64::min(kSign64, kSign64), kSign64);
    EXPECT_EQ(F64::max(kSign64, kSign64), kSign64);
    EXPECT_EQ(F32::min(bits(-1.0F), bits(2.0F)), bits(-1.0F));
    EXPECT_EQ(F32::min(bits(2.0F), bits(-1.0F)), bits(-1.0F));
    EXPECT_EQ(F32::max(bits(-1.0F), bits(2.0F)), bits(2.0F));
    EXPECT_EQ(F32::max(kInfinity32, bits(2.0F)), kInfinity32);
    EXPECT_EQ(F32::min(kInfinity32 | kSign32, bits(2.0F)), kInfinity32 | kSign32);
    EXPECT_EQ(F32::max(bits(2.0F), bits(2.0F)), bits(2.0F));
}

TEST(Float, SumsThatAreZeroArePositiveUnlessBothAreNegative) {
    EXPECT_EQ(F64::sub(bits(1.5), bits(1.5)), 0U);
    EXPECT_EQ(F64::add(bits(-1.5), bits(1.5)), 0U);
    EXPECT_EQ(F64::add(kSign64, 0), 0U);
    EXPECT_EQ(F64::add(kSign64, kSign64), kSign64);
    EXPECT_EQ(F64::sub(kSign64, 0), kSign64);
    EXPECT_EQ(F64::mul(kSign64, bits(3.0)), kSign64);
    EXPECT_EQ(F64::div(bits(3.0), kInfinity64 | kSign64), kSign64);
    EXPECT_EQ(F64::sqrt(kSign64), kSign64);
}

TEST(Float, TiesGoToTheEvenNeighbour) {
    // 1 is 0x3F800000, and the unit behind it 2^-23.
    EXPECT_EQ(F32::add(bits(1.0F), bits(0x1p-24F)), 0x3F80'0000U);
    EXPECT_EQ(F32::add(0x3F80'0001, bits(0x1p-24F)), 0x3F80'0002U);
    EXPECT_EQ(F32::add(bits(1.0F), bits(0x1.000002p-24F)), 0x3F80'0001U);
    EXPECT_EQ(F64::add(bits(1.0), bits(0x1p-53)), bits(1.0));
    EXPECT_EQ(F64::add(bits(1.0), bits(0x1.0000000000001p-53)), bits(1.0) + 1);
    EXPECT_EQ(F64::sub(bits(1.0), bits(0x1p-54)), bits(1.0));
    EXPECT_EQ(F64::mul(bits(0x1.8p-1), 3), 2U);  // 2.25 of the least number
    EXPECT_EQ(F64::mul(bits(0.5), 3), 2U);       // 1.5
    EXPECT_EQ(F64::mul(bits(0.5), 1), 0U);
    EXPECT_EQ(F64::div(bits(1.0), bits(10.0)), 0x3FB9'9999'9999'999AU);
    EXPECT_EQ(F64::sqrt(bits(2.0)), 0x3FF6'A09E'667F'3BCDU);
    EXPECT_EQ(F32::sqrt(bits(2.0F)), 0x3FB5'04F3U);
}

TEST(Float, OverflowGivesInfinity) {
    const std::uint64_t greatest = kInfinity64 - 1;
    EXPECT_EQ(F64::add(greatest, greatest), kInfinity64);
    EXPECT_EQ(F64::add(greatest, bits(0x1p+970)), kInfinity64);  // half of its unit: a tie
    EXPECT_EQ(F64::add(greatest, bits(0x1p+970) - 1), greatest);
    EXPECT_EQ(F64::mul(greatest | kSign64, bits(2.0)), kInfinity64 | kSign64);
    EXPECT_EQ(F64::div(bits(1.0), kSign64), kInfinity64 | kSign64);
    EXPECT_EQ(F64::div(bits(1.0), 1), kInfinity64);
}

TEST(Float, RoundsToWholeNumbers) {
    struct Case {
        double a, ceil, floor, trunc, nearest;
    };
    for (const Case& c : std::vector<Case>{
             {0.0, 0.0, 0.0, 0.0, 0.0},
             {-0.0, -0.0, -0.0, -0.0, -0.0},
             {0.25, 1.0, 0.0, 0.0, 0.0},
             {-0.25, -0.0, -1.0, -0.0, -0.0},
             {0.5, 1.0, 0.0, 0.0, 0.0},
             {-0.5, -0.0, -1.0, -0.0, -0.0},
             {0.75, 1.0, 0.0, 0.0, 1.0},
             {-0.75, -0.0, -1.0, -0.0, -1.0},
             {1.0, 1.0, 1.0, 1.0, 1.0},
             {1.5, 2.0, 1.0, 1.0, 2.0},
             {-1.5, -1.0, -2.0, -1.0, -2.0},
             {2.5, 3.0, 2.0, 2.0, 2.0},
             {-2.5, -2.0, -3.0, -2.0, -2.0},
             {3.5, 4.0, 3.0, 3.0, 4.0},
             {1023.5, 1024.0, 1023.0, 1023.0, 1024.0},
             {8388606.5, 8388607.0, 8388606.0, 8388606.0, 8388606.0},
             {8388607.5, 8388608.0, 8388607.0, 8388607.0, 8388608.0},
             {-8388609.0, -8388609.0, -8388609.0, -8388609.0, -8388609.0},
             {0x1p-126, 1.0, 0.0, 0.0, 0.0},
             {-0x1p-149, -0.0, -1.0, -0.0, -0.0},
             {0x1.fffffep+127, 0x1.fffffep+127, 0x1.fffffep+127, 0x1.fffffep+127, 0x1.fffffep+127},
         }) {
        EXPECT_EQ(F64::ceil(bits(c.a)), bits(c.ceil)) << c.a;
        EXPECT_EQ(F64::floor(bits(c.a)), bits(c.floor)) << c.a;
        EXPECT_EQ(F64::trunc(bits(c.a)), bits(c.trunc)) << c.a;
        EXPECT_EQ(F64::nearest(bits(c.a)), bits(c.nearest)) << c.a;
        const auto narrow = [](double value) { return bits(static_cast<float>(value)); };
        EXPECT_EQ(F32::ceil(narrow(c.a)), narrow(c.ceil)) << c.a;
        EXPECT_EQ(F32::floor(narrow(c.a)), narrow(c.floor)) << c.a;
        EXPECT_EQ(F32::trunc(narrow(c.a)), narrow(c.trunc)) << c.a;
        EXPECT_EQ(F32::nearest(narrow(c.a)), narrow(c.nearest)) << c.a;
    }
    EXPECT_EQ(F64::nearest(bits(4503599627370495.5)), bits(4503599627370496.0));
    EXPECT_EQ(F64::nearest(bits(4503599627370494.5)), bits(4503599627370494.0));
    EXPECT_EQ(F64::ceil(bits(4503599627370494.5)), bits(4503599627370495.0));
    EXPECT_EQ(F64::floor(kInfinity64 | kSign64), kInfinity64 | kSign64);
    EXPECT_EQ(F64::nearest(bits(0x1.fffffffffffffp-2)), 0U);  // the greatest below 1/2
    EXPECT_EQ(F32::nearest(bits(0x1.fffffep-2F)), 0U);
}

void expect_trap(Opcode opcode, std::uint64_t a, Trap trap) {
    EXPECT_EQ(trap_name(evaluate_conversion(opcode, a).trap), trap_name(trap))
        << traits(opcode).mnemonic << " " << a;
}

void expect_value(Opcode opcode, std::uint64_t a, std::uint64_t value) {
    const Numeric result = evaluate_conversion(opcode, a);
    EXPECT_EQ(trap_name(result.trap), trap_name(Trap::none)) << traits(opcode).mnemonic;
    EXPECT_EQ(result.value, value) << traits(opcode).mnemonic << " " << a;
}

/// The greatest and least operands that have a result, and their neighbours.
TEST(Float, TruncationTrapsOutsideTheIntegers) {
    using enum Opcode;
    struct Limits {
        Opcode opcode;
        std::uint64_t least, below, greatest, above;
        std::uint64_t least_result, greatest_result;
    };
    const std::uint64_t min64 = 1ULL << 63U;
    for (const Limits& l : std::vector<Limits>{
             {i32_trunc_f64_s, bits(-0x1.00000001fffffp31), bits(-0x1.00000002p31),
              bits(0x1.fffffffffffffp30), bits(0x1p31), 0x8000'0000, 0x7FFF'FFFF},
             {i32_trunc_f64_u, bits(-0x1.fffffffffffffp-1), bits(-1.0), bits(0x1.fffffffffffffp31),
              bits(0x1p32), 0, 0xFFFF'FFFF},
             {i32_trunc_f32_s, bits(-0x1p31F), bits(-0x1.000002p31F), bits(0x1.fffffep30F),
              bits(0x1p31F), 0x8000'0000, 0x7FFF'FF80},
             {i32_trunc_f32_u, bits(-0x1.fffffep-1F), bits(-1.0F), bits(0x1.fffffep31F),
              bits(0x1p32F), 0, 0xFFFF'FF00},
             {i64_trunc_f64_s, bits(-0x1p63), bits(-0x1.0000000000001p63),
              bits(0x1.fffffffffffffp62), bits(0x1p63), min64, min64 - 1024},
             {i64_trunc_f64_u, bits(-0x1.fffffffffffffp-1), bits(-1.0), bits(0x1.fffffffffffffp63),
              bits(0x1p64), 0, ~0ULL - 2047},
             {i64_trunc_f32_s, bits(-0x1p63F), bits(-0x1.000002p63F), bits(0x1.fffffep62F),
              bits(0x1p63F), min64, min64 - (1ULL << 39U)},
             {i64_trunc_f32_u, bits(-0x1.fffffep-1F), bits(-1.0F), bits(0x1.fffffep63F),
              bits(0x1p64F), 0, ~0ULL - (1ULL << 40U) + 1},
         }) {
        expect_trap(l.opcode, l.below, Trap::integer_overflow);
        expect_trap(l.opcode, l.above, Trap::integer_overflow);
        expect_value(l.opcode, l.least, l.least_result);
        expect_value(l.opcode, l.greatest, l.greatest_result);
        const bool is_f64 = traits(l.opcode).mnemonic.contains("f64");
        for (const std::uint64_t sign : {0ULL, 1ULL}) {
            expect_trap(l.opcode, is_f64 ? kInfinity64 | sign << 63U : kInfinity32 | sign << 31U,
                        Trap::integer_overflow);
            expect_trap(l.opcode, is_f64 ? kNan64 | sign << 63U : kNan32 | sign << 31U,
                        Trap::invalid_conversion);
        }
        expect_value(l.opcode, is_f64 ? kSign64 : kSign32, 0);
    }
}

TEST(Float, SaturatingTruncationStopsAtTheIntegersLimits) {
    using enum Opcode;
    expect_value(i32_trunc_sat_f64_s, bits(-0x1.00000002p31), 0x8000'0000);
    expect_value(i32_trunc_sat_f64_s, kInfinity64, 0x7FFF'FFFF);
    expect_value(i32_trunc_sat_f64_s, bits(-1.9), 0xFFFF'FFFF);
    expect_value(i32_trunc_sat_f64_u, bits(-1.0), 0);
    expect_value(i32_trunc_sat_f64_u, bits(0x1p32), 0xFFFF'FFFF);
    expect_value(i32_trunc_sat_f32_s, bits(-0x1p60F), 0x8000'0000);
    expect_value(i32_trunc_sat_f32_u, bits(0x1p60F), 0xFFFF'FFFF);
    expect_value(i64_trunc_sat_f64_s, bits(0x1p63), ~0ULL >> 1U);
    expect_value(i64_trunc_sat_f64_s, kInfinity64 | kSign64, 1ULL << 63U);
    expect_value(i64_trunc_sat_f64_u, bits(0x1p64), ~0ULL);
    expect_value(i64_trunc_sat_f32_s, bits(-3.5F), ~0ULL - 2);
    expect_value(i64_trunc_sat_f32_u, kInfinity32 | kSign32, 0);
    for (const Opcode opcode :
         {i32_trunc_sat_f64_s, i32_trunc_sat_f64_u, i64_trunc_sat_f64_s, i64_trunc_sat_f64_u}) {
        expect_value(opcode, kNan64 | kSign64, 0);
    }
    for (const Opcode opcode :
         {i32_trunc_sat_f32_s, i32_trunc_sat_f32_u, i64_trunc_sat_f32_s, i64_trunc_sat_f32_u}) {
        expect_value(opcode, kNan32, 0);
    }
}

TEST(Float, IntegersAreRoundedOnce) {
    using enum Opcode;
    // To an f64 and from there to an f32 this would be a tie, and go down.
    expect_value(f32_convert_i64_s, 0x0100'0001'0000'0001, bits(0x1.000002p56F));
    expect_value(f32_convert_i64_u, 0x8000'0080'0000'0001, bits(0x1.000002p63F));
    expect_value(f32_convert_i64_u, 0x8000'0080'0000'0000, bits(0x1p63F));
    expect_value(f32_convert_i64_u, ~0ULL, bits(0x1p64F));
    expect_value(f32_convert_i64_s, ~0ULL, bits(-1.0F));
    expect_value(f32_convert_i32_s, 0x8000'0000, bits(-0x1p31F));
    expect_value(f32_convert_i32_u, 0xFFFF'FF7F, bits(0x1.fffffep31F));
    expect_value(f32_convert_i32_u, 0xFFFF'FF80, bits(0x1p32F));
    expect_value(f64_convert_i64_u, 0x8000'0000'0000'0400, bits(0x1p63));
    expect_value(f64_convert_i64_u, 0x8000'0000'0000'0401, bits(0x1.0000000000001p63));
    expect_value(f64_convert_i64_s, 0x8000'0000'0000'0000, bits(-0x1p63));
    expect_value(f64_convert_i32_s, 0xFFFF'FFFF, bits(-1.0));
    expect_value(f64_convert_i32_u, 0xFFFF'FFFF, bits(4294967295.0));
    expect_value(f64_convert_i64_s, 0, 0);
}

TEST(Float, FormatsAreChangedByRounding) {
    using enum Opcode;
    expect_value(f32_demote_f64, bits(0.1), 0x3DCC'CCCD);
    expect_value(f32_demote_f64, bits(0x1.fffffefffffffp+127), 0x7F7F'FFFF);
    expect_value(f32_demote_f64, bits(0x1.ffffffp+127), kInfinity32);
    expect_value(f32_demote_f64, bits(-0x1p-150), kSign32);
    expect_value(f32_demote_f64, bits(0x1.0000000000001p-150), 1);
    expect_value(f32_demote_f64, bits(0x1.8p-149), 2);
    expect_value(f64_promote_f32, 1, bits(0x1p-149));
    expect_value(f64_promote_f32, kSign32, kSign64);
    expect_value(f64_promote_f32, kInfinity32 | kSign32, kInfinity64 | kSign64);
}

TEST(Float, OperandsOf32BitsAreTheLowHalf) {
    expect_value(Opcode::f64_promote_f32, 0xFFFF'FFFF'3F80'0000, bits(1.0));
    expect_value(Opcode::f64_convert_i32_u, 0xFFFF'FFFF'0000'0001, bits(1.0));
    expect_value(Opcode::i32_trunc_f32_s, 0xFFFF'FFFF'4000'0000, 2);
}

}  // namespace
}  // namespace lockstep::vm
