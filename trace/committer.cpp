#include "trace/committer.hpp"

#include "base/check.hpp"

namespace lockstep::trace {

Committer::Committer(const Image& image, const vm::Program& program, const vm::MachineState& state)
    : image_(&image),
      parts_{.values = {}, .frames = {}, .environment = EnvironmentTrees(program, state)} {
    LOCKSTEP_CHECK(state.steps == Step(0));
    record_.image = image.root.value;
}

const StateRecord& Committer::commit(vm::MachineState& state) {
    parts_.values.commit({state.values.data(), state.values.size()});
    parts_.frames.commit(state);
    parts_.environment.commit(state);
    record_.environment = hash(parts_.environment.record);
    record_.values = parts_.values.head();
    record_.locals = locals_root(state, state.locals_begin, state.locals.size());
    record_.callers = parts_.frames.head();
    record_.status = static_cast<std::uint8_t>(state.status);
    record_.code = state.code;
    record_.pc = state.pc;
    record_.call_depth = static_cast<std::uint32_t>(state.callers.size());
    record_.slots_used = state.slots_used;
    record_.steps = state.steps.value;
    record_.gas = state.gas.value;
    return record_;
}

}  // namespace lockstep::trace
