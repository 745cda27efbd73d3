// Memory, tables and the host functions.

#include <algorithm>

#include "tests/random_modules/body_generator.hpp"
#include "vm/module/opcode_info.hpp"

namespace lockstep::random_modules {

using vm::ValueType;
using vm::WasmOpcode;

namespace {

constexpr std::uint32_t kPageBytes = 65'536;

std::vector<WasmOpcode> memory_opcodes(bool stores, ValueType type) {
    std::vector<WasmOpcode> opcodes;
    const auto add = [&](WasmOpcode opcode) {
        const vm::OpcodeInfo& info = vm::opcode_info(opcode);
        const ValueType of = stores ? info.parameters[1] : info.result;
        if (info.immediate == vm::ImmediateKind::memory_argument &&
            (info.result_count == 0) == stores && of == type) {
            opcodes.push_back(opcode);
        }
    };
#define LOCKSTEP_WASM_OPCODE(name, code, text, immediate, parameters, results, align) \
    add(WasmOpcode::name);
#include "vm/module/wasm_opcodes.def"
#undef LOCKSTEP_WASM_OPCODE
    return opcodes;
}

constexpr std::array kNumbers{ValueType::i32, ValueType::i64, ValueType::f32, ValueType::f64};

}  // namespace

/// In a careful module below the end of the first page, and near the ends of leaves and chunks.
void BodyGenerator::address(unsigned depth) {
    if (!is_careful() || !shape_.memory) {
        value(ValueType::i32, depth);
        return;
    }
    switch (below(5)) {
        case 0:
        case 1: i32(static_cast<std::uint32_t>(below(256))); break;
        case 2: i32(static_cast<std::uint32_t>(4096 * below(4) + 4080 + below(32))); break;
        case 3:
            // Near the end, and sometimes just beyond.
            i32(static_cast<std::uint32_t>(shape_.memory->min * kPageBytes -
                                           (one_in(12) ? below(48) : 120 + below(60))));
            break;
        default:
            value(ValueType::i32, depth);
            i32(0x7FFF);
            op(WasmOpcode::i32_and);
            break;
    }
}

void BodyGenerator::memory_argument(WasmOpcode opcode) {
    out_.number(below(vm::opcode_info(opcode).align_log2 + 1));
    if (!shape_.careful && one_in(20)) {
        out_.number(0xFFFF'FFFF - below(300));
    } else {
        out_.number(one_in(8) ? below(20'000) : below(40));
    }
}

void BodyGenerator::load(ValueType type, unsigned depth) {
    if (!shape_.memory) {
        leaf(type);
        return;
    }
    const std::vector<WasmOpcode> opcodes = memory_opcodes(false, type);
    address(depth);
    const WasmOpcode opcode = opcodes[below(opcodes.size())];
    op(opcode);
    memory_argument(opcode);
}

void BodyGenerator::store(unsigned depth) {
    if (!shape_.memory) {
        return;
    }
    const ValueType type = kNumbers.at(below(kNumbers.size()));
    const std::vector<WasmOpcode> opcodes = memory_opcodes(true, type);
    address(depth);
    value(type, depth);
    const WasmOpcode opcode = opcodes[below(opcodes.size())];
    op(opcode);
    memory_argument(opcode);
}

/// At most `most`, now and then one more.
std::uint32_t BodyGenerator::count_up_to(std::uint64_t most) {
    return static_cast<std::uint32_t>(one_in(16) ? most + 1 : below(most + 1));
}

/// Of a stretch of memory.
void BodyGenerator::length(unsigned depth) {
    if (!is_careful()) {
        value(ValueType::i32, depth);
    } else if (below(2) == 0) {
        i32(static_cast<std::uint32_t>(below(100)));
    } else {
        value(ValueType::i32, depth);
        i32(0x3FF);
        op(WasmOpcode::i32_and);
    }
}

/// Small, or beyond all limits: in between an engine may or may not have the memory. What has no maximum is
/// not empty, so that the greatest number is beyond.
void BodyGenerator::growth(unsigned depth) {
    switch (below(5)) {
        case 0: i32(0); break;
        case 1: i32(1); break;
        case 2: i32(0xFFFF'FFFF); break;
        default:
            value(ValueType::i32, depth);
            i32(3);
            op(WasmOpcode::i32_and);
            break;
    }
}

void BodyGenerator::bulk(unsigned depth) {
    if (!shape_.memory) {
        return;
    }
    const bool has_data = !shape_.data_segments.empty();
    const auto segment =
        static_cast<std::uint32_t>(has_data ? below(shape_.data_segments.size()) : 0);
    switch (below(has_data ? 4 : 2)) {
        case 0:
            address(depth);
            value(ValueType::i32, depth);
            length(depth);
            op(WasmOpcode::memory_fill, 0);
            break;
        case 1:
            if (below(2) == 0) {
                // From one to the other they often overlap.
                const std::uint64_t near = below(3) == 2 ? 4040 : below(256);
                i32(static_cast<std::uint32_t>(near + below(90)));
                i32(static_cast<std::uint32_t>(near + below(90)));
            } else {
                address(depth);
                address(depth);
            }
            length(depth);
            op(WasmOpcode::memory_copy, 0);
            out_.number(0);
            break;
        case 2:
            // In bounds as long as the segment is passive and not dropped.
            address(depth);
            if (is_careful()) {
                const DataShape& data = shape_.data_segments[segment];
                const bool is_left = data.mode == vm::SegmentMode::passive;
                const std::size_t size = is_left ? data.bytes.size() : 0;
                const std::uint64_t from = below(size + 1);
                i32(static_cast<std::uint32_t>(from));
                i32(count_up_to(size - from));
            } else {
                value(ValueType::i32, depth);
                length(depth);
            }
            op(WasmOpcode::memory_init, segment);
            out_.number(0);
            break;
        default:
            if (one_in(4)) {
                op(WasmOpcode::data_drop, segment);
            }
            break;
    }
}

void BodyGenerator::table_index(std::uint32_t table, unsigned depth) {
    const std::uint32_t size = shape_.tables[table].limits.min;
    if (!is_careful() || size == 0) {
        value(ValueType::i32, depth);
    } else if (below(2) == 0) {
        i32(static_cast<std::uint32_t>(below(size)));
    } else {
        value(ValueType::i32, depth);
        i32(size);
        op(WasmOpcode::i32_rem_u);
    }
}

void BodyGenerator::table_statement(unsigned depth) {
    if (shape_.tables.empty()) {
        return;
    }
    const auto table = static_cast<std::uint32_t>(below(shape_.tables.size()));
    const vm::TableType& type = shape_.tables[table];
    switch (below(6)) {
        case 0:
        case 1:
            table_index(table, depth);
            value(type.element, depth);
            op(WasmOpcode::table_set, table);
            break;
        case 2: {
            const std::uint64_t from = below(std::uint64_t{type.limits.min} + 1);
            i32(static_cast<std::uint32_t>(from));
            value(type.element, depth);
            i32(count_up_to(type.limits.min - from));
            op(WasmOpcode::table_fill, table);
            break;
        }
        case 3: table_copy(table, depth); break;
        case 4: table_init(table, depth); break;
        default:
            if (one_in(4)) {
                op(WasmOpcode::elem_drop,
                   static_cast<std::uint32_t>(below(shape_.element_segments.size())));
            }
            break;
    }
}

void BodyGenerator::table_copy(std::uint32_t table, unsigned depth) {
    const ValueType element = shape_.tables[table].element;
    const auto source = any_of(
        shape_.tables.size(), [&](std::uint32_t i) { return shape_.tables[i].element == element; });
    if (is_careful()) {
        const std::uint32_t size =
            std::min(shape_.tables[table].limits.min, shape_.tables[*source].limits.min);
        const std::uint64_t count = below(std::uint64_t{size} + 1);
        i32(count_up_to(size - count));
        i32(count_up_to(size - count));
        i32(static_cast<std::uint32_t>(count));
    } else {
        values({ValueType::i32, ValueType::i32, ValueType::i32}, std::min(depth, 1U));
    }
    op(WasmOpcode::table_copy, table);
    out_.number(*source);
}

void BodyGenerator::table_init(std::uint32_t table, unsigned depth) {
    const vm::TableType& type = shape_.tables[table];
    const auto segment = any_of(shape_.element_segments.size(), [&](std::uint32_t i) {
        return shape_.element_segments[i].type == type.element;
    });
    if (!segment) {
        return;
    }
    const ElementShape& elements = shape_.element_segments[*segment];
    const bool is_left = elements.mode == vm::SegmentMode::passive;
    if (is_careful()) {
        const std::uint64_t size =
            std::min<std::uint64_t>(is_left ? elements.elements.size() : 0, type.limits.min);
        const std::uint64_t count = below(size + 1);
        i32(count_up_to(size - count));
        i32(count_up_to(size - count));
        i32(static_cast<std::uint32_t>(count));
    } else {
        values({ValueType::i32, ValueType::i32, ValueType::i32}, std::min(depth, 1U));
    }
    op(WasmOpcode::table_init, *segment);
    out_.number(table);
}

void BodyGenerator::host_call(unsigned depth) {
    if (shape_.host_functions == 0) {
        return;
    }
    const auto function = static_cast<HostFunction>(below(one_in(8) ? 4 : 3));
    const bool careful = is_careful() && shape_.memory;
    switch (function) {
        case HostFunction::input_size: break;
        case HostFunction::input_read:
            address(depth);
            if (careful) {
                i32(static_cast<std::uint32_t>(below(kInputBytes / 2)));
                i32(static_cast<std::uint32_t>(below(one_in(3) ? 120 : 40)));
            } else {
                values({ValueType::i32, ValueType::i32}, depth);
            }
            break;
        case HostFunction::output_write:
            address(depth);
            if (careful) {
                i32(static_cast<std::uint32_t>(below(100)));
            } else {
                value(ValueType::i32, depth);
            }
            break;
        case HostFunction::halt: value(ValueType::i32, depth); break;
    }
    op(WasmOpcode::call, static_cast<std::uint32_t>(function));
    if (function == HostFunction::input_size) {
        sink(ValueType::i32);
    }
}

}  // namespace lockstep::random_modules
