// Calls up to the limits on frames, where the host's stack is small.

#include <cstddef>

#include <gtest/gtest.h>
#include <pthread.h>

#include "tests/differential/jit/comparison.hpp"
#include "tests/differential/jit/state_difference.hpp"
#include "tests/differential/jit/text_module.hpp"
#include "vm/jit/jit.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::jit_test {
namespace {

constexpr std::size_t kStackBytes = std::size_t{64} * 1024;

/// Runs it in a thread of little stack.
template <typename Body>
void with_small_stack(Body body) {
    pthread_attr_t attributes{};
    ASSERT_EQ(pthread_attr_init(&attributes), 0);
    ASSERT_EQ(pthread_attr_setstacksize(&attributes, kStackBytes), 0);
    pthread_t thread{};
    const auto run = [](void* argument) -> void* {
        (*static_cast<Body*>(argument))();
        return nullptr;
    };
    ASSERT_EQ(pthread_create(&thread, &attributes, run, &body), 0);
    ASSERT_EQ(pthread_join(thread, nullptr), 0);
    ASSERT_EQ(pthread_attr_destroy(&attributes), 0);
}

struct Dive {
    std::string function;
    std::vector<std::uint64_t> arguments;
};

/// Just below and just above each limit: frames have 4 slots and more.
std::vector<Dive> dives() {
    std::vector<Dive> all;
    for (const std::uint64_t depth : {65'530U, 65'534U, 65'535U, 65'536U, 65'537U, 70'000U}) {
        all.push_back({"tiny", {depth}});
        all.push_back({"small", {depth}});
        all.push_back({"middle", {depth}});
        all.push_back({"fault", {depth}});
    }
    for (std::uint64_t depth = 50'000; depth < 65'536; depth += 1500) {
        all.push_back({"middle", {depth}});
    }
    for (std::uint64_t depth = 11'600; depth < 12'600; depth += 47) {
        all.push_back({"large", {depth}});
    }
    for (const std::uint64_t depth : {100U, 150U}) {
        all.push_back({"mixed", {depth}});
    }
    all.push_back({"down_and_up", {60'000, 9'000}});
    all.push_back({"down_and_up", {65'000, 11'000}});
    all.push_back({"down_and_up", {65'534, 20'000}});
    for (std::uint64_t depth = 20'000; depth <= 65'000; depth += 9000) {
        all.push_back({"small_then_large", {depth, 8'000}});
        all.push_back({"small_then_large", {depth, 12'000}});
    }
    return all;
}

/// The same end, and the same state in the depth.
TEST(JitRecursion, EndsAtTheLimitsWhateverTheStackOfTheHost) {
    const vm::Program program = load_text_module("recursion");
    const auto compiled = compile(program);
    std::mt19937_64 random = random_numbers(1);
    unsigned exhausted = 0;
    for (const Dive& dive : dives()) {
        vm::MachineState native = start(program, dive.function, dive.arguments);
        vm::MachineState exact = native;
        const Step stop(random() % 2'000'000);
        for (const Step until : {stop, Step(~std::uint64_t{0})}) {
            vm::run(program, exact, until);
            with_small_stack([&] { vm::jit::run(*compiled, native, until); });
            ASSERT_EQ(difference(native, exact), "")
                << dive.function << " " << dive.arguments[0] << " until " << until.value;
        }
        exhausted +=
            exact.code == static_cast<std::uint32_t>(vm::Trap::call_stack_exhausted) ? 1 : 0;
    }
    EXPECT_GT(exhausted, 15U);
    EXPECT_LT(exhausted, dives().size() - 15);
}

/// Left and entered in the depth, again and again.
TEST(JitRecursion, GoesOnFromAnyDepth) {
    const vm::Program program = load_text_module("recursion");
    const auto compiled = compile(program);
    std::mt19937_64 random = random_numbers(2);
    Counts counts;
    for (const Dive& dive :
         {Dive{"small", {3000}}, Dive{"mixed", {70}}, Dive{"large", {1500}}, Dive{"middle", {2000}},
          Dive{"down_and_up", {1200, 500}}, Dive{"fault", {2000}}}) {
        for (const Strides strides : {Strides::narrow, Strides::any}) {
            for (const bool with_roots : {false, true}) {
                EXPECT_EQ(compare(*compiled, start(program, dive.function, dive.arguments),
                                  {.strides = strides,
                                   .max_pieces = with_roots ? 40U : 800U,
                                   .with_roots = with_roots},
                                  random, counts),
                          "")
                    << dive.function;
            }
        }
    }
}

}  // namespace
}  // namespace lockstep::jit_test
