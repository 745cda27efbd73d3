// Code whose shape is special for the translation, spelled out or generated, and all guest programs.

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/programs/program_run.hpp"
#include "tests/property/interpreter/engine_comparison.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/machine/interpreter.hpp"
#include "vm/machine/start.hpp"
#include "vm/program/lowering.hpp"

namespace lockstep::vm {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace)

constexpr std::uint8_t kLocalGet = 0x20;
constexpr std::uint8_t kLocalSet = 0x21;
constexpr std::uint8_t kLocalTee = 0x22;
constexpr std::uint8_t kI32Const = 0x41;
constexpr std::uint8_t kI32Store = 0x36;
constexpr std::uint8_t kI32Load = 0x28;
constexpr std::uint8_t kI32Eqz = 0x45;
constexpr std::uint8_t kI32Add = 0x6A;
constexpr std::uint8_t kI32Sub = 0x6B;
constexpr std::uint8_t kI32DivU = 0x6E;
constexpr std::uint8_t kDrop = 0x1A;
constexpr std::uint8_t kCall = 0x10;
constexpr std::uint8_t kBlock = 0x02;
constexpr std::uint8_t kLoop = 0x03;
constexpr std::uint8_t kIf = 0x04;
constexpr std::uint8_t kBrIf = 0x0D;
constexpr std::uint8_t kNothing = 0x40;

/// Exports function 0 as f, of type [i32] -> [i32], with two more locals; and a memory of so many pages.
Program lower_body(const Bytes& body, std::uint8_t pages = 4) {
    auto valid = load(
        module_of({section(type_section, list({function_type({kI32}, {kI32})})),
                   section(function_section, {1, 0}), section(memory_section, {1, 0x01, pages, 60}),
                   section(export_section, {1, 1, 'f', 0x00, 0}),
                   section(code_section, list({sized(join({{1, 2, kI32}, body, {kEnd}}))}))}));
    EXPECT_TRUE(valid.has_value());
    auto program = lower(*valid);
    EXPECT_TRUE(program.has_value());
    return std::move(*program);
}

MachineState start_at(const Program& program, std::uint64_t argument, std::uint64_t gas) {
    auto state = start(program, {.function = program.exported_functions.at("f"),
                                 .arguments = {argument},
                                 .input = std::make_shared<const Bytes>(),
                                 .gas_limit = Gas(gas)});
    EXPECT_TRUE(state.has_value());
    return std::move(*state);
}

