#include "bench/committed_kernel.hpp"

#include <utility>

#include "bench/kernel.hpp"

namespace lockstep::bench {

CommittedKernel::CommittedKernel(const std::string& name, std::uint32_t argument)
    : program_(load_kernel(name)),
      image_(program_),
      engine_(vm::make_engine(program_, vm::EngineKind::automatic)),
      argument_(argument) {}

trace::CommittedState CommittedKernel::begin() const {
    vm::MachineState machine = start_kernel(program_, argument_);
    trace::Committer committer(image_, program_, machine);
    (void)committer.commit(machine);
    return {.machine = std::move(machine), .committer = std::move(committer)};
}

std::uint64_t CommittedKernel::length() const {
    vm::MachineState machine = start_kernel(program_, argument_);
    engine_->run(machine, Step(~std::uint64_t{0}));
    return machine.steps.value;
}

}  // namespace lockstep::bench
