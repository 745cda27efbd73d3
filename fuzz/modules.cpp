// Input: choices, of which valid modules are made (tests/random_modules), linked to one program.
//
// Legal outcomes: Lockstep takes them, and each call ends by itself; its first steps are proven one by
// one; it ends the same where the modules settle NaNs themselves; and native code leaves the
// interpreter's states, at the end and on the way.

#include <cstdio>

#include "base/check.hpp"
#include "fuzz/fuzz_target.hpp"
#include "tests/differential/jit/comparison.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/step_walk.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::fuzz {

namespace {

constexpr Gas kGasLimit{20'000'000};
constexpr std::uint64_t kStops = 30;
constexpr Step kForever{~std::uint64_t{0}};
constexpr std::uint64_t kProvenSteps = 150;

void check_call(const vm::Program& plain, const vm::Program& settled,
                const random_modules::RandomModules& modules,
                const random_modules::EntryCall& call) {
    vm::MachineState state = random_modules::start(plain, modules, call, kGasLimit);
    const auto walked = random_modules::walk_steps(
        plain, state, {.max_steps = kProvenSteps, .rehash_rarity = kProvenSteps});
    if (!walked) {
        std::fprintf(stderr, "%s: %s\n", call.function.c_str(), walked.error().c_str());
    }
    LOCKSTEP_CHECK(walked.has_value());
    vm::run(plain, state, kForever);
    LOCKSTEP_CHECK(state.code != static_cast<std::uint32_t>(vm::Trap::out_of_gas));
    vm::MachineState other = random_modules::start(settled, modules, call, kGasLimit);
    vm::run(settled, other, kForever);
    LOCKSTEP_CHECK(state.status == other.status);
    LOCKSTEP_CHECK(state.code == other.code);
    LOCKSTEP_CHECK(state.values == other.values);
    LOCKSTEP_CHECK(state.output == other.output);
}

/// The first bytes choose how the run is cut.
void check_native(const vm::Program& program, const random_modules::RandomModules& modules,
                  const random_modules::EntryCall& call, ByteView choices) {
    std::mt19937_64 random(Choices(choices).any<std::uint64_t>());
    const auto compiled = jit_test::compile(program, {.guard_pages = random() % 4 != 0});
    const vm::MachineState initial =
        random_modules::start(program, modules, call, jit_test::kMuchGas);
    jit_test::Counts counts;
    for (const auto strides : {jit_test::Strides::one_piece, jit_test::Strides::narrow}) {
        const std::string what = jit_test::compare(
            *compiled, initial, {.strides = strides, .max_pieces = kStops}, random, counts);
        if (!what.empty()) {
            std::fprintf(stderr, "%s: %s\n", call.function.c_str(), what.c_str());
        }
        LOCKSTEP_CHECK(what.empty());
    }
}

void check_modules(ByteView choices) {
    const random_modules::RandomModules modules = random_modules::random_modules(choices);
    const auto plain = random_modules::link(modules, random_modules::Variant::plain);
    const auto settled = random_modules::link(modules, random_modules::Variant::settled);
    LOCKSTEP_CHECK(plain.has_value());
    LOCKSTEP_CHECK(settled.has_value());
    for (const random_modules::EntryCall& call : modules.calls) {
        check_call(*plain, *settled, modules, call);
        check_native(*plain, modules, call, choices);
    }
}

}  // namespace

}  // namespace lockstep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    lockstep::fuzz::check_modules({data, size});
    return 0;
}
