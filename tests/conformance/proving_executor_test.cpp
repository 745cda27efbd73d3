// The proving executor takes nothing for granted: what it is given wrong, it reports.

#include "tests/conformance/proving_executor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/environment.hpp"
#include "tests/programs/program_run.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::conformance {
namespace {

using testing::HasSubstr;
using testing::Optional;

constexpr std::uint64_t kAll = ~std::uint64_t{0};

/// A run that loops, calls and writes to memory.
programs::ProgramRun io_run() {
    return programs::Call("io", "reverse", "lockstep").input("lockstep").returns();
}

programs::ProgramRun loop_run() {
    return programs::Call("control", "sum", "100").arguments({100}).returns({5050});
}

TEST(ProvingExecutor, ProvesEachStep) {
    for (const programs::ProgramRun& run : {io_run(), loop_run()}) {
        vm::MachineState state = programs::initial_state(run);
        ProvingExecutor executor(kAll);
        executor.load(*run.program, state);
        EXPECT_EQ(executor.run(state, {}, "run"), std::nullopt);
        EXPECT_EQ(state.status, vm::Status::halted);
        EXPECT_EQ(executor.steps_proven(), state.steps.value);
        EXPECT_EQ(executor.runs_capped(), 0U);
    }
}

TEST(ProvingExecutor, ProvesTheEndsOfALongRun) {
    const programs::ProgramRun run = loop_run();
    vm::MachineState state = programs::initial_state(run);
    ProvingExecutor executor(11);
    StepSample sample(kAll);
    executor.sample_into(sample);
    executor.load(*run.program, state);
    EXPECT_EQ(executor.run(state, {}, "run"), std::nullopt);
    EXPECT_EQ(executor.steps_proven(), 11U);
    EXPECT_EQ(executor.steps_skipped(), state.steps.value - 11);
    EXPECT_EQ(executor.runs_capped(), 1U);
    EXPECT_THAT(sample.steps().back().label,
                HasSubstr("/run/" + std::to_string(state.steps.value - 1)));
}

TEST(ProvingExecutor, StopsWhereItShould) {
    const programs::ProgramRun run = loop_run();
    vm::MachineState state = programs::initial_state(run);
    ProvingExecutor executor(kAll);
    executor.load(*run.program, state);
    EXPECT_EQ(executor.run(state, 1, "run"), std::nullopt);
    EXPECT_EQ(state.pc, 1U);
    EXPECT_EQ(state.status, vm::Status::running);
}

TEST(ProvingExecutor, ReportsAStateThatHasChangedUnseen) {
    const programs::ProgramRun run =
        programs::Call("start", "globals", "unseen").arguments({7}).returns();
    vm::MachineState state = programs::initial_state(run);
    ProvingExecutor executor(kAll);
    executor.load(*run.program, state);
    state.globals.set(0, state.globals[0] + 1);
    state.globals.clear_dirty();
    EXPECT_NE(executor.run(state, {}, "run"), std::nullopt);
}

TEST(ProvingExecutor, ReportsMemoryThatHasChangedUnseen) {
    const programs::ProgramRun run = io_run();
    vm::MachineState state = programs::initial_state(run);
    ProvingExecutor executor(kAll);
    executor.load(*run.program, state);
    *state.memories[0].write(60'000, 1) = 1;
    state.memories[0].clear_logged();
    EXPECT_THAT(executor.run(state, {}, "run"),
                Optional(HasSubstr("do not lead to where the interpreter comes to")));
}

TEST(ProvingExecutor, ReportsAProgramThatIsNotTheImages) {
    const programs::ProgramRun run = io_run();
    vm::Program program = *run.program;
    vm::MachineState state = programs::initial_state(run);
    ProvingExecutor executor(kAll);
    executor.load(program, state);
    for (vm::Instruction& instruction : program.code) {
        if (instruction.opcode == vm::Opcode::i32_sub) {
            instruction.opcode = vm::Opcode::i32_add;
        }
    }
    EXPECT_THAT(executor.run(state, {}, "run"),
                Optional(HasSubstr("the bundle proves another step")));
}

TEST(Environment, CarriedOverStatesHaveTheSameRoot) {
    const programs::ProgramRun run = io_run();
    const trace::Image image(*run.program);
    vm::MachineState state = programs::initial_state(run);
    trace::Committer committer(image, *run.program, state);
    vm::run(*run.program, state, Step(kAll));
    vm::MachineState marked = uncommitted(*run.program, state);
    vm::MachineState first = programs::initial_state(run);
    trace::Committer fresh(image, *run.program, first);
    EXPECT_EQ(fresh.root(marked), committer.root(state));
}

}  // namespace
}  // namespace lockstep::conformance
