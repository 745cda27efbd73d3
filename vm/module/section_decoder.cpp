#include "vm/module/section_decoder.hpp"

#include <utility>

#include "base/check.hpp"
#include "vm/module/limits.hpp"
#include "vm/module/segment_decoder.hpp"

namespace lockstep::vm {

namespace {

constexpr std::uint8_t kFunctionTypeTag = 0x60;

Load<std::vector<ValueType>> decode_value_types(WasmReader& reader, std::uint32_t limit,
                                                std::string_view limit_name) {
    LOCKSTEP_TRY(const std::uint32_t count, reader.read_count(limit, limit_name));
    std::vector<ValueType> types;
    types.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        LOCKSTEP_TRY(const ValueType type, reader.read_value_type());
        types.push_back(type);
    }
    return types;
}

Load<FunctionType> decode_function_type(WasmReader& reader) {
    const std::size_t start = reader.offset();
    LOCKSTEP_TRY(const std::uint8_t tag, reader.read_u8());
    if (tag >= 0x4D && tag <= 0x5F) {
        return refuse_feature("gc", start);
    }
    if (tag != kFunctionTypeTag) {
        return refuse(LoadErrorCode::bad_function_type, start, tag);
    }
    FunctionType type;
    LOCKSTEP_TRY(type.parameters, decode_value_types(reader, kMaxParameters, "max_parameters"));
    LOCKSTEP_TRY(type.results, decode_value_types(reader, kMaxResults, "max_results"));
    return type;
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/types.html#limits
Load<Limits> decode_limits(WasmReader& reader) {
    const std::size_t start = reader.offset();
    LOCKSTEP_TRY(const std::uint8_t flags, reader.read_u8());
    if (flags > 1) {
        if (flags <= 3) {
            return refuse_feature("threads", start);
        }
        if (flags <= 7) {
            return refuse_feature("memory64", start);
        }
        return refuse(LoadErrorCode::bad_limits_flags, start, flags);
    }
    Limits limits;
    LOCKSTEP_TRY(limits.min, reader.read_u32());
    if (flags == 1) {
        LOCKSTEP_TRY(limits.max, reader.read_u32());
        if (limits.min > *limits.max) {
            return refuse(LoadErrorCode::limits_min_above_max, start, limits.min);
        }
    }
    return limits;
}

Load<void> decode_table(WasmReader& reader, Module& module) {
    const std::size_t start = reader.offset();
    TableType table;
    LOCKSTEP_TRY(table.element, reader.read_reference_type());
    LOCKSTEP_TRY(table.limits, decode_limits(reader));
    if (table.limits.min > kMaxTableElements) {
        return refuse_limit("max_table_elements", kMaxTableElements, start);
    }
    if (module.tables.size() == kMaxTables) {
        return refuse_limit("max_tables", kMaxTables, start);
    }
    std::uint64_t initial_elements = table.limits.min;
    for (const TableType& other : module.tables) {
        initial_elements += other.limits.min;
    }
    if (initial_elements > kMaxInitialElements) {
        return refuse_limit("max_initial_elements", kMaxInitialElements, start);
    }
    module.tables.push_back(table);
    return {};
}

Load<void> decode_memory(WasmReader& reader, Module& module) {
    const std::size_t start = reader.offset();
    LOCKSTEP_TRY(const Limits limits, decode_limits(reader));
    if (limits.min > kMaxMemoryPages || limits.max.value_or(0) > kMaxMemoryPages) {
        return refuse(LoadErrorCode::memory_too_large, start, limits.max.value_or(limits.min));
    }
    if (module.memories.size() == kMaxMemories) {
        return refuse_feature("multi-memory", start);
    }
    module.memories.push_back({.limits = limits});
    return {};
}

Load<GlobalType> decode_global_type(WasmReader& reader) {
    GlobalType type;
    LOCKSTEP_TRY(type.value, reader.read_value_type());
    const std::size_t start = reader.offset();
    LOCKSTEP_TRY(const std::uint8_t mutability, reader.read_u8());
    if (mutability > 1) {
        return refuse(LoadErrorCode::bad_mutability, start, mutability);
    }
    type.is_mutable = mutability == 1;
    return type;
}

Load<void> decode_function(WasmReader& reader, Module& module) {
    const std::size_t start = reader.offset();
    LOCKSTEP_TRY(const std::uint32_t type_index, reader.read_u32());
    if (type_index >= module.types.size()) {
        return refuse(LoadErrorCode::unknown_type, start, type_index);
    }
    module.functions.push_back(type_index);
    return {};
}

Load<ExternKind> decode_extern_kind(WasmReader& reader, LoadErrorCode otherwise) {
    const std::size_t start = reader.offset();
    LOCKSTEP_TRY(const std::uint8_t kind, reader.read_u8());
    if (kind == 4) {
        return refuse_feature("exception-handling", start);
    }
    if (kind > 4) {
        return refuse(otherwise, start, kind);
    }
    return static_cast<ExternKind>(kind);
}

/// Reads the type of an import into the index space of its kind; gives its index there.
Load<std::uint32_t> decode_import_type(WasmReader& reader, ExternKind kind, Module& module) {
    switch (kind) {
        case ExternKind::function:
            LOCKSTEP_TRY_VOID(decode_function(reader, module));
            return module.imported_function_count++;
        case ExternKind::table:
            LOCKSTEP_TRY_VOID(decode_table(reader, module));
            return module.imported_table_count++;
        case ExternKind::memory:
            LOCKSTEP_TRY_VOID(decode_memory(reader, module));
            return module.imported_memory_count++;
        case ExternKind::global: {
            LOCKSTEP_TRY(const GlobalType type, decode_global_type(reader));
            module.globals.push_back(type);
            return module.imported_global_count++;
        }
    }
    LOCKSTEP_CHECK(false);
}

Load<Import> decode_import(WasmReader& reader, Module& module) {
    Import import;
    import.offset = static_cast<std::uint32_t>(reader.offset());
    LOCKSTEP_TRY(import.module, reader.read_name());
    LOCKSTEP_TRY(import.name, reader.read_name());
    LOCKSTEP_TRY(import.kind, decode_extern_kind(reader, LoadErrorCode::bad_import_kind));
    LOCKSTEP_TRY(import.index, decode_import_type(reader, import.kind, module));
    return import;
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/modules.html#code-section
Load<void> decode_locals(WasmReader& reader, Code& code) {
    LOCKSTEP_TRY(const std::uint32_t run_count, reader.read_u32());
    for (std::uint32_t i = 0; i < run_count; ++i) {
        const std::size_t start = reader.offset();
        LOCKSTEP_TRY(const std::uint32_t count, reader.read_u32());
        LOCKSTEP_TRY(const ValueType type, reader.read_value_type());
        if (count > kMaxLocals - code.local_count) {
            return refuse_limit("max_locals", kMaxLocals, start);
        }
        if (!code.locals.empty() && code.locals.back().type == type) {
            code.locals.back().count += count;
        } else if (count != 0) {
            code.locals.push_back({.first = code.local_count, .count = count, .type = type});
        }
        code.local_count += count;
    }
    return {};
}

Load<Code> decode_code(WasmReader& reader, std::size_t parameter_count) {
    const std::size_t start = reader.offset();
    LOCKSTEP_TRY(const std::uint32_t size, reader.read_u32());
    LOCKSTEP_TRY(WasmReader contents, reader.read_part(size));
    if (size > kMaxFunctionBodyBytes) {
        return refuse_limit("max_function_body_bytes", kMaxFunctionBodyBytes, start);
    }
    Code code;
    LOCKSTEP_TRY_VOID(decode_locals(contents, code));
    if (code.local_count + parameter_count > kMaxLocals) {
        return refuse_limit("max_locals", kMaxLocals, start);
    }
    code.body_offset = static_cast<std::uint32_t>(contents.offset());
    LOCKSTEP_TRY(code.body, contents.read_bytes(contents.remaining()));
    return code;
}

}  // namespace

Load<void> decode_type_section(WasmReader& section, Module& module) {
    LOCKSTEP_TRY(const std::uint32_t count, section.read_count(kMaxTypes, "max_types"));
    module.types.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        LOCKSTEP_TRY(FunctionType type, decode_function_type(section));
        module.types.push_back(std::move(type));
    }
    return {};
}

Load<void> decode_import_section(WasmReader& section, Module& module) {
    LOCKSTEP_TRY(const std::uint32_t count, section.read_count(kMaxImports, "max_imports"));
    module.imports.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        LOCKSTEP_TRY(const Import import, decode_import(section, module));
        module.imports.push_back(import);
    }
    return {};
}

