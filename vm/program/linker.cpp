#include "vm/program/linker.hpp"

#include <utility>
#include <vector>

#include "base/check.hpp"
#include "vm/program/limits.hpp"

namespace lockstep::vm {

namespace {

/// The sizes of a program with one more module. Imports are not counted again, host functions are.
LinkedSizes add_sizes(LinkedSizes sizes, const Module& module) {
    sizes.module_bytes += module.bytes->size();
    sizes.functions += module.functions.size();
    sizes.tables += module.tables.size() - module.imported_table_count;
    for (std::size_t i = module.imported_table_count; i < module.tables.size(); ++i) {
        sizes.initial_elements += module.tables[i].limits.min;
    }
    sizes.globals += module.global_initializers.size();
    sizes.data_segments += module.data_segments.size();
    sizes.element_segments += module.element_segments.size();
    for (const ElementSegment& segment : module.element_segments) {
        sizes.elements += segment.elements.size();
    }
    return sizes;
}

Load<void> check(const LinkedSizes& sizes) {
    struct Row {
        std::string_view name;
        std::uint64_t size;
        std::uint64_t limit;
    };
    for (const Row& row : {Row{"max_module_bytes", sizes.module_bytes, kMaxModuleBytes},
                           {"max_functions", sizes.functions, kMaxFunctions},
                           {"max_linked_tables", sizes.tables, kMaxLinkedTables},
                           {"max_initial_elements", sizes.initial_elements, kMaxInitialElements},
                           {"max_globals", sizes.globals, kMaxGlobals},
                           {"max_data_segments", sizes.data_segments, kMaxDataSegments},
                           {"max_element_segments", sizes.element_segments, kMaxElementSegments},
                           {"max_elements", sizes.elements, kMaxElements}}) {
        if (row.size > row.limit) {
            return refuse_limit(row.name, row.limit, 0);
        }
    }
    return {};
}

std::uint32_t index_of(const Export& item, const ModuleLayout& layout) {
    switch (item.kind) {
        case ExternKind::function: return layout.functions[item.index];
        case ExternKind::table: return layout.tables[item.index];
        case ExternKind::memory: return layout.memory;
        case ExternKind::global: return layout.globals[item.index];
    }
    LOCKSTEP_CHECK(false);
}

}  // namespace

Load<std::uint32_t> Linker::add(ValidModule module) {
    LiveSizes sizes;
    for (const MemoryShape& shape : parts_.program.memories) {
        sizes.memory_pages.push_back(shape.pages);
    }
    for (const TableShape& shape : parts_.program.tables) {
        sizes.table_sizes.push_back(shape.size);
    }
    return add(std::move(module), sizes);
}

Load<std::uint32_t> Linker::add(ValidModule valid_module, const LiveSizes& sizes) {
    if (instances_.size() >= kMaxLinkedModules) {
        return refuse_limit("max_linked_modules", kMaxLinkedModules, 0);
    }
    const LinkedSizes linked_sizes = add_sizes(sizes_, valid_module.module());
    LOCKSTEP_TRY_VOID(check(linked_sizes));
    const auto find = [this](std::string_view module, std::string_view name) {
        return find_export(module, name);
    };
    LOCKSTEP_TRY(const std::vector<Binding> bindings,
                 bind_imports(valid_module.module(), find, parts_.types, sizes));
    instances_.push_back({.module = std::move(valid_module), .layout = {}, .exports = {}});
    Instance& instance = instances_.back();
    const Module& module = instance.module.module();
    instance.layout = lay_out(module, bindings, parts_);
    for (const Export& item : module.exports) {
        instance.exports.emplace(
            item.name, Extern{.kind = item.kind, .index = index_of(item, instance.layout)});
    }
    sizes_ = linked_sizes;
    return static_cast<std::uint32_t>(instances_.size() - 1);
}

void Linker::name(std::string name, std::uint32_t instance) {
    LOCKSTEP_CHECK(instance < instances_.size());
    names_.insert_or_assign(std::move(name), instance);
}

std::optional<Extern> Linker::find_export(std::uint32_t instance, std::string_view name) const {
    LOCKSTEP_CHECK(instance < instances_.size());
    const auto& exports = instances_[instance].exports;
    const auto found = exports.find(name);
    return found == exports.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Extern> Linker::find_export(std::string_view module, std::string_view name) const {
    const auto instance = names_.find(module);
    return instance == names_.end() ? std::nullopt : find_export(instance->second, name);
}

std::expected<Program, LinkError> Linker::program() const {
    std::vector<LinkedModule> modules;
    modules.reserve(instances_.size());
    for (const Instance& instance : instances_) {
        modules.push_back({.module = &instance.module.module(), .layout = &instance.layout});
    }
    Program program = parts_.program;
    program.types = parts_.types.types.types();
    LOCKSTEP_TRY_VOID(lower_code(modules, program));
    return program;
}

}  // namespace lockstep::vm
