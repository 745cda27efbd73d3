// step.md: proven steps, and instructions on numbers.

#include <memory>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "dispute/step_verifier.hpp"
#include "tests/unit/spec/checks.hpp"
#include "trace/execution.hpp"
#include "trace/image.hpp"
#include "trace/witness.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::spec_test {

namespace {

std::string_view mnemonic_at(const vm::Program& program, const vm::MachineState& state) {
    return state.status == vm::Status::running
               ? vm::traits(program.code.at(state.pc).opcode).mnemonic
               : "none";
}

/// The bundle is what recording the step gives, and it proves the step that running gives.
void check_step(const Vector& vector) {
    const vm::Program program = program_named(vector.text("program"));
    const trace::Image image(program);
    auto initial = vm::start(program, {.function = FunctionIndex(0),
                                       .arguments = vector.numbers("arguments"),
                                       .input = std::make_shared<const Bytes>(),
                                       .gas_limit = Gas(vector.number("gas_limit"))});
    ASSERT_TRUE(initial.has_value());
    trace::Execution execution(program, image, std::move(*initial));
    const Step step(vector.number("step"));
    const StateRoot pre(vector.hash("pre"));
    const StateRoot post(vector.hash("post"));
    EXPECT_EQ(mnemonic_at(program, execution.at(step).machine), vector.text("instruction"));
    EXPECT_EQ(execution.root(step), pre);
    EXPECT_EQ(execution.root(step + 1), post);
    EXPECT_EQ(execution.bundle(step), vector.bytes("bundle"));
    const auto proven = dispute::verify_step(pre, vector.bytes("bundle"));
    ASSERT_TRUE(proven.has_value());
    EXPECT_EQ(*proven, post);
}

/// Runs one instruction on these operands, directly and from a bundle.
void check_numeric(const Vector& vector) {
    const auto opcode = static_cast<std::uint16_t>(vector.number("opcode"));
    const vm::OpcodeTraits* const row = vm::find_traits(opcode);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->mnemonic, vector.text("mnemonic"));
    vm::Program program;
    program.code = {{.opcode = row->opcode}};
    program.functions = {{}};
    const trace::Image image(program);
    vm::MachineState initial;
    initial.values = vector.numbers("operands");
    initial.locals.assign(4, 0);
    initial.input = std::make_shared<const Bytes>();
    trace::Execution execution(program, image, std::move(initial));
    const StateRoot pre = execution.root(Step(0));
    const auto proven = dispute::verify_step(pre, execution.bundle(Step(0)));
    ASSERT_TRUE(proven.has_value());
    EXPECT_EQ(*proven, execution.root(Step(1)));
    const vm::MachineState& after = execution.at(Step(1)).machine;
    if (vector.has("trap")) {
        EXPECT_EQ(after.status, vm::Status::trapped);
        EXPECT_EQ(after.code, vector.number("trap"));
    } else {
        EXPECT_EQ(after.status, vm::Status::running);
        EXPECT_EQ(after.values, std::vector{vector.number("result")});
    }
}

}  // namespace

std::vector<Check> step_checks() {
    return {{"step", check_step}, {"numeric", check_numeric}};
}

}  // namespace lockstep::spec_test