Load<void> decode_function_section(WasmReader& section, Module& module) {
    LOCKSTEP_TRY(const std::uint32_t count,
                 section.read_count(kMaxFunctions, "max_functions", module.functions.size()));
    module.functions.reserve(module.functions.size() + count);
    for (std::uint32_t i = 0; i < count; ++i) {
        LOCKSTEP_TRY_VOID(decode_function(section, module));
    }
    return {};
}

Load<void> decode_table_section(WasmReader& section, Module& module) {
    LOCKSTEP_TRY(const std::uint32_t count,
                 section.read_count(kMaxTables, "max_tables", module.tables.size()));
    for (std::uint32_t i = 0; i < count; ++i) {
        LOCKSTEP_TRY_VOID(decode_table(section, module));
    }
    return {};
}

Load<void> decode_memory_section(WasmReader& section, Module& module) {
    LOCKSTEP_TRY(const std::uint32_t count, section.read_u32());
    // The second one is refused.
    for (std::uint32_t i = 0; i < count; ++i) {
        LOCKSTEP_TRY_VOID(decode_memory(section, module));
    }
    return {};
}

Load<void> decode_global_section(WasmReader& section, Module& module) {
    LOCKSTEP_TRY(const std::uint32_t count,
                 section.read_count(kMaxGlobals, "max_globals", module.globals.size()));
    module.globals.reserve(module.globals.size() + count);
    module.global_initializers.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        LOCKSTEP_TRY(const GlobalType type, decode_global_type(section));
        LOCKSTEP_TRY(ConstExpression initializer, decode_const_expression(section));
        module.globals.push_back(type);
        module.global_initializers.push_back(std::move(initializer));
    }
    return {};
}

