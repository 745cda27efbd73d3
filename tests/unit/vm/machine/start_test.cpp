#include "vm/machine/start.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vm/machine/limits.hpp"

namespace lockstep::vm {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

Program program_of(std::uint16_t parameters, std::uint64_t kinds) {
    Program program;
    program.code.assign(5, {.opcode = Opcode::unreachable});
    program.functions = {{.entry = 1},
                         {.entry = 2, .parameters = parameters, .parameter_kinds = kinds}};
    program.memories = {{.pages = 1, .max_pages = 7}, {.pages = 0, .max_pages = 2}};
    program.globals = {11, 12};
    program.tables = {{.size = 3, .max = 9}};
    return program;
}

Invocation call(std::vector<std::uint64_t> arguments) {
    return {.function = FunctionIndex(1),
            .arguments = std::move(arguments),
            .input = std::make_shared<const Bytes>(Bytes{1, 2}),
            .gas_limit = Gas(99)};
}

void expect_error(const Program& program, const Invocation& invocation, StartError error) {
    const auto state = start(program, invocation);
    ASSERT_FALSE(state.has_value());
    EXPECT_EQ(static_cast<int>(state.error()), static_cast<int>(error));
}

TEST(Start, GivesTheInitialState) {
    const auto state = start(program_of(2, 0b0100), call({5, ~0ULL}));
    ASSERT_TRUE(state.has_value());
    EXPECT_EQ(static_cast<int>(state->status), static_cast<int>(Status::running));
    EXPECT_EQ(state->code, 0U);
    EXPECT_EQ(state->pc, 0U);
    EXPECT_EQ(state->slots_used, 0U);
    EXPECT_EQ(state->steps, Step(0));
    EXPECT_EQ(state->gas, Gas(99));
    EXPECT_THAT(state->values, ElementsAre(5, ~0ULL, 2));
    EXPECT_THAT(state->locals, ElementsAre(0, 0, 0, 0));
    EXPECT_TRUE(state->callers.empty());
    ASSERT_EQ(state->memories.size(), 2U);
    EXPECT_EQ(state->memories[0].pages(), 1U);
    EXPECT_EQ(state->memories[0].max_pages(), 7U);
    EXPECT_EQ(state->memories[1].pages(), 0U);
    EXPECT_EQ(state->memories[1].max_pages(), 2U);
    EXPECT_THAT(state->globals.slots(), ElementsAre(11, 12));
    ASSERT_EQ(state->tables.size(), 1U);
    EXPECT_EQ(state->tables[0].size, 3U);
    EXPECT_EQ(state->tables[0].max, 9U);
    EXPECT_THAT(state->tables[0].slots.slots(), Each(0));
    EXPECT_EQ(state->input->size(), 2U);
    EXPECT_TRUE(state->output.empty());
}

TEST(Start, RefusesFunctionsThatDoNotExist) {
    Invocation invocation = call({});
    invocation.function = FunctionIndex(2);
    expect_error(program_of(0, 0), invocation, StartError::no_such_function);
    invocation.function = FunctionIndex(~0U);
    expect_error(program_of(0, 0), invocation, StartError::no_such_function);
}

TEST(Start, TakesExactlyTheParameters) {
    expect_error(program_of(2, 0), call({1}), StartError::wrong_number_of_arguments);
    expect_error(program_of(2, 0), call({1, 2, 3}), StartError::wrong_number_of_arguments);
    expect_error(program_of(0, 0), call({1}), StartError::wrong_number_of_arguments);
    expect_error(program_of(33, 0), call(std::vector<std::uint64_t>(33)),
                 StartError::too_many_arguments);
    EXPECT_TRUE(start(program_of(32, 0), call(std::vector<std::uint64_t>(32))).has_value());
}

TEST(Start, ChecksArgumentsByTheirKinds) {
    // bits32, bits64, externref, funcref.
    const Program program = program_of(4, 0b11'10'01'00);
    EXPECT_TRUE(start(program, call({0xFFFF'FFFF, ~0ULL, ~0ULL, 0})).has_value());
    expect_error(program, call({0x1'0000'0000, 0, 0, 0}), StartError::argument_out_of_range);
    expect_error(program, call({0, 0, 0, 1}), StartError::argument_out_of_range);
}

TEST(Start, ChecksTheLastOf32Arguments) {
    std::vector<std::uint64_t> arguments(32);
    arguments[31] = 1;
    const Program program = program_of(32, 0b11ULL << 62U);
    expect_error(program, call(arguments), StartError::argument_out_of_range);
    arguments[31] = 0;
    EXPECT_TRUE(start(program, call(arguments)).has_value());
}

TEST(Start, BoundsGas) {
    Invocation invocation = call({});
    invocation.gas_limit = Gas(kMaxGasLimit);
    EXPECT_TRUE(start(program_of(0, 0), invocation).has_value());
    invocation.gas_limit = Gas(kMaxGasLimit + 1);
    expect_error(program_of(0, 0), invocation, StartError::gas_limit_too_large);
}

}  // namespace
}  // namespace lockstep::vm
