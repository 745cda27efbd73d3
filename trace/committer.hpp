#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/strong.hpp"
#include "merkle/memory_tree.hpp"
#include "merkle/tree.hpp"
#include "trace/image.hpp"
#include "trace/records.hpp"
#include "vm/machine/machine_state.hpp"

namespace lockstep::trace {

/// Depth of the trees over input and output.
inline constexpr unsigned kIoDepth = 27;

/// Commits to the states of one machine, rehashing only what changed since the last commitment.
///
/// A committer belongs to one state and sees all of its commitments: it drains the state's lists of
/// written chunks and slots. Copy both together.
class Committer {
public:
    /// `image` and `program` must outlive the committer; `state` is an initial one.
    Committer(const Image& image, const vm::Program& program, const vm::MachineState& state);

    /// Brings the commitment up to the state.
    [[nodiscard]] const StateRecord& commit(vm::MachineState& state);
    [[nodiscard]] StateRoot root(vm::MachineState& state) { return StateRoot(hash(commit(state))); }

    // The parts of the last commitment, to be opened.
    [[nodiscard]] const Image& image() const { return *image_; }
    [[nodiscard]] const StateRecord& record() const { return record_; }
    [[nodiscard]] const EnvironmentRecord& environment() const { return environment_; }
    [[nodiscard]] const merkle::Tree& memories() const { return memories_; }
    [[nodiscard]] const MemoryRecord& memory_record(std::uint32_t memory) const {
        return memory_records_[memory];
    }
    [[nodiscard]] const merkle::MemoryTree& memory(std::uint32_t memory) const {
        return memory_trees_[memory];
    }
    [[nodiscard]] const IoRecord& io() const { return io_; }
    [[nodiscard]] const merkle::Tree& globals() const { return globals_; }
    [[nodiscard]] const merkle::Tree& tables() const { return tables_; }
    [[nodiscard]] const TableRecord& table_record(std::uint32_t table) const {
        return table_records_[table];
    }
    [[nodiscard]] const merkle::Tree& table_slots(std::uint32_t table) const {
        return table_slots_[table];
    }
    [[nodiscard]] const merkle::Tree& input() const { return *input_; }
    [[nodiscard]] const merkle::Tree& output() const { return output_; }
    /// The chain under all values but the topmost `height` of them counted from the bottom.
    [[nodiscard]] Hash256 value_link(std::size_t height) const;
    /// The chain of the outermost `depth` suspended frames, and the locals root of frame `depth`.
    [[nodiscard]] Hash256 caller_link(std::size_t depth) const;
    [[nodiscard]] const Hash256& caller_locals(std::size_t depth) const {
        return frames_[depth].locals;
    }

private:
    struct CommittedFrame {
        std::uint64_t id;
        Hash256 locals;
        Hash256 link;  // of this frame and all outside it
    };

    void commit_values(const vm::MachineState& state);
    void commit_frames(const vm::MachineState& state);
    void commit_memories(vm::MachineState& state);
    void commit_memory(vm::Memory& memory, std::size_t index);
    void commit_globals(vm::MachineState& state);
    void commit_tables(vm::MachineState& state);
    void commit_output(const vm::MachineState& state);

    const Image* image_;
    StateRecord record_;
    EnvironmentRecord environment_;
    IoRecord io_;

    std::vector<std::uint64_t> values_;  // as last committed
    std::vector<Hash256> value_links_;   // value_links_[i]: the chain of values_[0 .. i]
    std::vector<CommittedFrame> frames_;
    merkle::Tree memories_;
    std::vector<MemoryRecord> memory_records_;
    std::vector<merkle::MemoryTree> memory_trees_;
    merkle::Tree globals_;
    merkle::Tree tables_;
    std::vector<TableRecord> table_records_;
    std::vector<merkle::Tree> table_slots_;
    std::shared_ptr<merkle::Tree> input_;  // never changes: shared between copies
    merkle::Tree output_;
    std::size_t output_committed_ = 0;  // bytes
};

/// The tree over an input.
[[nodiscard]] std::shared_ptr<merkle::Tree> input_tree(ByteView input);

}  // namespace lockstep::trace
