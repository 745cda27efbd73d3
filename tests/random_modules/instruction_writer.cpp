#include "tests/random_modules/instruction_writer.hpp"

namespace lockstep::random_modules {

using vm::ValueType;
using vm::WasmOpcode;

void InstructionWriter::op(WasmOpcode opcode) {
    const auto code = static_cast<std::uint16_t>(opcode);
    if (code >= 0x100) {
        byte(static_cast<std::uint8_t>(code >> 8U));
    }
    byte(static_cast<std::uint8_t>(code));
}

void InstructionWriter::op(WasmOpcode opcode, std::uint32_t index) {
    op(opcode);
    number(index);
}

void InstructionWriter::number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) {
        byte(static_cast<std::uint8_t>(value | 0x80U));
    }
    byte(static_cast<std::uint8_t>(value));
}

void InstructionWriter::signed_number(std::int64_t value) {
    for (; value < -64 || value > 63; value >>= 7) {
        byte(static_cast<std::uint8_t>((value & 0x7F) | 0x80));
    }
    byte(static_cast<std::uint8_t>(value & 0x7F));
}

void InstructionWriter::little_endian(std::uint64_t bits, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
        byte(static_cast<std::uint8_t>(bits >> (8 * i)));
    }
}

void InstructionWriter::constant(ValueType value_type, std::uint64_t bits) {
    switch (value_type) {
        case ValueType::i32:
            op(WasmOpcode::i32_const);
            signed_number(static_cast<std::int32_t>(static_cast<std::uint32_t>(bits)));
            break;
        case ValueType::i64:
            op(WasmOpcode::i64_const);
            signed_number(static_cast<std::int64_t>(bits));
            break;
        case ValueType::f32:
            op(WasmOpcode::f32_const);
            little_endian(bits, 4);
            break;
        case ValueType::f64:
            op(WasmOpcode::f64_const);
            little_endian(bits, 8);
            break;
        case ValueType::funcref:
        case ValueType::externref:
            op(WasmOpcode::ref_null);
            type(value_type);
            break;
    }
}

void InstructionWriter::append(const Bytes& bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

}  // namespace lockstep::random_modules
