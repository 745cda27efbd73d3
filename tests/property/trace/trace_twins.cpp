#include "tests/property/trace/trace_twins.hpp"

#include <utility>
#include <vector>

#include "merkle/shape.hpp"
#include "tests/property/interpreter/engine_comparison.hpp"
#include "trace/dense_trace.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::trace {

namespace {

CommittedState commit_initial(const vm::Program& program, const Image& image,
                              vm::MachineState machine) {
    Committer committer(image, program, machine);
    (void)committer.commit(machine);
    return {.machine = std::move(machine), .committer = std::move(committer)};
}

/// Whether the nodes on the way from a node to the root are equal, and their siblings.
template <typename Tree>
bool equal_paths(const Tree& left, const Tree& right, unsigned level, std::uint64_t index) {
    for (; level < left.depth(); ++level, index /= 2) {
        if (left.node(level, index) != right.node(level, index) ||
            left.node(level, index ^ 1U) != right.node(level, index ^ 1U)) {
            return false;
        }
    }
    return left.node(left.depth(), 0) == right.node(left.depth(), 0);
}

template <typename Tree>
bool equal_leaves(const Tree& left, const Tree& right, std::uint64_t leaves) {
    for (std::uint64_t leaf = 0; leaf < leaves; ++leaf) {
        if (!equal_paths(left, right, 0, leaf)) {
            return false;
        }
    }
    return true;
}

bool equal_memories(const merkle::MemoryTree& left, const merkle::MemoryTree& right,
                    const vm::Memory& memory) {
    for (const std::uint32_t chunk : memory.charged_chunks()) {
        if (!left.charged(chunk) || !right.charged(chunk)) {
            return false;
        }
        for (std::uint64_t i = 0; i < merkle::kChunkLeaves; i += 2) {
            if (!equal_paths(left, right, 0, chunk * merkle::kChunkLeaves + i)) {
                return false;
            }
        }
    }
    return equal_paths(left, right, 0, 0);
}

std::string stack_difference(const Committer& left, const Committer& right,
                             const vm::MachineState& state) {
    for (std::size_t height = 0; height <= state.values.size(); ++height) {
        if (left.value_link(height) != right.value_link(height)) {
            return "value link " + std::to_string(height);
        }
    }
    for (std::size_t depth = 0; depth <= state.callers.size(); ++depth) {
        if (left.caller_link(depth) != right.caller_link(depth)) {
            return "frame link " + std::to_string(depth);
        }
        if (depth != 0 && left.caller_locals(depth - 1) != right.caller_locals(depth - 1)) {
            return "locals of frame " + std::to_string(depth - 1);
        }
    }
    return "";
}

std::string table_difference(const Committer& left, const Committer& right,
                             const vm::MachineState& state) {
    for (std::uint32_t i = 0; i < state.tables.size(); ++i) {
        const std::size_t leaves = (state.tables[i].slots.size() + 3) / 4;
        if (hash(left.table_record(i)) != hash(right.table_record(i)) ||
            !equal_leaves(left.table_slots(i), right.table_slots(i), leaves)) {
            return "table " + std::to_string(i);
        }
    }
    return equal_leaves(left.tables(), right.tables(), state.tables.size()) ? "" : "tables";
}

}  // namespace

std::string commitment_difference(const Committer& left, const Committer& right,
                                  const vm::MachineState& state) {
    if (left.record() != right.record()) {
        return "record";
    }
    if (const std::string what = stack_difference(left, right, state); !what.empty()) {
        return what;
    }
    for (std::uint32_t i = 0; i < state.memories.size(); ++i) {
        if (hash(left.memory_record(i)) != hash(right.memory_record(i)) ||
            !equal_memories(left.memory(i), right.memory(i), state.memories[i])) {
            return "memory " + std::to_string(i);
        }
    }
    if (!equal_leaves(left.memories(), right.memories(), state.memories.size())) {
        return "memories";
    }
    if (!equal_leaves(left.globals(), right.globals(), (state.globals.size() + 3) / 4)) {
        return "globals";
    }
    if (const std::string what = table_difference(left, right, state); !what.empty()) {
        return what;
    }
    if (hash(left.io()) != hash(right.io()) ||
        !equal_leaves(left.output(), right.output(), state.output.size() / 32 + 1)) {
        return "output";
    }
    return hash(left.environment()) == hash(right.environment()) ? "" : "environment";
}

