#include "trace/execution.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "trace/witness.hpp"

namespace lockstep::trace {

namespace {

/// Steps between two calls of a progress callback.
constexpr std::uint64_t kProgressStride = std::uint64_t{1} << 24U;

CommittedState commit_initial(const vm::Program& program, const Image& image,
                              vm::MachineState&& initial) {
    Committer committer(image, program, initial);
    (void)committer.commit(initial);
    return {.machine = std::move(initial), .committer = std::move(committer)};
}

/// What a checkpoint takes at least for each memory, whatever its state: it has mappings of its own,
/// whose number the host limits too.
constexpr std::size_t kCheckpointBytes = std::size_t{1} << 16U;
/// Per chunk of memory up to the highest written: its place in the trees above the chunks where they
/// are stored in full, and in the lists of their pages.
constexpr std::size_t kChunkPlaceBytes = 80;
/// Per written chunk: the pages of these trees that it may need by itself.
constexpr std::size_t kChunkPagesBytes = 21 * 8192;
/// Per written chunk: its bytes, and its leaves and nodes.
constexpr std::size_t kWrittenChunkBytes = vm::kChunkBytes + 8192;
/// Per table, an empty one too.
constexpr std::size_t kTableBytes = 1024;
/// Per slot: the slot and the nodes above it.
constexpr std::size_t kSlotBytes = 32;

/// What a copy of the state and its commitment takes, at the most.
std::size_t size_bytes(const vm::MachineState& state) {
    std::size_t slots = 2 * state.values.size() + state.locals.size() + state.globals.size();
    for (const vm::Table& table : state.tables) {
        slots += table.slots.size();
    }
    std::size_t memory_bytes = 0;
    for (const vm::Memory& memory : state.memories) {
        const auto chunks = memory.charged_chunks();
        const std::size_t places = chunks.empty() ? 0 : std::size_t{std::ranges::max(chunks)} + 1;
        memory_bytes += kCheckpointBytes + places / 4 +
                        std::min(places * kChunkPlaceBytes, chunks.size() * kChunkPagesBytes) +
                        chunks.size() * kWrittenChunkBytes;
    }
    return memory_bytes + state.tables.size() * kTableBytes + slots * kSlotBytes +
           state.callers.size() * sizeof(Hash256) * 4 + state.output.size() * 3;
}

}  // namespace

std::vector<StateRoot> TraceProvider::roots(Step first, std::uint64_t stride, std::size_t count) {
    std::vector<StateRoot> roots;
    roots.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        roots.push_back(root(first + i * stride));
    }
    return roots;
}

Execution::Execution(std::shared_ptr<const vm::Engine> engine, const vm::Program& program,
                     const Image& image, vm::MachineState initial, std::size_t budget_bytes)
    : engine_(std::move(engine)),
      program_(program),
      initial_(commit_initial(program, image, std::move(initial))),
      current_(initial_),
      budget_bytes_(budget_bytes) {}

Execution::Execution(const vm::Program& program, const Image& image, vm::MachineState initial,
                     std::size_t budget_bytes)
    : Execution(vm::make_engine(program, vm::EngineKind::interpreter), program, image,
                std::move(initial), budget_bytes) {}

StateRoot Execution::root(Step step) {
    return StateRoot(hash(at(step).committer.record()));
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
    rewind(step);
    is_current_whole_ = false;
    advance(step);
    (void)current_.committer.commit(current_.machine);
    is_current_whole_ = true;
    save();
    return current_;
}

/// Goes back where the current state lies past the step, or to a checkpoint that is nearer to it.
void Execution::rewind(Step step) {
    const Step now = current_.machine.steps;
    const auto after = checkpoints_.upper_bound(step.value);
    const CommittedState& nearest =
        after == checkpoints_.begin() ? initial_ : std::prev(after)->second.state;
    if (!is_current_whole_ || now > step || now < nearest.machine.steps) {
        // Copied first: assigning member by member could stop in the middle.
        CommittedState copy = nearest;
        current_ = std::move(copy);
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
    const std::uint64_t steps = current_.machine.steps.value;
    const bool is_end = current_.machine.status != vm::Status::running;
    if (steps == 0 || is_end || checkpoints_.contains(steps)) {
        return;
    }
    const std::size_t bytes = size_bytes(current_.machine);
    if (bytes > budget_bytes_) {
        return;
    }
    while (used_bytes_ + bytes > budget_bytes_) {
        used_bytes_ -= checkpoints_.begin()->second.bytes;
        checkpoints_.erase(checkpoints_.begin());
    }
    try {
        checkpoints_.emplace(steps, Checkpoint{.state = current_, .bytes = bytes});
        used_bytes_ += bytes;
    } catch (const std::bad_alloc&) {
        // The run goes on without any, with what room they leave.
        checkpoints_.clear();
        used_bytes_ = 0;
    }
}

}  // namespace lockstep::trace
