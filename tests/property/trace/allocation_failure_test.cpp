// A host that runs out of memory at any allocation: no wrong root may be left behind. This is a program
// of its own because it replaces operator new.

#include <cstdlib>
#include <new>
#include <vector>

#include <gtest/gtest.h>

#include "tests/property/vm/random_program.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/random_module.hpp"
#include "trace/execution.hpp"
#include "vm/machine/interpreter.hpp"

namespace {

/// Allocations that still succeed; negative: all do.
long allocations_left = -1;

}  // namespace

// Not inlined: g++ would take the malloc and free for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
    if (allocations_left == 0) {
        throw std::bad_alloc();
    }
    allocations_left -= allocations_left > 0 ? 1 : 0;
    void* memory = std::malloc(bytes == 0 ? 1 : bytes);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
    std::free(memory);
}

namespace lockstep::trace {
namespace {

StateRoot fresh_root(const vm::RandomRun& run, const Image& image, Step step) {
    vm::MachineState state = *vm::start(run.program, run.invocation);
    Committer committer(image, run.program, state);
    vm::run(run.program, state, step);
    return committer.root(state);
}

/// Whether the call ran out of memory when it had this many allocations.
bool fails_with(Execution& execution, Step step, long allocations) {
    allocations_left = allocations;
    bool has_failed = false;
    try {
        (void)execution.root(step);
        (void)execution.bundle(step);
    } catch (const std::bad_alloc&) {
        has_failed = true;
    }
    allocations_left = -1;
    return has_failed;
}

TEST(Execution, RunningOutOfMemoryLeavesNoWrongRootBehind) {
    int failures = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const vm::RandomRun run = vm::random_run(seed);
        const Image image(run.program);
        Execution execution(run.program, image, *vm::start(run.program, run.invocation));
        const std::uint64_t length = execution.length().value;
        for (long allocations = 0; allocations < 60; ++allocations) {
            const auto step = [&](std::uint64_t i) { return Step((seed + i) % (length + 1)); };
            const auto begin = static_cast<std::uint64_t>(allocations) * 7;
            failures += fails_with(execution, step(begin), allocations) ? 1 : 0;
            const Step asked = step(begin + 3);
            ASSERT_EQ(execution.root(asked), fresh_root(run, image, asked)) << "seed " << seed;
        }
    }
    EXPECT_GT(failures, 1000);
}

/// In native code too, where what fails is a helper that it has called.
TEST(Execution, RunningOutOfMemoryInNativeCodeLeavesNoWrongRootBehind) {
    int failures = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const auto modules = random_modules::random_modules(random_modules::choices_of_seed(seed));
        if (modules.calls.empty()) {
            continue;
        }
        const vm::Program program =
            random_modules::link(modules, random_modules::Variant::plain).value();
        const Image image(program);
        const vm::MachineState initial =
            random_modules::start(program, modules, modules.calls.at(0), Gas(200'000));
        Execution interpreted(program, image, initial);
        Execution execution(vm::make_engine(program, vm::EngineKind::jit), program, image, initial);
        const std::uint64_t length = interpreted.length().value;
        for (long allocations = 0; allocations < 40; ++allocations) {
            const auto step = [&](std::uint64_t i) { return Step((seed + i) % (length + 1)); };
            const auto begin = static_cast<std::uint64_t>(allocations) * 777;
            failures += fails_with(execution, step(begin), allocations) ? 1 : 0;
            const Step asked = step(begin + 3);
            ASSERT_EQ(execution.root(asked), interpreted.root(asked)) << "seed " << seed;
        }
    }
    EXPECT_GT(failures, 300);
}

/// What is listed as charged has the flag, so that a state can be restored over what an exception left:
/// whoever trusted the list alone would have a chunk paid for twice.
TEST(Memory, RunningOutOfMemoryInAWriteLeavesListAndFlagsAlike) {
    for (long allocations = 0; allocations < 2; ++allocations) {
        vm::Memory memory(1, 1);
        allocations_left = allocations;
        bool has_failed = false;
        try {
            (void)memory.write(0, 1);
        } catch (const std::bad_alloc&) {
            has_failed = true;
        }
        allocations_left = -1;
        ASSERT_TRUE(has_failed);
        EXPECT_EQ(memory.charged(0), !memory.charged_chunks().empty());
        memory.set_charged_chunks(std::vector<std::uint32_t>{0});
        EXPECT_TRUE(memory.charged(0));
    }
}

}  // namespace
}  // namespace lockstep::trace
