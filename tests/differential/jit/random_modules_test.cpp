// Random modules, native and interpreted.

#include <cstdio>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/differential/jit/comparison.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/random_module.hpp"

namespace lockstep::jit_test {
namespace {

ComparisonOptions any_options(std::mt19937_64& random) {
    switch (random() % 8) {
        case 0:
        case 1: return {.strides = Strides::one_piece};
        case 2: return {.strides = Strides::ones, .max_pieces = 100};
        case 3:
        case 4: return {.strides = Strides::narrow, .max_pieces = 400};
        case 5: return {.strides = Strides::narrow, .max_pieces = 20, .with_roots = true};
        default: return {.strides = Strides::any, .max_pieces = 200};
    }
}

std::string compare_calls(const random_modules::RandomModules& modules, std::uint64_t seed,
                          Gas gas_limit, Counts& counts) {
    std::mt19937_64 random(seed);
    const auto program = random_modules::link(modules, random_modules::Variant::plain);
    if (!program) {
        return "not linked";
    }
    const auto compiled = compile(*program, {.guard_pages = random() % 4 != 0});
    for (const random_modules::EntryCall& call : modules.calls) {
        const ComparisonOptions options = any_options(random);
        const std::string what =
            compare(*compiled, random_modules::start(*program, modules, call, gas_limit), options,
                    random, counts);
        if (!what.empty()) {
            return call.function + " in strides " +
                   std::to_string(static_cast<int>(options.strides)) + ": " + what;
        }
    }
    return "";
}

constexpr auto kGas =
    std::to_array<std::uint64_t>({kMuchGas.value, kMuchGas.value, 20'000'000, 300'000, 5'000});

TEST(Jit, RunsRandomModulesLikeTheInterpreter) {
    const std::uint64_t seeds = is_deep() ? 60'000 : 800;
    Counts counts;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const auto modules = random_modules::random_modules(random_modules::choices_of_seed(seed));
        ASSERT_EQ(compare_calls(modules, seed, Gas(kGas.at(seed % kGas.size())), counts), "")
            << "seed " << seed;
    }
    std::printf("%llu steps, %llu stops, %llu roots compared\n",
                static_cast<unsigned long long>(counts.steps),
                static_cast<unsigned long long>(counts.stops),
                static_cast<unsigned long long>(counts.roots));
}

/// Rapidcheck makes the choices simpler where something fails: what is left is a small module.
RC_GTEST_PROP(Jit, RunsModulesOfAnyChoicesLikeTheInterpreter, ()) {
    const auto size = *rc::gen::inRange<std::size_t>(0, 1500);
    const auto choices = *rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const Gas gas_limit(
        *rc::gen::element<std::uint64_t>(std::uint64_t{kMuchGas.value}, 2'000'000, 200'000));
    Counts counts;
    RC_ASSERT(compare_calls(random_modules::random_modules(choices), seed, gas_limit, counts) ==
              "");
}

}  // namespace
}  // namespace lockstep::jit_test
