#include <functional>
#include <string>

#include "bench/kernel.hpp"
#include "bench/measurement.hpp"
#include "bench/own_engines.hpp"

namespace lockstep::bench {

namespace {

/// 200 bytes, two functions, a memory of one page.
constexpr const char* kSmallKernel = "queens";
/// One is too short to be measured.
constexpr int kFullRounds = 1'000;
constexpr int kQuickRounds = 10;

constexpr Step kForever{~std::uint64_t{0}};

}  // namespace

void measure_starting(const Options& options, Results& results) {
    const int rounds = options.quick ? kQuickRounds : kFullRounds;
    const auto seconds_of = [&](const std::function<void()>& once) {
        const double seconds = median_seconds(
            options, [] {},
            [&] {
                for (int i = 0; i < rounds; ++i) {
                    once();
                }
            });
        return seconds / rounds;
    };
    const vm::Program program = load_kernel(kSmallKernel);
    const Bytes wasm = read_kernel(kSmallKernel);
    const double load = seconds_of([&] { (void)load_program(wasm); });
    const auto add = [&](const std::string& name, double seconds) {
        results.push_back(
            {"start", name, seconds * 1e6, "us", seconds / load, "x time to load it"});
    };
    add("load", load);
    for (const OwnEngine& engine : preparing_engines()) {
        add("prepare " + engine.name, seconds_of([&] { (void)engine.prepare(program); }));
    }
    // What it takes to be rid of the state is in it, too.
    add("initial state", seconds_of([&] { keep(start_kernel(program, 1).pc); }));
    // From a program that is loaded and made ready to the end of its first and shortest run.
    for (const OwnEngine& engine : own_engines()) {
        if (engine.variant_of.empty()) {
            const Executor execute = engine.prepare(program);
            add("instantiation, " + engine.name, seconds_of([&] {
                    vm::MachineState state = start_kernel(program, 1);
                    execute(state, kForever);
                    keep(state.pc);
                }));
        }
    }
}

}  // namespace lockstep::bench
