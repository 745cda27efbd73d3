#include "tests/conformance/threaded_executor.hpp"

#include "tests/property/interpreter/engine_comparison.hpp"

namespace lockstep::conformance {

void ThreadedExecutor::load(const vm::Program& program, const vm::MachineState& /*state*/) {
    program_ = &program;
    threaded_ = std::make_unique<vm::ThreadedProgram>(program);
}

std::optional<std::string> ThreadedExecutor::run(vm::MachineState& state,
                                                 std::optional<std::uint32_t> stop_pc,
                                                 const std::string& /*label*/) {
    vm::MachineState direct = state;
    run_plainly(*program_, direct, stop_pc, ~std::uint64_t{0});
    // Where the machine has stopped, threaded code must stop there by itself.
    const bool has_stopped = direct.status != vm::Status::running;
    threaded_->run(state, has_stopped ? Step(~std::uint64_t{0}) : direct.steps);
    const std::string what = vm::difference(state, direct);
    if (!what.empty()) {
        return "threaded code differs: " + what;
    }
    return {};
}

}  // namespace lockstep::conformance
