#include "vm/program/module_layout.hpp"

#include <algorithm>

#include "vm/program/host_functions.hpp"
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

/// The work of lay_out, index space by index space.
class Layout {
public:
    Layout(const Module& module, std::span<const Binding> bindings, ProgramParts& parts)
        : module_(module), bindings_(bindings), parts_(parts), program_(parts.program) {}

    ModuleLayout lay_out() {
        layout_.canonical_types = parts_.types.types.add_all(module_.types);
        bind_imports();
        define_functions();
        define_tables();
        define_memory();
        define_globals();
        place_data();
        place_elements();
        // Hidden globals come after the module's own.
        hide_globals(module_.data_segments, layout_.data_segments);
        hide_globals(module_.element_segments, layout_.element_segments);
        return std::move(layout_);
    }

private:
    /// Imports come first in each index space. A host function gets a function of its own, for calls
    /// through references.
    void bind_imports() {
        for (std::size_t i = 0; i < bindings_.size(); ++i) {
            const Import& import = module_.imports[i];
            const Binding& binding = bindings_[i];
            switch (import.kind) {
                case ExternKind::function:
                    layout_.host_functions.push_back(binding.host_function);
                    layout_.functions.push_back(binding.host_function ? add_function(import.index)
                                                                      : binding.index);
                    break;
                case ExternKind::table: layout_.tables.push_back(binding.index); break;
                case ExternKind::memory: layout_.memory = binding.index; break;
                case ExternKind::global:
                    layout_.globals.push_back(binding.index);
                    global_values_.push_back(program_.globals[binding.index]);
                    break;
            }
        }
    }

    std::uint32_t add_function(std::uint32_t function) {
        parts_.types.functions.push_back(layout_.canonical_types[module_.functions[function]]);
        return static_cast<std::uint32_t>(parts_.types.functions.size() - 1);
    }

    void define_functions() {
        for (std::uint32_t i = module_.imported_function_count; i < module_.functions.size(); ++i) {
            layout_.functions.push_back(add_function(i));
        }
    }

    void define_tables() {
        for (std::size_t i = module_.imported_table_count; i < module_.tables.size(); ++i) {
            const TableType& table = module_.tables[i];
            layout_.tables.push_back(static_cast<std::uint32_t>(program_.tables.size()));
            program_.tables.push_back(
                {.size = table.limits.min,
                 .max = std::min(table.limits.max.value_or(kMaxTableSize), kMaxTableSize)});
            parts_.types.tables.push_back(table);
        }
    }

    void define_memory() {
        if (module_.imported_memory_count > 0) {
            return;
        }
        const bool is_needed = std::ranges::any_of(
            layout_.host_functions, [](const auto& host) { return host && uses_memory(*host); });
        if (!module_.memories.empty()) {
            add_memory(module_.memories.front());
        } else if (is_needed) {
            add_memory({.limits = {.min = 0, .max = 0}});
        }
    }

    void add_memory(const MemoryType& type) {
        layout_.memory = static_cast<std::uint32_t>(program_.memories.size());
        program_.memories.push_back(
            {.pages = type.limits.min,
             .max_pages = std::min(type.limits.max.value_or(kMaxMemoryPages), kMaxMemoryPages)});
        parts_.types.memories.push_back(type);
    }

    /// Their indices stay in step with those of ExternTypes::globals, hidden ones included.
    std::uint32_t add_global(const GlobalType& type, std::uint64_t value) {
        program_.globals.push_back(value);
        parts_.types.globals.push_back(type);
        return static_cast<std::uint32_t>(program_.globals.size() - 1);
    }

    void define_globals() {
        for (std::size_t i = 0; i < module_.global_initializers.size(); ++i) {
            const std::uint64_t value = evaluate(module_.global_initializers[i], scope());
            layout_.globals.push_back(
                add_global(module_.globals[module_.imported_global_count + i], value));
            global_values_.push_back(value);
        }
    }

    void place_data() {
        for (const DataSegment& segment : module_.data_segments) {
            SegmentPlace place{.pool_begin = align(program_.data_pool, kDataAlignment),
                               .length = static_cast<std::uint32_t>(segment.bytes.size()),
                               .hidden_global = {}};
            program_.data_pool.insert(program_.data_pool.end(), segment.bytes.begin(),
                                      segment.bytes.end());
            if (segment.mode == SegmentMode::active) {
                place.start = evaluate(segment.start, scope());
            }
            layout_.data_segments.push_back(place);
        }
    }

    void place_elements() {
        for (const ElementSegment& segment : module_.element_segments) {
            SegmentPlace place{.length = static_cast<std::uint32_t>(segment.elements.size()),
                               .hidden_global = {}};
            if (segment.mode != SegmentMode::declarative) {
                place.pool_begin = align(program_.element_pool, kElementAlignment);
                for (const ConstInstruction& element : segment.elements) {
                    program_.element_pool.push_back(evaluate(element, scope()));
                }
            }
            if (segment.mode == SegmentMode::active) {
                place.start = evaluate(segment.start, scope());
            }
            layout_.element_segments.push_back(place);
        }
    }

    template <typename Segment>
    void hide_globals(const std::vector<Segment>& segments, std::vector<SegmentPlace>& places) {
        for (std::size_t i = 0; i < segments.size(); ++i) {
            if (segments[i].mode == SegmentMode::passive) {
                places[i].hidden_global = add_global({}, places[i].length);
            }
        }
    }

    [[nodiscard]] ConstScope scope() const {
        return {.functions = layout_.functions, .globals = global_values_};
    }

    const Module& module_;
    std::span<const Binding> bindings_;
    ProgramParts& parts_;
    Program& program_;
    ModuleLayout layout_;
    std::vector<std::uint64_t> global_values_;  // by the module's indices
};

}  // namespace

ModuleLayout lay_out(const Module& module, std::span<const Binding> bindings, ProgramParts& parts) {
    return Layout(module, bindings, parts).lay_out();
}

}  // namespace lockstep::vm
