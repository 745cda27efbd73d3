#include "tests/differential/recording.hpp"

#include "trace/witness.hpp"

namespace lockstep::differential {

trace::Committer committer_of(const trace::Image& image, const vm::Program& program,
                              const vm::MachineState& state) {
    vm::MachineState fresh;
    fresh.input = state.input;
    return {image, program, fresh};
}

std::vector<RecordedStep> record(const StepCase& step_case) {
    const vm::Program& program = *step_case.program;
    const trace::Image image(program);
    vm::MachineState state = step_case.before;
    trace::Committer committer = committer_of(image, program, state);
    std::vector<RecordedStep> recorded;
    for (unsigned i = 0; i < step_case.steps; ++i) {
        RecordedStep step{.label = step_case.label, .pre = {}, .post = {}, .bundle = {}};
        if (step_case.steps > 1) {
            step.label += "#" + std::to_string(i);
        }
        step.pre = committer.root(state);
        step.bundle = trace::record_step(program, state, committer);
        step.post = committer.root(state);
        recorded.push_back(std::move(step));
    }
    return recorded;
}

}  // namespace lockstep::differential