Load<void> decode_export_section(WasmReader& section, Module& module) {
    LOCKSTEP_TRY(const std::uint32_t count, section.read_count(kMaxExports, "max_exports"));
    module.exports.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        Export entry;
        entry.offset = static_cast<std::uint32_t>(section.offset());
        LOCKSTEP_TRY(entry.name, section.read_name());
        LOCKSTEP_TRY(entry.kind, decode_extern_kind(section, LoadErrorCode::bad_export_kind));
        LOCKSTEP_TRY(entry.index, section.read_u32());
        module.exports.push_back(entry);
    }
    return {};
}

Load<void> decode_start_section(WasmReader& section, Module& module) {
    module.start_offset = static_cast<std::uint32_t>(section.offset());
    LOCKSTEP_TRY(module.start, section.read_u32());
    return {};
}

Load<void> decode_data_count_section(WasmReader& section, Module& module) {
    const std::size_t start = section.offset();
    LOCKSTEP_TRY(const std::uint32_t count, section.read_u32());
    if (count > kMaxDataSegments) {
        return refuse_limit("max_data_segments", kMaxDataSegments, start);
    }
    module.data_count = count;
    return {};
}

Load<void> decode_code_section(WasmReader& section, Module& module) {
    const std::size_t start = section.offset();
    LOCKSTEP_TRY(const std::uint32_t count, section.read_u32());
    const std::size_t defined = module.functions.size() - module.imported_function_count;
    if (count != defined) {
        return refuse(LoadErrorCode::function_and_code_counts_differ, start, count);
    }
    module.codes.reserve(defined);
    for (std::size_t i = 0; i < defined; ++i) {
        const auto& type = module.types[module.functions[module.imported_function_count + i]];
        LOCKSTEP_TRY(Code code, decode_code(section, type.parameters.size()));
        module.codes.push_back(std::move(code));
    }
    return {};
}

}  // namespace lockstep::vm
