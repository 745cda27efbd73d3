#include "trace/environment_trees.hpp"

#include <algorithm>

#include "base/tree_depth.hpp"
#include "merkle/shape.hpp"
#include "merkle/slot_leaf.hpp"
#include "trace/image.hpp"

namespace lockstep::trace {

namespace {

/// Sets the leaves of a byte string from the one that holds byte `from` on.
void set_byte_leaves(merkle::Tree& tree, ByteView bytes, std::size_t from) {
    for (std::size_t leaf = from / merkle::kLeafBytes; leaf * merkle::kLeafBytes < bytes.size();
         ++leaf) {
        tree.set_leaf(leaf, byte_leaf(bytes, leaf));
    }
}

/// Sets the leaves of slots that have been written.
void set_dirty_leaves(merkle::Tree& tree, vm::TrackedSlots& slots) {
    for (const std::uint32_t leaf : slots.dirty_leaves()) {
        tree.set_leaf(leaf, tracked_leaf(slots, leaf));
    }
    slots.clear_dirty();
}

}  // namespace

std::shared_ptr<merkle::Tree> input_tree(ByteView input) {
    auto tree = std::make_shared<merkle::Tree>(kIoDepth);
    set_byte_leaves(*tree, input, 0);
    (void)tree->root();
    return tree;
}

Hash256 tracked_leaf(const vm::TrackedSlots& slots, std::size_t leaf) {
    const std::size_t at = leaf * merkle::kLeafSlots;
    const std::size_t count = std::min(merkle::kLeafSlots, slots.size() - at);
    return merkle::slot_leaf(slots.slots().subspan(at, count));
}

Hash256 byte_leaf(ByteView bytes, std::size_t leaf) {
    const std::size_t at = leaf * merkle::kLeafBytes;
    Hash256 packed;
    std::ranges::copy(bytes.subspan(at, std::min(merkle::kLeafBytes, bytes.size() - at)),
                      packed.bytes.begin());
    return packed;
}

EnvironmentTrees::EnvironmentTrees(const vm::Program& program, const vm::MachineState& state)
    : memories(initial_memories_tree(program)),
      globals(initial_globals_tree(program)),
      tables(initial_tables_tree(program)),
      input(input_tree(*state.input)),
      output(kIoDepth) {
    (void)globals.root();
    for (const vm::MemoryShape& shape : program.memories) {
        memory_records.push_back(initial_memory_record(shape));
        memory_trees.emplace_back(merkle::memory_tree_depth(shape.max_pages));
    }
    for (const vm::TableShape& shape : program.tables) {
        table_records.push_back(initial_table_record(shape));
        table_slots.emplace_back(slot_tree_depth(shape.max));
    }
    io.input = input->node(kIoDepth, 0);
    io.input_length = state.input->size();
    io.output = output.root();
}

void EnvironmentTrees::commit(vm::MachineState& state) {
    for (std::size_t i = 0; i < state.memories.size(); ++i) {
        commit_memory(state.memories[i], i);
    }
    set_dirty_leaves(globals, state.globals);
    commit_tables(state);
    commit_output(state);
    record = {.memories = memories.root(),
              .globals = globals.root(),
              .tables = tables.root(),
              .io = hash(io)};
}

void EnvironmentTrees::commit_memory(vm::Memory& memory, std::size_t index) {
    MemoryRecord& committed = memory_records[index];
    if (memory.logged_chunks().empty() && memory.pages() == committed.pages) {
        return;
    }
    std::vector<std::uint32_t> chunks(memory.logged_chunks().begin(), memory.logged_chunks().end());
    std::ranges::sort(chunks);
    std::vector<merkle::ChunkUpdate> updates;
    updates.reserve(chunks.size());
    for (const std::uint32_t chunk : chunks) {
        const ByteView bytes =
            memory.bytes().subspan(std::size_t{chunk} * vm::kChunkBytes, vm::kChunkBytes);
        updates.push_back({.index = chunk, .bytes = bytes, .charged = memory.charged(chunk)});
    }
    merkle::MemoryTree& tree = memory_trees[index];
    tree.update_chunks(updates);
    memory.clear_logged();
    committed.root = tree.root();
    committed.pages = memory.pages();
    memories.set_leaf(index, hash(committed));
}

void EnvironmentTrees::commit_tables(vm::MachineState& state) {
    for (std::size_t i = 0; i < state.tables.size(); ++i) {
        vm::Table& table = state.tables[i];
        if (table.slots.dirty_leaves().empty() && table.size == table_records[i].size) {
            continue;
        }
        set_dirty_leaves(table_slots[i], table.slots);
        table_records[i] = {.slots = table_slots[i].root(), .size = table.size, .max = table.max};
        tables.set_leaf(i, hash(table_records[i]));
    }
}

void EnvironmentTrees::commit_output(const vm::MachineState& state) {
    if (state.output.size() != io.output_length) {
        set_byte_leaves(output, state.output, io.output_length);
        io.output_length = state.output.size();
        io.output = output.root();
    }
}

}  // namespace lockstep::trace
