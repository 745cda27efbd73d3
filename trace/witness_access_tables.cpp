// Tables of a witness, and the element pool.

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/tree_depth.hpp"
#include "trace/leaf_indices.hpp"
#include "trace/opened_leaf.hpp"
#include "trace/witness_access.hpp"

namespace lockstep::trace {

void WitnessAccess::open_table(std::uint32_t table, unsigned depth) {
    open_tables(table, table, depth);
}

void WitnessAccess::open_tables(std::uint32_t x, std::uint32_t y, unsigned depth) {
    open_environment();
    const std::vector<std::uint64_t> indices = leaf_indices({x, 1}, {y, 1}, 1);
    tables_ =
        open(merkle::Shape::plain, depth, indices, environment_.tables, WitnessError::wrong_table);
    for (const std::uint64_t index : indices) {
        const auto record = read<TableRecord>();
        require(tables_ && hash(record) == leaf_of(*tables_, index), WitnessError::wrong_table);
        open_tables_.push_back(
            {.index = static_cast<std::uint32_t>(index), .record = record, .slots = {}});
    }
}

const WitnessAccess::OpenTable* WitnessAccess::find_table(std::uint32_t table) const {
    const auto found = std::ranges::find(open_tables_, table, &OpenTable::index);
    LOCKSTEP_CHECK(found != open_tables_.end());
    return &*found;
}

WitnessAccess::OpenTable* WitnessAccess::find_table(std::uint32_t table) {
    return const_cast<OpenTable*>(std::as_const(*this).find_table(table));  // NOLINT
}

std::uint32_t WitnessAccess::table_size(std::uint32_t table) const {
    return find_table(table)->record.size;
}

std::uint32_t WitnessAccess::table_max(std::uint32_t table) const {
    return find_table(table)->record.max;
}

void WitnessAccess::set_table_size(std::uint32_t table, std::uint32_t size) {
    find_table(table)->record.size = size;
}

void WitnessAccess::open_table_slots(std::uint32_t table, vm::Range range) {
    open_table_slots_for_copy(table, range, table, {});
}

void WitnessAccess::open_table_slots_for_copy(std::uint32_t to, vm::Range written,
                                              std::uint32_t from, vm::Range read) {
    const auto open_slots = [&](std::uint32_t index, vm::Range first, vm::Range second) {
        OpenTable* table = find_table(index);
        table->slots = open(merkle::Shape::plain, slot_tree_depth(table->record.max),
                            leaf_indices(first, second, merkle::kLeafSlots), table->record.slots,
                            WitnessError::wrong_table);
    };
    if (to == from) {
        open_slots(to, written, read);
    } else {
        open_slots(to, written, {});
        open_slots(from, read, {});
    }
}

std::uint64_t WitnessAccess::table_slot(std::uint32_t table, std::uint64_t index) const {
    const OpenTable* found = find_table(table);
    return found->slots ? slot_of(*found->slots, index) : 0;
}

void WitnessAccess::set_table_slot(std::uint32_t table, std::uint64_t index, std::uint64_t value) {
    OpenTable* found = find_table(table);
    if (found->slots) {
        set_slot_of(*found->slots, index, value);
    }
}

void WitnessAccess::open_elements(vm::Range range) {
    open_program();
    pool_ = open(merkle::Shape::plain, program_.elements_depth,
                 leaf_indices(range, {}, merkle::kLeafSlots), program_.elements,
                 WitnessError::wrong_pool);
}

std::uint64_t WitnessAccess::element(std::uint64_t index) const {
    return pool_ ? slot_of(*pool_, index) : 0;
}

}  // namespace lockstep::trace
