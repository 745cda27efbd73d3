#include "tests/programs/application_steps.hpp"

#include <algorithm>
#include <map>
#include <random>

#include "tests/differential/program_steps.hpp"
#include "tests/programs/application_run.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::programs {

namespace {

/// Of each opcode so many steps are looked for.
constexpr std::size_t kCandidates = 4;

struct Candidates {
    std::uint64_t seen = 0;
    std::vector<std::uint64_t> steps;  // any of those seen, each as likely as the others
};

using ByOpcode = std::map<vm::Opcode, Candidates>;

ByOpcode find_candidates(const ProgramRun& run) {
    ByOpcode candidates;
    std::mt19937_64 random(run.label.size());
    vm::MachineState state = initial_state(run);
    while (state.status == vm::Status::running) {
        Candidates& found = candidates[run.program->code[state.pc].opcode];
        if (found.steps.size() < kCandidates) {
            found.steps.push_back(state.steps.value);
        } else if (const std::uint64_t place = random() % (found.seen + 1); place < kCandidates) {
            found.steps[place] = state.steps.value;
        }
        ++found.seen;
        vm::run(*run.program, state, state.steps + 1);
    }
    return candidates;
}

/// Chooses steps, in order; `taken` counts how often each opcode was chosen, before and now.
std::vector<std::uint64_t> choose(const ByOpcode& candidates,
                                  std::map<vm::Opcode, std::size_t>& taken) {
    std::vector<vm::Opcode> order;
    for (const auto& [opcode, found] : candidates) {
        order.push_back(opcode);
    }
    std::ranges::sort(order, {},
                      [&](vm::Opcode opcode) { return std::pair(taken[opcode], opcode); });
    std::vector<std::uint64_t> steps;
    for (std::size_t turn = 0; turn < kCandidates; ++turn) {
        for (const vm::Opcode opcode : order) {
            const Candidates& found = candidates.at(opcode);
            if (turn < found.steps.size() && steps.size() < kStepsOfApplication) {
                steps.push_back(found.steps[turn]);
                ++taken[opcode];
            }
        }
    }
    std::ranges::sort(steps);
    return steps;
}

void record(const ProgramRun& run, const std::vector<std::uint64_t>& steps,
            std::vector<differential::RecordedStep>& recorded) {
    const trace::Image image(*run.program);
    vm::MachineState state = initial_state(run);
    trace::Committer committer(image, *run.program, state);
    for (const std::uint64_t step : steps) {
        vm::run(*run.program, state, Step(step));
        const vm::Opcode opcode = run.program->code[state.pc].opcode;
        differential::RecordedStep made{
            .label = {}, .pre = committer.root(state), .post = {}, .bundle = {}};
        made.bundle = trace::record_step(*run.program, state, committer);
        made.post = committer.root(state);
        made.label = differential::name(opcode) + "/" + differential::outcome_name(state) + "/" +
                     run.label + "/" + std::to_string(step);
        recorded.push_back(std::move(made));
    }
}

}  // namespace

std::vector<differential::RecordedStep> sampled_application_steps() {
    std::vector<differential::RecordedStep> recorded;
    std::map<vm::Opcode, std::size_t> taken;
    for (const Application& application : applications()) {
        const ProgramRun run = program_run(default_run(application.name));
        record(run, choose(find_candidates(run), taken), recorded);
    }
    return recorded;
}

}  // namespace lockstep::programs