/// In all kinds of strides, and with limits of gas up to what the run needs and more.
std::string compare_everywhere(const Program& program, const MachineState& initial,
                               std::uint64_t seed, std::uint64_t max_steps = 300'000) {
    const ThreadedProgram threaded(program);
    for (const FunctionShape& shape : threaded.code().shapes) {
        EXPECT_TRUE(shape.is_translated);
    }
    std::mt19937_64 random(seed);
    for (const Strides strides :
         {Strides::one_piece, Strides::tiny, Strides::beyond, Strides::any}) {
        const std::string what =
            compare_engines(program, threaded, initial, random,
                            {.strides = strides, .max_steps = max_steps, .max_pieces = 2000});
        if (!what.empty()) {
            return what;
        }
    }
    MachineState last = initial;
    vm::run(program, last, Step(max_steps));
    const std::uint64_t spent = initial.gas - last.gas;
    for (int i = 0; i < 30; ++i) {
        MachineState state = initial;
        state.gas =
            Gas(std::min(initial.gas.value, random() % (spent + 1) + (i % 3 == 0 ? 300'000 : 0)));
        const std::string what = compare_engines(
            program, threaded, state, random,
            {.strides = i % 2 == 0 ? Strides::one_piece : Strides::any, .max_steps = max_steps});
        if (!what.empty()) {
            return "gas " + std::to_string(state.gas.value) + ": " + what;
        }
    }
    return "";
}

std::string compare_body(const Bytes& body, std::uint64_t argument = 40) {
    const Program program = lower_body(body);
    return compare_everywhere(program, start_at(program, argument, 100'000'000), argument);
}

TEST(ThreadedCases, GuestPrograms) {
    std::uint64_t seed = 0;
    for (const programs::ProgramRun& run : programs::all_runs()) {
        EXPECT_EQ(compare_everywhere(*run.program, programs::initial_state(run), ++seed), "")
            << run.label;
    }
}

/// The limits must be looked at in between: the gas of all stores together is too much. Each is the first
/// to both chunks that it lies in.
TEST(ThreadedCases, ManyStoresInOneSuperblock) {
    Bytes body;
    for (std::size_t i = 0; i < 300; ++i) {
        append(
            body,
            join({{kLocalGet, 1, kI32Const}, leb(i % 60), {kI32Store, 2}, leb(i * 8192 + 4094)}));
    }
    append(body, {kLocalGet, 0});
    const Program program = lower_body(body, 40);
    EXPECT_EQ(compare_everywhere(program, start_at(program, 40, 100'000'000), 1), "");
}

/// Nothing is branched to for a long time: the static cost alone is too much, wherever a superblock that
/// must look at the limits is met.
TEST(ThreadedCases, LongWayWithoutTakenBranch) {
    const Bytes begin{kBlock, kNothing, kLocalGet, 1, kBrIf, 0};
    const Bytes count{kLocalGet, 0, kLocalSet, 2};
    const Bytes branch = join({begin, count, {kEnd}});
    for (std::size_t i = 0; i < 6; ++i) {
        const Program program = lower_body(
            join({begin, repeat(count, i), {kEnd}, repeat(branch, 30'000), {kLocalGet, 2}}));
        EXPECT_FALSE(ThreadedProgram(program).code().breaks.empty());
        EXPECT_EQ(compare_everywhere(program, start_at(program, 40, 100'000'000), i), "");
    }
}

TEST(ThreadedCases, LongWayWithoutAnyBranch) {
    const Bytes count{kLocalGet, 1, kLocalGet, 0, kI32Add, kLocalSet, 1};
    EXPECT_EQ(compare_body(join({repeat(count, 40'000), {kLocalGet, 1}})), "");
}

/// More operands that are locals or constants still than are kept track of, some of them overwritten.
TEST(ThreadedCases, ManyPendingOperands) {
    Bytes body;
    for (std::uint8_t i = 0; i < 60; ++i) {
        append(body, {kLocalGet, 0, kI32Const, i, kLocalGet, 1});
        if (i % 7 == 3) {
            append(body, {kLocalGet, 0, kI32Const, i, kI32Sub, kLocalTee, 1, kLocalSet, 0});
        }
    }
    for (int i = 0; i < 179; ++i) {
        body.push_back(i % 3 == 1 ? kI32Sub : kI32Add);
    }
    EXPECT_EQ(compare_body(body), "");
}

/// A local that is an operand is written by the record that would have computed it in place.
TEST(ThreadedCases, OperandsThatAreOverwrittenLocals) {
    const Bytes body{kLocalGet, 0,         kLocalGet, 0,         kI32Const, 1,         kI32Add,
                     kLocalSet, 0,         kLocalGet, 0,         kI32Add,   kLocalGet, 0,
                     kI32Const, 5,         kI32Sub,   kLocalTee, 0,         kI32Add,   kLocalGet,
                     0,         kLocalGet, 0,         kLocalSet, 0,         kI32Add};
    EXPECT_EQ(compare_body(body), "");
}

/// A loop that ends by a branch on a sum: one record. The operands of the comparison stand anywhere.
TEST(ThreadedCases, CountingLoops) {
    for (std::uint8_t comparison = 0x46; comparison <= 0x4F; ++comparison) {
        for (const bool is_first : {false, true}) {
            const Bytes sum{kLocalGet, 1, kI32Const, 3, kI32Add, kLocalTee, 1};
            const Bytes bound{kLocalGet, 0};
            EXPECT_EQ(compare_body(join({{kLoop, kNothing},
                                         is_first ? join({sum, bound}) : join({bound, sum}),
                                         {comparison, kBrIf, 0, kEnd, kLocalGet, 1}})),
                      "")
                << int{comparison};
        }
    }
    const Bytes down{kLoop,     kNothing, kLocalGet, 0, kI32Const, 1,         kI32Sub,
                     kLocalTee, 0,        kBrIf,     0, kEnd,      kLocalGet, 0};
    EXPECT_EQ(compare_body(down, 5000), "");
    const Bytes once{kLoop, kNothing, kLocalGet, 0, kI32Const, 1,         kI32Add, kLocalTee,
                     0,     kI32Eqz,  kBrIf,     0, kEnd,      kLocalGet, 0};
    EXPECT_EQ(compare_body(once, 0xFFFF'FFFF), "");
}

/// Recursion that ends by each kind of trap, or by none, at a depth that the strides do not divide.
TEST(ThreadedCases, TrapsBelowManyFrames) {
    const std::vector<Bytes> ends{
        {kI32Const, 7},
        {0x00},                                  // unreachable
        {kI32Const, 1, kI32Const, 0, kI32DivU},  // division by zero
        {kI32Const, 0x7F, kI32Load, 0, 0},       // out of bounds
        {kI32Const, 0x7F, kI32Const, 1, kI32Store, 0, 0, kI32Const, 1},
        {kLocalGet, 0, kCall, 0},  // never ends: the stack is exhausted
    };
    for (const Bytes& end : ends) {
        const Bytes body = join({{kLocalGet, 0, kIf, kI32, kLocalGet, 0, kI32Const, 1, kI32Sub,
                                  kCall, 0, kI32Const, 1, kI32Add, 0x05},
                                 end,
                                 {kEnd}});
        EXPECT_EQ(compare_body(body, 700), "");
        EXPECT_EQ(compare_body(body, 20'000), "");
    }
}

/// One frame more than there may be, and as many as there may be.
TEST(ThreadedCases, CallsOfTheGreatestDepth) {
    const Bytes body{kLocalGet, 0, kIf,       kI32, kLocalGet, 0,    kI32Const, 1, kI32Sub,
                     kCall,     0, kI32Const, 1,    kI32Add,   0x05, kI32Const, 7, kEnd};
    const Program program = lower_body(body);
    for (const std::uint64_t argument : {65'534U, 65'535U, 65'536U}) {
        EXPECT_EQ(compare_everywhere(program, start_at(program, argument, 100'000'000), argument,
                                     2'000'000),
                  "");
    }
}

/// What a register held is of no use once its slot is written otherwise.
TEST(ThreadedCases, ResultsThatAreOverwritten) {
    const Bytes sum{kLocalGet, 0, kLocalGet, 1, kI32Add, kLocalSet, 2};
    const Bytes use{kLocalGet, 2, kI32Const, 3, kI32Sub};
    EXPECT_EQ(compare_body(join({sum, {kLocalGet, 0, kLocalSet, 2}, use})), "");
    EXPECT_EQ(compare_body(join({sum, {kI32Const, 9, kLocalSet, 2}, use})), "");
    EXPECT_EQ(
        compare_body(join({sum, {kLocalGet, 1, kLocalGet, 2, kLocalSet, 1, kLocalSet, 2}, use})),
        "");
}

/// Fifty drops at once, and results under dropped values.
TEST(ThreadedCases, BranchesThatDiscard) {
    const Bytes body = join({{kBlock, kI32},
                             repeat({kLocalGet, 0}, 50),
                             {kLocalGet, 0, kI32Const, 2, kI32Add, kLocalGet, 1, kI32Eqz, kBrIf, 0},
                             repeat({kDrop}, 50),
                             {kEnd}});
    EXPECT_EQ(compare_body(body), "");
}

}  // namespace
}  // namespace lockstep::vm
