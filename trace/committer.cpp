#include "trace/committer.hpp"

#include <algorithm>
#include <ranges>

#include "base/check.hpp"
#include "base/tree_depth.hpp"
#include "merkle/chain.hpp"
#include "merkle/shape.hpp"
#include "merkle/slot_leaf.hpp"

namespace lockstep::trace {

namespace {

/// Sets the leaves of a byte string from the one that holds byte `from` on.
void set_byte_leaves(merkle::Tree& tree, ByteView bytes, std::size_t from) {
    for (std::size_t leaf = from / merkle::kLeafBytes; leaf * merkle::kLeafBytes < bytes.size();
         ++leaf) {
        const std::size_t at = leaf * merkle::kLeafBytes;
        Hash256 packed;
        std::ranges::copy(bytes.subspan(at, std::min(merkle::kLeafBytes, bytes.size() - at)),
                          packed.bytes.begin());
        tree.set_leaf(leaf, packed);
    }
}

/// Sets the leaves of slots that have been written.
void set_dirty_leaves(merkle::Tree& tree, vm::TrackedSlots& slots) {
    for (const std::uint32_t leaf : slots.dirty_leaves()) {
        const std::size_t at = std::size_t{leaf} * merkle::kLeafSlots;
        const std::size_t count = std::min(merkle::kLeafSlots, slots.size() - at);
        tree.set_leaf(leaf, merkle::slot_leaf(slots.slots().subspan(at, count)));
    }
    slots.clear_dirty();
}

/// The locals root of the frame whose slots are [begin, end) of the state's.
Hash256 locals_root(const vm::MachineState& state, std::size_t begin, std::size_t end) {
    const std::span<const std::uint64_t> slots(state.locals.data() + begin, end - begin);
    return merkle::slot_tree_root(slots, slot_tree_depth(slots.size()));
}

}  // namespace

std::shared_ptr<merkle::Tree> input_tree(ByteView input) {
    auto tree = std::make_shared<merkle::Tree>(kIoDepth);
    set_byte_leaves(*tree, input, 0);
    (void)tree->root();
    return tree;
}

Committer::Committer(const Image& image, const vm::Program& program, const vm::MachineState& state)
    : image_(&image),
      memories_(initial_memories_tree(program)),
      globals_(initial_globals_tree(program)),
      tables_(initial_tables_tree(program)),
      input_(input_tree(*state.input)),
      output_(kIoDepth) {
    LOCKSTEP_CHECK(state.steps == Step(0));
    (void)globals_.root();
    for (const vm::MemoryShape& shape : program.memories) {
        memory_records_.push_back(initial_memory_record(shape));
        memory_trees_.emplace_back(merkle::memory_tree_depth(shape.max_pages));
    }
    for (const vm::TableShape& shape : program.tables) {
        table_records_.push_back(initial_table_record(shape));
        table_slots_.emplace_back(slot_tree_depth(shape.max));
    }
    io_.input = input_->node(kIoDepth, 0);
    io_.input_length = state.input->size();
    record_.image = image.root.value;
}

const StateRecord& Committer::commit(vm::MachineState& state) {
    commit_values(state);
    commit_frames(state);
    commit_memories(state);
    commit_globals(state);
    commit_tables(state);
    commit_output(state);
    record_.environment = hash(environment_);
    record_.status = static_cast<std::uint8_t>(state.status);
    record_.code = state.code;
    record_.pc = state.pc;
    record_.call_depth = static_cast<std::uint32_t>(state.callers.size());
    record_.slots_used = state.slots_used;
    record_.steps = state.steps.value;
    record_.gas = state.gas.value;
    return record_;
}

Hash256 Committer::value_link(std::size_t height) const {
    return height == 0 ? merkle::kEmptyChain : value_links_[height - 1];
}

Hash256 Committer::caller_link(std::size_t depth) const {
    return depth == 0 ? merkle::kEmptyChain : frames_[depth - 1].link;
}

void Committer::commit_values(const vm::MachineState& state) {
    const auto same = std::ranges::mismatch(values_, state.values).in1 - values_.begin();
    auto height = static_cast<std::size_t>(same);
    values_.resize(height);
    value_links_.resize(height);
    for (; height < state.values.size(); ++height) {
        values_.push_back(state.values[height]);
        value_links_.push_back(merkle::value_link(value_link(height), state.values[height]));
    }
    record_.values = value_link(height);
}

void Committer::commit_frames(const vm::MachineState& state) {
    // Suspensions have unique ids that grow along the chain, so the frames that are still what they
    // were are a prefix, whose end can be found by bisection.
    std::size_t known = 0;
    for (std::size_t end = std::min(frames_.size(), state.callers.size()); known < end;) {
        const std::size_t middle = known + (end - known) / 2;
        const bool is_same = frames_[middle].id == state.callers[middle].id;
        (is_same ? known : end) = is_same ? middle + 1 : middle;
    }
    frames_.resize(known);
    while (frames_.size() < state.callers.size()) {
        const std::size_t depth = frames_.size();
        const vm::Frame& frame = state.callers[depth];
        const std::size_t end = depth + 1 < state.callers.size()
                                    ? state.callers[depth + 1].locals_begin
                                    : state.locals_begin;
        const Hash256 locals = locals_root(state, frame.locals_begin, end);
        const Hash256 link = merkle::frame_link(caller_link(depth), locals, frame.return_pc);
        frames_.push_back({.id = frame.id, .locals = locals, .link = link});
    }
    record_.callers = caller_link(frames_.size());
    record_.locals = locals_root(state, state.locals_begin, state.locals.size());
}

void Committer::commit_memories(vm::MachineState& state) {
    for (std::size_t i = 0; i < state.memories.size(); ++i) {
        commit_memory(state.memories[i], i);
    }
    environment_.memories = memories_.root();
}

void Committer::commit_memory(vm::Memory& memory, std::size_t index) {
    MemoryRecord& record = memory_records_[index];
    if (memory.logged_chunks().empty() && memory.pages() == record.pages) {
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
    merkle::MemoryTree& tree = memory_trees_[index];
    tree.update_chunks(updates);
    memory.clear_logged();
    record.root = tree.root();
    record.pages = memory.pages();
    memories_.set_leaf(index, hash(record));
}

void Committer::commit_globals(vm::MachineState& state) {
    set_dirty_leaves(globals_, state.globals);
    environment_.globals = globals_.root();
}

void Committer::commit_tables(vm::MachineState& state) {
    for (std::size_t i = 0; i < state.tables.size(); ++i) {
        vm::Table& table = state.tables[i];
        if (table.slots.dirty_leaves().empty() && table.size == table_records_[i].size) {
            continue;
        }
        set_dirty_leaves(table_slots_[i], table.slots);
        table_records_[i] = {.slots = table_slots_[i].root(), .size = table.size, .max = table.max};
        tables_.set_leaf(i, hash(table_records_[i]));
    }
    environment_.tables = tables_.root();
}

void Committer::commit_output(const vm::MachineState& state) {
    if (state.output.size() != output_committed_) {
        set_byte_leaves(output_, state.output, output_committed_);
        output_committed_ = state.output.size();
    }
    io_.output = output_.root();
    io_.output_length = state.output.size();
    environment_.io = hash(io_);
}

}  // namespace lockstep::trace
