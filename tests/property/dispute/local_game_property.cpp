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

/// Lies about the last state when it is first asked for it, and never again.
class Fickle : public trace::TraceProvider {
public:
    explicit Fickle(trace::Execution& truth) : truth_(truth) {}

    StateRoot root(Step step) override {
        StateRoot root = truth_.root(step);
        if (step.value != 0 && !has_lied_) {
            has_lied_ = true;
            root.value.bytes[0] ^= 1U;
        }
        return root;
    }
    Bytes bundle(Step step) override { return truth_.bundle(step); }
    Step length() override { return truth_.length(); }

private:
    trace::Execution& truth_;
    bool has_lied_ = false;
};

TEST(LocalGame, HoldsAPartyToWhatItSaid) {
    differential::HonestParty party(differential::disputed_runs().front());
    for (const bool defender_lies : {true, false}) {
        Fickle liar(party.execution());
        trace::TraceProvider& truth = party.execution();
        const auto game = defender_lies ? play(liar, truth, 4) : play(truth, liar, 4);
        ASSERT_TRUE(game.has_value());
        EXPECT_EQ(game->verdict.defender_lied, defender_lies);
        EXPECT_EQ(game->verdict.challenger_lied, !defender_lies);
    }
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
