// A trace holds the roots that the states have one by one, however many threads make it.

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/random_module.hpp"
#include "trace/execution.hpp"
#include "trace/trace_run.hpp"
#include "vm/engine/engine.hpp"

namespace lockstep::trace {
namespace {

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

CommittedState commit(const vm::Program& program, const Image& image,
                      const vm::MachineState& initial) {
    vm::MachineState machine = initial;
    Committer committer(image, program, machine);
    (void)committer.commit(machine);
    return {.machine = std::move(machine), .committer = std::move(committer)};
}

/// Checks the order of what it is given, and fails when told to.
class Recorder : public TraceSink {
public:
    explicit Recorder(std::optional<std::size_t> fails_at = std::nullopt) : fails_at_(fails_at) {}

    void take(std::uint64_t index, std::span<const StateRoot> roots) override {
        EXPECT_EQ(index, roots_.size());
        EXPECT_FALSE(roots.empty());
        roots_.insert(roots_.end(), roots.begin(), roots.end());
        if (fails_at_ && roots_.size() > *fails_at_) {
            throw std::runtime_error("the disk is full");
        }
    }
    void checkpoint(const Snapshot& state) override {
        ASSERT_FALSE(roots_.empty());
        EXPECT_EQ(state.root(), roots_.back());
        checkpoints_.push_back(roots_.size());
    }

