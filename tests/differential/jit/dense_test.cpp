#include <cstdio>

#include <gtest/gtest.h>

#include "fuzz/load_program.hpp"
#include "tests/differential/jit/comparison.hpp"
#include "tests/differential/jit/dense_modules.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::jit_test {
namespace {

/// Loops and calls multiply: most of the modules end for want of gas.
constexpr Gas kGasLimit{150'000};

std::string compare_dense(std::uint64_t seed, Counts& counts) {
    std::mt19937_64 random(seed);
    const DenseModule module = dense_module(random);
    const vm::Program program = fuzz::load_program(module.wasm).value();
    const auto compiled = compile(program, {.guard_pages = seed % 8 != 0});
    std::vector<std::uint64_t> arguments;
    arguments.reserve(module.parameters.size());
    for (const vm::ValueType type : module.parameters) {
        arguments.push_back(any_number(random, type));
    }
    auto initial = vm::start(program, {.function = program.exported_functions.at("f0"),
                                       .arguments = arguments,
                                       .input = std::make_shared<const Bytes>(),
                                       .gas_limit = kGasLimit});
    LOCKSTEP_CHECK(initial.has_value());
    for (const Strides strides : {Strides::one_piece, Strides::narrow}) {
        std::string what =
            compare(*compiled, *initial, {.strides = strides, .max_pieces = 40}, random, counts);
        if (!what.empty()) {
            return what;
        }
    }
    return "";
}

TEST(JitDense, FewLocalsAndManyOperands) {
    const std::uint64_t seeds = is_deep() ? 30'000 : 3'000;
    Counts counts;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        ASSERT_EQ(compare_dense(seed, counts), "") << "seed " << seed;
    }
    EXPECT_GT(counts.steps, seeds * 500);
    std::printf("%llu steps, %llu stops compared\n", static_cast<unsigned long long>(counts.steps),
                static_cast<unsigned long long>(counts.stops));
}

}  // namespace
}  // namespace lockstep::jit_test
