// Values: constants, locals, globals, numeric instructions, references.

#include "tests/random_modules/body_generator.hpp"
#include "tests/random_modules/numbers.hpp"
#include "vm/module/opcode_info.hpp"

namespace lockstep::random_modules {

using vm::ValueType;
using vm::WasmOpcode;

namespace {

constexpr std::uint64_t kNan32 = 0x7FC0'0000;
constexpr std::uint64_t kNan64 = 0x7FF8'0000'0000'0000;

/// The instructions without immediates that compute a value of that type from others.
std::vector<WasmOpcode> numeric_opcodes(ValueType type) {
    std::vector<WasmOpcode> opcodes;
    const auto add = [&](WasmOpcode opcode) {
        const vm::OpcodeInfo& info = vm::opcode_info(opcode);
        if (info.immediate == vm::ImmediateKind::none && info.has_fixed_type &&
            info.result_count == 1 && info.result == type) {
            opcodes.push_back(opcode);
        }
    };
#define LOCKSTEP_WASM_OPCODE(name, code, text, immediate, parameters, results, align) \
    add(WasmOpcode::name);
#include "vm/module/wasm_opcodes.def"
#undef LOCKSTEP_WASM_OPCODE
    return opcodes;
}

const std::vector<WasmOpcode>& numeric_opcodes_of(ValueType type) {
    static const auto i32 = numeric_opcodes(ValueType::i32);
    static const auto i64 = numeric_opcodes(ValueType::i64);
    static const auto f32 = numeric_opcodes(ValueType::f32);
    static const auto f64 = numeric_opcodes(ValueType::f64);
    switch (type) {
        case ValueType::i64: return i64;
        case ValueType::f32: return f32;
        case ValueType::f64: return f64;
        default: return i32;
    }
}

bool divides(WasmOpcode opcode) {
    return (opcode >= WasmOpcode::i32_div_s && opcode <= WasmOpcode::i32_rem_u) ||
           (opcode >= WasmOpcode::i64_div_s && opcode <= WasmOpcode::i64_rem_u);
}

/// Traps where the number has no place in the type.
bool truncates(WasmOpcode opcode) {
    return (opcode >= WasmOpcode::i32_trunc_f32_s && opcode <= WasmOpcode::i32_trunc_f64_u) ||
           (opcode >= WasmOpcode::i64_trunc_f32_s && opcode <= WasmOpcode::i64_trunc_f64_u);
}

/// Moving bits, and changing the sign bit alone, makes no NaN.
bool computes_nan(WasmOpcode opcode) {
    switch (opcode) {
        case WasmOpcode::f32_abs:
        case WasmOpcode::f32_neg:
        case WasmOpcode::f32_copysign:
        case WasmOpcode::f64_abs:
        case WasmOpcode::f64_neg:
        case WasmOpcode::f64_copysign:
        case WasmOpcode::f32_reinterpret_i32:
        case WasmOpcode::f64_reinterpret_i64: return false;
        default: break;
    }
    const ValueType result = vm::opcode_info(opcode).result;
    return result == ValueType::f32 || result == ValueType::f64;
}

}  // namespace

void BodyGenerator::value(ValueType type, unsigned depth) {
    if (depth == 0 || --budget_ < 0) {
        leaf(type);
        return;
    }
    --depth;
    const bool is_ref = is_reference(type);
    switch (below(18)) {
        case 0: leaf(type); break;
        case 1:
        case 2:
        case 3:
        case 4:
        case 5:
        case 6:
        case 7: is_ref ? reference(type, depth) : numeric(type, depth); break;
        case 8: is_ref ? reference(type, depth) : load(type, depth); break;
        case 9: select(type, depth); break;
        case 10:
        case 11: block_value(type, depth); break;
        case 12:
        case 13: call_value(type, depth); break;
        case 14: local_value(type, depth); break;
        case 15: stored(type, depth); break;
        case 16: branch_if_value(type, depth); break;
        default:
            if (one_in(6)) {
                escape(depth);
                if (below(2) == 0) {
                    break;  // the stack behind is of any type
                }
            }
            leaf(type);
            break;
    }
}

void BodyGenerator::values(const Types& types, unsigned depth) {
    for (const ValueType type : types) {
        value(type, depth);
    }
}

void BodyGenerator::defaults(const Types& types) {
    for (const ValueType type : types) {
        out_.constant(type, 0);
    }
}

void BodyGenerator::leaf(ValueType type) {
    switch (below(5)) {
        case 0:
        case 1: break;
        case 2:
            if (const auto global = global_of(type, false)) {
                op(WasmOpcode::global_get, *global);
                return;
            }
            break;
        default:
            if (const auto local = local_of(type)) {
                op(WasmOpcode::local_get, *local);
                return;
            }
            break;
    }
    if (type == ValueType::funcref && below(2) == 1) {
        op(WasmOpcode::ref_func, static_cast<std::uint32_t>(below(shape_.functions.size())));
        return;
    }
    out_.constant(type, choose_number(choices_, type));
}

void BodyGenerator::numeric(ValueType type, unsigned depth) {
    const std::vector<WasmOpcode>& opcodes = numeric_opcodes_of(type);
    const WasmOpcode opcode = opcodes[below(opcodes.size())];
    const vm::OpcodeInfo& info = vm::opcode_info(opcode);
    const bool is_float =
        info.parameters[0] == ValueType::f32 || info.parameters[0] == ValueType::f64;
    if (is_float && info.parameter_count == 2 && one_in(6)) {
        out_.constant(info.parameters[0], choose_extreme(choices_, info.parameters[0]));
        out_.constant(info.parameters[1], choose_extreme(choices_, info.parameters[1]));
    } else {
        for (unsigned i = 0; i < info.parameter_count; ++i) {
            numeric_operand(opcode, i, depth);
        }
    }
    op(opcode);
    settle(opcode);
}

void BodyGenerator::numeric_operand(WasmOpcode opcode, unsigned place, unsigned depth) {
    const ValueType type = vm::opcode_info(opcode).parameters[place];
    if (divides(opcode) && place == 1 && is_careful()) {
        value(type, depth);
        out_.constant(type, 1);
        op(type == ValueType::i32 ? WasmOpcode::i32_or : WasmOpcode::i64_or);
    } else if (truncates(opcode) && !one_in(6)) {
        value(ValueType::i32, depth);
        i32(0xFFFF);
        op(WasmOpcode::i32_and);
        op(type == ValueType::f32 ? WasmOpcode::f32_convert_i32_s : WasmOpcode::f64_convert_i32_s);
    } else if (one_in(type == ValueType::f32 || type == ValueType::f64 ? 2 : 4)) {
        // What is computed is seldom at the border of anything.
        out_.constant(type, choose_number(choices_, type));
    } else {
        value(type, depth);
    }
}

void BodyGenerator::settle(WasmOpcode opcode) {
    if (!settle_nans_ || !computes_nan(opcode)) {
        return;
    }
    const bool is_f32 = vm::opcode_info(opcode).result == ValueType::f32;
    const auto local = static_cast<std::uint32_t>(locals_.size() - (is_f32 ? 2 : 1));
    op(WasmOpcode::local_set, local);
    out_.constant(locals_[local], is_f32 ? kNan32 : kNan64);
    op(WasmOpcode::local_get, local);
    op(WasmOpcode::local_get, local);
    op(WasmOpcode::local_get, local);
    op(is_f32 ? WasmOpcode::f32_ne : WasmOpcode::f64_ne);
    op(WasmOpcode::select);
}

void BodyGenerator::select(ValueType type, unsigned depth) {
    value(type, depth);
    value(type, depth);
    value(ValueType::i32, depth);
    if (is_reference(type) || one_in(3)) {
        op(WasmOpcode::select_t, 1);
        out_.type(type);
    } else {
        op(WasmOpcode::select);
    }
}

void BodyGenerator::local_value(ValueType type, unsigned depth) {
    const auto local = local_of(type);
    value(type, depth);
    if (local) {
        op(WasmOpcode::local_tee, *local);
    }
}

void BodyGenerator::reference(ValueType type, unsigned depth) {
    if (const auto table = below(2) == 1 ? table_of(type) : std::nullopt) {
        table_index(*table, depth);
        op(WasmOpcode::table_get, *table);
    } else {
        leaf(type);
    }
}

/// What is not computed from numbers: sizes, growth, whether a reference is null.
void BodyGenerator::stored(ValueType type, unsigned depth) {
    if (type != ValueType::i32) {
        leaf(type);
        return;
    }
    switch (below(4)) {
        case 0:
            value(one_in(3) ? ValueType::externref : ValueType::funcref, depth);
            op(WasmOpcode::ref_is_null);
            break;
        case 1:
            if (shape_.memory) {
                if (one_in(3)) {
                    growth(depth);
                    op(WasmOpcode::memory_grow, 0);
                } else {
                    op(WasmOpcode::memory_size, 0);
                }
            } else {
                leaf(type);
            }
            break;
        default:
            if (shape_.tables.empty()) {
                leaf(type);
                break;
            }
            const auto table = static_cast<std::uint32_t>(below(shape_.tables.size()));
            if (one_in(3)) {
                value(shape_.tables[table].element, depth);
                growth(depth);
                op(WasmOpcode::table_grow, table);
            } else {
                op(WasmOpcode::table_size, table);
            }
            break;
    }
}

std::optional<std::uint32_t> BodyGenerator::local_of(ValueType type) {
    return any_of(locals_.size() - 2, [&](std::uint32_t i) { return locals_[i] == type; });
}

std::optional<std::uint32_t> BodyGenerator::global_of(ValueType type, bool to_set) {
    return any_of(shape_.globals.size(), [&](std::uint32_t i) {
        const vm::GlobalType& global = shape_.globals[i].type;
        return global.value == type &&
               !(to_set &&
                 (!global.is_mutable || i == shape_.fuel_global() || i == shape_.mix_global()));
    });
}

std::optional<std::uint32_t> BodyGenerator::table_of(ValueType type) {
    return any_of(shape_.tables.size(),
                  [&](std::uint32_t i) { return shape_.tables[i].element == type; });
}

}  // namespace lockstep::random_modules
