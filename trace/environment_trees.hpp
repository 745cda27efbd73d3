#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "merkle/memory_tree.hpp"
#include "merkle/tree.hpp"
#include "trace/records.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::trace {

/// Depth of the trees over input and output.
inline constexpr unsigned kIoDepth = 27;

/// The trees and records of an environment as last committed: memories, globals, tables, input and
/// output.
struct EnvironmentTrees {
    /// Those of an initial state.
    EnvironmentTrees(const vm::Program& program, const vm::MachineState& state);

    /// Brings them up to the state, and takes note that its lists of written chunks and slots are dealt
    /// with.
    void commit(vm::MachineState& state);

    EnvironmentRecord record;
    merkle::Tree memories;
    std::vector<MemoryRecord> memory_records;
    std::vector<merkle::MemoryTree> memory_trees;
    merkle::Tree globals;
    merkle::Tree tables;
    std::vector<TableRecord> table_records;
    std::vector<merkle::Tree> table_slots;
    IoRecord io;
    std::shared_ptr<merkle::Tree> input;  // never changes: shared between copies
    merkle::Tree output;

private:
    void commit_memory(vm::Memory& memory, std::size_t index);
    void commit_tables(vm::MachineState& state);
    void commit_output(const vm::MachineState& state);
};

/// The tree over an input.
[[nodiscard]] std::shared_ptr<merkle::Tree> input_tree(ByteView input);

/// A leaf of globals or of a table, as it is now; slots past the end are 0.
[[nodiscard]] Hash256 tracked_leaf(const vm::TrackedSlots& slots, std::size_t leaf);

/// A leaf of a byte string that ends in it or later, zero-padded.
[[nodiscard]] Hash256 byte_leaf(ByteView bytes, std::size_t leaf);

}  // namespace lockstep::trace
