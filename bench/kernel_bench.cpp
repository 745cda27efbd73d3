#include <stdexcept>
#include <string>

#include "bench/kernel.hpp"
#include "bench/measurement.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::bench {

namespace {

constexpr Step kForever{~std::uint64_t{0}};
/// Native code is too fast for one run to be measured.
constexpr int kNativeRuns = 8;

Result measure_kernel(const Options& options, const Kernel& kernel) {
    const std::uint32_t size = options.quick ? kernel.quick_size : kernel.full_size;
    const vm::Program program = load_kernel(kernel.name);
    vm::MachineState state;
    const double seconds = median_seconds(
        options, [&] { state = start_kernel(program, size); },
        [&] { vm::run(program, state, kForever); });
    const double native = median_seconds(
        options, [] {},
        [&] {
            for (int i = 0; i < kNativeRuns; ++i) {
                keep(kernel.native(size));
            }
        });
    if (state.status != vm::Status::halted || state.values.size() != 1) {
        throw std::runtime_error(std::string(kernel.name) + " has not returned");
    }
    return {.group = "interpreter",
            .name = kernel.name,
            .value = static_cast<double>(state.steps.value) / seconds * 1e-6,
            .unit = "Msteps/s",
            .ratio = seconds / (native / kNativeRuns),
            .ratio_unit = "x native time"};
}

}  // namespace

void measure_kernels(const Options& options, Results& results) {
    for (const Kernel& kernel : kernels()) {
        results.push_back(measure_kernel(options, kernel));
    }
}

}  // namespace lockstep::bench
