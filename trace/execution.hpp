#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "trace/trace_provider.hpp"
#include "vm/engine/engine.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::trace {

/// A machine state together with its commitment.
struct CommittedState {
    vm::MachineState machine;
    Committer committer;
};

/// A run that can be asked for the state at any step, in any order. Asking leaves checkpoints behind,
/// so that a search that narrows executes each part of the run a few times only.
///
/// An exception (the host is out of memory) loses nothing: the next call starts over from the first
/// state. No call ever answers for a state that an exception left half done.
///
/// Limitation: checkpoints copy the written memory; they are dropped, those at the lowest steps
/// first, when together they exceed a budget of bytes, and all where the host has no room for one.
class Execution : public TraceProvider {
public:
    static constexpr std::size_t kDefaultBudgetBytes = std::size_t{1} << 30U;

    /// `program` and `image` must outlive the execution; `initial` is a state of vm::start. The engine
    /// is of this program.
    Execution(std::shared_ptr<const vm::Engine> engine, const vm::Program& program,
              const Image& image, vm::MachineState initial,
              std::size_t budget_bytes = kDefaultBudgetBytes);
    /// By the interpreter.
    Execution(const vm::Program& program, const Image& image, vm::MachineState initial,
              std::size_t budget_bytes = kDefaultBudgetBytes);

    [[nodiscard]] StateRoot root(Step step) override;
    [[nodiscard]] Bytes bundle(Step step) override;
    [[nodiscard]] Step length() override;

    /// The state at a step, committed. Valid until the next call; not to be changed.
    [[nodiscard]] CommittedState& at(Step step);

    [[nodiscard]] const vm::Engine& engine() const { return *engine_; }

    /// Called now and then while instructions are executed, with the steps done: for progress bars.
    void on_progress(std::function<void(Step)> callback) { progress_ = std::move(callback); }

private:
    struct Checkpoint {
        CommittedState state;
        std::size_t bytes;
    };

    void rewind(Step step);
    void advance(Step step);
    void save();

    std::shared_ptr<const vm::Engine> engine_;
    const vm::Program& program_;
    CommittedState initial_;
    CommittedState current_;
    bool is_current_whole_ = true;                     // false while it is being changed
    std::map<std::uint64_t, Checkpoint> checkpoints_;  // by steps
    std::size_t budget_bytes_;
    std::size_t used_bytes_ = 0;
    std::optional<Step> length_;
    std::function<void(Step)> progress_;
};

}  // namespace lockstep::trace
