#include <stdexcept>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "dispute/step_verifier.hpp"
#include "tests/property/vm/random_program.hpp"
#include "trace/execution.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::trace {
namespace {

vm::MachineState initial_state(const vm::RandomRun& run) {
    auto state = vm::start(run.program, run.invocation);
    RC_ASSERT(state.has_value());
    return std::move(*state);
}

StateRoot fresh_root(const vm::RandomRun& run, const Image& image, Step step) {
    vm::MachineState state = initial_state(run);
    Committer committer(image, run.program, state);
    vm::run(run.program, state, step);
    return committer.root(state);
}

RC_GTEST_PROP(Execution, RootsInAnyOrderAreThoseOfAFreshRun, ()) {
    const vm::RandomRun run = vm::random_run(*rc::gen::arbitrary<std::uint64_t>());
    const Image image(run.program);
    // From no checkpoint at all to some.
    const auto budget = *rc::gen::element<std::size_t>(0, 100'000, 300'000, 2'000'000, 1U << 30U);
    Execution execution(run.program, image, initial_state(run), budget);
    const std::uint64_t length = execution.length().value;
    for (int i = 0; i < 25; ++i) {
        const Step step(*rc::gen::inRange<std::uint64_t>(0, length + 5));
        RC_ASSERT(execution.root(step) == fresh_root(run, image, step));
        if (*rc::gen::inRange(0, 3) == 0) {
            const auto proven = dispute::verify_step(execution.root(step), execution.bundle(step));
            RC_ASSERT(proven.has_value());
            RC_ASSERT(*proven == fresh_root(run, image, step + 1));
        }
    }
    RC_ASSERT(execution.length() == Step(length));
}

/// What a callback throws stands for a host that runs out of memory in the middle of a run.
RC_GTEST_PROP(Execution, AnExceptionLeavesNoWrongRootBehind, ()) {
    const vm::RandomRun run = vm::random_run(*rc::gen::arbitrary<std::uint64_t>());
    const Image image(run.program);
    Execution execution(run.program, image, initial_state(run));
    const std::uint64_t length = execution.length().value;
    for (int i = 0; i < 10; ++i) {
        execution.on_progress([](Step) { throw std::runtime_error("interrupted"); });
        try {
            (void)execution.root(Step(*rc::gen::inRange<std::uint64_t>(0, length + 1)));
        } catch (const std::runtime_error&) {
            // The state is somewhere, and not committed to.
        }
        execution.on_progress({});
        const Step step(*rc::gen::inRange<std::uint64_t>(0, length + 1));
        RC_ASSERT(execution.root(step) == fresh_root(run, image, step));
    }
}

RC_GTEST_PROP(Execution, RootsAtAStrideAreTheRootsOneByOne, ()) {
    const vm::RandomRun run = vm::random_run(*rc::gen::arbitrary<std::uint64_t>());
    const Image image(run.program);
    Execution execution(run.program, image, initial_state(run), 200'000);
    const Step first(*rc::gen::inRange<std::uint64_t>(0, 300));
    const auto stride = *rc::gen::inRange<std::uint64_t>(1, 100);
    const auto count = *rc::gen::inRange<std::size_t>(0, 12);
    const std::vector<StateRoot> roots = execution.roots(first, stride, count);
    RC_ASSERT(roots.size() == count);
    for (std::size_t i = 0; i < count; ++i) {
        RC_ASSERT(roots[i] == fresh_root(run, image, first + i * stride));
    }
}

RC_GTEST_PROP(Execution, CopiesOfAStateAreIsolated, ()) {
    const vm::RandomRun run = vm::random_run(*rc::gen::arbitrary<std::uint64_t>());
    const Image image(run.program);
    vm::MachineState machine = initial_state(run);
    Committer committer(image, run.program, machine);
    vm::run(run.program, machine, Step(*rc::gen::inRange<std::uint64_t>(0, 1000)));
    if (*rc::gen::arbitrary<bool>()) {
        (void)committer.commit(machine);
    }
    CommittedState original{.machine = std::move(machine), .committer = std::move(committer)};
    CommittedState copy = original;
    const Step here = original.machine.steps;
    const Step later = here + *rc::gen::inRange<std::uint64_t>(1, 1000);
    // The copy goes on; the original is still where it was, and then gets to the same place.
    vm::run(run.program, copy.machine, later);
    const StateRoot there = copy.committer.root(copy.machine);
    RC_ASSERT(original.committer.root(original.machine) == fresh_root(run, image, here));
    vm::run(run.program, original.machine, later);
    RC_ASSERT(original.committer.root(original.machine) == there);
    RC_ASSERT(there == fresh_root(run, image, later));
}

/// A provider that has nothing of its own but the root at a step.
class OneByOne : public TraceProvider {
public:
    explicit OneByOne(Execution& execution) : execution_(execution) {}

    StateRoot root(Step step) override { return execution_.root(step); }
    Bytes bundle(Step step) override { return execution_.bundle(step); }
    Step length() override { return execution_.length(); }

private:
    Execution& execution_;
};

TEST(TraceProvider, StridesPastAllStepsDoNotWrapAround) {
    const vm::RandomRun run = vm::random_run(1);
    const Image image(run.program);
    Execution execution(run.program, image, *vm::start(run.program, run.invocation));
    OneByOne provider(execution);
    const StateRoot last = execution.root(execution.length());
    ASSERT_NE(execution.root(Step(1)), last);
    const std::uint64_t half = std::uint64_t{1} << 63U;
    const std::vector<StateRoot> expected{execution.root(Step(1)), last, last, last, last};
    EXPECT_EQ(provider.roots(Step(1), half, 5), expected);
    EXPECT_EQ(execution.roots(Step(1), half, 5), expected);
    EXPECT_EQ(provider.roots(Step(1), ~std::uint64_t{0}, 5), expected);
    EXPECT_EQ(execution.roots(Step(1), ~std::uint64_t{0}, 5), expected);
}

}  // namespace
}  // namespace lockstep::trace
