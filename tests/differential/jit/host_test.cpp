// Native code and the process it runs in: its threads, signals and float environment.

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xmmintrin.h>

#include "tests/differential/jit/state_difference.hpp"
#include "tests/differential/jit/text_module.hpp"
#include "vm/jit/jit.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::jit_test {
namespace {

constexpr Step kForever{~std::uint64_t{0}};

vm::MachineState exact_end(const vm::Program& program, vm::MachineState state) {
    vm::run(program, state, kForever);
    return state;
}

std::atomic<unsigned> interruptions{0};

void count_interruption(int /*signal*/) {
    interruptions.fetch_add(1, std::memory_order_relaxed);
}

TEST(JitHost, ThreadsShareACompiledProgram) {
    const vm::Program program = load_text_module("calls");
    const auto compiled = compile(program);
    const std::vector<std::uint64_t> arguments{2000, 4};
    const vm::MachineState exact = exact_end(program, start(program, "dive", arguments));
    std::array<std::string, 4> found;
    std::vector<std::thread> threads;
    threads.reserve(found.size());
    for (std::string& what : found) {
        threads.emplace_back([&] {
            for (unsigned i = 0; what.empty() && i < 20; ++i) {
                vm::MachineState state = start(program, "dive", arguments);
                vm::jit::run(*compiled, state, Step(300 * i));
                vm::jit::run(*compiled, state, kForever);
                what = difference(state, exact);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const std::string& what : found) {
        EXPECT_EQ(what, "");
    }
}

/// A state is begun in one thread, goes on in another, and is copied in between.
TEST(JitHost, StatesMoveBetweenThreads) {
    const vm::Program program = load_text_module("calls");
    const auto compiled = compile(program);
    const vm::MachineState initial = start(program, "fibonacci", {16});
    const vm::MachineState exact = exact_end(program, initial);
    vm::MachineState state = initial;
    for (std::uint64_t step = 0; state.status == vm::Status::running; step += 1777) {
        vm::MachineState copy = state;
        std::thread([&] { vm::jit::run(*compiled, copy, Step(step)); }).join();
        state = std::move(copy);
    }
    EXPECT_EQ(difference(state, exact), "");
}

TEST(JitHost, SignalsInTheMidstOfNativeCodeChangeNothing) {
    const vm::Program program = load_text_module("calls");
    const auto compiled = compile(program);
    const vm::MachineState initial = start(program, "fibonacci", {26});
    const vm::MachineState exact = exact_end(program, initial);
    struct sigaction action{};
    struct sigaction before{};
    action.sa_handler = count_interruption;
    ASSERT_EQ(sigaction(SIGALRM, &action, &before), 0);
    const itimerval often{.it_interval = {.tv_sec = 0, .tv_usec = 100},
                          .it_value = {.tv_sec = 0, .tv_usec = 100}};
    ASSERT_EQ(setitimer(ITIMER_REAL, &often, nullptr), 0);
    for (unsigned i = 0; i < 1000 && interruptions.load() < 30; ++i) {
        vm::MachineState state = initial;
        vm::jit::run(*compiled, state, kForever);
        ASSERT_EQ(difference(state, exact), "");
    }
    const itimerval never{};
    ASSERT_EQ(setitimer(ITIMER_REAL, &never, nullptr), 0);
    ASSERT_EQ(sigaction(SIGALRM, &before, nullptr), 0);
    EXPECT_GE(interruptions.load(), 30U);
}

/// Native code faults, which is a trap; then the process does.
void fault_twice(bool is_sent) {
    const vm::Program program = load_text_module("recursion");
    const auto compiled = compile(program);
    vm::MachineState state = start(program, "fault", {10});
    vm::jit::run(*compiled, state, kForever);
    if (state.code != static_cast<std::uint32_t>(vm::Trap::out_of_bounds_memory_access)) {
        std::exit(101);
    }
    if (is_sent) {
        (void)raise(SIGSEGV);
        std::exit(102);
    }
    // What may not be read, without undefined behaviour.
    void* page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const volatile char* place = static_cast<const volatile char*>(page);
    std::exit(*place == 0 ? 103 : 104);
}

/// Faults that are not native code's end the process, as without it.
TEST(JitHostDeathTest, OtherFaultsEndTheProcess) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    // A sanitizer has a handler of its own, and exits with 1.
    const auto has_died = [](int status) {
        return WIFSIGNALED(status) ? WTERMSIG(status) == SIGSEGV
                                   : WIFEXITED(status) && WEXITSTATUS(status) == 1;
    };
    EXPECT_EXIT(fault_twice(false), has_died, "");
    EXPECT_EXIT(fault_twice(true), has_died, "");
}

/// Reads what its memory ought to hold, where the host has no more of the file that it was made of.
void read_lost_bytes() {
    const vm::Program program = load_text_module("environment");
    const auto compiled = compile(program);
    vm::MachineState state = start(program, "beyond", {5'000});
    const int file = memfd_create("host_test", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, 4096) != 0) {
        std::exit(101);
    }
    state.memories[0] = vm::Memory::over(file, std::uint64_t{2} * 65'536, 2, 12);
    vm::jit::run(*compiled, state, kForever);
    std::exit(102);
}

/// That is no trap: the state would be a wrong one.
TEST(JitHostDeathTest, FaultsWithinTheMemoryEndTheProcess) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto has_died = [](int status) {
        return WIFSIGNALED(status) ? WTERMSIG(status) == SIGBUS
                                   : WIFEXITED(status) && WEXITSTATUS(status) == 1;
    };
    EXPECT_EXIT(read_lost_bytes(), has_died, "");
}

/// Denormals that are flushed and another rounding, as some libraries leave them.
TEST(JitHost, TheFloatEnvironmentOfTheHostDoesNotCount) {
    const vm::Program program = load_text_module("control");
    const auto compiled = compile(program);
    for (const std::string function : {"select_chain", "deep_operands"}) {
        const vm::MachineState initial = start(program, function, {60});
        const vm::MachineState exact = exact_end(program, initial);
        const unsigned usual = _mm_getcsr();
        for (const unsigned bits : {0x8040U, 0x6000U, 0x2000U, 0xE040U}) {
            vm::MachineState state = initial;
            _mm_setcsr((usual & ~0xE040U) | bits);
            const unsigned set = _mm_getcsr();
            vm::jit::run(*compiled, state, Step(state.steps.value + 700));
            vm::jit::run(*compiled, state, kForever);
            const unsigned left = _mm_getcsr();
            _mm_setcsr(usual);
            EXPECT_EQ(difference(state, exact), "") << function << " " << bits;
            EXPECT_EQ(left, set);
        }
    }
}

}  // namespace
}  // namespace lockstep::jit_test
