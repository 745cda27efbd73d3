#include "tests/differential/totality/checks.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "dispute/step_verifier.hpp"
#include "tests/differential/recording.hpp"
#include "tests/differential/shadow_root.hpp"
#include "trace/execution.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::differential {

namespace {

std::string text(const StateRoot& root) {
    return to_hex(root.value);
}

}  // namespace

void expect_ending(const TotalityCase& ending, const Walk& walked) {
    const vm::MachineState& after = walked.after.machine;
    EXPECT_EQ(static_cast<int>(after.status), static_cast<int>(ending.status));
    EXPECT_EQ(after.code, ending.code);
    EXPECT_EQ(name(walked.last), name(ending.last));
    EXPECT_EQ(after.values, ending.values);
    EXPECT_EQ(after.output, ending.output);
    EXPECT_EQ(after.gas.value, ending.gas_left.value_or(after.gas.value));
    EXPECT_EQ(after.steps.value, ending.steps.value_or(after.steps.value));
    for (const MemoryContents& contents : ending.memories) {
        EXPECT_EQ(bytes_at(after, contents), contents.bytes)
            << "memory " << contents.memory << " at " << contents.address;
    }
    for (const auto& [table, slots] : ending.tables) {
        EXPECT_EQ(slots_of(after, table), slots) << "table " << table;
    }
}

trace::StateRecord stopped(const trace::StateRecord& before, vm::Status status,
                           std::uint32_t code) {
    trace::StateRecord after = before;
    after.steps += 1;
    after.status = static_cast<std::uint8_t>(status);
    after.code = code;
    after.values = {};
    after.locals = {};
    after.callers = {};
    after.call_depth = 0;
    after.slots_used = 0;
    return after;
}

trace::StateRecord finished(const trace::StateRecord& before) {
    trace::StateRecord after = before;
    after.steps += 1;
    after.status = static_cast<std::uint8_t>(vm::Status::halted);
    return after;
}

trace::StateRecord expected_record(const trace::StateRecord& before, const TotalityCase& ending) {
    return ending.last == vm::Opcode::return_ ? finished(before)
                                              : stopped(before, ending.status, ending.code);
}

void expect_agreement(const TotalityCase& ending, const Walk& walked) {
    const vm::Program& program = ending.program.program();
    const ImageRoot image = ending.program.image_root();
    vm::MachineState direct = run_at_once(ending);
    EXPECT_EQ(direct.steps.value, walked.after.machine.steps.value);
    EXPECT_EQ(text(shadow_root(image, direct)), text(walked.after.root()));
    EXPECT_EQ(text(shadow_root(image, walked.before.machine)), text(walked.before.root()));
    EXPECT_EQ(text(committer_of(ending.program.image(), program, direct).root(direct)),
              text(walked.after.root()));
}

void expect_proven(const TotalityCase& ending, const Walk& walked) {
    const auto replayed = trace::replay_witness(walked.bundle);
    ASSERT_TRUE(replayed.has_value());
    EXPECT_EQ(text(replayed->pre), text(walked.before.root()));
    EXPECT_EQ(text(replayed->post), text(walked.after.root()));
    EXPECT_EQ(replayed->step, walked.before.machine.steps.value);
    EXPECT_EQ(replayed->opcode, static_cast<std::uint16_t>(ending.last));
}

void expect_fixed_point(const TotalityCase& ending, const Walk& walked) {
    const StateRoot root = walked.after.root();
    const auto replayed = trace::replay_witness(walked.fixed_bundle);
    ASSERT_TRUE(replayed.has_value());
    EXPECT_EQ(text(replayed->pre), text(root));
    EXPECT_EQ(text(replayed->post), text(root));
    EXPECT_EQ(replayed->step, walked.after.machine.steps.value);
    EXPECT_EQ(replayed->opcode, 0);

    const vm::Program& program = ending.program.program();
    trace::Execution execution(program, ending.program.image(), initial_state(ending));
    const Step end = walked.after.machine.steps;
    EXPECT_EQ(execution.length(), end);
    for (const std::uint64_t later : {0U, 1U, 2U, 1000U}) {
        EXPECT_EQ(text(execution.root(end + later)), text(root)) << "+" << later;
        const Bytes bundle = execution.bundle(end + later);
        EXPECT_EQ(bundle, walked.fixed_bundle) << "+" << later;
        const auto proven = dispute::verify_step(root, bundle);
        ASSERT_TRUE(proven.has_value()) << "+" << later;
        EXPECT_EQ(text(*proven), text(root)) << "+" << later;
    }
    vm::MachineState state = walked.after.machine;
    vm::run(program, state, state.steps + 1000);
    EXPECT_EQ(text(shadow_root(ending.program.image_root(), state)), text(root));
}

}  // namespace lockstep::differential
