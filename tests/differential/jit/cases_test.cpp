// Modules written for what is hard to compile: calls.wat, control.wat, environment.wat.

#include <bit>

#include <gtest/gtest.h>

#include "tests/differential/jit/comparison.hpp"
#include "tests/differential/jit/text_module.hpp"

namespace lockstep::jit_test {
namespace {

struct CaseOfModule {
    std::string module;
    std::string function;
    std::vector<std::uint64_t> arguments;
};

std::uint64_t bits(double number) {
    return std::bit_cast<std::uint64_t>(number);
}

std::vector<CaseOfModule> cases() {
    std::vector<CaseOfModule> all{
        {"calls", "pass", {40, bits(2.75)}},
        {"calls", "several", {30}},
        {"calls", "even", {901}},
        {"calls", "padding", {9}},
        {"calls", "changing", {7}},
        {"calls", "changing", {30}},  // a turn calls through what has become null
        {"calls", "fibonacci", {15}},
        {"calls", "float_fibonacci", {bits(13)}},
        {"calls", "ackermann", {2, 9}},
        {"control", "table", {200}},
        {"control", "table_with_value", {1'000'000}},
        {"control", "nested", {60}},
        {"control", "deep_operands", {50}},
        {"control", "select_chain", {100}},
        {"control", "widened_nan", {0x3F80'0000}},
        {"environment", "bulk", {25}},
        {"environment", "overlap", {1, 30}},
        {"environment", "overlap", {2, 30}},
        {"environment", "growth", {30}},
        {"environment", "host", {40}},
        {"environment", "globals", {200}},
        {"environment", "stores", {0, 8192}},
        {"environment", "stores", {3, 4093}},
        {"environment", "locals", {60}},
    };
    for (std::uint64_t slot = 0; slot < 18; ++slot) {
        all.push_back({"calls", "through", {slot}});
        all.push_back({"calls", "through_deep", {slot, 5}});
    }
    all.push_back({"calls", "through", {0xFFFF'FFFF}});
    for (std::uint64_t how = 0; how < 6; ++how) {
        all.push_back({"calls", "dive", {0, how}});
        all.push_back({"calls", "dive", {300, how}});
    }
    for (const std::uint64_t address : {0U, 131'072U, 131'071U, 196'607U, 0xFFFF'0000U}) {
        all.push_back({"environment", "beyond", {address}});
    }
    return all;
}

std::string name(const CaseOfModule& one) {
    std::string text = one.module + "/" + one.function;
    for (const std::uint64_t argument : one.arguments) {
        text += " " + std::to_string(argument);
    }
    return text;
}

TEST(JitCases, RunLikeInTheInterpreter) {
    std::mt19937_64 random = random_numbers(1);
    Counts counts;
    for (const CaseOfModule& one : cases()) {
        const vm::Program program = load_text_module(one.module);
        EXPECT_EQ(compare_in_all_ways(program, start(program, one.function, one.arguments), random,
                                      counts),
                  "")
            << name(one);
    }
}

/// Gas ends at every place where native code may be, and around the last one.
TEST(JitCases, RunOutOfGasLikeInTheInterpreter) {
    std::mt19937_64 random = random_numbers(2);
    Counts counts;
    for (const CaseOfModule& one : cases()) {
        const vm::Program program = load_text_module(one.module);
        const auto compiled = compile(program);
        vm::MachineState last;
        ASSERT_EQ(compare(*compiled, start(program, one.function, one.arguments),
                          {.strides = Strides::one_piece}, random, counts, &last),
                  "");
        const std::uint64_t used = kMuchGas.value - last.gas.value;
        std::vector<std::uint64_t> limits;
        for (std::uint64_t i = 0; i < (is_deep() ? 1000 : 30); ++i) {
            limits.push_back(used > i ? used - i : 0);
            limits.push_back(random() % (used + 1));
        }
        for (const std::uint64_t limit : limits) {
            EXPECT_EQ(compare(*compiled, start(program, one.function, one.arguments, Gas(limit)),
                              {.strides = Strides::one_piece}, random, counts),
                      "")
                << name(one) << ", gas limit " << limit;
        }
    }
}

/// The machine is stopped at each of its first steps, and goes on from there.
TEST(JitCases, StopAnywhereLikeTheInterpreter) {
    std::mt19937_64 random = random_numbers(3);
    Counts counts;
    for (const CaseOfModule& one : cases()) {
        const vm::Program program = load_text_module(one.module);
        const auto compiled = compile(program);
        vm::MachineState state = start(program, one.function, one.arguments);
        const std::uint64_t stops = is_deep() ? 20'000 : 400;
        EXPECT_EQ(compare_stops(*compiled, state, stops, random, counts), "") << name(one);
    }
}

}  // namespace
}  // namespace lockstep::jit_test
