#include "vm/program/limits.hpp"

#include <cstddef>

#include <gtest/gtest.h>

#include "listing.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"

namespace lockstep::vm::test {
namespace {

TEST(ProgramLimits, GrowWithTheModuleUpToAMaximum) {
    EXPECT_EQ(max_instructions(0), 4'096U);
    EXPECT_EQ(max_instructions(1), 4'112U);
    EXPECT_EQ(max_instructions(2'096'895), (1U << 25U) - 16);
    EXPECT_EQ(max_instructions(2'096'896), 1U << 25U);
    EXPECT_EQ(max_instructions(2'096'897), 1U << 25U);
    EXPECT_EQ(max_instructions(kMaxModuleBytes), 1U << 25U);
}

/// Functions of 1000 parameters, each lowered to `charge`, 1000 `local_set` and `return_`, the last
/// with `pairs` of `const_` and `drop` more, in a module of `size` bytes.
Bytes wide_module(std::size_t functions, std::size_t pairs, std::size_t size) {
    const Bytes body = repeat({0x41, 0x00, 0x1A}, pairs);
    const Bytes codes = join({leb(functions), repeat(code({}), functions - 1), code(body)});
    Bytes wasm = module_of(
        {section(type_section, list({function_type(Bytes(kMaxParameters, kI32), {})})),
         section(function_section, list_of(functions, {0})), section(code_section, codes)});
    // A custom section without a name fills up.
    for (std::size_t padding = 0; wasm.size() < size; ++padding) {
        const Bytes filler = section(custom_section, Bytes(padding + 1));
        if (wasm.size() + filler.size() == size) {
            append(wasm, filler);
        }
    }
    return wasm;
}

TEST(ProgramLimits, AreKeptToTheInstruction) {
    constexpr std::size_t kFunctions = 30;
    constexpr std::size_t kPairs = 8;
    constexpr std::size_t kInstructions = 4 + 1'002 * kFunctions + 2 * kPairs;
    static_assert((kInstructions - kMaxInstructionsBase) % kMaxInstructionsPerByte == 0);
    constexpr std::size_t kBytes = (kInstructions - kMaxInstructionsBase) / kMaxInstructionsPerByte;

    const Bytes at_limit = wide_module(kFunctions, kPairs, kBytes);
    ASSERT_EQ(at_limit.size(), kBytes);
    EXPECT_EQ(lower_module(at_limit).code.size(), kInstructions);

    const Bytes past_limit = wide_module(kFunctions, kPairs, kBytes - 1);
    ASSERT_EQ(past_limit.size(), kBytes - 1);
    const auto program = try_lower(past_limit);
    ASSERT_FALSE(program.has_value());
    EXPECT_EQ(program.error().code, LoadErrorCode::limit_exceeded);
    EXPECT_EQ(program.error().name, "max_instructions_per_byte");
    EXPECT_EQ(program.error().value, kMaxInstructionsPerByte);
}

/// Two bytes a label, and some thousand values to drop on the way to each.
TEST(ProgramLimits, StopABranchTableInTheMiddle) {
    constexpr std::size_t kOperands = 9'000;
    const auto module_with_labels = [](std::size_t count) {
        Bytes labels;
        for (std::size_t i = 0; i < count; ++i) {
            append(labels, leb(i));
        }
        return module_with_body(join({repeat({0x02, 0x40}, count),
                                      repeat({0x41, 0x00}, kOperands),
                                      {0x41, 0x00, 0x0E},
                                      leb(count - 1),
                                      labels,
                                      repeat({kEnd}, count)}));
    };
    EXPECT_TRUE(try_lower(module_with_labels(200)).has_value());
    const auto program = try_lower(module_with_labels(2'000));
    ASSERT_FALSE(program.has_value());
    EXPECT_EQ(program.error().code, LoadErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace lockstep::vm::test
