// Functions that are larger than what the counters of native code, or its registers, can hold.

#include <gtest/gtest.h>

#include "fuzz/load_program.hpp"
#include "tests/differential/jit/comparison.hpp"
#include "tests/differential/jit/text_module.hpp"
#include "tests/random_modules/instruction_writer.hpp"
#include "tests/random_modules/module_shape.hpp"

namespace lockstep::jit_test {
namespace {

using random_modules::InstructionWriter;
using random_modules::ModuleShape;
using vm::ValueType;
using vm::WasmOpcode;

/// f0 calls f1 twice, in a loop of two turns.
vm::Program program_around(const Bytes& body) {
    ModuleShape shape;
    shape.types.push_back({.parameters = {ValueType::i32}, .results = {ValueType::i32}});
    shape.functions = {0, 0};
    shape.memory = vm::Limits{.min = 4, .max = 4};
    InstructionWriter caller;
    caller.number(1);
    caller.number(1);
    caller.type(ValueType::i32);
    caller.op(WasmOpcode::loop);
    caller.byte(0x40);
    caller.op(WasmOpcode::local_get, 0);
    caller.op(WasmOpcode::call, 1);
    caller.op(WasmOpcode::call, 1);
    caller.op(WasmOpcode::local_set, 0);
    caller.op(WasmOpcode::local_get, 1);
    caller.constant(ValueType::i32, 1);
    caller.op(WasmOpcode::i32_add);
    caller.op(WasmOpcode::local_tee, 1);
    caller.constant(ValueType::i32, 2);
    caller.op(WasmOpcode::i32_ne);
    caller.op(WasmOpcode::br_if, 0);
    caller.op(WasmOpcode::end);
    caller.op(WasmOpcode::local_get, 0);
    caller.op(WasmOpcode::end);
    return fuzz::load_program(random_modules::encode_module(shape, {caller.take(), body})).value();
}

/// `blocks` blocks, each of so many instructions in a row.
Bytes straight(std::uint32_t blocks, std::uint32_t length) {
    InstructionWriter out;
    out.number(0);
    out.op(WasmOpcode::local_get, 0);
    for (std::uint32_t block = 0; block < blocks; ++block) {
        for (std::uint32_t i = 0; i < length; ++i) {
            out.op(WasmOpcode::i32_eqz);
        }
        out.op(WasmOpcode::local_get, 0);
        out.op(WasmOpcode::if_);
        out.byte(0x40);
        out.op(WasmOpcode::local_get, 0);
        out.constant(ValueType::i32, 3);
        out.op(WasmOpcode::i32_add);
        out.op(WasmOpcode::local_set, 0);
        out.op(WasmOpcode::end);
    }
    out.op(WasmOpcode::local_get, 0);
    out.op(WasmOpcode::i32_add);
    out.op(WasmOpcode::end);
    return out.take();
}

std::string compare_large(const vm::Program& program, std::uint64_t argument) {
    std::mt19937_64 random = random_numbers(1);
    Counts counts;
    const auto compiled = compile(program);
    for (const Strides strides : {Strides::one_piece, Strides::narrow, Strides::any}) {
        for (const std::uint64_t gas : {kMuchGas.value, std::uint64_t{700'000}}) {
            std::string what = compare(*compiled, start(program, "f0", {argument}, Gas(gas)),
                                       {.strides = strides, .max_pieces = 20}, random, counts);
            if (!what.empty()) {
                return what;
            }
        }
    }
    return compare_stops(*compiled, start(program, "f0", {argument}), 40, random, counts);
}

TEST(JitLargeFunctions, StraightCodeOfAnyLength) {
    for (const std::uint32_t length :
         {1000U, 30'000U, 65'000U, 65'537U, 100'000U, 262'143U, 300'000U, 530'000U, 1'100'000U}) {
        EXPECT_EQ(compare_large(program_around(straight(1, length)), 1), "") << length;
    }
}

TEST(JitLargeFunctions, ManyBlocksInARow) {
    EXPECT_EQ(compare_large(program_around(straight(20, 15'000)), 1), "");
    EXPECT_EQ(compare_large(program_around(straight(20, 15'000)), 0), "");
    EXPECT_EQ(compare_large(program_around(straight(40'000, 1)), 1), "");
}

/// Each store may have to pay for two chunks: much more than what is sure.
TEST(JitLargeFunctions, ManyStoresInARow) {
    InstructionWriter out;
    out.number(0);
    for (std::uint32_t i = 0; i < 3000; ++i) {
        out.op(WasmOpcode::local_get, 0);
        out.constant(ValueType::i32, 4095 * i % 250'000);
        out.op(WasmOpcode::i32_add);
        out.op(WasmOpcode::local_get, 0);
        out.op(i % 3 == 0 ? WasmOpcode::i32_store : WasmOpcode::i32_store16);
        out.number(0);
        out.number(i % 7);
    }
    out.op(WasmOpcode::local_get, 0);
    out.op(WasmOpcode::end);
    const vm::Program program = program_around(out.take());
    EXPECT_EQ(compare_large(program, 1), "");
    std::mt19937_64 random = random_numbers(1);
    Counts counts;
    const auto compiled = compile(program);
    for (unsigned i = 0; i < 100; ++i) {
        const Gas gas(random() % 150'000);
        EXPECT_EQ(compare(*compiled, start(program, "f0", {4}, gas),
                          {.strides = Strides::one_piece}, random, counts),
                  "")
            << gas.value;
        const Gas more(compiled->image().path_gas_with_stores + random() % 80'000);
        EXPECT_EQ(compare(*compiled, start(program, "f0", {4}, more),
                          {.strides = Strides::one_piece}, random, counts),
                  "")
            << more.value;
    }
}

/// Of all types, each set and read, with and without calls between.
TEST(JitLargeFunctions, ManyLocals) {
    for (const std::uint32_t locals : {60U, 63U, 70U, 250U, 1001U}) {
        InstructionWriter out;
        out.number(2);
        out.number(locals);
        out.type(ValueType::i32);
        out.number(locals);
        out.type(ValueType::f64);
        for (std::uint32_t i = 1; i <= locals; ++i) {
            out.op(WasmOpcode::local_get, i * 7 % locals + 1);
            out.op(WasmOpcode::local_get, 0);
            out.constant(ValueType::i32, i * 0x9E37'79B9);
            out.op(i % 2 == 0 ? WasmOpcode::i32_add : WasmOpcode::i32_xor);
            out.op(WasmOpcode::i32_add);
            out.op(WasmOpcode::local_tee, i);
            out.op(WasmOpcode::f64_convert_i32_s);
            out.op(WasmOpcode::local_get, locals + i * 3 % locals + 1);
            out.op(i % 3 == 0 ? WasmOpcode::f64_div : WasmOpcode::f64_sub);
            out.op(WasmOpcode::local_set, locals + i);
        }
        for (std::uint32_t i = 1; i <= locals; ++i) {
            out.op(WasmOpcode::local_get, locals + i);
            out.op(WasmOpcode::i32_trunc_sat_f64_u);
            out.op(WasmOpcode::local_get, 0);
            out.op(WasmOpcode::i32_xor);
            out.op(WasmOpcode::local_set, 0);
        }
        out.op(WasmOpcode::local_get, 0);
        out.op(WasmOpcode::end);
        EXPECT_EQ(compare_large(program_around(out.take()), 5), "") << locals;
    }
}

/// A table of many rows, in a loop.
TEST(JitLargeFunctions, ManyBranches) {
    constexpr std::uint32_t kRows = 3000;
    InstructionWriter out;
    out.number(1);
    out.number(1);
    out.type(ValueType::i32);
    out.op(WasmOpcode::loop);
    out.byte(0x40);
    for (std::uint32_t i = 0; i <= 30; ++i) {
        out.op(WasmOpcode::block);
        out.byte(0x40);
    }
    out.op(WasmOpcode::local_get, 1);
    out.constant(ValueType::i32, 977);
    out.op(WasmOpcode::i32_mul);
    out.constant(ValueType::i32, kRows + 40);
    out.op(WasmOpcode::i32_rem_u);
    out.op(WasmOpcode::br_table);
    out.number(kRows);
    for (std::uint32_t i = 0; i < kRows; ++i) {
        out.number(i * 7 % 31);
    }
    out.number(30);
    for (std::uint32_t i = 0; i <= 30; ++i) {
        out.op(WasmOpcode::end);
        out.op(WasmOpcode::local_get, 0);
        out.constant(ValueType::i32, i + 3);
        out.op(WasmOpcode::i32_rotl);
        out.constant(ValueType::i32, i);
        out.op(WasmOpcode::i32_xor);
        out.op(WasmOpcode::local_set, 0);
    }
    out.op(WasmOpcode::local_get, 1);
    out.constant(ValueType::i32, 1);
    out.op(WasmOpcode::i32_add);
    out.op(WasmOpcode::local_tee, 1);
    out.constant(ValueType::i32, 4000);
    out.op(WasmOpcode::i32_lt_u);
    out.op(WasmOpcode::br_if, 0);
    out.op(WasmOpcode::end);
    out.op(WasmOpcode::local_get, 0);
    out.op(WasmOpcode::end);
    EXPECT_EQ(compare_large(program_around(out.take()), 9), "");
}

}  // namespace
}  // namespace lockstep::jit_test
