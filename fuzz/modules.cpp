// Input: choices, of which valid modules are made (tests/random_modules), linked to one program.
//
// Legal outcomes: Lockstep takes them, and each call ends by itself; its first steps are proven one by
// one; and it ends the same where the modules settle NaNs themselves.

#include <cstdio>

#include "base/check.hpp"
#include "fuzz/fuzz_target.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/step_walk.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::fuzz {

namespace {

constexpr Gas kGasLimit{20'000'000};
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

void check_modules(ByteView choices) {
    const random_modules::RandomModules modules = random_modules::random_modules(choices);
    const auto plain = random_modules::link(modules, random_modules::Variant::plain);
    const auto settled = random_modules::link(modules, random_modules::Variant::settled);
    LOCKSTEP_CHECK(plain.has_value());
    LOCKSTEP_CHECK(settled.has_value());
    for (const random_modules::EntryCall& call : modules.calls) {
        check_call(*plain, *settled, modules, call);
    }
}

}  // namespace

}  // namespace lockstep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    lockstep::fuzz::check_modules({data, size});
    return 0;
}