    [[nodiscard]] const std::vector<StateRoot>& roots() const { return roots_; }
    [[nodiscard]] const std::vector<std::size_t>& checkpoints() const { return checkpoints_; }

private:
    std::vector<StateRoot> roots_;
    std::vector<std::size_t> checkpoints_;
    std::optional<std::size_t> fails_at_;
};

/// One root after the other, each from a commitment of its own.
std::vector<StateRoot> slow_trace(const vm::Program& program, const Image& image,
                                  const vm::MachineState& initial, const TraceRange& range) {
    const auto engine = vm::make_engine(program, vm::EngineKind::interpreter);
    CommittedState state = commit(program, image, initial);
    std::vector<StateRoot> roots;
    for (std::uint64_t i = 0; i < range.count; ++i) {
        engine->run(state.machine, range.first + i * range.stride);
        roots.push_back(state.committer.root(state.machine));
        if (state.machine.status != vm::Status::running) {
            break;
        }
    }
    return roots;
}

struct Subject {
    const vm::Program& program;
    const Image& image;
    const vm::MachineState& initial;
    const vm::Engine& engine;
};

std::string compare(const Subject& subject, const TraceRange& range, unsigned threads,
                    std::uint64_t checkpoint_steps) {
    const std::vector<StateRoot> expected =
        slow_trace(subject.program, subject.image, subject.initial, range);
    Recorder recorder;
    CommittedState state = commit(subject.program, subject.image, subject.initial);
    std::uint64_t calls = 0;
    const std::uint64_t count =
        trace_run(subject.engine, subject.program, state, range, recorder,
                  {.threads = threads, .checkpoint_steps = checkpoint_steps, .progress = [&](Step) {
                       ++calls;
                   }});
    if (count != expected.size() || recorder.roots() != expected) {
        return "roots";
    }
    if (state.committer.root(state.machine) != expected.back()) {
        return "the state left behind";
    }
    const bool has_checkpoint =
        !recorder.checkpoints().empty() && recorder.checkpoints().back() == expected.size();
    if (!has_checkpoint) {
        return "no checkpoint at the end";
    }
    return expected.size() > 1 && calls == 0 ? "no progress" : "";
}

TEST(TraceRun, HoldsTheRootsOfRandomModules) {
    const std::uint64_t seeds = is_deep() ? 2'000 : 50;
    std::uint64_t roots = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        std::mt19937_64 random(seed);
        const auto modules = random_modules::random_modules(random_modules::choices_of_seed(seed));
        const auto program = random_modules::link(modules, random_modules::Variant::plain);
        ASSERT_TRUE(program.has_value());
        const Image image(*program);
        const auto engine = vm::make_engine(*program, vm::EngineKind::automatic);
        for (const random_modules::EntryCall& call : modules.calls) {
            const vm::MachineState initial =
                random_modules::start(*program, modules, call, Gas(20'000));
            const std::uint64_t stride = 1 + random() % (random() % 2 == 0 ? 12 : 400);
            const TraceRange range{
                .first = Step(random() % 300), .stride = stride, .count = 1 + random() % 300};
            const std::uint64_t apart = 1 + random() % 2'000;
            for (const unsigned threads : {1U, 3U}) {
                ASSERT_EQ(compare({*program, image, initial, *engine}, range, threads, apart), "")
                    << call.function << " of seed " << seed << ", stride " << stride << ", "
                    << threads << " threads";
            }
            roots += range.count;
        }
    }
    EXPECT_GT(roots, 1'000U);
}

/// One module with a run of some length.
class ATrace : public testing::Test {
protected:
    void SetUp() override {
        for (std::uint64_t seed = 0;; ++seed) {
            modules_ = random_modules::random_modules(random_modules::choices_of_seed(seed));
            program_ = random_modules::link(modules_, random_modules::Variant::plain);
            image_.emplace(*program_);
            engine_ = vm::make_engine(*program_, vm::EngineKind::automatic);
            for (const random_modules::EntryCall& call : modules_.calls) {
                initial_ = random_modules::start(*program_, modules_, call, Gas(100'000));
                vm::MachineState end = initial_;
                engine_->run(end, Step(~0ULL));
                if (end.steps.value > 1'000) {
                    length_ = end.steps.value;
                    return;
                }
            }
        }
    }

    [[nodiscard]] CommittedState begin() const { return commit(*program_, *image_, initial_); }

    random_modules::RandomModules modules_;
    std::optional<vm::Program> program_;
    std::optional<Image> image_;
    std::shared_ptr<const vm::Engine> engine_;
    vm::MachineState initial_;
    std::uint64_t length_ = 0;
};

TEST_F(ATrace, OfNoRootsIsNothing) {
    CommittedState state = begin();
    Recorder recorder;
    EXPECT_EQ(trace_run(*engine_, *program_, state, {.first = Step(5), .count = 0}, recorder), 0U);
    EXPECT_EQ(state.machine.steps, Step(0));
}

TEST_F(ATrace, BeyondTheEndIsTheLastRoot) {
    for (const unsigned threads : {1U, 2U}) {
        CommittedState state = begin();
        Recorder recorder;
        EXPECT_EQ(trace_run(*engine_, *program_, state,
                            {.first = Step(length_ + 7), .stride = 3, .count = 10}, recorder,
                            {.threads = threads}),
                  1U);
        EXPECT_EQ(state.machine.steps, Step(length_));
    }
}

/// Not past 2^64 - 1 and back to steps that have been.
TEST_F(ATrace, WithTheLongestStrideEndsAfterOne) {
    for (const std::uint64_t stride : {~0ULL, ~0ULL - 40, 1ULL << 63U}) {
        const TraceRange range{.first = Step(30), .stride = stride, .count = 100};
        CommittedState end = begin();
        engine_->run(end.machine, Step(~0ULL));
        const StateRoot last = end.committer.root(end.machine);
        for (const unsigned threads : {1U, 2U}) {
            CommittedState state = begin();
            Recorder recorder;
            EXPECT_EQ(trace_run(*engine_, *program_, state, range, recorder, {.threads = threads}),
                      2U);
            EXPECT_EQ(recorder.roots().back(), last);
        }
        Execution execution(engine_, *program_, *image_, initial_);
        const std::vector<StateRoot> roots = execution.roots(range.first, stride, range.count);
        EXPECT_EQ(roots.front(), execution.root(range.first));
        EXPECT_EQ(std::ranges::count(roots, last), 99);
    }
}

TEST_F(ATrace, EndsAtTheFirstRootOfTheStoppedMachine) {
    for (const std::uint64_t stride : {1U, 3U, 64U}) {
        for (const unsigned threads : {1U, 2U}) {
            CommittedState state = begin();
            Recorder recorder;
            const std::uint64_t count =
                trace_run(*engine_, *program_, state,
                          {.first = Step(0), .stride = stride, .count = 1'000'000}, recorder,
                          {.threads = threads, .checkpoint_steps = 100});
            EXPECT_EQ(count, (length_ + stride - 1) / stride + 1);
            EXPECT_EQ(recorder.roots().size(), count);
        }
    }
}

TEST_F(ATrace, WhatTheSinkThrowsEndsIt) {
    for (const unsigned threads : {1U, 3U}) {
        for (const std::size_t fails_at : {0U, 1U, 400U}) {
            CommittedState state = begin();
            Recorder recorder(fails_at);
            EXPECT_THROW((void)trace_run(*engine_, *program_, state,
                                         {.first = Step(0), .stride = 1, .count = 1'000}, recorder,
                                         {.threads = threads, .checkpoint_steps = 50}),
                         std::runtime_error);
        }
    }
}

/// An engine that runs out of memory after so many calls, for so many of them.
class FailingEngine : public vm::Engine {
public:
    FailingEngine(const vm::Engine& engine, int calls, int failures)
        : engine_(engine), calls_(calls), failures_(failures) {}

    void run(vm::MachineState& state, Step until) const override {
        const int left = --calls_;
        if (left < 0 && left >= -failures_) {
            throw std::bad_alloc();
        }
        engine_.run(state, until);
    }
    [[nodiscard]] vm::EngineKind kind() const override { return engine_.kind(); }

private:
    const vm::Engine& engine_;
    mutable std::atomic<int> calls_;
    int failures_;
};

TEST_F(ATrace, WhatAThreadThrowsEndsIt) {
    for (const int calls : {0, 1, 2, 5, 17}) {
        const FailingEngine engine(*engine_, calls, 1'000'000);
        CommittedState state = begin();
        Recorder recorder;
        EXPECT_THROW((void)trace_run(engine, *program_, state,
                                     {.first = Step(0), .stride = 16, .count = 1'000}, recorder,
                                     {.threads = 3, .checkpoint_steps = 64}),
                     std::bad_alloc);
    }
}

/// The state that runs ahead is of no use then to the threads that still have memory.
TEST_F(ATrace, WhatOneThreadThrowsOnceEndsItForAll) {
    // It takes two calls for each 16 steps.
    for (int turn = 0; turn < 240; ++turn) {
        const FailingEngine engine(*engine_, turn % 120, 1);
        CommittedState state = begin();
        Recorder recorder;
        EXPECT_THROW((void)trace_run(engine, *program_, state,
                                     {.first = Step(0), .stride = 16, .count = 100'000}, recorder,
                                     {.threads = 8, .checkpoint_steps = 16}),
                     std::bad_alloc);
        const std::vector<StateRoot> expected =
            slow_trace(*program_, *image_, initial_,
                       {.first = Step(0), .stride = 16, .count = recorder.roots().size()});
        EXPECT_EQ(recorder.roots(), expected);
    }
}

}  // namespace
}  // namespace lockstep::trace
