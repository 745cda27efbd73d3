#include "trace/recording_access.hpp"

#include <span>

#include "base/tree_depth.hpp"
#include "merkle/multiproof.hpp"
#include "merkle/shape.hpp"
#include "merkle/slot_leaf.hpp"
#include "trace/leaf_indices.hpp"
#include "vm/instructions/execute.hpp"

namespace lockstep::trace {

static_assert(vm::StateAccess<RecordingAccess>);

std::uint64_t RecordingAccess::local(std::uint32_t index, unsigned depth) {
    open_local(index);
    return DirectAccess::local(index, depth);
}

void RecordingAccess::set_local(std::uint32_t index, unsigned depth, std::uint64_t value) {
    open_local(index);
    DirectAccess::set_local(index, depth, value);
}

std::uint64_t RecordingAccess::global(std::uint32_t index, unsigned depth) {
    open_global(index);
    return DirectAccess::global(index, depth);
}

void RecordingAccess::set_global(std::uint32_t index, unsigned depth, std::uint64_t value) {
    open_global(index);
    DirectAccess::set_global(index, depth, value);
}

std::uint32_t RecordingAccess::pop_frame() {
    const std::size_t depth = call_depth() - 1;
    const std::uint32_t return_pc = DirectAccess::pop_frame();
    writer_.put(committer_.caller_link(depth));
    writer_.put(committer_.caller_locals(depth));
    writer_.put(return_pc);
    return return_pc;
}

void RecordingAccess::open_memory(std::uint32_t memory, unsigned depth) {
    open_environment();
    if (depth > 0) {
        merkle::append_multiproof(writer_, committer_.memories(), leaf_indices({memory, 1}, {}, 1));
    }
    append(writer_, committer_.memory_record(memory));
    memory_ = memory;
    DirectAccess::open_memory(memory, depth);
}

void RecordingAccess::open_memory_bytes(vm::Range first, vm::Range second) {
    merkle::append_multiproof(writer_, committer_.memory(memory_),
                              leaf_indices(first, second, merkle::kLeafBytes));
}

void RecordingAccess::open_table(std::uint32_t table, unsigned depth) {
    open_tables(table, table, depth);
}

void RecordingAccess::open_tables(std::uint32_t x, std::uint32_t y, unsigned /*depth*/) {
    open_environment();
    const std::vector<std::uint64_t> indices = leaf_indices({x, 1}, {y, 1}, 1);
    merkle::append_multiproof(writer_, committer_.tables(), indices);
    for (const std::uint64_t index : indices) {
        append(writer_, committer_.table_record(static_cast<std::uint32_t>(index)));
    }
}

void RecordingAccess::open_table_slots(std::uint32_t table, vm::Range range) {
    merkle::append_multiproof(writer_, committer_.table_slots(table),
                              leaf_indices(range, {}, merkle::kLeafSlots));
}

void RecordingAccess::open_table_slots_for_copy(std::uint32_t to, vm::Range written,
                                                std::uint32_t from, vm::Range read) {
    if (to == from) {
        merkle::append_multiproof(writer_, committer_.table_slots(to),
                                  leaf_indices(written, read, merkle::kLeafSlots));
    } else {
        open_table_slots(to, written);
        open_table_slots(from, read);
    }
}

void RecordingAccess::open_function(std::uint32_t index) {
    open_program();
    merkle::append_multiproof(writer_, committer_.image().functions,
                              leaf_indices({index, 1}, {}, 1));
    DirectAccess::open_function(index);
}

void RecordingAccess::open_elements(vm::Range range) {
    open_program();
    merkle::append_multiproof(writer_, committer_.image().elements,
                              leaf_indices(range, {}, merkle::kLeafSlots));
}

void RecordingAccess::open_data(vm::Range range) {
    open_program();
    merkle::append_multiproof(writer_, committer_.image().data,
                              leaf_indices(range, {}, merkle::kLeafBytes));
}

void RecordingAccess::open_io() {
    open_environment();
    append(writer_, committer_.io());
}

void RecordingAccess::open_input(vm::Range range) {
    merkle::append_multiproof(writer_, committer_.input(),
                              leaf_indices(range, {}, merkle::kLeafBytes));
}

void RecordingAccess::open_output(vm::Range range) {
    merkle::append_multiproof(writer_, committer_.output(),
                              leaf_indices(range, {}, merkle::kLeafBytes));
}

void RecordingAccess::open_local(std::uint32_t index) {
    const std::span<const std::uint64_t> slots = locals();
    merkle::Tree tree(slot_tree_depth(slots.size()));
    for (std::size_t at = 0; at < slots.size(); at += merkle::kLeafSlots) {
        tree.set_leaf(at / merkle::kLeafSlots,
                      merkle::slot_leaf(slots.subspan(at, merkle::kLeafSlots)));
    }
    (void)tree.root();
    merkle::append_multiproof(writer_, tree, leaf_indices({index, 1}, {}, merkle::kLeafSlots));
}

void RecordingAccess::open_global(std::uint32_t index) {
    open_environment();
    merkle::append_multiproof(writer_, committer_.globals(),
                              leaf_indices({index, 1}, {}, merkle::kLeafSlots));
}

void RecordingAccess::open_environment() {
    if (!environment_open_) {
        environment_open_ = true;
        append(writer_, committer_.environment());
    }
}

void RecordingAccess::open_program() {
    if (!program_open_) {
        program_open_ = true;
        append(writer_, committer_.image().program_record);
    }
}

}  // namespace lockstep::trace
