#include "vm/program/disassembly.hpp"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "listing.hpp"

namespace lockstep::vm {
namespace {

/// A program of one function `main` at pc 4 that holds the instruction behind its charge.
std::string text_of(const Instruction& instruction) {
    Program program;
    program.code.resize(6, {.opcode = Opcode::charge});
    program.code[5] = instruction;
    program.functions = {{.entry = 4}};
    program.function_infos = {{.name = "main", .code_end = 6, .locals = 0}};
    return disassemble(program, 5);
}

TEST(Disassembly, ShowsTheImmediatesThatSaySomething) {
    EXPECT_EQ(text_of({.opcode = Opcode::charge, .a = 12}), "charge 12");
    EXPECT_EQ(text_of({.opcode = Opcode::unreachable}), "unreachable");
    EXPECT_EQ(text_of({.opcode = Opcode::jump, .b = 7}), "jump 7");
    EXPECT_EQ(text_of({.opcode = Opcode::jump_if, .b = 8}), "jump_if 8");
    EXPECT_EQ(text_of({.opcode = Opcode::jump_unless, .b = 9}), "jump_unless 9");
    EXPECT_EQ(text_of({.opcode = Opcode::jump_table, .b = 3}), "jump_table rows=4");
    EXPECT_EQ(text_of({.opcode = Opcode::return_, .a = 5}), "return_");
    EXPECT_EQ(text_of({.opcode = Opcode::call, .c = 1, .b = 4, .a = 5}), "call main");
    EXPECT_EQ(text_of({.opcode = Opcode::call_reference, .b = 2}), "call_reference type=2");
    EXPECT_EQ(text_of({.opcode = Opcode::invoke}), "invoke");
    EXPECT_EQ(text_of({.opcode = Opcode::const_, .a = ~0ULL}), "const_ 18446744073709551615");
    EXPECT_EQ(text_of({.opcode = Opcode::drop_under, .b = 8}), "drop_under 8");
    EXPECT_EQ(text_of({.opcode = Opcode::select}), "select");
    EXPECT_EQ(text_of({.opcode = Opcode::local_get, .c = 2, .b = 3}), "local_get 3");
    EXPECT_EQ(text_of({.opcode = Opcode::global_set, .b = 0}), "global_set 0");
    EXPECT_EQ(text_of({.opcode = Opcode::i32_load8_u, .a = 16}), "i32_load8_u offset=16");
    EXPECT_EQ(text_of({.opcode = Opcode::memory_grow}), "memory_grow");
    EXPECT_EQ(text_of({.opcode = Opcode::memory_init, .a = 32}), "memory_init pool=32");
    EXPECT_EQ(text_of({.opcode = Opcode::memory_copy}), "memory_copy");
    EXPECT_EQ(text_of({.opcode = Opcode::table_get, .c = 1, .b = 1}), "table_get 1");
    EXPECT_EQ(text_of({.opcode = Opcode::table_init, .b = 1, .a = 4}), "table_init 1 pool=4");
    EXPECT_EQ(text_of({.opcode = Opcode::table_copy, .b = 1, .a = 2}), "table_copy 1 from=2");
    EXPECT_EQ(text_of({.opcode = Opcode::i64_add}), "i64_add");
    EXPECT_EQ(text_of({.opcode = Opcode::halt}), "halt");
}

TEST(Disassembly, FindsTheFunctionOfAPc) {
    // (module (func) (func (export "f")))
    const std::string_view wasm =
        "0061736d010000000104016000000303020000070501016600010a070202000b02000b";
    const Program program = lower_module(wasm);
    EXPECT_EQ(function_at(program, 0), std::nullopt);
    EXPECT_EQ(function_at(program, 3), std::nullopt);
    EXPECT_EQ(function_at(program, 4), FunctionIndex(0));
    EXPECT_EQ(function_at(program, 5), FunctionIndex(0));
    EXPECT_EQ(function_at(program, 6), FunctionIndex(1));
    EXPECT_EQ(function_at(program, 7), FunctionIndex(1));
    EXPECT_EQ(function_at(program, 8), std::nullopt);
}

}  // namespace
}  // namespace lockstep::vm
