#include "vm/jit/jit.hpp"

#include "vm/jit/runner.hpp"
#include "vm/machine/float_environment.hpp"

namespace lockstep::vm::jit {

namespace {

// A function of its own: see FloatEnvironment.
[[gnu::noinline]] void run_to(const CompiledProgram& compiled, MachineState& state,
                              std::uint64_t until) {
    Runner(compiled, state, until).run();
}

}  // namespace

void run(const CompiledProgram& compiled, MachineState& state, Step until) {
    if (state.status == Status::running && state.steps < until) {
        const FloatEnvironment environment;
        run_to(compiled, state, until.value);
    }
}

}  // namespace lockstep::vm::jit
