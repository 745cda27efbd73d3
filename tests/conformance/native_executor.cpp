#include "tests/conformance/native_executor.hpp"

#include <algorithm>

#include "tests/differential/jit/comparison.hpp"
#include "tests/differential/jit/state_difference.hpp"
#include "vm/jit/jit.hpp"

namespace lockstep::conformance {

namespace {

constexpr std::uint64_t kForever = ~std::uint64_t{0};

}  // namespace

void NativeExecutor::load(const vm::Program& program, const vm::MachineState& /*state*/) {
    program_ = &program;
    // Programs without functions cannot be compiled: nothing of them is native.
    guarded_.reset();
    not_guarded_.reset();
    if (!program.functions.empty()) {
        guarded_ = jit_test::compile(program);
        not_guarded_ = jit_test::compile(program, {.guard_pages = false});
    }
}

std::optional<std::string> NativeExecutor::run(vm::MachineState& state,
                                               std::optional<std::uint32_t> stop_pc,
                                               const std::string& /*label*/) {
    if (guarded_ == nullptr) {
        run_plainly(*program_, state, stop_pc, kForever);
        return {};
    }
    vm::MachineState native = state;
    vm::MachineState stopping = state;
    run_plainly(*program_, state, stop_pc, kForever);
    // Native code knows no place to stop at either, only a step.
    const Step end = stop_pc ? state.steps : Step(kForever);
    vm::jit::run(*guarded_, native, end);
    if (const std::string what = jit_test::difference(native, state); !what.empty()) {
        return "native code differs: " + what;
    }
    const std::uint64_t slack = not_guarded_->image().path_gas;
    for (unsigned stops = 0; stops < 1000 && stopping.status == vm::Status::running; ++stops) {
        const Step next = stopping.steps + slack + 1 + random_() % 30;
        if (next >= end || stopping.steps >= state.steps) {
            break;
        }
        vm::jit::run(*not_guarded_, stopping, next);
    }
    vm::jit::run(*not_guarded_, stopping, end);
    if (const std::string what = jit_test::difference(stopping, state); !what.empty()) {
        return "native code with stops differs: " + what;
    }
    return {};
}

}  // namespace lockstep::conformance
