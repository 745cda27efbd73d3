#include "vm/module/instruction_reader.hpp"

#include <bit>
#include <string_view>

#include "base/check.hpp"
#include "vm/module/limits.hpp"
#include "vm/module/opcode_info.hpp"

namespace lockstep::vm {

namespace {

/// An opcode byte of a later version or a proposal: the name of the feature, or an empty view.
std::string_view feature_of_opcode(std::uint8_t byte) {
    switch (byte) {
        case 0x06:
        case 0x07:
        case 0x08:
        case 0x09:
        case 0x0A:
        case 0x18:
        case 0x19:
        case 0x1F: return "exception-handling";
        case 0x12:
        case 0x13: return "tail-call";
        case 0x14:
        case 0x15:
        case 0xD4:
        case 0xD5:
        case 0xD6: return "function-references";
        case 0xD3:
        case 0xFB: return "gc";
        case 0xFD: return "simd";
        case 0xFE: return "threads";
        default: return {};
    }
}

/// In the alignment of a load or store: the index of a memory follows.
constexpr std::uint32_t kMemoryIndexFlag = 0x40;

Load<void> read_u32_into(WasmReader& reader, std::uint32_t& value) {
    LOCKSTEP_TRY(value, reader.read_u32());
    return {};
}

/// A memory index of 2.0: one zero byte.
Load<void> read_zero_byte(WasmReader& reader) {
    const std::size_t start = reader.offset();
    LOCKSTEP_TRY(const std::uint8_t byte, reader.read_u8());
    if (byte != 0) {
        return refuse(LoadErrorCode::zero_byte_expected, start, byte);
    }
    return {};
}

}  // namespace

Load<WasmInstruction> InstructionReader::read() {
    // Made where the caller wants it: instructions are big.
    Load<WasmInstruction> result;
    result->offset = static_cast<std::uint32_t>(reader_.offset());
    const auto opcode = read_opcode();
    if (!opcode) {
        result = std::unexpected(opcode.error());
        return result;
    }
    result->opcode = *opcode;
    if (const auto immediates = read_immediates(*result); !immediates) {
        result = std::unexpected(immediates.error());
    }
    return result;
}

Load<WasmOpcode> InstructionReader::read_opcode() {
    const std::size_t start = reader_.offset();
    LOCKSTEP_TRY(const std::uint8_t byte, reader_.read_u8());
    if (byte == kOpcodePrefix) {
        LOCKSTEP_TRY(const std::uint32_t code, reader_.read_u32());
        if (code >= kPrefixedOpcodeCount) {
            return refuse(LoadErrorCode::unknown_opcode, start, code);
        }
        return static_cast<WasmOpcode>((kOpcodePrefix << 8U) | code);
    }
    const auto opcode = static_cast<WasmOpcode>(byte);
    if (!opcode_info(opcode).text.empty()) {
        return opcode;
    }
    if (const std::string_view feature = feature_of_opcode(byte); !feature.empty()) {
        return refuse_feature(feature, start);
    }
    return refuse(LoadErrorCode::unknown_opcode, start, byte);
}

Load<void> InstructionReader::read_immediates(WasmInstruction& instruction) {
    switch (opcode_info(instruction.opcode).immediate) {
        case ImmediateKind::none: return {};
        case ImmediateKind::label:
        case ImmediateKind::function:
        case ImmediateKind::local:
        case ImmediateKind::global:
        case ImmediateKind::table:
        case ImmediateKind::data:
        case ImmediateKind::element: return read_u32_into(reader_, instruction.index);
        case ImmediateKind::type_and_table:
        case ImmediateKind::element_and_table:
        case ImmediateKind::two_tables:
            LOCKSTEP_TRY_VOID(read_u32_into(reader_, instruction.index));
            return read_u32_into(reader_, instruction.second_index);
        case ImmediateKind::data_and_memory:
            LOCKSTEP_TRY_VOID(read_u32_into(reader_, instruction.index));
            return read_zero_byte(reader_);
        case ImmediateKind::two_memories:
            LOCKSTEP_TRY_VOID(read_zero_byte(reader_));
            return read_zero_byte(reader_);
        case ImmediateKind::memory: return read_zero_byte(reader_);
        case ImmediateKind::memory_argument: return read_memory_argument(instruction);
        case ImmediateKind::block_type: return read_block_type(instruction);
        case ImmediateKind::labels: return read_targets(instruction);
        case ImmediateKind::select_types: return read_select_types(instruction);
        case ImmediateKind::reference_type: {
            LOCKSTEP_TRY(instruction.type, reader_.read_reference_type());
            return {};
        }
        case ImmediateKind::i32:
        case ImmediateKind::i64:
        case ImmediateKind::f32:
        case ImmediateKind::f64: return read_constant(instruction);
    }
    LOCKSTEP_CHECK(false);
}

Load<void> InstructionReader::read_constant(WasmInstruction& instruction) {
    switch (instruction.opcode) {
        case WasmOpcode::i32_const: {
            LOCKSTEP_TRY(const std::int32_t value, reader_.read_s32());
            instruction.bits = std::bit_cast<std::uint32_t>(value);
            return {};
        }
        case WasmOpcode::i64_const: {
            LOCKSTEP_TRY(const std::int64_t value, reader_.read_s64());
            instruction.bits = std::bit_cast<std::uint64_t>(value);
            return {};
        }
        case WasmOpcode::f32_const: {
            LOCKSTEP_TRY(instruction.bits, reader_.read_fixed32());
            return {};
        }
        default: {
            LOCKSTEP_TRY(instruction.bits, reader_.read_fixed64());
            return {};
        }
    }
}

/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/binary/instructions.html#binary-blocktype
Load<void> InstructionReader::read_block_type(WasmInstruction& instruction) {
    const std::size_t start = reader_.offset();
    LOCKSTEP_TRY(const std::uint8_t first, reader_.peek_u8());
    BlockType& block_type = instruction.block_type;
    if (first == 0x40) {
        block_type.kind = BlockType::Kind::empty;
        LOCKSTEP_TRY_VOID(reader_.read_u8());
        return {};
    }
    // One byte of a negative number; a longer form of one is malformed.
    if (first > 0x40 && first < 0x80) {
        const auto type = reader_.read_value_type();
        if (!type && type.error().code == LoadErrorCode::bad_value_type) {
            return refuse(LoadErrorCode::bad_block_type, start, first);
        }
        LOCKSTEP_TRY(block_type.value, type);
        block_type.kind = BlockType::Kind::value;
        return {};
    }
    LOCKSTEP_TRY(const std::int64_t index, reader_.read_s33());
    if (index < 0) {
        return refuse(LoadErrorCode::bad_block_type, start, first);
    }
    block_type.kind = BlockType::Kind::type_index;
    block_type.type_index = static_cast<std::uint32_t>(index);
    return {};
}

Load<void> InstructionReader::read_targets(WasmInstruction& instruction) {
    LOCKSTEP_TRY(const std::uint32_t count,
                 reader_.read_count(kMaxBrTableTargets, "max_br_table_targets"));
    WasmReader skipped = reader_;
    for (std::uint32_t i = 0; i < count; ++i) {
        LOCKSTEP_TRY_VOID(skipped.read_u32());
    }
    LOCKSTEP_TRY(const ByteView encoded, reader_.read_bytes(skipped.offset() - reader_.offset()));
    instruction.targets = BranchTargets(encoded, count);
    return read_u32_into(reader_, instruction.index);
}

Load<void> InstructionReader::read_memory_argument(WasmInstruction& instruction) {
    const std::size_t start = reader_.offset();
    LOCKSTEP_TRY_VOID(read_u32_into(reader_, instruction.memory_argument.align_log2));
    if (const std::uint32_t align = instruction.memory_argument.align_log2; align >= 32) {
        if ((align & ~kMemoryIndexFlag) < 32) {
            return refuse_feature("multi-memory", start);
        }
        return refuse(LoadErrorCode::bad_memory_argument, start, align);
    }
    return read_u32_into(reader_, instruction.memory_argument.offset);
}

Load<void> InstructionReader::read_select_types(WasmInstruction& instruction) {
    const std::size_t start = reader_.offset();
    LOCKSTEP_TRY(const std::uint32_t count, reader_.read_u32());
    if (count != 1) {
        return refuse(LoadErrorCode::invalid_result_arity, start, count);
    }
    LOCKSTEP_TRY(instruction.type, reader_.read_value_type());
    return {};
}

}  // namespace lockstep::vm
