#include <cstdlib>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/differential/shadow_root.hpp"
#include "tests/property/vm/random_program.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::vm {
namespace {

MachineState initial_state(const RandomRun& run) {
    auto state = start(run.program, run.invocation);
    RC_ASSERT(state.has_value());
    return std::move(*state);
}

/// 1 in so many steps is looked at closely.
std::uint64_t rarity() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr ? 1 : 7;
}

RC_GTEST_PROP(RandomPrograms, IncrementalRootsEqualAFullRehash, ()) {
    const RandomRun run = random_run(*rc::gen::arbitrary<std::uint64_t>());
    const trace::Image image(run.program);
    const ImageRoot shadow_image = differential::shadow_image_root(run.program);
    RC_ASSERT(image.root == shadow_image);
    MachineState state = initial_state(run);
    trace::Committer committer(image, run.program, state);
    const auto stride = *rc::gen::inRange<std::uint64_t>(1, 200);
    for (int commits = 0; state.status == Status::running && commits < 40; ++commits) {
        vm::run(run.program, state, state.steps + *rc::gen::inRange<std::uint64_t>(1, 2 * stride));
        RC_ASSERT(committer.root(state) == differential::shadow_root(shadow_image, state));
    }
}

RC_GTEST_PROP(RandomPrograms, ReplayOfTheWitnessLeadsWhereTheInterpreterGoes, ()) {
    const RandomRun run = random_run(*rc::gen::arbitrary<std::uint64_t>());
    const trace::Image image(run.program);
    MachineState state = initial_state(run);
    MachineState direct = state;
    trace::Committer committer(image, run.program, state);
    StateRoot root = committer.root(state);
    const std::uint64_t offset = *rc::gen::inRange<std::uint64_t>(0, 7);
    while (state.status == Status::running && state.steps < Step(20'000)) {
        if ((state.steps.value + offset) % rarity() != 0) {
            vm::run(run.program, state, state.steps + 1);
            root = committer.root(state);
            continue;
        }
        const Gas gas = state.gas;
        const Bytes witness = trace::record_step(run.program, state, committer);
        const auto proven = trace::replay_witness(witness);
        RC_ASSERT(proven.has_value());
        RC_ASSERT(proven->pre == root);
        root = committer.root(state);
        RC_ASSERT(proven->post == root);
        RC_ASSERT(state.gas <= gas);
    }
    vm::run(run.program, direct, state.steps);
    RC_ASSERT(direct.status == state.status);
    RC_ASSERT(direct.values == state.values);
    RC_ASSERT(direct.output == state.output);
    RC_ASSERT(root == differential::shadow_root(image.root, direct));
}

TEST(RandomPrograms, ReachEveryOpcode) {
    std::set<Opcode> reached;
    std::set<std::uint32_t> ends;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const RandomRun run = random_run(seed);
        auto state = start(run.program, run.invocation);
        ASSERT_TRUE(state.has_value());
        while (state->status == Status::running && state->steps < Step(20'000)) {
            reached.insert(run.program.code[state->pc].opcode);
            vm::run(run.program, *state, state->steps + 1);
        }
        ends.insert(state->status == Status::trapped ? state->code : 0);
    }
    // Of the loads and stores the generator uses some.
    EXPECT_GE(reached.size(), 176U);
    EXPECT_GE(ends.size(), 8U);
}

}  // namespace
}  // namespace lockstep::vm
