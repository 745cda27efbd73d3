#include "tests/differential/program_steps.hpp"

#include <map>
#include <tuple>

#include "tests/programs/program_run.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::differential {

namespace {

constexpr std::size_t kOfEachKind = 2;
constexpr std::size_t kOfEachOpcode = 16;
/// After so many steps of an opcode it is not looked at any more.
constexpr std::size_t kLookedAt = 4000;

/// What makes steps of one opcode alike: opcode, status, code, stays, gas, size of the bundle.
using Kind = std::tuple<vm::Opcode, int, std::uint32_t, bool, std::uint64_t, std::size_t>;

struct Sampler {
    std::map<Kind, std::size_t> kinds;
    std::map<vm::Opcode, std::size_t> looked_at;
    std::map<vm::Opcode, std::size_t> taken;
    std::vector<RecordedStep> steps;

    void look_at(const programs::ProgramRun& run, vm::MachineState& state,
                 trace::Committer& committer) {
        const vm::Opcode opcode = run.program->code[state.pc].opcode;
        const Step step = state.steps;
        const std::uint32_t pc = state.pc;
        const Gas gas = state.gas;
        const StateRoot pre = committer.root(state);
        Bytes bundle = trace::record_step(*run.program, state, committer);
        const bool traps = state.status == vm::Status::trapped;
        const Kind kind{opcode,         static_cast<int>(state.status), traps ? state.code : 0,
                        state.pc == pc, gas.value - state.gas.value,    bundle.size() / 64};
        if (kinds[kind] >= kOfEachKind || (taken[opcode] >= kOfEachOpcode && !traps)) {
            return;
        }
        ++kinds[kind];
        ++taken[opcode];
        steps.push_back({.label = name(opcode) + "/" + outcome_name(state) + "/" + run.label + "/" +
                                  std::to_string(step.value),
                         .pre = pre,
                         .post = committer.root(state),
                         .bundle = std::move(bundle)});
    }

    void sample(const programs::ProgramRun& run) {
        const trace::Image image(*run.program);
        vm::MachineState state = programs::initial_state(run);
        trace::Committer committer(image, *run.program, state);
        while (state.status == vm::Status::running) {
            if (++looked_at[run.program->code[state.pc].opcode] < kLookedAt) {
                look_at(run, state, committer);
            } else {
                vm::run(*run.program, state, state.steps + 1);
            }
        }
    }
};

}  // namespace

std::string outcome_name(const vm::MachineState& after) {
    return after.status == vm::Status::trapped
               ? std::string(vm::trap_name(static_cast<vm::Trap>(after.code)))
               : "success";
}

std::vector<RecordedStep> sampled_program_steps() {
    Sampler sampler;
    for (const programs::ProgramRun& run : programs::all_runs()) {
        sampler.sample(run);
    }
    return std::move(sampler.steps);
}

}  // namespace lockstep::differential
