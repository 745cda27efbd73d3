#include "vm/module/segment_decoder.hpp"

#include <utility>

#include "base/check.hpp"
#include "vm/module/instruction_reader.hpp"
#include "vm/module/limits.hpp"

namespace lockstep::vm {

namespace {

// Bits of an element segment's flags.
constexpr std::uint32_t kNotActive = 1;
// With kNotActive: declarative instead of passive. Else: a table index is given.
constexpr std::uint32_t kDeclarativeOrTable = 2;
constexpr std::uint32_t kExpressions = 4;
constexpr std::uint32_t kMaxElementFlags = 7;

Load<ConstInstruction> to_const_instruction(const WasmInstruction& instruction) {
    ConstInstruction constant{.opcode = instruction.opcode, .offset = instruction.offset};
    switch (instruction.opcode) {
        case WasmOpcode::i32_const:
        case WasmOpcode::i64_const:
        case WasmOpcode::f32_const:
        case WasmOpcode::f64_const: constant.bits = instruction.bits; return constant;
        case WasmOpcode::ref_null:
            constant.bits = static_cast<std::uint64_t>(instruction.type);
            return constant;
        case WasmOpcode::ref_func:
        case WasmOpcode::global_get: constant.bits = instruction.index; return constant;
        case WasmOpcode::i32_add:
        case WasmOpcode::i32_sub:
        case WasmOpcode::i32_mul:
        case WasmOpcode::i64_add:
        case WasmOpcode::i64_sub:
        case WasmOpcode::i64_mul: return constant;
        default:
            return refuse(LoadErrorCode::constant_expression_required, instruction.offset,
                          static_cast<std::uint64_t>(instruction.opcode));
    }
}

/// An element's initial value. Expressions of reference type have exactly one instruction.
Load<ConstInstruction> decode_element_expression(WasmReader& reader) {
    InstructionReader instructions(reader);
    LOCKSTEP_TRY(const WasmInstruction instruction, instructions.read());
    if (instruction.opcode == WasmOpcode::end) {
        return refuse(LoadErrorCode::type_mismatch, instruction.offset);
    }
    LOCKSTEP_TRY(const ConstInstruction constant, to_const_instruction(instruction));
    if (constant.opcode != WasmOpcode::ref_null && constant.opcode != WasmOpcode::ref_func &&
        constant.opcode != WasmOpcode::global_get) {
        return refuse(LoadErrorCode::type_mismatch, instruction.offset);
    }
    LOCKSTEP_TRY(const WasmInstruction last, instructions.read());
    if (last.opcode != WasmOpcode::end) {
        LOCKSTEP_TRY_VOID(to_const_instruction(last));
        return refuse(LoadErrorCode::type_mismatch, last.offset);
    }
    reader = instructions.rest();
    return constant;
}

/// The kind of what a list of function indices holds: one byte, zero for functions.
Load<void> decode_element_kind(WasmReader& reader) {
    const std::size_t start = reader.offset();
    LOCKSTEP_TRY(const std::uint8_t kind, reader.read_u8());
    if (kind != 0) {
        return refuse(LoadErrorCode::bad_element_kind, start, kind);
    }
    return {};
}

Load<void> decode_elements(WasmReader& reader, bool are_expressions, ElementSegment& segment) {
    LOCKSTEP_TRY(const std::uint32_t count,
                 reader.read_count(kMaxElementsPerSegment, "max_elements_per_segment"));
    segment.elements.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        ConstInstruction element{.opcode = WasmOpcode::ref_func,
                                 .offset = static_cast<std::uint32_t>(reader.offset())};
        if (are_expressions) {
            LOCKSTEP_TRY(element, decode_element_expression(reader));
        } else {
            LOCKSTEP_TRY(element.bits, reader.read_u32());
        }
        segment.elements.push_back(element);
    }
    return {};
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/modules.html#element-section
Load<ElementSegment> decode_element_segment(WasmReader& reader) {
    ElementSegment segment;
    segment.offset = static_cast<std::uint32_t>(reader.offset());
    LOCKSTEP_TRY(const std::uint32_t flags, reader.read_u32());
    if (flags > kMaxElementFlags) {
        return refuse(LoadErrorCode::bad_segment_flags, segment.offset, flags);
    }
    const bool are_expressions = (flags & kExpressions) != 0;
    if ((flags & kNotActive) != 0) {
        segment.mode =
            (flags & kDeclarativeOrTable) != 0 ? SegmentMode::declarative : SegmentMode::passive;
    } else {
        segment.mode = SegmentMode::active;
        if ((flags & kDeclarativeOrTable) != 0) {
            LOCKSTEP_TRY(segment.table_index, reader.read_u32());
        }
        LOCKSTEP_TRY(segment.start, decode_const_expression(reader));
    }
    // The two shortest forms leave the type out: it is funcref.
    if ((flags & (kNotActive | kDeclarativeOrTable)) != 0) {
        if (are_expressions) {
            LOCKSTEP_TRY(segment.type, reader.read_reference_type());
        } else {
            LOCKSTEP_TRY_VOID(decode_element_kind(reader));
        }
    }
    LOCKSTEP_TRY_VOID(decode_elements(reader, are_expressions, segment));
    return segment;
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/modules.html#data-section
Load<DataSegment> decode_data_segment(WasmReader& reader) {
    DataSegment segment;
    segment.offset = static_cast<std::uint32_t>(reader.offset());
    LOCKSTEP_TRY(const std::uint32_t flags, reader.read_u32());
    if (flags > 2) {
        return refuse(LoadErrorCode::bad_segment_flags, segment.offset, flags);
    }
    segment.mode = flags == 1 ? SegmentMode::passive : SegmentMode::active;
    if (flags == 2) {
        LOCKSTEP_TRY(segment.memory_index, reader.read_u32());
    }
    if (segment.mode == SegmentMode::active) {
        LOCKSTEP_TRY(segment.start, decode_const_expression(reader));
    }
    LOCKSTEP_TRY(const std::uint32_t size, reader.read_u32());
    LOCKSTEP_TRY(segment.bytes, reader.read_bytes(size));
    return segment;
}

}  // namespace

Load<ConstExpression> decode_const_expression(WasmReader& reader) {
    ConstExpression expression;
    expression.offset = static_cast<std::uint32_t>(reader.offset());
    InstructionReader instructions(reader);
    while (true) {
        LOCKSTEP_TRY(const WasmInstruction instruction, instructions.read());
        if (instruction.opcode == WasmOpcode::end) {
            reader = instructions.rest();
            return expression;
        }
        LOCKSTEP_TRY(const ConstInstruction constant, to_const_instruction(instruction));
        if (expression.instructions.size() == kMaxConstExpressionInstructions) {
            return refuse_limit("max_const_expression_instructions",
                                kMaxConstExpressionInstructions, instruction.offset);
        }
        expression.instructions.push_back(constant);
    }
}

Load<void> decode_element_section(WasmReader& section, Module& module) {
    LOCKSTEP_TRY(const std::uint32_t count,
                 section.read_count(kMaxElementSegments, "max_element_segments"));
    module.element_segments.reserve(count);
    std::size_t element_count = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        LOCKSTEP_TRY(ElementSegment segment, decode_element_segment(section));
        element_count += segment.elements.size();
        if (element_count > kMaxElements) {
            return refuse_limit("max_elements", kMaxElements, segment.offset);
        }
        module.element_segments.push_back(std::move(segment));
    }
    return {};
}

Load<void> decode_data_section(WasmReader& section, Module& module) {
    LOCKSTEP_TRY(const std::uint32_t count,
                 section.read_count(kMaxDataSegments, "max_data_segments"));
    module.data_segments.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        LOCKSTEP_TRY(DataSegment segment, decode_data_segment(section));
        module.data_segments.push_back(std::move(segment));
    }
    return {};
}

}  // namespace lockstep::vm
