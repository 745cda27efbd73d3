#include <cstdlib>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/property/interpreter/engine_comparison.hpp"
#include "tests/property/vm/random_program.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/random_module.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::vm {
namespace {

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

ComparisonOptions any_options(std::mt19937_64& random) {
    constexpr std::array kStrides{Strides::one_piece, Strides::tiny, Strides::beyond, Strides::any};
    ComparisonOptions options{.strides = kStrides.at(random() % kStrides.size())};
    if (options.strides == Strides::tiny) {
        options.max_pieces = 300;
    }
    return options;
}

std::string compare_calls(const random_modules::RandomModules& modules, std::uint64_t seed,
                          Gas gas_limit) {
    std::mt19937_64 random(seed);
    const auto program = random_modules::link(modules, random_modules::Variant::plain);
    if (!program) {
        return "not linked";
    }
    const ThreadedProgram threaded(*program);
    for (const random_modules::EntryCall& call : modules.calls) {
        const ComparisonOptions options = any_options(random);
        const std::string what = compare_engines(
            *program, threaded, random_modules::start(*program, modules, call, gas_limit), random,
            options);
        if (!what.empty()) {
            return call.function + " in strides " +
                   std::to_string(static_cast<int>(options.strides)) + ": " + what;
        }
    }
    return "";
}

TEST(ThreadedProgram, RunsRandomModulesLikeTheInterpreter) {
    const std::uint64_t seeds = is_deep() ? 50'000 : 1'000;
    constexpr std::array<std::uint64_t, 4> kGas{20'000'000, 20'000'000, 300'000, 5'000};
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const auto modules = random_modules::random_modules(random_modules::choices_of_seed(seed));
        ASSERT_EQ(compare_calls(modules, seed, Gas(kGas.at(seed % kGas.size()))), "")
            << "seed " << seed;
    }
}

/// Rapidcheck makes the choices simpler where something fails: what is left is a small module.
RC_GTEST_PROP(ThreadedProgram, RunsModulesOfAnyChoicesLikeTheInterpreter, ()) {
    const auto size = *rc::gen::inRange<std::size_t>(0, 1500);
    const auto choices = *rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const Gas gas_limit(*rc::gen::element<std::uint64_t>(20'000'000, 2'000'000, 200'000));
    RC_ASSERT(compare_calls(random_modules::random_modules(choices), seed, gas_limit) == "");
}

/// Programs that lowering would not make: their functions are left to the interpreter, or not.
TEST(ThreadedProgram, RunsRandomProgramsLikeTheInterpreter) {
    const std::uint64_t seeds = is_deep() ? 50'000 : 1'500;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        std::mt19937_64 random(seed);
        const RandomRun run = random_run(seed);
        auto state = start(run.program, run.invocation);
        ASSERT_TRUE(state.has_value());
        state->gas = Gas(5'000'000);
        const ThreadedProgram threaded(run.program);
        ASSERT_EQ(compare_engines(run.program, threaded, *state, random, any_options(random)), "")
            << "seed " << seed;
    }
}

}  // namespace
}  // namespace lockstep::vm
