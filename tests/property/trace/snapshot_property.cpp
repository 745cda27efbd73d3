// Machines made from snapshots are the machines that they were taken of, and go on as these would have.

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/differential/jit/state_difference.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/random_module.hpp"
#include "trace/snapshot.hpp"
#include "trace/witness.hpp"
#include "vm/engine/engine.hpp"

namespace lockstep::trace {
namespace {

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

/// A program, an engine, and its first state.
struct Subject {
    const vm::Program& program;
    const Image& image;
    const vm::Engine& engine;
    const vm::MachineState& initial;

    [[nodiscard]] CommittedState begin() const {
        vm::MachineState machine = initial;
        Committer committer(image, program, machine);
        (void)committer.commit(machine);
        return {.machine = std::move(machine), .committer = std::move(committer)};
    }

    /// The state at a step, made anew.
    [[nodiscard]] CommittedState at(Step step) const {
        CommittedState state = begin();
        go_on(state, step);
        return state;
    }

    void go_on(CommittedState& state, Step step) const {
        engine.run(state.machine, step);
        (void)state.committer.commit(state.machine);
    }
};

/// What differs between a state and one made anew at the same step, proofs of the next step included.
/// Both are a step further then.
std::string difference_from_fresh(const Subject& subject, CommittedState& state) {
    CommittedState fresh = subject.at(state.machine.steps);
    if (std::string what = jit_test::difference(fresh.machine, state.machine); !what.empty()) {
        return what;
    }
    if (state.committer.root(state.machine) != fresh.committer.root(fresh.machine)) {
        return "root";
    }
    const bool same_bundle = record_step(subject.program, state.machine, state.committer) ==
                             record_step(subject.program, fresh.machine, fresh.committer);
    return same_bundle ? "" : "bundle";
}

/// Takes snapshots here and there and goes to them from anywhere, by both ways.
std::string walk(const Subject& subject, std::uint64_t seed, std::uint64_t length) {
    std::mt19937_64 random(seed);
    CommittedState state = subject.begin();
    std::vector<Snapshot> snapshots{Snapshot(state)};
    for (int i = 0; i < 14; ++i) {
        const Step next = state.machine.steps + random() % (length / 4 + 2);
        if (random() % 3 == 0) {
            // Not committed to: the way back must undo it.
            subject.engine.run(state.machine, next);
        } else {
            subject.go_on(state, next);
            snapshots.emplace_back(state);
        }
        const Snapshot& snapshot = snapshots[random() % snapshots.size()];
        if (random() % 2 == 0) {
            snapshot.restore_into(state);
        } else {
            state = snapshot.restore();
        }
        if (StateRoot(hash(state.committer.record())) != snapshot.root()) {
            return "root at once";
        }
        if (std::string what = difference_from_fresh(subject, state); !what.empty()) {
            return what + " in turn " + std::to_string(i);
        }
    }
    return "";
}

/// A file's state has nothing but its parts, and the bytes of its memories.
std::string rebuild_from_parts(const Subject& subject, Step step) {
    const CommittedState state = subject.at(step);
    const StateParts parts = state_parts(state.machine);
    if (!fits(parts, subject.program)) {
        return "a state does not fit its program";
    }
    CommittedState rebuilt =
        rebuild(subject.image, subject.program, parts, state.machine.input, state.machine.output,
                [&](std::size_t i, vm::Memory& memory) {
                    // Ascending, unlike the run.
                    for (std::uint32_t chunk = 0; chunk < memory.bytes().size() / vm::kChunkBytes;
                         ++chunk) {
                        const vm::Memory& from = state.machine.memories[i];
                        if (from.charged(chunk)) {
                            const std::size_t at = std::size_t{chunk} * vm::kChunkBytes;
                            std::copy_n(from.bytes().begin() + static_cast<std::ptrdiff_t>(at),
                                        vm::kChunkBytes, memory.write(at, vm::kChunkBytes));
                        }
                    }
                });
    if (StateRoot(hash(rebuilt.committer.record())) != StateRoot(hash(state.committer.record()))) {
        return "root";
    }
    subject.go_on(rebuilt, step + 500);
    CommittedState expected = subject.at(step + 500);
    return rebuilt.committer.root(rebuilt.machine) == expected.committer.root(expected.machine)
               ? ""
               : "root further on";
}

class SnapshotsOfRandomModules : public testing::TestWithParam<vm::EngineKind> {};

TEST_P(SnapshotsOfRandomModules, AreTheStatesTheyWereTakenOf) {
    const std::uint64_t seeds = is_deep() ? 3'000 : 60;
    std::uint64_t steps = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const auto modules = random_modules::random_modules(random_modules::choices_of_seed(seed));
        const auto program = random_modules::link(modules, random_modules::Variant::plain);
        ASSERT_TRUE(program.has_value());
        const Image image(*program);
        const auto engine = vm::make_engine(*program, GetParam());
        for (const random_modules::EntryCall& call : modules.calls) {
            const vm::MachineState initial =
                random_modules::start(*program, modules, call, Gas(300'000));
            const Subject subject{*program, image, *engine, initial};
            const std::uint64_t length = subject.at(Step(~0ULL)).machine.steps.value;
            steps += length;
            ASSERT_EQ(walk(subject, seed, length), "") << call.function << " of seed " << seed;
            ASSERT_EQ(rebuild_from_parts(subject, Step(seed * 7'919 % (length + 2))), "")
                << call.function << " of seed " << seed;
        }
    }
    EXPECT_GT(steps, 10'000U);
}

INSTANTIATE_TEST_SUITE_P(Engines, SnapshotsOfRandomModules,
                         testing::Values(vm::EngineKind::jit, vm::EngineKind::interpreter),
                         [](const auto& parameter) {
                             return std::string(vm::engine_name(parameter.param));
                         });

/// Writes to memory: {4, 7} at first, then whatever the test writes.
CommittedState memory_state(const vm::Program& program, const Image& image) {
    vm::MachineState machine;
    machine.locals.assign(4, 0);
    machine.memories.emplace_back(program.memories[0].pages, program.memories[0].max_pages);
    machine.input = std::make_shared<Bytes>();
    Committer committer(image, program, machine);
    (void)committer.commit(machine);
    return {.machine = std::move(machine), .committer = std::move(committer)};
}

vm::Program memory_program() {
    vm::Program program;
    program.code.push_back({.opcode = vm::Opcode::return_});
    program.functions.push_back({.type = 0, .entry = 1});
    program.memories = {{.pages = 64, .max_pages = 128}};
    return program;
}

void write_byte(CommittedState& state, std::uint64_t at, std::uint8_t byte) {
    *state.machine.memories[0].write(at, 1) = byte;
}

void expect_rehashed(const vm::Program& program, const Image& image, CommittedState& state) {
    CommittedState fresh = memory_state(program, image);
    const vm::Memory& memory = state.machine.memories[0];
    fresh.machine.memories[0].set_pages(memory.pages());
    for (const std::uint32_t chunk : memory.charged_chunks()) {
        const std::size_t at = std::size_t{chunk} * vm::kChunkBytes;
        std::copy_n(memory.data() + at, vm::kChunkBytes,
                    fresh.machine.memories[0].write(at, vm::kChunkBytes));
    }
    EXPECT_EQ(state.committer.root(state.machine), fresh.committer.root(fresh.machine));
}

/// Enough chunks that a fork maps a file, forks of forks, and writes everywhere in between: none sees
/// another's.
TEST(Snapshot, ForksOfManyChunksAreIsolated) {
    const vm::Program program = memory_program();
    const Image image(program);
    constexpr std::uint64_t kBytes = 64 * 65'536;
    std::mt19937_64 random(1);
    std::vector<CommittedState> states;
    states.push_back(memory_state(program, image));
    for (std::uint64_t at = 0; at < kBytes; at += vm::kChunkBytes) {
        write_byte(states[0], at + at / vm::kChunkBytes % 4'000,
                   static_cast<std::uint8_t>(at >> 12U));
    }
    (void)states[0].committer.commit(states[0].machine);
    for (int turn = 0; turn < 40; ++turn) {
        CommittedState& parent = states[random() % states.size()];
        for (int i = 0; i < 30; ++i) {
            write_byte(parent, random() % kBytes, static_cast<std::uint8_t>(random()));
        }
        (void)parent.committer.commit(parent.machine);
        const Snapshot snapshot(parent);
        CommittedState child = snapshot.restore();
        EXPECT_TRUE(std::ranges::equal(child.machine.memories[0].bytes(),
                                       parent.machine.memories[0].bytes()));
        write_byte(parent, random() % kBytes, 1);
        write_byte(child, random() % kBytes, 2);
        if (states.size() < 6) {
            states.push_back(std::move(child));
        } else {
            states[random() % states.size()] = std::move(child);
        }
        for (CommittedState& state : states) {
            expect_rehashed(program, image, state);
        }
    }
}

TEST(Snapshot, GoesBackOverGrownMemory) {
    const vm::Program program = memory_program();
    const Image image(program);
    CommittedState state = memory_state(program, image);
    write_byte(state, 5, 5);
    (void)state.committer.commit(state.machine);
    const Snapshot before(state);
    state.machine.memories[0].set_pages(100);
    write_byte(state, 99 * 65'536, 9);
    (void)state.committer.commit(state.machine);
    const Snapshot after(state);
    write_byte(state, 99 * 65'536 + 1, 9);
    before.restore_into(state);
    EXPECT_EQ(state.machine.memories[0].pages(), 64U);
    EXPECT_EQ(state.committer.root(state.machine), before.root());
    state.machine.memories[0].set_pages(100);
    EXPECT_EQ(state.machine.memories[0].bytes()[99 * 65'536], 0);
    before.restore_into(state);
    after.restore_into(state);
    EXPECT_EQ(state.machine.memories[0].bytes()[99 * 65'536], 9);
    EXPECT_EQ(state.machine.memories[0].bytes()[99 * 65'536 + 1], 0);
    expect_rehashed(program, image, state);
}

/// Threads share a snapshot, each with a machine of its own.
TEST(Snapshot, IsSharedByThreads) {
    const vm::Program program = memory_program();
    const Image image(program);
    CommittedState state = memory_state(program, image);
    for (std::uint64_t chunk = 0; chunk < 600; ++chunk) {
        write_byte(state, chunk * vm::kChunkBytes, 1);
    }
    (void)state.committer.commit(state.machine);
    std::optional<Snapshot> snapshot(std::in_place, state);
    const StateRoot root = snapshot->root();
    std::vector<std::thread> threads;
    std::vector<int> failures(4);
    for (std::size_t thread = 0; thread < failures.size(); ++thread) {
        threads.emplace_back([&, thread] {
            CommittedState mine = snapshot->restore();
            for (std::uint64_t turn = 0; turn < 50; ++turn) {
                write_byte(mine, (turn * 31 + thread) % 900 * vm::kChunkBytes, 7);
                (void)mine.committer.commit(mine.machine);
                snapshot->restore_into(mine);
                failures[thread] += mine.committer.root(mine.machine) == root ? 0 : 1;
            }
        });
    }
    for (std::uint64_t turn = 0; turn < 50; ++turn) {
        write_byte(state, turn * 17 % 600 * vm::kChunkBytes, 9);
        (void)state.committer.commit(state.machine);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(std::ranges::count(failures, 0), 4);
    CommittedState again = snapshot->restore();
    expect_rehashed(program, image, again);
}

}  // namespace
}  // namespace lockstep::trace
