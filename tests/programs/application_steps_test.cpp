// Steps of the applications' default runs: proven, and found where somebody lies about them.

#include "tests/programs/application_steps.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "dispute/local_game.hpp"
#include "dispute/step_verifier.hpp"
#include "tests/differential/shadow_root.hpp"
#include "tests/programs/application_run.hpp"
#include "trace/execution.hpp"
#include "trace/faulty_execution.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::programs {
namespace {

constexpr int kFaults = 7;
constexpr std::uint64_t kGreatestArity = 32;
constexpr std::size_t kBudgetBytes = std::size_t{1} << 28U;
/// One root in so many is compared with a full rehash.
constexpr std::size_t kComparedRarity = 20;

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

std::uint64_t length_of(const ProgramRun& run) {
    vm::MachineState state = initial_state(run);
    vm::run(*run.program, state, Step(~0ULL));
    return state.steps.value;
}

/// Different steps, in order; the first and the last are among them.
std::vector<std::uint64_t> arbitrary_steps(std::uint64_t length, std::size_t count,
                                           std::mt19937_64& random) {
    std::set<std::uint64_t> steps{0, length - 1};
    while (steps.size() < std::min<std::uint64_t>(count, length)) {
        steps.insert(random() % length);
    }
    return {steps.begin(), steps.end()};
}

void expect_proven(const ProgramRun& run, const std::vector<std::uint64_t>& steps) {
    const trace::Image image(*run.program);
    vm::MachineState state = initial_state(run);
    trace::Committer committer(image, *run.program, state);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        SCOPED_TRACE(steps[i]);
        vm::run(*run.program, state, Step(steps[i]));
        ASSERT_EQ(state.steps.value, steps[i]);
        const StateRoot before = committer.root(state);
        vm::MachineState direct = state;
        vm::run(*run.program, direct, Step(steps[i] + 1));
        const Bytes bundle = trace::record_step(*run.program, state, committer);
        const StateRoot after = committer.root(state);
        const auto proven = dispute::verify_step(before, bundle);
        ASSERT_TRUE(proven.has_value());
        ASSERT_EQ(to_hex(proven->value), to_hex(after.value));
        if (i % kComparedRarity == 0) {
            // The interpreter's successor, committed to by other code than the recorder's.
            ASSERT_EQ(to_hex(differential::shadow_root(image.root, direct).value),
                      to_hex(after.value));
        }
    }
}

TEST(ApplicationSteps, AreProvenFromTheRootBeforeThem) {
    for (const Application& application : applications()) {
        SCOPED_TRACE(application.name);
        const ProgramRun run = program_run(default_run(application.name));
        std::mt19937_64 random(application.name.size());
        expect_proven(run, arbitrary_steps(length_of(run), is_deep() ? 20'000 : 1000, random));
        if (HasFailure()) {
            return;
        }
    }
}

TEST(ApplicationSteps, SampleCoversManyOpcodes) {
    std::map<std::string, std::size_t> of_opcode;
    std::map<std::string, std::size_t> of_application;
    for (const differential::RecordedStep& step : sampled_application_steps()) {
        const auto proven = dispute::verify_step(step.pre, step.bundle);
        ASSERT_TRUE(proven.has_value()) << step.label;
        EXPECT_EQ(*proven, step.post) << step.label;
        const std::size_t opcode_end = step.label.find('/');
        const std::size_t outcome_end = step.label.find('/', opcode_end + 1);
        ++of_opcode[step.label.substr(0, opcode_end)];
        ++of_application[step.label.substr(
            outcome_end + 1, step.label.find('/', outcome_end + 1) - outcome_end - 1)];
    }
    EXPECT_GE(of_opcode.size(), 100U);
    EXPECT_EQ(of_application.size(), applications().size());
    for (const auto& [application, count] : of_application) {
        EXPECT_EQ(count, kStepsOfApplication) << application;
    }
}

struct Lie {
    std::uint64_t step = 0;
    trace::Fault fault{};
    std::uint64_t arity = 2;
    bool is_defenders = false;
};

void expect_conviction(trace::Execution& truth, const Lie& lie) {
    trace::FaultyExecution liar(truth, Step(lie.step), lie.fault);
    trace::TraceProvider& honest = truth;
    const auto game = lie.is_defenders ? dispute::play(liar, honest, lie.arity)
                                       : dispute::play(honest, liar, lie.arity);
    ASSERT_TRUE(game.has_value());
    const dispute::Verdict& verdict = game->verdict;
    EXPECT_EQ(verdict.step.value, lie.step);
    EXPECT_EQ(verdict.defender_lied, lie.is_defenders);
    EXPECT_EQ(verdict.challenger_lied, !lie.is_defenders);
    EXPECT_EQ(verdict.agreed, truth.root(Step(lie.step)));
    EXPECT_EQ(verdict.proven, truth.root(Step(lie.step + 1)));
    const auto proven = dispute::verify_step(verdict.agreed, verdict.bundle);
    ASSERT_TRUE(proven.has_value());
    EXPECT_EQ(*proven, verdict.proven);
}

TEST(ApplicationSteps, LiesAboutThemAreFound) {
    const unsigned lies = is_deep() ? 300 : 30;
    for (const Application& application : applications()) {
        const ProgramRun run = program_run(default_run(application.name));
        const trace::Image image(*run.program);
        trace::Execution truth(*run.program, image, initial_state(run), kBudgetBytes);
        std::mt19937_64 random(application.name.size());
        for (unsigned i = 0; i < lies; ++i) {
            const Lie lie{.step = random() % truth.length().value,
                          .fault = static_cast<trace::Fault>(i % kFaults),
                          .arity = 2 + random() % (kGreatestArity - 1),
                          .is_defenders = random() % 2 == 0};
            SCOPED_TRACE(application.name + ": " + std::string(fault_name(lie.fault)) +
                         " at step " + std::to_string(lie.step));
            expect_conviction(truth, lie);
        }
    }
}

}  // namespace
}  // namespace lockstep::programs
