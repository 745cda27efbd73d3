// Dense traces of code in which something special happens: at, before or behind the ends of ranges and
// batches.

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/property/trace/trace_twins.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "trace/dense_trace.hpp"
#include "vm/machine/interpreter.hpp"
#include "vm/machine/start.hpp"
#include "vm/program/lowering.hpp"

namespace lockstep::trace {
namespace {

using namespace vm::test;  // NOLINT(google-build-using-namespace)

constexpr std::uint8_t kLocalGet = 0x20;
constexpr std::uint8_t kLocalSet = 0x21;
constexpr std::uint8_t kLocalTee = 0x22;
constexpr std::uint8_t kI32Const = 0x41;
constexpr std::uint8_t kI32Load = 0x28;
constexpr std::uint8_t kI32Store = 0x36;
constexpr std::uint8_t kI64Store = 0x37;
constexpr std::uint8_t kMemoryGrow = 0x40;
constexpr std::uint8_t kI32Add = 0x6A;
constexpr std::uint8_t kI32Sub = 0x6B;
constexpr std::uint8_t kI32Mul = 0x6C;
constexpr std::uint8_t kI32DivU = 0x6E;
constexpr std::uint8_t kI64ExtendU = 0xAD;
constexpr std::uint8_t kUnreachable = 0x00;
constexpr std::uint8_t kDrop = 0x1A;
constexpr std::uint8_t kCall = 0x10;
constexpr std::uint8_t kIf = 0x04;
constexpr std::uint8_t kElse = 0x05;

/// Long enough for all runs here, but where something is said.
constexpr std::uint64_t kAll = 1'000'000;

/// Exports function 0 as f, of type [i32] -> [i32], with more locals; and a memory of 4 pages.
vm::Program lower_body(const Bytes& body, std::size_t locals = 24) {
    auto valid = load(module_of(
        {section(type_section, list({function_type({kI32}, {kI32})})),
         section(function_section, {1, 0}), section(memory_section, {1, 0x01, 4, 60}),
         section(export_section, {1, 1, 'f', 0x00, 0}),
         section(code_section, list({sized(join({{1}, leb(locals), {kI32}, body, {kEnd}}))}))}));
    EXPECT_TRUE(valid.has_value());
    auto program = vm::lower(*valid);
    EXPECT_TRUE(program.has_value());
    return std::move(*program);
}

vm::MachineState start_at(const vm::Program& program, std::uint64_t argument,
                          std::uint64_t gas = 100'000'000) {
    auto state = vm::start(program, {.function = program.exported_functions.at("f"),
                                     .arguments = {argument},
                                     .input = std::make_shared<const Bytes>(),
                                     .gas_limit = Gas(gas)});
    EXPECT_TRUE(state.has_value());
    return std::move(*state);
}

/// Calls itself, once less for each frame; writes locals before and after the call, and memory on both
/// sides of the ends of leaves and chunks. `end` gives the innermost result.
Bytes recursion(const Bytes& end) {
    const Bytes before{kLocalGet,   0,         kLocalSet, 5,         kLocalGet, 0,
                       kI32Const,   3,         kI32Mul,   kLocalSet, 17,        kLocalGet,
                       0,           kI32Const, 9,         kI32Mul,   kLocalGet, 17,
                       kI64ExtendU, kI64Store, 0,         0xFA,      0x1F};  // offset 4090
    const Bytes call{kLocalGet, 0, kIf,       kI32, kLocalGet, 0,  kI32Const, 1,    kI32Sub,
                     kCall,     0, kLocalTee, 9,    kLocalGet, 17, kI32Add,   kElse};
    const Bytes after{kEnd, kLocalSet, 20, kLocalGet, 5, kLocalGet, 20, kI32Add};
    return join({before, call, end, after});
}

Bytes seven() {
    return {kI32Const, 7};
}

TEST(DenseTraceCases, BatchesEndAnywhere) {
    const vm::Program program = lower_body(recursion(seven()));
    const Image image(program);
    for (std::size_t batch_steps = 1; batch_steps < 90; ++batch_steps) {
        TraceTwins twins(program, image, start_at(program, 4));
        EXPECT_EQ(twins.trace(kAll, batch_steps), "") << batch_steps;
        EXPECT_EQ(twins.state().status, vm::Status::halted);
    }
}

/// The machine stops at a root, and between two.
TEST(DenseTraceCases, RootsAtAnyStride) {
    const vm::Program program = lower_body(recursion(seven()));
    const Image image(program);
    for (std::uint64_t stride = 1; stride < 60; ++stride) {
        for (const std::size_t batch_steps : {1U, 10U, 4096U}) {
            TraceTwins twins(program, image, start_at(program, 4));
            EXPECT_EQ(twins.trace(3 * stride + stride / 2, batch_steps, stride), "") << stride;
            EXPECT_EQ(twins.trace(kAll, batch_steps, stride), "") << stride;
        }
    }
}

TEST(DenseTraceCases, RangesBeginAndEndAnywhere) {
    const vm::Program program = lower_body(recursion(seven()));
    const Image image(program);
    for (std::uint64_t first = 0; first < 170; ++first) {
        TraceTwins twins(program, image, start_at(program, 4));
        EXPECT_EQ(twins.commit_after(first), "");
        EXPECT_EQ(twins.trace(1 + first % 13, 1000), "") << first;
        EXPECT_EQ(twins.prove(1), "") << first;
        EXPECT_EQ(twins.trace(kAll, 1000), "") << first;
        EXPECT_EQ(twins.prove(1), "") << first;
    }
}

/// The frames are suspended before the range begins, or in a batch before the one that returns to them.
TEST(DenseTraceCases, ReturnsToFramesOfLongAgo) {
    constexpr std::uint64_t kDepth = 1500;
    const vm::Program program = lower_body(recursion(seven()));
    const Image image(program);
    for (const std::uint64_t before : {20'000U, 28'000U, 36'000U}) {
        for (const std::size_t batch_steps : {std::size_t{7}, std::size_t{4096}}) {
            TraceTwins twins(program, image, start_at(program, kDepth));
            EXPECT_EQ(twins.commit_after(before), "");
            EXPECT_FALSE(twins.state().callers.empty());
            EXPECT_EQ(twins.trace(5000, batch_steps), "");
            EXPECT_EQ(twins.commit_after(3000), "");
            EXPECT_EQ(twins.trace(kAll, batch_steps), "");
            EXPECT_EQ(twins.state().status, vm::Status::halted);
        }
    }
}

/// Traps of all kinds of instructions, below some frames: the stacks are gone, all else stays.
TEST(DenseTraceCases, TrapsBelowFrames) {
    const std::vector<Bytes> ends{
        {kUnreachable},
        {kI32Const, 1, kI32Const, 0, kI32DivU},
        {kI32Const, 0x7F, kI32Load, 0, 0},  // address -1
        {kI32Const, 0x7F, kI32Const, 1, kI32Store, 0, 0, kI32Const, 1},
        {kI32Const, 1, kMemoryGrow, 0, kDrop, kUnreachable},
        {kLocalGet, 0, kCall, 0},  // never ends: for want of gas
    };
    for (const Bytes& end : ends) {
        const vm::Program program = lower_body(recursion(end));
        const Image image(program);
        for (const std::size_t batch_steps : {std::size_t{3}, std::size_t{4096}}) {
            TraceTwins twins(program, image, start_at(program, 60, 100'000));
            EXPECT_EQ(twins.commit_after(500), "");
            EXPECT_EQ(twins.trace(kAll, batch_steps), "");
            EXPECT_EQ(twins.state().status, vm::Status::trapped);
            EXPECT_EQ(twins.trace(1, batch_steps), "");  // nothing
        }
    }
}

TEST(DenseTraceCases, GasEndsAnywhere) {
    const vm::Program program = lower_body(recursion(seven()));
    const Image image(program);
    int out_of_gas = 0;
    for (std::uint64_t gas = 0; gas < 4000; gas += 7) {
        TraceTwins twins(program, image, start_at(program, 4, gas));
        EXPECT_EQ(twins.trace(kAll, 64), "") << gas;
        out_of_gas += twins.state().status == vm::Status::trapped ? 1 : 0;
    }
    EXPECT_GT(out_of_gas, 50);
}

/// Locals trees of depth 14, and none.
TEST(DenseTraceCases, FramesOfAllSizes) {
    for (const std::size_t locals : {23U, 100U, 3000U, 49'000U}) {
        const vm::Program program = lower_body(recursion(seven()), locals);
        const Image image(program);
        TraceTwins twins(program, image, start_at(program, 5));
        EXPECT_EQ(twins.commit_after(150), "");
        EXPECT_EQ(twins.trace(kAll, 50), "");
    }
    const vm::Program program =
        lower_body({kLocalGet, 0, kIf, kI32, kLocalGet, 0, kI32Const, 1, kI32Sub, kLocalTee, 0,
                    kCall, 0, kLocalTee, 0, kElse, kI32Const, 7, kEnd},
                   1);
    const Image image(program);
    TraceTwins twins(program, image, start_at(program, 50));
    EXPECT_EQ(twins.commit_after(150), "");
    EXPECT_EQ(twins.trace(kAll, 50), "");
}

/// Exports function 0 as f, which calls others again and again. Theirs and its own frames have trees of
/// different depths; each writes locals all over its tree.
vm::Program lower_callees() {
    const std::vector<std::size_t> locals{11, 3, 30, 1, 100, 13, 300, 7};
    std::vector<Bytes> codes;
    for (std::size_t i = 0; i < locals.size(); ++i) {
        Bytes body;
        for (std::size_t local = 1; local <= locals[i]; local += 1 + locals[i] / 8) {
            vm::test::append(
                body,
                join({{kLocalGet, 0, kI32Const, 1, kI32Add, kLocalTee, 0, kLocalSet}, leb(local)}));
            if (i % 3 == 0 && i + 1 < locals.size()) {
                vm::test::append(
                    body, {kLocalGet, 0, kCall,
                           static_cast<std::uint8_t>(i + 1 + local % (locals.size() - i - 1)),
                           kLocalSet, 1});
            }
        }
        vm::test::append(body, {kLocalGet, 0, kLocalGet, 1, kI32Add});
        codes.push_back(sized(join({{1}, leb(locals[i]), {kI32}, body, {kEnd}})));
    }
    auto valid = load(module_of({section(type_section, list({function_type({kI32}, {kI32})})),
                                 section(function_section, list_of(locals.size(), {0})),
                                 section(export_section, {1, 1, 'f', 0x00, 0}),
                                 section(code_section, list(codes))}));
    EXPECT_TRUE(valid.has_value());
    auto program = vm::lower(*valid);
    EXPECT_TRUE(program.has_value());
    return std::move(*program);
}

/// Where one frame was, another one of another depth is in the same batch.
TEST(DenseTraceCases, FramesOfDifferentDepthsInTheSamePlace) {
    const vm::Program program = lower_callees();
    const Image image(program);
    vm::MachineState end = start_at(program, 1);
    vm::run(program, end, Step(kAll));
    ASSERT_EQ(end.status, vm::Status::halted);
    ASSERT_GT(end.steps, Step(300));
    for (std::uint64_t first = 0; first < end.steps.value; first += 3) {
        TraceTwins twins(program, image, start_at(program, 1));
        EXPECT_EQ(twins.commit_after(first), "");
        EXPECT_EQ(twins.trace(kAll, first % 2 == 0 ? 4096 : 1 + first % 97), "") << first;
    }
}

/// What one of two copies goes through is nothing to the other.
TEST(DenseTraceCases, CopiesAreIndependent) {
    const vm::Program program = lower_body(recursion(seven()));
    const Image image(program);
    TraceTwins twins(program, image, start_at(program, 30));
    ASSERT_EQ(twins.trace(700, 100), "");
    CommittedState copy = twins.dense();
    std::vector<StateRoot> ahead;
    (void)DenseTrace(program, copy.committer, copy.machine, 100).run(500, ahead);
    ASSERT_EQ(twins.trace(100, 64), "");
    CommittedState second = twins.dense();
    std::vector<StateRoot> again;
    (void)DenseTrace(program, second.committer, second.machine, 4096).run(400, again);
    EXPECT_EQ(std::vector(ahead.begin() + 100, ahead.end()), again);
    EXPECT_EQ(twins.trace(kAll, 512), "");
}

TEST(DenseTraceCases, NoStepsMakeNoRoots) {
    const vm::Program program = lower_body(recursion(seven()));
    const Image image(program);
    TraceTwins twins(program, image, start_at(program, 1));
    EXPECT_EQ(twins.trace(0, 100), "");
    EXPECT_EQ(twins.state().steps, Step(0));
}

TEST(DenseTraceCasesDeathTest, AStateThatIsNotCommittedIsRefused) {
    const vm::Program program = lower_body(recursion(seven()));
    const Image image(program);
    vm::MachineState state = start_at(program, 1);
    Committer committer(image, program, state);
    std::vector<StateRoot> roots;
    EXPECT_DEATH((void)DenseTrace(program, committer, state).run(1, roots), "");
    (void)committer.commit(state);
    EXPECT_DEATH((void)DenseTrace(program, committer, state).run(1, roots, 0), "");
    vm::run(program, state, Step(5));
    EXPECT_DEATH((void)DenseTrace(program, committer, state).run(1, roots), "");
}

}  // namespace
}  // namespace lockstep::trace
