#include "tests/programs/program_run.hpp"

#include <set>

#include <gtest/gtest.h>

#include "vm/machine/interpreter.hpp"

namespace lockstep::programs {
namespace {

TEST(Programs, GiveWhatTheyMust) {
    for (const ProgramRun& run : all_runs()) {
        SCOPED_TRACE(run.label);
        vm::MachineState state = initial_state(run);
        vm::run(*run.program, state, Step(~0ULL));
        EXPECT_EQ(static_cast<int>(state.status), static_cast<int>(run.status));
        EXPECT_EQ(state.code, run.code) << vm::trap_name(static_cast<vm::Trap>(state.code));
        EXPECT_EQ(state.values, run.results);
        EXPECT_EQ(state.output, run.output);
        EXPECT_LE(state.steps.value, run.invocation.gas_limit.value + 1);
        EXPECT_LE(state.gas.value, run.invocation.gas_limit.value);
    }
}

TEST(Programs, LabelsAreUnique) {
    std::set<std::string> labels;
    for (const ProgramRun& run : all_runs()) {
        EXPECT_TRUE(labels.insert(run.label).second) << run.label;
    }
}

TEST(Programs, CallsEndAtTheGreatestDepth) {
    ProgramRun run = Call("traps", "deep", "greatest")
                         .arguments({70'000})
                         .gas(100'000'000)
                         .traps(vm::Trap::call_stack_exhausted);
    vm::MachineState state = initial_state(run);
    vm::run(*run.program, state, Step(~0ULL));
    EXPECT_EQ(state.code, run.code);
    // The prologue suspends itself in the first call, so the argument may be two less.
    for (const std::uint64_t depth : {65'535ULL, 65'536ULL}) {
        run.invocation.arguments = {depth};
        state = initial_state(run);
        vm::run(*run.program, state, Step(~0ULL));
        EXPECT_EQ(state.status == vm::Status::halted, depth < 65'536) << depth;
    }
}

}  // namespace
}  // namespace lockstep::programs
