#include "tests/random_modules/step_walk.hpp"

#include <string_view>

#include "dispute/step_verifier.hpp"
#include "tests/differential/shadow_root.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::random_modules {

namespace {

/// A state and the commitment to it.
struct Machine {
    Machine(const trace::Image& image, const vm::Program& program, const vm::MachineState& initial)
        : state(initial), committer(image, program, state) {}

    StateRoot root() { return committer.root(state); }

    vm::MachineState state;
    trace::Committer committer;
};

class Walk {
public:
    Walk(const vm::Program& program, const vm::MachineState& initial, const WalkOptions& options)
        : program_(program),
          image_(program),
          recorded_(image_, program, initial),
          direct_(image_, program, initial),
          root_(recorded_.root()),
          options_(options) {}

    std::expected<std::uint64_t, std::string> run() {
        compare_with_rehash();
        std::uint64_t steps = 0;
        while (recorded_.state.status == vm::Status::running && steps < options_.max_steps &&
               fault_.empty()) {
            step();
            if (++steps % options_.rehash_rarity == 0) {
                compare_with_rehash();
            }
        }
        compare_with_rehash();
        if (recorded_.state.status != vm::Status::running) {
            check_fixed_point();
        }
        if (!fault_.empty()) {
            return std::unexpected(fault_ + " at step " +
                                   std::to_string(recorded_.state.steps.value));
        }
        return steps;
    }

private:
    void check(bool condition, std::string_view fault) {
        if (!condition && fault_.empty()) {
            fault_ = fault;
        }
    }

    void step() {
        const Gas gas = recorded_.state.gas;
        const Step before = recorded_.state.steps;
        const Bytes bundle = trace::record_step(program_, recorded_.state, recorded_.committer);
        const auto proven = dispute::verify_step(root_, bundle);
        check(proven.has_value(), "the bundle proves nothing");
        root_ = recorded_.root();
        check(!proven || *proven == root_, "the proof leads elsewhere than the recording");
        vm::run(program_, direct_.state, before + 1);
        check(direct_.root() == root_, "the interpreter goes elsewhere than the recording");
        check(recorded_.state.steps == before + 1, "not one step");
        check(recorded_.state.gas <= gas, "gas is given back");
    }

    void check_fixed_point() {
        const Bytes bundle = trace::record_step(program_, recorded_.state, recorded_.committer);
        const auto proven = dispute::verify_step(root_, bundle);
        check(proven && *proven == root_, "the end is no fixed point");
        check(recorded_.root() == root_, "the end changes");
    }

    void compare_with_rehash() {
        check(differential::shadow_root(image_.root, recorded_.state) == root_,
              "a full rehash gives another root");
    }

    const vm::Program& program_;
    trace::Image image_;
    Machine recorded_;
    Machine direct_;
    StateRoot root_;
    WalkOptions options_;
    std::string fault_;
};

}  // namespace

std::expected<std::uint64_t, std::string> walk_steps(const vm::Program& program,
                                                     const vm::MachineState& initial,
                                                     const WalkOptions& options) {
    return Walk(program, initial, options).run();
}

}  // namespace lockstep::random_modules
