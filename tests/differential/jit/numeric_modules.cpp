#include "tests/differential/jit/numeric_modules.hpp"

#include "tests/differential/jit/numeric_function.hpp"
#include "tests/random_modules/module_shape.hpp"

namespace lockstep::jit_test {

using random_modules::ModuleShape;
using vm::ValueType;
using vm::WasmOpcode;

namespace {

ValueType type_of(char letter) {
    switch (letter) {
        case 'i': return ValueType::i32;
        case 'l': return ValueType::i64;
        case 'f': return ValueType::f32;
        default: return ValueType::f64;
    }
}

bool is_numeric(std::uint16_t code) {
    return (0x45 <= code && code <= 0xC4) || (0xFC00 <= code && code <= 0xFC07);
}

std::vector<NumericOpcode> make_opcodes() {
    std::vector<NumericOpcode> opcodes;
    const auto add = [&](std::uint16_t code, std::string_view text, std::string_view parameters,
                         std::string_view results) {
        if (!is_numeric(code)) {
            return;
        }
        NumericOpcode opcode{.opcode = static_cast<WasmOpcode>(code),
                             .text = text,
                             .parameters = {},
                             .result = type_of(results[0])};
        for (const char letter : parameters) {
            opcode.parameters.push_back(type_of(letter));
        }
        opcodes.push_back(std::move(opcode));
    };
#define LOCKSTEP_WASM_OPCODE(name, code, text, immediate, parameters, results, align) \
    add(code, text, parameters, results);
#include "vm/module/wasm_opcodes.def"
#undef LOCKSTEP_WASM_OPCODE
    return opcodes;
}

/// Without locals: `parameters` are returned as they are.
Bytes identity(std::uint32_t parameters) {
    InstructionWriter out;
    out.number(0);
    for (std::uint32_t i = 0; i < parameters; ++i) {
        out.op(WasmOpcode::local_get, i);
    }
    out.op(WasmOpcode::end);
    return out.take();
}

void memory(InstructionWriter& out, WasmOpcode opcode, std::uint32_t offset) {
    out.op(opcode);
    out.number(0);
    out.number(offset);
}

/// (from, to): passes the pairs, one after the other.
Bytes driver_body(const NumericOpcode& opcode, std::uint32_t function) {
    InstructionWriter out;
    out.number(1);
    out.number(1);
    out.type(ValueType::i32);
    out.op(WasmOpcode::loop);
    out.byte(0x40);
    out.op(WasmOpcode::local_get, 0);
    out.op(WasmOpcode::global_set, kPairGlobal);
    out.op(WasmOpcode::local_get, 0);
    out.constant(ValueType::i32, kRecordBytes);
    out.op(WasmOpcode::i32_mul);
    out.op(WasmOpcode::local_tee, 2);
    out.op(WasmOpcode::local_get, 2);
    memory(out, load_of(opcode.parameters[0]), 0);
    out.op(WasmOpcode::local_get, 2);
    memory(out, load_of(second_type(opcode)), 8);
    out.op(WasmOpcode::local_get, 2);
    out.op(WasmOpcode::call, function);
    memory(out, store_of(opcode.result), 16);
    out.op(WasmOpcode::local_get, 0);
    out.constant(ValueType::i32, 1);
    out.op(WasmOpcode::i32_add);
    out.op(WasmOpcode::local_tee, 0);
    out.op(WasmOpcode::local_get, 1);
    out.op(WasmOpcode::i32_lt_u);
    out.op(WasmOpcode::br_if, 0);
    out.op(WasmOpcode::end);
    out.op(WasmOpcode::end);
    return out.take();
}

Bytes records(const std::vector<Pair>& pairs) {
    Bytes bytes(pairs.size() * kRecordBytes);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        for (unsigned j = 0; j < 8; ++j) {
            bytes[i * kRecordBytes + j] = static_cast<std::uint8_t>(pairs[i].first >> (8 * j));
            bytes[i * kRecordBytes + 8 + j] = static_cast<std::uint8_t>(pairs[i].second >> (8 * j));
        }
    }
    return bytes;
}

}  // namespace

const std::vector<NumericOpcode>& numeric_opcodes() {
    static const std::vector<NumericOpcode> opcodes = make_opcodes();
    return opcodes;
}

std::string driver(std::size_t variant, std::size_t variants) {
    return "f" + std::to_string(kFirstVariant + variants + variant);
}

Bytes numeric_module(const NumericOpcode& opcode, const std::vector<NumericVariant>& variants,
                     const std::vector<Pair>& pairs) {
    ModuleShape shape;
    shape.types.push_back({});
    for (const ValueType type : kTypes) {
        shape.types.push_back({.parameters = {type}, .results = {type}});
    }
    shape.types.push_back(
        {.parameters = {opcode.parameters[0], second_type(opcode), ValueType::i32},
         .results = {opcode.result}});
    shape.types.push_back({.parameters = {ValueType::i32, ValueType::i32}, .results = {}});
    std::vector<Bytes> bodies;
    for (std::uint32_t type = 0; type < 5; ++type) {
        shape.functions.push_back(type);
        bodies.push_back(identity(type == 0 ? 0 : 1));
    }
    for (const NumericVariant& variant : variants) {
        shape.functions.push_back(5);
        bodies.push_back(numeric_function(opcode, variant));
    }
    for (std::size_t i = 0; i < variants.size(); ++i) {
        shape.functions.push_back(6);
        bodies.push_back(driver_body(opcode, kFirstVariant + static_cast<std::uint32_t>(i)));
    }
    shape.memory = vm::Limits{.min = 1, .max = 1};
    shape.globals.push_back({.type = {.value = ValueType::i32, .is_mutable = true}});
    shape.globals.push_back({.type = {.value = ValueType::i64, .is_mutable = true}});
    for (const ValueType type : kTypes) {
        shape.globals.push_back({.type = {.value = type, .is_mutable = true}});
    }
    shape.data_segments.push_back(
        {.mode = vm::SegmentMode::active, .offset = 0, .bytes = records(pairs)});
    return random_modules::encode_module(shape, bodies);
}

}  // namespace lockstep::jit_test
