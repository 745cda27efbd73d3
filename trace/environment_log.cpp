#include "trace/environment_log.hpp"

#include <algorithm>

#include "merkle/shape.hpp"
#include "merkle/slot_leaf.hpp"
#include "trace/record_batch.hpp"

namespace lockstep::trace {

namespace {

/// The roots after each write.
std::vector<Hash256> write_leaves(merkle::MemoryTree& tree,
                                  std::span<const merkle::LeafWrite> writes) {
    std::vector<Hash256> roots(writes.size());
    tree.write_leaves(writes, roots);
    return roots;
}

std::vector<Hash256> write_leaves(merkle::Tree& tree, std::span<const merkle::LeafWrite> writes) {
    std::vector<Hash256> roots(writes.size());
    tree.set_leaves(writes, roots);
    return roots;
}

/// The root after so many writes, or what it was before.
Hash256 root_after(std::span<const Hash256> roots, std::uint32_t writes, const Hash256& before) {
    return writes == 0 ? before : roots[writes - 1];
}

std::uint32_t count(const auto& list) {
    return static_cast<std::uint32_t>(list.size());
}

}  // namespace

void EnvironmentLog::Recorded::begin(std::size_t count) {
    writes.resize(count);
    for (Writes& list : writes) {
        list.clear();
    }
    changes.clear();
}

void EnvironmentLog::begin(const EnvironmentTrees& trees, const Hash256& environment) {
    counts_.assign(1, {});
    memories_.begin(trees.memory_trees.size());
    global_writes_.clear();
    tables_.begin(trees.table_slots.size());
    output_writes_.clear();
    output_lengths_.clear();
    environments_.assign(1, environment);
}

void EnvironmentLog::take_note(const vm::MachineState& state) {
    if ((touched_ & kMemory) != 0) {
        note_memory(state.memories[memory_]);
    }
    if ((touched_ & kGlobal) != 0) {
        const std::size_t leaf = global_ / merkle::kLeafSlots;
        global_writes_.push_back({.index = leaf, .leaf = tracked_leaf(state.globals, leaf)});
    }
    if ((touched_ & kTable) != 0) {
        note_table(state.tables[table_]);
    }
    if ((touched_ & kOutput) != 0) {
        note_output(state.output);
    }
    counts_.push_back({.memories = count(memories_.changes),
                       .globals = count(global_writes_),
                       .tables = count(tables_.changes),
                       .outputs = count(output_writes_)});
    touched_ = 0;
}

void EnvironmentLog::note_memory(const vm::Memory& memory) {
    Writes& writes = memories_.writes[memory_];
    if (memory_length_ != 0) {
        const std::uint64_t last = (memory_begin_ + memory_length_ - 1) / merkle::kLeafBytes;
        for (std::uint64_t leaf = memory_begin_ / merkle::kLeafBytes; leaf <= last; ++leaf) {
            merkle::LeafWrite& write = writes.emplace_back();
            write.index = leaf;
            std::copy_n(memory.data() + leaf * merkle::kLeafBytes, merkle::kLeafBytes,
                        write.leaf.bytes.begin());
        }
    }
    memories_.changes.push_back(
        {.index = memory_, .writes = count(writes), .size = memory.pages()});
}

void EnvironmentLog::note_table(const vm::Table& table) {
    Writes& writes = tables_.writes[table_];
    if ((touched_ & kTableSlot) != 0) {
        const std::size_t leaf = table_slot_ / merkle::kLeafSlots;
        writes.push_back({.index = leaf, .leaf = tracked_leaf(table.slots, leaf)});
    }
    tables_.changes.push_back({.index = table_, .writes = count(writes), .size = table.size});
}

void EnvironmentLog::note_output(ByteView output) {
    const std::size_t leaf = output_before_ / merkle::kLeafBytes;
    output_writes_.push_back({.index = leaf, .leaf = byte_leaf(output, leaf)});
    output_lengths_.push_back(output.size());
}

template <typename Tree, Record R>
std::vector<Hash256> EnvironmentLog::hash_records(const Recorded& log, std::vector<Tree>& trees,
                                                  std::vector<R>& records, Hash256 R::* root,
                                                  std::uint32_t R::* size,
                                                  merkle::Tree& records_tree) {
    std::vector<std::vector<Hash256>> roots;
    roots.reserve(trees.size());
    for (std::size_t i = 0; i < trees.size(); ++i) {
        roots.push_back(write_leaves(trees[i], log.writes[i]));
    }
    const std::vector<R> before = records;
    Writes writes(log.changes.size());
    RecordBatch<R> batch;
    for (std::size_t i = 0; i < writes.size(); ++i) {
        const RecordChange& change = log.changes[i];
        R& record = records[change.index];
        record.*root = root_after(roots[change.index], change.writes, before[change.index].*root);
        record.*size = change.size;
        writes[i].index = change.index;
        batch.add(record, writes[i].leaf);
    }
    batch.flush();
    return write_leaves(records_tree, writes);
}

void EnvironmentLog::hash_environments(EnvironmentTrees& trees) {
    memories_roots_ = hash_records(memories_, trees.memory_trees, trees.memory_records,
                                   &MemoryRecord::root, &MemoryRecord::pages, trees.memories);
    tables_roots_ = hash_records(tables_, trees.table_slots, trees.table_records,
                                 &TableRecord::slots, &TableRecord::size, trees.tables);
    hash_outputs(trees);
    globals_roots_ = write_leaves(trees.globals, global_writes_);
    environments_.resize(counts_.size());
    RecordBatch<EnvironmentRecord> batch;
    EnvironmentRecord record = trees.record;
    for (std::size_t i = 1; i < counts_.size(); ++i) {
        const Counts& counts = counts_[i];
        record = {.memories = root_after(memories_roots_, counts.memories, trees.record.memories),
                  .globals = root_after(globals_roots_, counts.globals, trees.record.globals),
                  .tables = root_after(tables_roots_, counts.tables, trees.record.tables),
                  .io = root_after(io_hashes_, counts.outputs, trees.record.io)};
        batch.add(record, environments_[i]);
    }
    batch.flush();
    trees.record = record;
}

void EnvironmentLog::hash_outputs(EnvironmentTrees& trees) {
    const std::vector<Hash256> roots = write_leaves(trees.output, output_writes_);
    io_hashes_.resize(roots.size());
    RecordBatch<IoRecord> batch;
    for (std::size_t i = 0; i < roots.size(); ++i) {
        trees.io.output = roots[i];
        trees.io.output_length = output_lengths_[i];
        batch.add(trees.io, io_hashes_[i]);
    }
    batch.flush();
}

}  // namespace lockstep::trace
