#include "trace/execution.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "trace/witness.hpp"

namespace lockstep::trace {

namespace {

/// Steps between two calls of a progress callback.
constexpr std::uint64_t kProgressStride = std::uint64_t{1} << 24U;
/// Checkpoints that a call for many roots leaves behind, at the most.
constexpr std::uint64_t kCheckpointsOfRoots = 64;

CommittedState commit_initial(const vm::Program& program, const Image& image,
                              vm::MachineState&& initial) {
    Committer committer(image, program, initial);
    (void)committer.commit(initial);
    return {.machine = std::move(initial), .committer = std::move(committer)};
}

/// What a checkpoint takes at least.
constexpr std::size_t kCheckpointBytes = std::size_t{1} << 12U;
/// Per chunk that it does not share: bytes, nodes, and the blocks above them.
constexpr std::size_t kChangedChunkBytes = std::size_t{16} << 10U;
/// Per chunk written in the run: its place in the list of these.
constexpr std::size_t kWrittenChunkBytes = sizeof(std::uint32_t);
/// Per table, an empty one too.
constexpr std::size_t kTableBytes = 1024;
/// Per slot: the slot and the nodes above it.
constexpr std::size_t kSlotBytes = 32;

/// What a snapshot keeps that another one, of an earlier state, does not: about as much as it takes.
std::size_t size_bytes(const Snapshot& snapshot, const Snapshot& earlier) {
    const StateParts& parts = snapshot.parts();
    std::size_t slots = 2 * parts.values.size() + parts.locals.size() + parts.globals.size();
    for (const StateParts::Table& table : parts.tables) {
        slots += table.slots.size();
    }
    std::size_t chunks = 0;
    for (std::uint32_t i = 0; i < parts.pages.size(); ++i) {
        snapshot.committer().memory(i).for_each_difference(earlier.committer().memory(i),
                                                           [&](std::uint64_t) { ++chunks; });
    }
    return kCheckpointBytes + chunks * kChangedChunkBytes +
           snapshot.written_chunks() * kWrittenChunkBytes + parts.tables.size() * kTableBytes +
           slots * kSlotBytes + parts.callers.size() * sizeof(Hash256) * 4;
}

/// Collects the roots of a trace.
class RootCollector : public TraceSink {
public:
    RootCollector(std::vector<StateRoot>& roots, Execution& execution)
        : roots_(roots), execution_(execution) {}

