#include "tests/differential/totality/walk.hpp"

#include <algorithm>
#include <limits>

#include "tests/differential/program_steps.hpp"
#include "trace/committer.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::differential {

namespace {

constexpr Step kForever{std::numeric_limits<std::uint64_t>::max()};

/// One step further, looking at the registers.
void take_step(const vm::Program& program, vm::MachineState& state, Walk& walked) {
    const Gas gas = state.gas;
    const Step steps = state.steps;
    vm::run(program, state, state.steps + 1);
    walked.gas_never_grew = walked.gas_never_grew && state.gas.value <= gas.value;
    walked.each_step_counted = walked.each_step_counted && state.steps == steps + 1;
    walked.greatest_depth =
        std::max(walked.greatest_depth, static_cast<std::uint32_t>(state.callers.size()));
    walked.greatest_slots = std::max(walked.greatest_slots, state.slots_used);
}

}  // namespace

vm::MachineState run_at_once(const TotalityCase& ending) {
    vm::MachineState state = initial_state(ending);
    vm::run(ending.program.program(), state, kForever);
    return state;
}

Walk walk(const TotalityCase& ending) {
    const vm::Program& program = ending.program.program();
    const Step last = Step(run_at_once(ending).steps.value - 1);
    vm::MachineState state = initial_state(ending);
    trace::Committer committer(ending.program.image(), program, state);
    Walk walked;
    while (state.status == vm::Status::running && state.steps < last) {
        take_step(program, state, walked);
    }
    walked.before.record = committer.commit(state);
    walked.before.machine = state;
    walked.last = program.code[state.pc].opcode;
    walked.bundle = trace::record_step(program, state, committer);
    walked.after.record = committer.commit(state);
    walked.after.machine = state;
    walked.fixed_bundle = trace::record_step(program, state, committer);
    walked.gas_never_grew =
        walked.gas_never_grew && state.gas.value <= walked.before.machine.gas.value;
    walked.each_step_counted =
        walked.each_step_counted && state.steps == walked.before.machine.steps + 1;
    return walked;
}

std::string step_label(const TotalityCase& ending, const Walk& walked) {
    return name(walked.last) + "/" + outcome_name(walked.after.machine) + "/total/" + ending.label;
}

std::string fixed_point_label(const TotalityCase& ending) {
    return std::string(ending.status == vm::Status::trapped ? "fixed_point/trapped/total/"
                                                            : "fixed_point/halted/total/") +
           ending.label;
}

Bytes bytes_at(const vm::MachineState& state, const MemoryContents& place) {
    const ByteView bytes =
        state.memories.at(place.memory).bytes().subspan(place.address, place.bytes.size());
    return {bytes.begin(), bytes.end()};
}

std::vector<std::uint64_t> slots_of(const vm::MachineState& state, std::uint32_t table) {
    const vm::Table& found = state.tables.at(table);
    const auto slots = found.slots.slots().first(found.size);
    return {slots.begin(), slots.end()};
}

}  // namespace lockstep::differential
