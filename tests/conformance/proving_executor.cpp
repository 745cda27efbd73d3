#include "tests/conformance/proving_executor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.hpp"
#include "tests/conformance/environment.hpp"
#include "tests/differential/shadow_root.hpp"
#include "trace/witness.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::conformance {

void ProvingExecutor::load(const vm::Program& program, const vm::MachineState& state) {
    program_ = &program;
    committer_.reset();
    image_ = std::make_unique<trace::Image>(program);
    shadow_image_ = differential::shadow_image_root(program);
    committer_ = std::make_unique<trace::Committer>(*image_, program, state);
}

std::optional<std::string> ProvingExecutor::run(vm::MachineState& state,
                                                std::optional<std::uint32_t> stop_pc,
                                                const std::string& label) {
    vm::MachineState direct = state;
    run_plainly(*program_, direct, stop_pc, ~std::uint64_t{0});
    const std::uint64_t steps = direct.steps.value;
    const std::uint64_t proven = std::min(steps, max_steps_);
    const std::uint64_t first = proven == steps ? steps : (proven + 1) / 2;

    root_ = committer_->root(state);
    if (auto problem = prove(state, first, label)) {
        return problem;
    }
    if (proven < steps) {
        run_plainly(*program_, state, stop_pc, steps - proven);
        root_ = committer_->root(state);
        steps_skipped_ += steps - proven;
        ++runs_capped_;
        if (auto problem = prove(state, proven - first, label)) {
            return problem;
        }
    }
    if (committer_->root(state) != root_) {
        return "the last state is not what the last bundle leads to";
    }
    if (root_from_scratch(direct) != root_) {
        return "the bundles do not lead to where the interpreter comes to";
    }
    if (differential::shadow_root(shadow_image_, direct) != root_) {
        return "the specification, read plainly, has another root";
    }
    return {};
}

std::optional<std::string> ProvingExecutor::prove(vm::MachineState& state, std::uint64_t steps,
                                                  const std::string& label) {
    for (std::uint64_t i = 0; i < steps; ++i) {
        if (auto problem = prove_step(state, label)) {
            return problem;
        }
    }
    return {};
}

std::optional<std::string> ProvingExecutor::prove_step(vm::MachineState& state,
                                                       const std::string& label) {
    const vm::Opcode opcode = program_->code[state.pc].opcode;
    const std::uint64_t step = state.steps.value;
    const auto problem = [&](std::string_view what) {
        return fmt::format("step {}, {}: {}", step, vm::traits(opcode).mnemonic, what);
    };
    Bytes bundle = trace::record_step(*program_, state, *committer_);
    const auto proven = trace::replay_witness(bundle);
    if (!proven) {
        return problem(trace::witness_error_name(proven.error().error));
    }
    if (proven->pre != root_) {
        return problem("the bundle proves a step from another state");
    }
    if (proven->step != step || proven->opcode != static_cast<std::uint16_t>(opcode)) {
        return problem("the bundle proves another step");
    }
    if (sample_ != nullptr) {
        sample_->offer(opcode, state, label, root_, proven->post, std::move(bundle));
    }
    root_ = proven->post;
    ++steps_proven_;
    return {};
}

StateRoot ProvingExecutor::root_from_scratch(const vm::MachineState& state) const {
    vm::MachineState marked = uncommitted(*program_, state);
    vm::MachineState first;
    first.input = state.input;
    trace::Committer committer(*image_, *program_, first);
    return committer.root(marked);
}

}  // namespace lockstep::conformance
