#include "vm/program/import_binding.hpp"

#include "base/check.hpp"
#include "vm/program/host_functions.hpp"

namespace lockstep::vm {

namespace {

/// Whether something of these limits and this size may stand where `wanted` are imported.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/exec/modules.html#limits
bool match(const Limits& actual, std::uint32_t size, const Limits& wanted) {
    const bool is_bounded = !wanted.max || (actual.max && *actual.max <= *wanted.max);
    return size >= wanted.min && is_bounded;
}

bool match(const Module& module, const Import& import, std::uint32_t actual,
           const ExternTypes& types, const LiveSizes& sizes) {
    switch (import.kind) {
        case ExternKind::function:
            return types.types.types()[types.functions[actual]] ==
                   module.function_type(import.index);
        case ExternKind::table: {
            const TableType& wanted = module.tables[import.index];
            return types.tables[actual].element == wanted.element &&
                   match(types.tables[actual].limits, sizes.table_sizes.at(actual), wanted.limits);
        }
        case ExternKind::memory:
            return match(types.memories[actual].limits, sizes.memory_pages.at(actual),
                         module.memories[import.index].limits);
        case ExternKind::global: return types.globals[actual] == module.globals[import.index];
    }
    LOCKSTEP_CHECK(false);
}

Load<Binding> bind(const Module& module, std::size_t place, const FindExport& find_export,
                   const ExternTypes& types, const LiveSizes& sizes) {
    const Import& import = module.imports[place];
    if (import.module == kHostModule) {
        LOCKSTEP_TRY(const Opcode opcode, find_host_function(module, place));
        return Binding{.host_function = opcode};
    }
    const std::optional<Extern> found = find_export(import.module, import.name);
    if (!found) {
        return refuse(LoadErrorCode::unsupported_import, import.offset, place);
    }
    if (found->kind != import.kind || !match(module, import, found->index, types, sizes)) {
        return refuse(LoadErrorCode::import_type_mismatch, import.offset, place);
    }
    return Binding{.host_function = {}, .index = found->index};
}

}  // namespace

Load<std::vector<Binding>> bind_imports(const Module& module, const FindExport& find_export,
                                        const ExternTypes& types, const LiveSizes& sizes) {
    std::vector<Binding> bindings;
    bindings.reserve(module.imports.size());
    for (std::size_t place = 0; place < module.imports.size(); ++place) {
        LOCKSTEP_TRY(const Binding binding, bind(module, place, find_export, types, sizes));
        bindings.push_back(binding);
    }
    return bindings;
}

}  // namespace lockstep::vm
