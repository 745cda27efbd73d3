#include <cstdlib>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/step_walk.hpp"

namespace lockstep::random_modules {
namespace {

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

std::string walk_all_calls(const RandomModules& modules, Gas gas_limit,
                           const WalkOptions& options) {
    const auto program = link(modules, Variant::plain);
    if (!program) {
        return "not linked";
    }
    for (const EntryCall& call : modules.calls) {
        const auto steps = walk_steps(*program, start(*program, modules, call, gas_limit), options);
        if (!steps) {
            return call.function + ": " + steps.error();
        }
    }
    return "";
}

/// Rapidcheck makes the choices simpler where something fails: what is left is a small module.
RC_GTEST_PROP(StepWalk, EveryStepOfRandomModulesIsProven, ()) {
    const auto size = *rc::gen::inRange<std::size_t>(0, 1500);
    const auto choices = *rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
    // Now and then the gas ends somewhere.
    const Gas gas_limit(*rc::gen::element<std::uint64_t>(20'000'000, 20'000'000, 900, 150));
    RC_ASSERT(walk_all_calls(random_modules(choices), gas_limit,
                             {.max_steps = 1000, .rehash_rarity = 50}) == "");
}

TEST(StepWalk, EveryStepOfModulesOfSeedsIsProven) {
    const std::uint64_t seeds = is_deep() ? 2000 : 150;
    const WalkOptions options{.max_steps = is_deep() ? 20'000U : 2000U};
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        EXPECT_EQ(walk_all_calls(random_modules(choices_of_seed(seed)), Gas(20'000'000), options),
                  "")
            << "seed " << seed;
    }
}

}  // namespace
}  // namespace lockstep::random_modules
