#include "store/state_root.hpp"

#include <span>
#include <utility>
#include <vector>

#include "base/tree_depth.hpp"
#include "merkle/chain.hpp"
#include "merkle/slot_leaf.hpp"
#include "merkle/tree.hpp"
#include "trace/committer.hpp"
#include "trace/records.hpp"

namespace lockstep::store {

namespace {

Hash256 value_chain(std::span<const std::uint64_t> values) {
    Hash256 link = merkle::kEmptyChain;
    for (const std::uint64_t value : values) {
        link = merkle::value_link(link, value);
    }
    return link;
}

Hash256 locals_root(std::span<const std::uint64_t> slots) {
    return merkle::slot_tree_root(slots, slot_tree_depth(slots.size()));
}

/// Fills in the chain of callers and the locals of the running frame.
bool set_frames(const trace::StateParts& parts, trace::StateRecord& record) {
    const std::span<const std::uint64_t> locals(parts.locals);
    Hash256 link = merkle::kEmptyChain;
    for (std::size_t i = 0; i < parts.callers.size(); ++i) {
        const std::size_t begin = parts.callers[i].locals_begin;
        const std::size_t end =
            i + 1 < parts.callers.size() ? parts.callers[i + 1].locals_begin : parts.locals_begin;
        if (begin > end || end > locals.size()) {
            return false;
        }
        link = merkle::frame_link(link, locals_root(locals.subspan(begin, end - begin)),
                                  parts.callers[i].return_pc);
    }
    if (parts.locals_begin > locals.size()) {
        return false;
    }
    record.callers = link;
    record.locals = locals_root(locals.subspan(parts.locals_begin));
    return true;
}

/// A tree over the hashes of records.
template <typename Record>
Hash256 records_root(const std::vector<Record>& records) {
    std::vector<Hash256> leaves;
    leaves.reserve(records.size());
    for (const Record& record : records) {
        leaves.push_back(trace::hash(record));
    }
    return merkle::tree_root(std::move(leaves), ceil_log2(records.size()));
}

}  // namespace

std::optional<StateRoot> state_root(const ExecutionRecord& execution, const StoredState& state,
                                    ByteView output) {
    const trace::StateParts& parts = state.parts;
    trace::StateRecord record;
    if (!set_frames(parts, record)) {
        return std::nullopt;
    }
    std::vector<trace::MemoryRecord> memories;
    memories.reserve(state.memories.size());
    for (const StoredMemory& memory : state.memories) {
        memories.push_back(
            {.root = memory.root, .pages = memory.pages, .max_pages = memory.max_pages});
    }
    std::vector<trace::TableRecord> tables;
    tables.reserve(parts.tables.size());
    for (std::size_t i = 0; i < parts.tables.size(); ++i) {
        const trace::StateParts::Table& table = parts.tables[i];
        const unsigned depth = slot_tree_depth(state.table_max[i]);
        if (slot_tree_depth(table.slots.size()) > depth) {
            return std::nullopt;
        }
        tables.push_back({.slots = merkle::slot_tree_root(table.slots, depth),
                          .size = table.size,
                          .max = state.table_max[i]});
    }
    const trace::IoRecord io{.input = execution.input_root,
                             .input_length = execution.input_length,
                             .output = merkle::byte_tree_root(output, trace::kIoDepth),
                             .output_length = output.size()};
    const trace::EnvironmentRecord environment{
        .memories = records_root(memories),
        .globals = merkle::slot_tree_root(parts.globals, slot_tree_depth(parts.globals.size())),
        .tables = records_root(tables),
        .io = trace::hash(io)};
    record.image = execution.image.value;
    record.environment = trace::hash(environment);
    record.values = value_chain(parts.values);
    record.status = static_cast<std::uint8_t>(parts.status);
    record.code = parts.code;
    record.pc = parts.pc;
    record.call_depth = static_cast<std::uint32_t>(parts.callers.size());
    record.slots_used = parts.slots_used;
    record.steps = parts.steps.value;
    record.gas = parts.gas.value;
    return StateRoot(trace::hash(record));
}

}  // namespace lockstep::store
