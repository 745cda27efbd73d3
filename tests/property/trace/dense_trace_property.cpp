// Dense traces beside commitments after each step.

#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/differential/recording.hpp"
#include "tests/differential/step_cases.hpp"
#include "tests/programs/program_run.hpp"
#include "tests/property/trace/trace_twins.hpp"
#include "tests/property/vm/random_program.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/random_module.hpp"
#include "trace/dense_trace.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::trace {
namespace {

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

std::string compare_calls(const random_modules::RandomModules& modules, Gas gas_limit,
                          std::uint64_t seed, std::uint64_t max_steps) {
    const auto program = random_modules::link(modules, random_modules::Variant::plain);
    if (!program) {
        return "not linked";
    }
    const Image image(*program);
    std::mt19937_64 random(seed);
    for (const random_modules::EntryCall& call : modules.calls) {
        TraceTwins twins(*program, image, start(*program, modules, call, gas_limit));
        if (const std::string what = twins.go_on(random, max_steps); !what.empty()) {
            return call.function + ": " + what;
        }
    }
    return "";
}

/// Rapidcheck makes the choices simpler where something fails: what is left is a small module.
RC_GTEST_PROP(DenseTrace, RootsOfRandomModulesAreThoseStepByStep, ()) {
    const auto size = *rc::gen::inRange<std::size_t>(0, 1500);
    const auto choices = *rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
    // Now and then the gas ends somewhere.
    const Gas gas_limit(*rc::gen::element<std::uint64_t>(20'000'000, 20'000'000, 900, 150));
    RC_ASSERT(compare_calls(random_modules::random_modules(choices), gas_limit,
                            *rc::gen::arbitrary<std::uint64_t>(), 2000) == "");
}

TEST(DenseTrace, RootsOfModulesOfSeedsAreThoseStepByStep) {
    const std::uint64_t seeds = is_deep() ? 3000 : 120;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const auto modules = random_modules::random_modules(random_modules::choices_of_seed(seed));
        EXPECT_EQ(compare_calls(modules, Gas(20'000'000), seed, is_deep() ? 50'000 : 4000), "")
            << "seed " << seed;
    }
}

TEST(DenseTrace, RootsOfRandomProgramsAreThoseStepByStep) {
    const std::uint64_t seeds = is_deep() ? 3000 : 150;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const vm::RandomRun run = vm::random_run(seed);
        const Image image(run.program);
        std::mt19937_64 random(seed);
        TraceTwins twins(run.program, image, *vm::start(run.program, run.invocation));
        EXPECT_EQ(twins.go_on(random, 20'000), "") << "seed " << seed;
    }
}

TEST(DenseTrace, RootsOfGuestProgramsAreThoseStepByStep) {
    const std::uint64_t steps = is_deep() ? 300'000 : 3000;
    for (const programs::ProgramRun& run : programs::all_runs()) {
        const Image image(*run.program);
        std::mt19937_64 random(run.label.size());
        TraceTwins twins(*run.program, image, programs::initial_state(run));
        EXPECT_EQ(twins.go_on(random, steps), "") << run.label;
        // And somewhere in the middle, where frames have been suspended long ago.
        EXPECT_EQ(twins.commit_after(20'000), "") << run.label;
        EXPECT_EQ(twins.trace(steps, DenseTrace::kDefaultBatchSteps), "") << run.label;
    }
}

/// All instructions that touch more than operands, with each of their outcomes, in a state that lies in
/// the middle of some run; of the others some.
TEST(DenseTrace, RootsOfStepCasesAreThoseStepByStep) {
    std::size_t number = 0;
    for (const differential::StepCase& step_case : differential::all_step_cases()) {
        const bool is_numeric = vm::traits(step_case.opcode).family == vm::Family::numeric;
        if (is_numeric && !is_deep() && ++number % 50 != 0) {
            continue;
        }
        const Image image(*step_case.program);
        for (const std::size_t batch_steps : {1U, 100U}) {
            CommittedState state{.machine = step_case.before,
                                 .committer = differential::committer_of(image, *step_case.program,
                                                                         step_case.before)};
            (void)state.committer.commit(state.machine);
            TraceTwins twins(*step_case.program, std::move(state));
            EXPECT_EQ(twins.trace(step_case.steps, batch_steps), "") << step_case.label;
            if (step_case.steps == 1) {
                break;
            }
        }
    }
}

}  // namespace
}  // namespace lockstep::trace
