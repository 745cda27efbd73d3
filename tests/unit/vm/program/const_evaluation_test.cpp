#include "vm/program/const_evaluation.hpp"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep::vm {
namespace {

ConstInstruction constant(WasmOpcode opcode, std::uint64_t bits = 0) {
    return {.opcode = opcode, .offset = 0, .bits = bits};
}

std::uint64_t value_of(std::vector<ConstInstruction> instructions) {
    constexpr std::array<std::uint64_t, 2> kGlobals = {70, 80};
    constexpr std::array<std::uint32_t, 2> kFunctions = {7, 3};
    return evaluate(ConstExpression{.instructions = std::move(instructions), .offset = 0},
                    {.functions = kFunctions, .globals = kGlobals});
}

TEST(ConstEvaluation, OneInstruction) {
    EXPECT_EQ(value_of({constant(WasmOpcode::i32_const, 0xFFFF'FFFF)}), 0xFFFF'FFFF);
    EXPECT_EQ(value_of({constant(WasmOpcode::i64_const, ~0ULL)}), ~0ULL);
    EXPECT_EQ(value_of({constant(WasmOpcode::f32_const, 0x7FC0'0001)}), 0x7FC0'0001U);
    EXPECT_EQ(value_of({constant(WasmOpcode::f64_const, 1ULL << 63U)}), 1ULL << 63U);
    EXPECT_EQ(value_of({constant(WasmOpcode::ref_null, 0x70)}), 0U);
    EXPECT_EQ(value_of({constant(WasmOpcode::ref_func, 0)}), 8U);
    EXPECT_EQ(value_of({constant(WasmOpcode::ref_func, 1)}), 4U);
    EXPECT_EQ(value_of({constant(WasmOpcode::global_get, 1)}), 80U);
}

TEST(ConstEvaluation, ArithmeticOf32BitsWraps) {
    const auto apply = [](WasmOpcode opcode, std::uint64_t left, std::uint64_t right) {
        return value_of({constant(WasmOpcode::i32_const, left),
                         constant(WasmOpcode::i32_const, right), constant(opcode)});
    };
    EXPECT_EQ(apply(WasmOpcode::i32_add, 0xFFFF'FFFF, 2), 1U);
    EXPECT_EQ(apply(WasmOpcode::i32_sub, 1, 2), 0xFFFF'FFFF);
    EXPECT_EQ(apply(WasmOpcode::i32_mul, 0xFFFF'FFFF, 0xFFFF'FFFF), 1U);
}

TEST(ConstEvaluation, ArithmeticOf64BitsWraps) {
    const auto apply = [](WasmOpcode opcode, std::uint64_t left, std::uint64_t right) {
        return value_of({constant(WasmOpcode::i64_const, left),
                         constant(WasmOpcode::i64_const, right), constant(opcode)});
    };
    EXPECT_EQ(apply(WasmOpcode::i64_add, ~0ULL, 2), 1U);
    EXPECT_EQ(apply(WasmOpcode::i64_sub, 1, 2), ~0ULL);
    EXPECT_EQ(apply(WasmOpcode::i64_mul, 1ULL << 63U, 3), 1ULL << 63U);
}

TEST(ConstEvaluation, Nests) {
    // (5 - global 0) * global 1
    EXPECT_EQ(value_of({constant(WasmOpcode::i64_const, 5), constant(WasmOpcode::global_get, 0),
                        constant(WasmOpcode::i64_sub), constant(WasmOpcode::global_get, 1),
                        constant(WasmOpcode::i64_mul)}),
              static_cast<std::uint64_t>(-5'200));
}

}  // namespace
}  // namespace lockstep::vm
