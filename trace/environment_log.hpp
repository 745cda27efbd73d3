#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/hash256.hpp"
#include "merkle/memory_tree.hpp"
#include "merkle/sha256.hpp"
#include "trace/environment_trees.hpp"
#include "vm/machine/machine_state.hpp"

namespace lockstep::trace {

/// Memories, globals, tables and output over many steps: each step that changes any of them makes an
/// environment.
class EnvironmentLog {
public:
    /// Begins with the environment of that hash.
    void begin(const EnvironmentTrees& trees, const Hash256& environment);

    // What the step in progress writes: of memory one range, of the rest one leaf each.

    /// Bytes, or with length 0 the record alone.
    void touch_memory(std::uint32_t memory, std::uint64_t begin, std::uint64_t length) {
        touched_ |= kMemory;
        memory_ = memory;
        memory_begin_ = begin;
        memory_length_ = length;
    }
    void touch_global(std::uint32_t index) {
        touched_ |= kGlobal;
        global_ = index;
    }
    void touch_table(std::uint32_t table) {
        touched_ |= kTable;
        table_ = table;
    }
    void touch_table_slot(std::uint32_t table, std::uint64_t index) {
        touched_ |= kTable | kTableSlot;
        table_ = table;
        table_slot_ = index;
    }
    void touch_output(std::uint64_t length_before) {
        touched_ |= kOutput;
        output_before_ = length_before;
    }

    /// Stands for the environment after the step.
    [[nodiscard]] std::uint32_t end_step(const vm::MachineState& state) {
        if (touched_ != 0) [[unlikely]] {
            take_note(state);
        }
        return static_cast<std::uint32_t>(counts_.size() - 1);
    }

    /// Brings the trees and their records forward to the last step, and makes all environments. The log
    /// is then to be begun anew.
    void hash_environments(EnvironmentTrees& trees);
    /// By number, after that.
    [[nodiscard]] std::span<const Hash256> environments() const { return environments_; }

private:
    // Of touched_.
    static constexpr std::uint8_t kMemory = 1;
    static constexpr std::uint8_t kGlobal = 2;
    static constexpr std::uint8_t kTable = 4;
    static constexpr std::uint8_t kTableSlot = 8;
    static constexpr std::uint8_t kOutput = 16;

    /// A record was another one after so many writes to what it is about.
    struct RecordChange {
        std::uint32_t index = 0;
        std::uint32_t writes = 0;
        std::uint32_t size = 0;  // pages or slots
    };

    /// An environment, by how many changes of each kind lead to it.
    struct Counts {
        std::uint32_t memories = 0;
        std::uint32_t globals = 0;
        std::uint32_t tables = 0;
        std::uint32_t outputs = 0;
    };

    using Writes = std::vector<merkle::LeafWrite>;

    /// Memories or tables: what is written to the tree of each, and the changes of all their records.
    struct Recorded {
        std::vector<Writes> writes;
        std::vector<RecordChange> changes;

        void begin(std::size_t count);
    };

    void take_note(const vm::MachineState& state);
    void note_memory(const vm::Memory& memory);
    void note_table(const vm::Table& table);
    void note_output(ByteView output);
    /// Gives the root of the tree over the records after each change.
    template <typename Tree, Record R>
    static std::vector<Hash256> hash_records(const Recorded& log, std::vector<Tree>& trees,
                                             std::vector<R>& records, Hash256 R::* root,
                                             std::uint32_t R::* size, merkle::Tree& records_tree);
    void hash_outputs(EnvironmentTrees& trees);

    std::uint8_t touched_ = 0;
    std::uint32_t memory_ = 0;
    std::uint64_t memory_begin_ = 0;
    std::uint64_t memory_length_ = 0;
    std::uint32_t global_ = 0;
    std::uint32_t table_ = 0;
    std::uint64_t table_slot_ = 0;
    std::uint64_t output_before_ = 0;

    std::vector<Counts> counts_;  // by environment; the first one is that at the beginning
    Recorded memories_;
    Writes global_writes_;
    Recorded tables_;
    Writes output_writes_;
    std::vector<std::uint64_t> output_lengths_;

    std::vector<Hash256> memories_roots_;  // after each change
    std::vector<Hash256> globals_roots_;
    std::vector<Hash256> tables_roots_;
    std::vector<Hash256> io_hashes_;
    std::vector<Hash256> environments_;
};

}  // namespace lockstep::trace