TraceTwins::TraceTwins(const vm::Program& program, const Image& image,
                       const vm::MachineState& initial)
    : TraceTwins(program, commit_initial(program, image, initial)) {}

std::string TraceTwins::trace(std::uint64_t count, std::size_t batch_steps, std::uint64_t stride) {
    const Step first = state().steps;
    const StateRoot before(hash(dense_.committer.record()));
    std::vector<StateRoot> roots{before};
    DenseTrace dense(program_, dense_.committer, dense_.machine, batch_steps);
    const std::uint64_t made = dense.run(count, roots, stride);
    if (roots.front() != before) {
        return at_step("overwritten");
    }
    std::size_t next = 1;
    for (std::uint64_t i = 1; i <= made; ++i) {
        if (ordinary_.machine.status != vm::Status::running) {
            return at_step("stopped before");
        }
        vm::run(program_, ordinary_.machine, first + i);
        const StateRoot root = ordinary_.committer.root(ordinary_.machine);
        const bool is_wanted = i % stride == 0 || ordinary_.machine.status != vm::Status::running;
        if (is_wanted && (next == roots.size() || roots[next++] != root)) {
            return at_step("root");
        }
    }
    if (next != roots.size() ||
        (made != count && ordinary_.machine.status == vm::Status::running)) {
        return at_step("number of roots");
    }
    return compare();
}

std::string TraceTwins::commit_after(std::uint64_t count) {
    for (CommittedState* const twin : {&ordinary_, &dense_}) {
        vm::run(program_, twin->machine, twin->machine.steps + count);
        (void)twin->committer.commit(twin->machine);
    }
    return compare();
}

std::string TraceTwins::prove(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
        if (record_step(program_, ordinary_.machine, ordinary_.committer) !=
            record_step(program_, dense_.machine, dense_.committer)) {
            return at_step("proof");
        }
    }
    (void)ordinary_.committer.commit(ordinary_.machine);
    (void)dense_.committer.commit(dense_.machine);
    return compare();
}

std::string TraceTwins::go_on(std::mt19937_64& random, std::uint64_t max_steps) {
    const auto choose = [&] {
        const std::uint64_t magnitude = std::uint64_t{1} << random() % 10;
        return 1 + random() % magnitude;
    };
    std::string what;
    while (what.empty() && state().status == vm::Status::running &&
           state().steps < Step(max_steps)) {
        switch (random() % 8) {
            case 0: what = commit_after(choose()); break;
            case 1: what = prove(1 + random() % 3); break;
            case 2: what = trace(choose(), choose(), choose()); break;
            default: what = trace(choose(), choose()); break;
        }
    }
    what = what.empty() ? prove(1) : what;
    return what.empty() ? trace(3, 2) : what;
}

std::string TraceTwins::compare() const {
    if (const std::string what = vm::difference(ordinary_.machine, dense_.machine); !what.empty()) {
        return at_step("state: " + what);
    }
    for (const vm::Memory& memory : dense_.machine.memories) {
        if (!memory.logged_chunks().empty()) {
            return at_step("a chunk waits to be committed");
        }
    }
    const std::string what =
        commitment_difference(ordinary_.committer, dense_.committer, ordinary_.machine);
    return what.empty() ? "" : at_step("commitment: " + what);
}

std::string TraceTwins::at_step(const std::string& what) const {
    return what + " at step " + std::to_string(state().steps.value);
}

}  // namespace lockstep::trace
