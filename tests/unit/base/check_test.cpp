#include "base/check.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

enum class Mishap { first, second };

std::expected<int, Mishap> number_or(bool good, Mishap mishap) {
    if (good) {
        return 20;
    }
    return std::unexpected(mishap);
}

std::expected<void, Mishap> nothing_or(bool good) {
    if (good) {
        return {};
    }
    return std::unexpected(Mishap::second);
}

std::expected<int, Mishap> sum(bool first_good, bool second_good) {
    LOCKSTEP_TRY(const int first, number_or(first_good, Mishap::first));
    LOCKSTEP_TRY(const int second, number_or(second_good, Mishap::second));
    return first + second + 2;
}

std::expected<int, Mishap> after(bool good) {
    LOCKSTEP_TRY_VOID(nothing_or(good));
    return 1;
}

std::expected<std::unique_ptr<int>, Mishap> boxed() {
    return std::make_unique<int>(5);
}

std::expected<int, Mishap> unboxed() {
    LOCKSTEP_TRY(const auto box, boxed());
    return *box;
}

TEST(Check, PassesWhatHolds) {
    int evaluations = 0;
    LOCKSTEP_CHECK(++evaluations == 1);
    EXPECT_EQ(evaluations, 1);
}

TEST(Check, IsOneStatement) {
    bool reached = false;
    if (reached) {
        LOCKSTEP_CHECK(false);
    } else {
        reached = true;
    }
    EXPECT_TRUE(reached);
}

TEST(CheckDeathTest, AbortsWithTheConditionAndThePlace) {
    const int two = 2;
    EXPECT_DEATH(LOCKSTEP_CHECK(two == 3),
                 "check_test.cpp:[0-9]+: internal check failed: two == 3");
}

TEST(Try, YieldsValues) {
    EXPECT_EQ(sum(true, true), 42);
    EXPECT_EQ(after(true), 1);
}

TEST(Try, ReturnsTheFirstError) {
    EXPECT_EQ(sum(false, false).error(), Mishap::first);
    EXPECT_EQ(sum(true, false).error(), Mishap::second);
    EXPECT_EQ(after(false).error(), Mishap::second);
}

TEST(Try, MovesWhatCannotBeCopied) {
    EXPECT_EQ(unboxed(), 5);
}

}  // namespace
}  // namespace lockstep
