#include <string>

#include "tests/random_modules/instruction_writer.hpp"
#include "tests/random_modules/module_shape.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"

namespace lockstep::random_modules {

using vm::SegmentMode;
using vm::ValueType;
using vm::WasmOpcode;
using vm::test::join;
using vm::test::leb;
using vm::test::list;
using vm::test::section;
using vm::test::sized;

namespace {

std::uint8_t byte_of(ValueType type) {
    return static_cast<std::uint8_t>(type);
}

Bytes types_of(const std::vector<ValueType>& types) {
    Bytes bytes;
    for (const ValueType type : types) {
        bytes.push_back(byte_of(type));
    }
    return bytes;
}

Bytes text(std::string_view characters) {
    return sized(Bytes(characters.begin(), characters.end()));
}

Bytes limits(const vm::Limits& limits) {
    return limits.max ? join({{1}, leb(limits.min), leb(*limits.max)})
                      : join({{0}, leb(limits.min)});
}

Bytes reference(ValueType type, std::optional<std::uint32_t> function) {
    InstructionWriter writer;
    if (function) {
        writer.op(WasmOpcode::ref_func, *function);
    } else {
        writer.constant(type, 0);
    }
    writer.op(WasmOpcode::end);
    return writer.take();
}

Bytes offset(std::uint32_t value) {
    InstructionWriter writer;
    writer.constant(ValueType::i32, value);
    writer.op(WasmOpcode::end);
    return writer.take();
}

template <typename Items, typename Encode>
Bytes list_of_each(const Items& items, Encode encode) {
    std::vector<Bytes> encoded;
    encoded.reserve(items.size());
    for (const auto& item : items) {
        encoded.push_back(encode(item));
    }
    return list(encoded);
}

Bytes encode_type(const vm::FunctionType& type) {
    return vm::test::function_type(types_of(type.parameters), types_of(type.results));
}

Bytes table_type(const vm::TableType& table) {
    return join({{byte_of(table.element)}, limits(table.limits)});
}

Bytes global_type(const vm::GlobalType& type) {
    return {byte_of(type.value), std::uint8_t{type.is_mutable}};
}

Bytes encode_global(const GlobalShape& global) {
    const Bytes head = global_type(global.type);
    if (global.global) {
        InstructionWriter writer;
        writer.op(WasmOpcode::global_get, *global.global);
        writer.op(WasmOpcode::end);
        return join({head, writer.take()});
    }
    if (is_reference(global.type.value)) {
        return join({head, reference(global.type.value, global.function)});
    }
    InstructionWriter writer;
    writer.constant(global.type.value, global.bits);
    writer.op(WasmOpcode::end);
    return join({head, writer.take()});
}

/// Of the eight forms one that can say it, by the table and what the elements are.
Bytes encode_elements(const ElementShape& segment) {
    const bool functions = segment.type == ValueType::funcref;
    bool listed = functions;
    for (const auto& element : segment.elements) {
        listed = listed && element.has_value();
    }
    const bool is_short = segment.mode == SegmentMode::active && segment.table == 0 && functions;
    unsigned flags = listed ? 0 : 4;
    Bytes head;
    switch (segment.mode) {
        case SegmentMode::active:
            head = join({is_short ? Bytes{} : leb(segment.table), offset(segment.offset)});
            flags |= is_short ? 0U : 2U;
            break;
        case SegmentMode::passive: flags |= 1U; break;
        case SegmentMode::declarative: flags |= 3U; break;
    }
    if (!is_short) {
        head.push_back(listed ? 0 : byte_of(segment.type));
    }
    const auto encode_element = [&](std::optional<std::uint32_t> element) {
        return listed ? leb(*element) : reference(segment.type, element);
    };
    return join({leb(flags), head, list_of_each(segment.elements, encode_element)});
}

Bytes encode_data(const DataShape& segment) {
    return segment.mode == SegmentMode::active
               ? join({{0}, offset(segment.offset), sized(segment.bytes)})
               : join({{1}, sized(segment.bytes)});
}

Bytes export_section(const ModuleShape& shape) {
    std::vector<Bytes> exports;
    const auto add = [&](std::string_view name, std::size_t index, vm::ExternKind kind,
                         std::size_t target) {
        exports.push_back(join({text(std::string(name) + std::to_string(index)),
                                {static_cast<std::uint8_t>(kind)},
                                leb(target)}));
    };
    for (std::size_t i = 0; i < shape.functions.size(); ++i) {
        add("f", i, vm::ExternKind::function, i);
    }
    for (std::size_t i = 0; i < shape.globals.size(); ++i) {
        add("global", i, vm::ExternKind::global, i);
    }
    for (std::size_t i = 0; i < shape.tables.size(); ++i) {
        add("table", i, vm::ExternKind::table, i);
    }
    if (shape.memory) {
        exports.push_back(
            join({text("memory"), {static_cast<std::uint8_t>(vm::ExternKind::memory), 0}}));
    }
    return section(vm::test::export_section, list(exports));
}

Bytes import_section(const ModuleShape& shape) {
    std::size_t functions = 0;
    std::size_t tables = 0;
    std::size_t globals = 0;
    const auto type_of = [&](const ImportShape& import) {
        switch (import.kind) {
            case vm::ExternKind::function: return leb(shape.functions[functions++]);
            case vm::ExternKind::table:
                return table_type(
                    {.element = shape.tables[tables++].element, .limits = import.limits});
            case vm::ExternKind::memory: return limits(import.limits);
            case vm::ExternKind::global: return global_type(shape.globals[globals++].type);
        }
        return Bytes{};
    };
    const auto encode = [&](const ImportShape& import) {
        return join({text(import.module),
                     text(import.name),
                     {static_cast<std::uint8_t>(import.kind)},
                     type_of(import)});
    };
    return section(vm::test::import_section, list_of_each(shape.imports, encode));
}

}  // namespace

Bytes encode_module(const ModuleShape& shape, const std::vector<Bytes>& bodies) {
    const std::span functions = std::span(shape.functions).subspan(shape.imported_functions);
    const std::span tables = std::span(shape.tables).subspan(shape.imported_tables);
    const std::span globals = std::span(shape.globals).subspan(shape.imported_globals);
    std::vector<Bytes> memories;
    if (shape.memory && !shape.imports_memory) {
        memories.push_back(limits(*shape.memory));
    }
    std::vector<Bytes> sections{
        section(vm::test::type_section, list_of_each(shape.types, encode_type)),
        import_section(shape),
        section(vm::test::function_section, list_of_each(functions, leb)),
        section(vm::test::table_section, list_of_each(tables, table_type)),
        section(vm::test::memory_section, list(memories)),
        section(vm::test::global_section, list_of_each(globals, encode_global)),
        export_section(shape),
    };
    if (shape.start) {
        sections.push_back(section(vm::test::start_section, leb(*shape.start)));
    }
    sections.push_back(
        section(vm::test::element_section, list_of_each(shape.element_segments, encode_elements)));
    sections.push_back(section(vm::test::data_count_section, leb(shape.data_segments.size())));
    sections.push_back(section(vm::test::code_section, list_of_each(bodies, sized)));
    sections.push_back(
        section(vm::test::data_section, list_of_each(shape.data_segments, encode_data)));
    return vm::test::module_of(sections);
}

}  // namespace lockstep::random_modules