    void take(std::uint64_t /*index*/, std::span<const StateRoot> roots) override {
        roots_.insert(roots_.end(), roots.begin(), roots.end());
    }
    void checkpoint(const Snapshot& state) override { execution_.keep(state); }

private:
    std::vector<StateRoot>& roots_;
    Execution& execution_;
};

}  // namespace

std::vector<StateRoot> TraceProvider::roots(Step first, std::uint64_t stride, std::size_t count) {
    std::vector<StateRoot> roots;
    roots.reserve(count);
    // No run is that long, so that saturating changes nothing.
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    Step step = first;
    for (std::size_t i = 0; i < count; ++i) {
        roots.push_back(root(step));
        step = stride > kMost - step.value ? Step(kMost) : step + stride;
    }
    return roots;
}

Execution::Execution(std::shared_ptr<const vm::Engine> engine, const vm::Program& program,
                     const Image& image, vm::MachineState initial, std::size_t budget_bytes)
    : engine_(std::move(engine)),
      program_(program),
      current_(commit_initial(program, image, std::move(initial))),
      initial_(current_),
      budget_bytes_(budget_bytes) {}

Execution::Execution(const vm::Program& program, const Image& image, vm::MachineState initial,
                     std::size_t budget_bytes)
    : Execution(vm::make_engine(program, vm::EngineKind::interpreter), program, image,
                std::move(initial), budget_bytes) {}

StateRoot Execution::root(Step step) {
    return StateRoot(hash(at(step).committer.record()));
}

std::vector<StateRoot> Execution::roots(Step first, std::uint64_t stride, std::size_t count) {
    std::vector<StateRoot> roots;
    if (count == 0) {
        return roots;
    }
    RootCollector collector(roots, *this);
    const std::uint64_t apart = (count + kCheckpointsOfRoots - 1) / kCheckpointsOfRoots;
    const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    (void)trace(
        {.first = first, .stride = stride, .count = count}, collector,
        {.checkpoint_steps = stride > most / apart ? most : apart * stride, .progress = progress_});
    // Beyond the end nothing changes.
    const StateRoot last = roots.back();
    roots.resize(count, last);
    return roots;
}

std::uint64_t Execution::trace(const TraceRange& range, TraceSink& sink,
                               const TraceOptions& options) {
    go_to(range.first);
    is_current_whole_ = false;
    const std::uint64_t count = trace_run(*engine_, program_, current_, range, sink, options);
    is_current_whole_ = true;
    return count;
}

Bytes Execution::bundle(Step step) {
    CommittedState& state = at(step);
    is_current_whole_ = false;
    Bytes bundle = record_step(program_, state.machine, state.committer);
    is_current_whole_ = true;
    return bundle;
}

Step Execution::length() {
    if (!length_) {
        length_ = at(Step(~std::uint64_t{0})).machine.steps;
    }
    return *length_;
}

CommittedState& Execution::at(Step step) {
    go_to(step);
    save();
    return current_;
}

void Execution::go_to(Step step) {
    rewind(step);
    is_current_whole_ = false;
    advance(step);
    (void)current_.committer.commit(current_.machine);
    is_current_whole_ = true;
}

const Snapshot& Execution::nearest(Step step) const {
    const auto after = checkpoints_.upper_bound(step.value);
    return after == checkpoints_.begin() ? initial_ : std::prev(after)->second.state;
}

/// Goes back where the current state lies past the step, or to a checkpoint that is nearer to it.
void Execution::rewind(Step step) {
    const Snapshot& from = nearest(step);
    const Step now = current_.machine.steps;
    if (!is_current_whole_) {
        current_ = from.restore();
    } else if (now > step || now < from.steps()) {
        is_current_whole_ = false;
        from.restore_into(current_);
        is_current_whole_ = true;
    }
}

void Execution::advance(Step step) {
    vm::MachineState& machine = current_.machine;
    while (machine.status == vm::Status::running && machine.steps < step) {
        const std::uint64_t left = step - machine.steps;
        engine_->run(machine, machine.steps + std::min(left, kProgressStride));
        if (progress_) {
            progress_(machine.steps);
        }
    }
}

/// The first state is kept anyway, and the last is rarely where a search goes on.
void Execution::save() {
    if (current_.machine.status != vm::Status::running ||
        checkpoints_.contains(current_.machine.steps.value)) {
        return;
    }
    try {
        keep(Snapshot(current_));
    } catch (const std::bad_alloc&) {
        forget();
    }
}

void Execution::go_on_from(CommittedState state) {
    current_ = std::move(state);
    is_current_whole_ = true;
    save();
}

void Execution::keep(Snapshot snapshot) {
    const Step steps = snapshot.steps();
    const std::size_t bytes = size_bytes(snapshot, nearest(steps));
    if (steps == Step(0) || bytes > budget_bytes_ || checkpoints_.contains(steps.value)) {
        return;
    }
    while (used_bytes_ + bytes > budget_bytes_) {
        used_bytes_ -= checkpoints_.begin()->second.bytes;
        checkpoints_.erase(checkpoints_.begin());
    }
    try {
        checkpoints_.emplace(steps.value, Checkpoint{.state = std::move(snapshot), .bytes = bytes});
        used_bytes_ += bytes;
    } catch (const std::bad_alloc&) {
        forget();
    }
}

/// The run goes on without any checkpoints, with what room they leave.
void Execution::forget() {
    checkpoints_.clear();
    used_bytes_ = 0;
}

}  // namespace lockstep::trace
