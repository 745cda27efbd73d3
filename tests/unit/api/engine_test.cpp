#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "api/lockstep.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/jit/compiled_program.hpp"

namespace lockstep {
namespace {

using vm::test::join;
using vm::test::kI32;
using vm::test::list;
using vm::test::module_with_body;
using vm::test::section;
using vm::test::sized;

constexpr vm::EngineKind kNative = vm::EngineKind::jit;
constexpr vm::EngineKind kInterpreter = vm::EngineKind::interpreter;

/// (module (func (export "f") (result i32) (i32.const 7)))
LoadedProgram seven() {
    return LoadedProgram::load(module_with_body({}, {kI32}, {0x41, 7},
                                                {section(vm::test::export_section,
                                                         list({join({sized({'f'}), {0, 0}})}))}))
        .value();
}

std::uint64_t result_of(const LoadedProgram& program, vm::EngineKind engine) {
    auto run =
        Run::start(program, {.function = "f", .arguments = {}, .input = {}, .engine = engine});
    return run.value().finish().results.at(0).bits;
}

TEST(LoadedProgram, SharesItsEnginesBetweenRuns) {
    const LoadedProgram program = seven();
    const LoadedProgram copy = program;
    EXPECT_EQ(program.engine(kNative).get(), copy.engine(vm::EngineKind::automatic).get());
    EXPECT_EQ(program.engine(kInterpreter).get(), copy.engine(kInterpreter).get());
    EXPECT_NE(program.engine(kNative).get(), program.engine(kInterpreter).get());
    EXPECT_NE(program.engine(kNative).get(), seven().engine(kNative).get());
}

TEST(LoadedProgram, RunsByTheEngineThatIsAskedFor) {
    const LoadedProgram program = seven();
    for (const vm::EngineKind kind : {vm::EngineKind::automatic, kNative, kInterpreter}) {
        auto run =
            Run::start(program, {.function = "f", .arguments = {}, .input = {}, .engine = kind});
        ASSERT_TRUE(run.has_value());
        EXPECT_EQ(run->engine(),
                  kind != kInterpreter && vm::jit::is_supported() ? kNative : kInterpreter);
        EXPECT_EQ(run->finish().results.at(0).bits, 7U);
    }
}

TEST(LoadedProgram, AnEngineKeepsItsProgramAlive) {
    std::optional<LoadedProgram> program = seven();
    const std::shared_ptr<const vm::Engine> engine = program->engine(kNative);
    std::optional<lockstep::Run> run =
        lockstep::Run::start(*program, {.function = "f", .arguments = {}, .input = {}}).value();
    vm::MachineState state = run->execution().at(Step()).machine;
    run.reset();
    program.reset();
    engine->run(state, Step(~std::uint64_t{0}));
    EXPECT_EQ(state.status, vm::Status::halted);
    EXPECT_EQ(state.values, std::vector<std::uint64_t>{7});
}

TEST(LoadedProgram, ThreadsMayStartRunsAtOnce) {
    constexpr int kThreads = 8;
    for (int round = 0; round < 20; ++round) {
        const LoadedProgram program = seven();
        std::vector<std::uint64_t> results(kThreads);
        std::vector<const vm::Engine*> engines(kThreads);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < kThreads; ++i) {
            threads.emplace_back([&, i] {
                const vm::EngineKind kind = i % 4 == 0 ? kInterpreter : kNative;
                results[i] = result_of(program, kind);
                engines[i] = program.engine(kind).get();
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        EXPECT_EQ(results, std::vector<std::uint64_t>(kThreads, 7));
        for (std::size_t i = 0; i < kThreads; ++i) {
            EXPECT_EQ(engines[i], engines[i % 4 == 0 ? 0 : 1]);
        }
    }
}

}  // namespace
}  // namespace lockstep
