// Machines forked from one another, in native code, on several threads: large enough that their memories
// are mapped from a file.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/differential/jit/text_module.hpp"
#include "trace/snapshot.hpp"
#include "vm/engine/engine.hpp"

namespace lockstep::jit_test {
namespace {

constexpr std::uint64_t kTurns = 3'000;
constexpr std::size_t kStops = 24;
constexpr std::size_t kThreads = 3;
constexpr int kForksOfAThread = 12;

/// A run with the roots that it has at some stops, the last of them past its end.
class KnownRun {
public:
    KnownRun()
        : program_(load_text_module("forks")),
          image_(program_),
          begin_(start(program_, "kernel", {kTurns})) {
        const auto engine = vm::make_engine(program_, vm::EngineKind::interpreter);
        vm::MachineState end = begin_;
        engine->run(end, Step(~std::uint64_t{0}));
        length_ = end.steps.value;
        trap_ = end.status == vm::Status::trapped;
        trace::CommittedState state = begin();
        for (std::size_t i = 0; i < kStops; ++i) {
            engine->run(state.machine, stop(i));
            roots_.push_back(state.committer.root(state.machine));
        }
        chunks_ = state.machine.memories[0].charged_chunks().size();
    }

    [[nodiscard]] trace::CommittedState begin() const {
        vm::MachineState machine = begin_;
        trace::Committer committer(image_, program_, machine);
        (void)committer.commit(machine);
        return {.machine = std::move(machine), .committer = std::move(committer)};
    }
    /// A little off any regular place.
    [[nodiscard]] Step stop(std::size_t i) const {
        return Step((i + 1) * length_ / (kStops - 1) + i % 7);
    }
    [[nodiscard]] StateRoot root(std::size_t i) const { return roots_[i]; }
    [[nodiscard]] const vm::Program& program() const { return program_; }
    [[nodiscard]] bool traps() const { return trap_; }
    [[nodiscard]] std::size_t written_chunks() const { return chunks_; }

private:
    vm::Program program_;
    trace::Image image_;
    vm::MachineState begin_;
    std::uint64_t length_ = 0;
    bool trap_ = false;
    std::size_t chunks_ = 0;
    std::vector<StateRoot> roots_;
};

/// Goes from snapshots to later stops and compares; gives how often the roots differ.
int go_on_from_snapshots(const KnownRun& run, const vm::Engine& engine,
                         const std::vector<trace::Snapshot>& snapshots, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::optional<trace::CommittedState> machine;
    int differences = 0;
    for (int i = 0; i < kForksOfAThread; ++i) {
        const std::size_t from = random() % snapshots.size();
        if (machine && random() % 2 == 0) {
            snapshots[from].restore_into(*machine);
        } else {
            machine = snapshots[from].restore();
        }
        for (std::size_t to = from; to < std::min(from + 3, kStops); ++to) {
            engine.run(machine->machine, run.stop(to));
            differences += machine->committer.root(machine->machine) == run.root(to) ? 0 : 1;
        }
    }
    return differences;
}

TEST(JitForks, GoOnAsTheMachineTheyWereMadeOf) {
    const KnownRun run;
    ASSERT_TRUE(run.traps());
    ASSERT_GT(run.written_chunks(), 300U);
    const auto engine = vm::make_engine(run.program(), vm::EngineKind::jit);
    std::vector<trace::Snapshot> snapshots;
    trace::CommittedState state = run.begin();
    for (std::size_t i = 0; i < kStops; ++i) {
        engine->run(state.machine, run.stop(i));
        ASSERT_EQ(state.committer.root(state.machine), run.root(i)) << "stop " << i;
        snapshots.emplace_back(state);
    }
    std::vector<int> differences(kThreads, -1);
    {
        std::vector<std::jthread> threads;
        threads.reserve(kThreads);
        for (std::size_t i = 0; i < kThreads; ++i) {
            threads.emplace_back(
                [&, i] { differences[i] = go_on_from_snapshots(run, *engine, snapshots, i); });
        }
    }
    EXPECT_EQ(std::ranges::count(differences, 0), kThreads);
}

}  // namespace
}  // namespace lockstep::jit_test
