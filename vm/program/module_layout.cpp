#include "vm/program/module_layout.hpp"

#include <algorithm>
#include <utility>

#include "base/tree_depth.hpp"
#include "vm/program/canonical_types.hpp"
#include "vm/program/const_evaluation.hpp"
#include "vm/program/limits.hpp"

namespace lockstep::vm {

namespace {

// A segment begins at a leaf of its pool.
constexpr std::size_t kDataAlignment = 32;
constexpr std::size_t kElementAlignment = 4;

template <typename Pool>
std::uint32_t align(Pool& pool, std::size_t alignment) {
    pool.resize((pool.size() + alignment - 1) / alignment * alignment);
    return static_cast<std::uint32_t>(pool.size());
}

SegmentPlace place_data(const DataSegment& segment, Bytes& pool) {
    const std::uint32_t begin = align(pool, kDataAlignment);
    pool.insert(pool.end(), segment.bytes.begin(), segment.bytes.end());
    return {.pool_begin = begin,
            .length = static_cast<std::uint32_t>(segment.bytes.size()),
            .hidden_global = {}};
}

SegmentPlace place_elements(const ElementSegment& segment, Program& program) {
    SegmentPlace place{.pool_begin = 0,
                       .length = static_cast<std::uint32_t>(segment.elements.size()),
                       .hidden_global = {}};
    if (segment.mode == SegmentMode::declarative) {
        return place;
    }
    place.pool_begin = align(program.element_pool, kElementAlignment);
    for (const ConstInstruction& element : segment.elements) {
        program.element_pool.push_back(evaluate(element, program.globals));
    }
    return place;
}

/// Adds a hidden global where the segment is passive.
void hide_global(SegmentMode mode, SegmentPlace& place, std::vector<std::uint64_t>& globals) {
    if (mode == SegmentMode::passive) {
        place.hidden_global = static_cast<std::uint32_t>(globals.size());
        globals.push_back(place.length);
    }
}

/// Hidden globals come after all others: call this once the module's own have their values.
void place_segments(const Module& module, Program& program, ModuleLayout& layout) {
    for (const DataSegment& segment : module.data_segments) {
        layout.data_segments.push_back(place_data(segment, program.data_pool));
    }
    for (const ElementSegment& segment : module.element_segments) {
        layout.element_segments.push_back(place_elements(segment, program));
    }
    for (std::size_t i = 0; i < module.data_segments.size(); ++i) {
        hide_global(module.data_segments[i].mode, layout.data_segments[i], program.globals);
    }
    for (std::size_t i = 0; i < module.element_segments.size(); ++i) {
        hide_global(module.element_segments[i].mode, layout.element_segments[i], program.globals);
    }
}

void shape_memory_and_tables(const Module& module, Program& program) {
    if (!module.memories.empty()) {
        const Limits& limits = module.memories.front().limits;
        program.memory_pages = limits.min;
        program.memory_max_pages = std::min(limits.max.value_or(kMaxMemoryPages), kMaxMemoryPages);
    }
    for (const TableType& table : module.tables) {
        program.tables.push_back(
            {.size = table.limits.min,
             .max = std::min(table.limits.max.value_or(kMaxTableSize), kMaxTableSize)});
    }
}

}  // namespace

ModuleLayout lay_out(const Module& module, std::vector<Opcode> host_functions, Program& program) {
    ModuleLayout layout;
    layout.host_functions = std::move(host_functions);
    CanonicalTypes canonical = make_canonical(module.types);
    program.types = std::move(canonical.types);
    layout.canonical_types = std::move(canonical.indices);
    for (const ConstExpression& initializer : module.global_initializers) {
        program.globals.push_back(evaluate(initializer, program.globals));
    }
    place_segments(module, program, layout);
    shape_memory_and_tables(module, program);
    layout.globals_depth = static_cast<std::uint16_t>(slot_tree_depth(program.globals.size()));
    layout.tables_depth = static_cast<std::uint16_t>(ceil_log2(program.tables.size()));
    return layout;
}

}  // namespace lockstep::vm
