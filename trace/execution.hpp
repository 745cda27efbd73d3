#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "trace/image.hpp"
#include "trace/snapshot.hpp"
#include "trace/trace_provider.hpp"
#include "trace/trace_run.hpp"
#include "vm/engine/engine.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::trace {

/// A run that can be asked for the state at any step, in any order. Asking leaves checkpoints behind,
/// so that a search that narrows executes each part of the run a few times only.
///
/// An exception (the host is out of memory) loses nothing: the next call starts over from the first
/// state. No call ever answers for a state that an exception left half done.
///
/// Checkpoints are snapshots: they share what they have in common. They are dropped, those at the lowest
/// steps first, when what they keep apart exceeds a budget of bytes, and all where the host has no room
/// for one.
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
    [[nodiscard]] std::vector<StateRoot> roots(Step first, std::uint64_t stride,
                                               std::size_t count) override;
    [[nodiscard]] Bytes bundle(Step step) override;
    [[nodiscard]] Step length() override;

    /// The state at a step, committed. Valid until the next call; not to be changed.
    [[nodiscard]] CommittedState& at(Step step);

    /// Makes the roots of a range on their way to a sink (trace/trace_run.hpp); gives their number. What
    /// the sink throws ends it, and nothing is lost.
    std::uint64_t trace(const TraceRange& range, TraceSink& sink, const TraceOptions& options);

    /// Keeps a state of this execution, to go on from there, if there is room.
    void keep(Snapshot snapshot);
    /// Goes on from a state of this execution that comes from elsewhere, a file say; it is trusted.
    void go_on_from(CommittedState state);

    [[nodiscard]] const vm::Engine& engine() const { return *engine_; }

    /// Called now and then while instructions are executed, with the steps done: for progress bars.
    void on_progress(std::function<void(Step)> callback) { progress_ = std::move(callback); }

private:
    struct Checkpoint {
        Snapshot state;
        std::size_t bytes;
    };

    void go_to(Step step);
    void rewind(Step step);
    void advance(Step step);
    void save();
    void forget();
    [[nodiscard]] const Snapshot& nearest(Step step) const;

    std::shared_ptr<const vm::Engine> engine_;
    const vm::Program& program_;
    CommittedState current_;
    Snapshot initial_;
    bool is_current_whole_ = true;                     // false while it is being changed
    std::map<std::uint64_t, Checkpoint> checkpoints_;  // by steps
    std::size_t budget_bytes_;
    std::size_t used_bytes_ = 0;
    std::optional<Step> length_;
    std::function<void(Step)> progress_;
};

}  // namespace lockstep::trace
