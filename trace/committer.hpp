#pragma once

#include <cstdint>
#include <utility>

#include "base/strong.hpp"
#include "merkle/memory_tree.hpp"
#include "merkle/tree.hpp"
#include "trace/environment_trees.hpp"
#include "trace/frame_chain.hpp"
#include "trace/image.hpp"
#include "trace/records.hpp"
#include "trace/value_chain.hpp"
#include "vm/machine/machine_state.hpp"

namespace lockstep::trace {

/// Commits to the states of one machine, rehashing only what changed since the last commitment.
///
/// A committer belongs to one state and sees all of its commitments: it drains the state's lists of
/// written chunks and slots. Copy both together.
class Committer {
public:
    /// What a commitment is kept in, beside its record.
    struct Parts {
        ValueChain values;
        FrameChain frames;
        EnvironmentTrees environment;
    };

    /// `image` and `program` must outlive the committer; `state` is an initial one.
    Committer(const Image& image, const vm::Program& program, const vm::MachineState& state);

    /// Brings the commitment up to the state.
    [[nodiscard]] const StateRecord& commit(vm::MachineState& state);
    [[nodiscard]] StateRoot root(vm::MachineState& state) { return StateRoot(hash(commit(state))); }

    // The parts of the last commitment, to be opened.
    [[nodiscard]] const Image& image() const { return *image_; }
    [[nodiscard]] const StateRecord& record() const { return record_; }
    [[nodiscard]] const EnvironmentRecord& environment() const { return parts_.environment.record; }
    [[nodiscard]] const merkle::Tree& memories() const { return parts_.environment.memories; }
    [[nodiscard]] const MemoryRecord& memory_record(std::uint32_t memory) const {
        return parts_.environment.memory_records[memory];
    }
    [[nodiscard]] const merkle::MemoryTree& memory(std::uint32_t memory) const {
        return parts_.environment.memory_trees[memory];
    }
    [[nodiscard]] const IoRecord& io() const { return parts_.environment.io; }
    [[nodiscard]] const merkle::Tree& globals() const { return parts_.environment.globals; }
    [[nodiscard]] const merkle::Tree& tables() const { return parts_.environment.tables; }
    [[nodiscard]] const TableRecord& table_record(std::uint32_t table) const {
        return parts_.environment.table_records[table];
    }
    [[nodiscard]] const merkle::Tree& table_slots(std::uint32_t table) const {
        return parts_.environment.table_slots[table];
    }
    [[nodiscard]] const merkle::Tree& input() const { return *parts_.environment.input; }
    [[nodiscard]] const merkle::Tree& output() const { return parts_.environment.output; }
    /// The chain of the lowest `height` values.
    [[nodiscard]] const Hash256& value_link(std::size_t height) const {
        return parts_.values.link(height);
    }
    /// The chain of the outermost `depth` suspended frames, and the locals root of frame `depth`.
    [[nodiscard]] const Hash256& caller_link(std::size_t depth) const {
        return parts_.frames.link(depth);
    }
    [[nodiscard]] const Hash256& caller_locals(std::size_t depth) const {
        return parts_.frames.locals(depth);
    }

private:
    /// Brings the commitment forward over many states at once.
    friend class DenseTrace;

    const Image* image_;
    StateRecord record_;
    Parts parts_;
};

}  // namespace lockstep::trace
