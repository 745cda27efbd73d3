#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "dispute/step_verifier.hpp"
#include "tests/differential/dispute_case.hpp"

namespace lockstep::dispute {
namespace {

/// The least r with arity^r >= steps.
std::size_t rounds_for(std::uint64_t steps, std::uint64_t arity) {
    std::size_t rounds = 0;
    for (std::uint64_t covered = 1; covered < steps; covered *= arity) {
        ++rounds;
    }
    return rounds;
}

void expect_conviction(const differential::DisputeCase& dispute) {
    const differential::PlayedDispute played = differential::play(dispute);
    const Verdict& verdict = played.game.verdict;
    EXPECT_EQ(verdict.step, dispute.lie);
    EXPECT_EQ(played.game.rounds.size(), rounds_for(played.length.value, dispute.arity));
    EXPECT_EQ(verdict.defender_lied, dispute.defender_lies);
    EXPECT_EQ(verdict.challenger_lied, !dispute.defender_lies);
    const StateRoot& truth = dispute.defender_lies ? verdict.countered : verdict.claimed;
    EXPECT_EQ(verdict.proven, truth);
    const auto proven = verify_step(verdict.agreed, verdict.bundle);
    ASSERT_TRUE(proven.has_value());
    EXPECT_EQ(*proven, truth);
    for (const Round& round : played.game.rounds) {
        EXPECT_EQ(round.claimed.size(), dispute.arity - 1);
        EXPECT_EQ(round.countered.size(), dispute.arity - 1);
        EXPECT_GE(round.first_difference, 1U);
        EXPECT_LE(round.first_difference, dispute.arity);
    }
}

TEST(LocalGame, FindsTheFirstWrongStepAndConvictsTheLiar) {
    const std::uint64_t disputes = std::getenv("LOCKSTEP_DEEP") != nullptr ? 3000 : 200;
    std::set<std::pair<trace::Fault, bool>> kinds;
    for (std::uint64_t seed = 0; seed < disputes; ++seed) {
        SCOPED_TRACE(seed);
        const differential::DisputeCase dispute = differential::arbitrary_dispute(seed);
        expect_conviction(dispute);
        kinds.emplace(dispute.fault, dispute.defender_lies);
    }
    EXPECT_EQ(kinds.size(), 14U);
}

TEST(LocalGame, FindsTheFirstAndTheLastStep) {
    for (const programs::ProgramRun& run : differential::disputed_runs()) {
        SCOPED_TRACE(run.label);
        const Step length = differential::HonestParty(run).execution().length();
        for (const Step lie : {Step(0), Step(length.value - 1)}) {
            expect_conviction({.run = &run,
                               .lie = lie,
                               .fault = trace::Fault::gas,
                               .arity = 3,
                               .defender_lies = true});
        }
    }
}

}  // namespace
}  // namespace lockstep::dispute
