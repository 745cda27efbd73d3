#include "base/strong.hpp"

#include <type_traits>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Strong, KindsDoNotMix) {
    static_assert(!std::is_convertible_v<std::uint64_t, Step>);
    static_assert(!std::is_convertible_v<Step, std::uint64_t>);
    static_assert(!std::is_constructible_v<Step, Gas>);
    static_assert(!std::is_constructible_v<StateRoot, ImageRoot>);
    static_assert(!std::is_assignable_v<Step&, Gas>);
}

TEST(Strong, StartsZero) {
    static_assert(Step().value == 0);
    EXPECT_TRUE(StateRoot().value.is_zero());
}

TEST(Strong, OrdersLikeItsValue) {
    static_assert(Step(1) < Step(2));
    static_assert(Step(2) == Step(2));
    static_assert(FunctionIndex(3) > FunctionIndex(2));
}

TEST(Strong, AddsAPlainNumber) {
    static_assert(Step(40) + 2 == Step(42));
    static_assert(std::is_same_v<decltype(Gas(1) + std::uint64_t{1}), Gas>);
}

TEST(Strong, TheDifferenceIsAPlainNumber) {
    static_assert(Gas(50) - Gas(8) == 42);
    static_assert(std::is_same_v<decltype(Step(2) - Step(1)), std::uint64_t>);
}

}  // namespace
}  // namespace lockstep
