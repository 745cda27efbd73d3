#include <map>
#include <set>

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "dispute/step_verifier.hpp"
#include "tests/differential/recording.hpp"
#include "tests/differential/shadow_root.hpp"
#include "tests/differential/step_cases.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::differential {
namespace {

std::string text(const StateRoot& root) {
    return to_hex(root.value);
}

void expect_same_registers(const vm::MachineState& actual, const vm::MachineState& expected) {
    EXPECT_EQ(static_cast<int>(actual.status), static_cast<int>(expected.status));
    EXPECT_EQ(actual.code, expected.code);
    EXPECT_EQ(actual.pc, expected.pc);
    EXPECT_EQ(actual.slots_used, expected.slots_used);
    EXPECT_EQ(actual.steps.value, expected.steps.value);
    EXPECT_EQ(actual.gas.value, expected.gas.value);
    EXPECT_EQ(actual.values, expected.values);
    EXPECT_EQ(actual.callers.size(), expected.callers.size());
    EXPECT_EQ(actual.output, expected.output);
}

/// The interpreter, the recorder and the witness replay against what the case says.
void check(const StepCase& step_case) {
    SCOPED_TRACE(step_case.label);
    const vm::Program& program = *step_case.program;
    const ImageRoot image = shadow_image_root(program);
    const std::vector<RecordedStep> recorded = record(step_case);
    EXPECT_EQ(text(recorded.front().pre), text(shadow_root(image, step_case.before)));
    EXPECT_EQ(text(recorded.back().post), text(shadow_root(image, step_case.after)));

    vm::MachineState direct = step_case.before;
    vm::run(program, direct, step_case.before.steps + step_case.steps);
    expect_same_registers(direct, step_case.after);
    EXPECT_EQ(text(shadow_root(image, direct)), text(recorded.back().post));

    for (std::size_t i = 0; i < recorded.size(); ++i) {
        const auto proven = dispute::verify_step(recorded[i].pre, recorded[i].bundle);
        ASSERT_TRUE(proven.has_value()) << "step " << i;
        EXPECT_EQ(text(*proven), text(recorded[i].post)) << "step " << i;
        if (i > 0) {
            EXPECT_EQ(text(recorded[i].pre), text(recorded[i - 1].post)) << "step " << i;
        }
    }
}

TEST(StepCases, InterpreterRecorderAndReplayDoWhatTheCaseSays) {
    for (const StepCase& step_case : all_step_cases()) {
        check(step_case);
    }
}

TEST(StepCases, LabelsAreUnique) {
    std::set<std::string> labels;
    for (const StepCase& step_case : all_step_cases()) {
        EXPECT_TRUE(labels.insert(step_case.label).second) << step_case.label;
        EXPECT_LE(step_case.label.size(), 250U) << step_case.label;
    }
}

}  // namespace
}  // namespace lockstep::differential
