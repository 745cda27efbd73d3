#include "tests/conformance/value.hpp"

#include <gtest/gtest.h>

namespace lockstep::conformance {
namespace {

using enum Pattern::Kind;
using vm::ValueType;

bool is(Pattern::Kind kind, ValueType type, std::uint64_t slot) {
    return matches({.kind = kind, .value = {.type = type}}, {.type = type, .slot = slot});
}

TEST(Value, CanonicalNansHaveTheTopmostFractionBitAlone) {
    for (const std::uint64_t slot : {0x7FC0'0000U, 0xFFC0'0000U}) {
        EXPECT_TRUE(is(canonical_nan, ValueType::f32, slot)) << slot;
    }
    for (const std::uint64_t slot : {0x7FC0'0001ULL, 0x7FE0'0000ULL, 0x7F80'0000ULL, 0x7FA0'0000ULL,
                                     0x0040'0000ULL, 0ULL, 0x1'7FC0'0000ULL}) {
        EXPECT_FALSE(is(canonical_nan, ValueType::f32, slot)) << slot;
    }
    EXPECT_TRUE(is(canonical_nan, ValueType::f64, 0xFFF8'0000'0000'0000));
    EXPECT_FALSE(is(canonical_nan, ValueType::f64, 0xFFF8'0000'0000'0001));
    EXPECT_FALSE(is(canonical_nan, ValueType::f64, 0x7FF0'0000'0000'0000));
}

TEST(Value, ArithmeticNansAreTheQuietOnes) {
    for (const std::uint64_t slot : {0x7FC0'0000U, 0xFFC0'0000U, 0x7FC0'0001U, 0xFFFF'FFFFU}) {
        EXPECT_TRUE(is(arithmetic_nan, ValueType::f32, slot)) << slot;
    }
    for (const std::uint64_t slot : {0x7F80'0000ULL, 0x7FBF'FFFFULL, 0xFF80'0001ULL, 0x3FC0'0000ULL,
                                     0x0040'0000ULL, 0x1'7FC0'0000ULL}) {
        EXPECT_FALSE(is(arithmetic_nan, ValueType::f32, slot)) << slot;
    }
    EXPECT_TRUE(is(arithmetic_nan, ValueType::f64, 0x7FFF'FFFF'FFFF'FFFF));
    EXPECT_FALSE(is(arithmetic_nan, ValueType::f64, 0x7FF7'FFFF'FFFF'FFFF));
}

TEST(Value, ExactPatternsCompareAllBitsAndTheType) {
    const Pattern five{.kind = exactly, .value = {.type = ValueType::i32, .slot = 5}};
    EXPECT_TRUE(matches(five, {.type = ValueType::i32, .slot = 5}));
    EXPECT_FALSE(matches(five, {.type = ValueType::i32, .slot = 4}));
    EXPECT_FALSE(matches(five, {.type = ValueType::i64, .slot = 5}));
    EXPECT_FALSE(matches(five, {.type = ValueType::i32, .slot = 0x1'0000'0005}));
}

TEST(Value, NonNullMeansAnyReferenceOfTheType) {
    const Pattern any{.kind = non_null, .value = {.type = ValueType::funcref}};
    EXPECT_TRUE(matches(any, {.type = ValueType::funcref, .slot = 1}));
    EXPECT_FALSE(matches(any, {.type = ValueType::funcref, .slot = 0}));
    EXPECT_FALSE(matches(any, {.type = ValueType::externref, .slot = 1}));
}

TEST(Value, ListsMatchInLengthAndOrder) {
    const Value one{.type = ValueType::i32, .slot = 1};
    const Value two{.type = ValueType::i32, .slot = 2};
    const Patterns patterns{{.kind = exactly, .value = one}, {.kind = exactly, .value = two}};
    EXPECT_TRUE(match(patterns, Values{one, two}));
    EXPECT_FALSE(match(patterns, Values{two, one}));
    EXPECT_FALSE(match(patterns, Values{one}));
    EXPECT_FALSE(match(patterns, Values{one, two, two}));
    EXPECT_FALSE(match(Patterns{}, Values{one}));
    EXPECT_TRUE(match(Patterns{}, Values{}));
}

}  // namespace
}  // namespace lockstep::conformance
