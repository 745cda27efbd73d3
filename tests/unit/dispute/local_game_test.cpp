#include "dispute/local_game.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::dispute {
namespace {

StateRoot root_of(std::uint64_t number) {
    Hash256 hash;
    for (std::size_t i = 0; i < 8; ++i) {
        hash.bytes.at(i) = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return StateRoot(hash);
}

/// Counts up for `length` steps; from `lie` on its roots are others. It proves nothing.
class Counter : public trace::TraceProvider {
public:
    explicit Counter(std::uint64_t length, std::uint64_t lie = ~0ULL)
        : length_(length), lie_(lie) {}

    StateRoot root(Step step) override {
        ++asked_;
        const std::uint64_t number = std::min(step.value, length_);
        return root_of(step.value >= lie_ ? number + (1ULL << 60U) : number);
    }
    Bytes bundle(Step /*step*/) override { return {}; }
    Step length() override { return Step(length_); }

    [[nodiscard]] std::uint64_t asked() const { return asked_; }

private:
    std::uint64_t length_;
    std::uint64_t lie_;
    std::uint64_t asked_ = 0;
};

void expect_error(Counter defender, Counter challenger, std::uint64_t arity, GameError error) {
    const auto game = play(defender, challenger, arity);
    ASSERT_FALSE(game.has_value());
    EXPECT_EQ(static_cast<int>(game.error()), static_cast<int>(error));
}

TEST(RoundCount, IsTheLeastThatCoversAllSteps) {
    EXPECT_EQ(round_count(0, 2), 0U);
    EXPECT_EQ(round_count(1, 2), 0U);
    EXPECT_EQ(round_count(2, 2), 1U);
    EXPECT_EQ(round_count(3, 2), 2U);
    EXPECT_EQ(round_count(1024, 32), 2U);
    EXPECT_EQ(round_count(1025, 32), 3U);
    EXPECT_EQ(round_count(kMaxTraceSteps, 2), 40U);
    EXPECT_EQ(round_count(kMaxTraceSteps, kMaxArity), 4U);
}

TEST(LocalGame, RefusesOtherArities) {
    expect_error(Counter(10), Counter(10, 5), 0, GameError::bad_arity);
    expect_error(Counter(10), Counter(10, 5), 1, GameError::bad_arity);
    expect_error(Counter(10), Counter(10, 5), kMaxArity + 1, GameError::bad_arity);
}

TEST(LocalGame, NeedsADispute) {
    expect_error(Counter(10), Counter(10), 2, GameError::nothing_disputed);
    expect_error(Counter(10), Counter(10, 11), 2, GameError::unprovable);
    expect_error(Counter(10), Counter(10, 0), 2, GameError::start_disputed);
}

/// Answers with a root too few.
class Silent : public Counter {
public:
    using Counter::Counter;
    std::vector<StateRoot> roots(Step first, std::uint64_t stride, std::size_t count) override {
        return Counter::roots(first, stride, count - 1);
    }
};

TEST(LocalGame, DemandsAllTheRootsItAskedFor) {
    for (const bool defender_is_silent : {true, false}) {
        Silent silent(10, 5);
        Counter other(10);
        const auto game = defender_is_silent ? play(silent, other, 3) : play(other, silent, 3);
        ASSERT_FALSE(game.has_value());
        EXPECT_EQ(static_cast<int>(game.error()), static_cast<int>(GameError::bad_answer));
    }
}

TEST(LocalGame, SaysSoWhereNobodyProvesAnything) {
    expect_error(Counter(10), Counter(10, 5), 3, GameError::unprovable);
}

/// The search itself, without proofs: the rounds narrow down on the step before the first difference.
TEST(LocalGame, SearchesFirstDifference) {
    for (const std::uint64_t arity : {2ULL, 3ULL, 10ULL, 32ULL}) {
        for (std::uint64_t lie = 1; lie <= 100; ++lie) {
            Counter defender(100);
            Counter challenger(100, lie);
            std::vector<Round> rounds;
            (void)play(defender, challenger, arity,
                       [&](const Round& round) { rounds.push_back(round); });
            ASSERT_EQ(rounds.size(), round_count(100, arity));
            const Round& last = rounds.back();
            ASSERT_EQ(last.stride, 1U);
            ASSERT_EQ(last.begin.value + last.first_difference, lie);
        }
    }
}

/// The longer of two traces is searched.
TEST(LocalGame, CoversTheLongerTrace) {
    Counter defender(5);
    Counter challenger(80);
    std::vector<Round> rounds;
    (void)play(defender, challenger, 3, [&](const Round& round) { rounds.push_back(round); });
    ASSERT_EQ(rounds.size(), 4U);
    EXPECT_EQ(rounds.front().stride, 27U);
    EXPECT_EQ(rounds.back().begin.value + rounds.back().first_difference, 6U);
}

TEST(LocalGame, AsksForFewRoots) {
    Counter defender(1'000'000);
    Counter challenger(1'000'000, 777'777);
    (void)play(defender, challenger, 10);
    EXPECT_LE(defender.asked(), 6U * 9U + 5U);
}

/// Arity and rounds never overflow: the greatest trace has 2^40 states after the first.
TEST(LocalGame, SearchesTheLongestTrace) {
    for (const std::uint64_t arity :
         {std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{1000}, kMaxArity}) {
        Counter defender(~0ULL);
        Counter challenger(~0ULL, 123'456'789'012);
        std::vector<Round> rounds;
        (void)play(defender, challenger, arity,
                   [&](const Round& round) { rounds.push_back(round); });
        ASSERT_FALSE(rounds.empty());
        EXPECT_EQ(rounds.back().begin.value + rounds.back().first_difference, 123'456'789'012U);
    }
}

}  // namespace
}  // namespace lockstep::dispute
