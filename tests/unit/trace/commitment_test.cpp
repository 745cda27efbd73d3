#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "merkle/chain.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "vm/machine/interpreter.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::trace {
namespace {

using vm::Opcode;

/// Returns 7 to whoever starts it with one i64.
vm::Program small_program() {
    vm::Program program;
    program.code = {{.opcode = Opcode::charge, .a = 6}, {.opcode = Opcode::invoke},
                    {.opcode = Opcode::return_},        {.opcode = Opcode::charge, .a = 3},
                    {.opcode = Opcode::const_, .a = 7}, {.opcode = Opcode::return_, .a = 1}};
    program.functions = {{.type = 0,
                          .entry = 3,
                          .slots = 1,
                          .parameters = 1,
                          .results = 1,
                          .locals_depth = 0,
                          .parameter_kinds = 1}};
    program.globals = {5, 6};
    program.tables = {{.size = 2, .max = 8}};
    program.memories = {{.pages = 1, .max_pages = 2}};
    for (std::uint8_t i = 1; i <= 32; ++i) {
        program.data_pool.push_back(i);
    }
    return program;
}

vm::MachineState start(const vm::Program& program) {
    auto state = vm::start(program, {.function = FunctionIndex(0),
                                     .arguments = {0x1234'5678'9ABC'DEF0},
                                     .input = std::make_shared<const Bytes>(Bytes{'a', 'b', 'c'}),
                                     .gas_limit = Gas(1000)});
    return std::move(state.value());
}

// The constants are printed by golden_values.py.
TEST(Commitment, IsThatOfTheSpecification) {
    const vm::Program program = small_program();
    const Image image(program);
    EXPECT_EQ(to_hex(image.root.value),
              "0x56609e84829806bd665d28aae52b9b0b518a7d35929f0800ec24488dba0148eb");
    vm::MachineState state = start(program);
    Committer committer(image, program, state);
    EXPECT_EQ(to_hex(committer.root(state).value),
              "0x35bda29180bdb7b82e1b7021ab742d609ccd0421b8b0c9a9818ba3b789418636");
}

TEST(Commitment, FollowsTheRegisters) {
    const vm::Program program = small_program();
    const Image image(program);
    vm::MachineState state = start(program);
    Committer committer(image, program, state);
    vm::run(program, state, Step(2));
    const StateRecord& record = committer.commit(state);
    EXPECT_EQ(record.steps, 2U);
    EXPECT_EQ(record.pc, 3U);
    EXPECT_EQ(record.gas, 994U);
    EXPECT_EQ(record.call_depth, 1U);
    EXPECT_EQ(record.slots_used, 1U);
    EXPECT_EQ(record.callers, merkle::frame_link(merkle::kEmptyChain, Hash256{}, 2));
    EXPECT_EQ(committer.caller_link(0), merkle::kEmptyChain);
    EXPECT_EQ(committer.caller_link(1), record.callers);
    EXPECT_TRUE(committer.caller_locals(0).is_zero());
    vm::run(program, state, Step(100));
    EXPECT_EQ(committer.commit(state).status, 1U);
    EXPECT_EQ(committer.record().steps, 6U);
    EXPECT_EQ(committer.value_link(0), merkle::kEmptyChain);
    EXPECT_EQ(committer.value_link(2), committer.record().values);
}

TEST(Commitment, ForgetsAllButTheStacksAtATrap) {
    vm::Program program = small_program();
    program.code[4].opcode = Opcode::unreachable;
    const Image image(program);
    vm::MachineState state = start(program);
    Committer committer(image, program, state);
    vm::run(program, state, Step(100));
    const StateRecord& record = committer.commit(state);
    EXPECT_EQ(record.status, 2U);
    EXPECT_EQ(record.code, 1U);
    EXPECT_TRUE(record.values.is_zero());
    EXPECT_TRUE(record.locals.is_zero());
    EXPECT_TRUE(record.callers.is_zero());
    EXPECT_EQ(record.call_depth, 0U);
    EXPECT_EQ(record.slots_used, 0U);
    EXPECT_EQ(record.pc, 4U);
}

TEST(Commitment, TreesOfTheImageHaveTheirDepths) {
    vm::Program program = small_program();
    program.functions.resize(5, program.functions[0]);
    program.data_pool.resize(33);
    program.element_pool.resize(9);
    const Image image(program);
    EXPECT_EQ(image.image_record.code_depth, 2U);
    EXPECT_EQ(image.program_record.functions_depth, 3U);
    EXPECT_EQ(image.program_record.data_depth, 1U);
    EXPECT_EQ(image.program_record.elements_depth, 2U);
}

/// Each part of a program is in its image.
TEST(Commitment, ImagesDifferWherePrograms) {
    const ImageRoot root = Image(small_program()).root;
    const auto changed = [](auto change) {
        vm::Program program = small_program();
        change(program);
        return Image(program).root;
    };
    EXPECT_NE(root, changed([](vm::Program& p) { p.code[4].a = 8; }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.code[4].b = 1; }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.code[4].c = 1; }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.code.resize(9); }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.functions[0].entry = 4; }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.functions[0].parameter_kinds = 2; }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.data_pool[31] = 0; }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.element_pool = {1}; }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.globals[1] = 7; }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.tables[0].size = 1; }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.tables[0].max = 7; }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.memories[0].pages = 0; }));
    EXPECT_NE(root, changed([](vm::Program& p) { p.memories[0].max_pages = 3; }));
}

}  // namespace
}  // namespace lockstep::trace
