// Instructions that are no control instructions (docs/spec/program.md, section 5).

#include <cstdint>

#include "base/check.hpp"
#include "vm/module/opcode_info.hpp"
#include "vm/program/function_lowering.hpp"

namespace lockstep::vm {

namespace {

/// Floats are loaded and stored as their bits.
WasmOpcode integer_access(WasmOpcode opcode) {
    switch (opcode) {
        case WasmOpcode::f32_load: return WasmOpcode::i32_load;
        case WasmOpcode::f64_load: return WasmOpcode::i64_load;
        case WasmOpcode::f32_store: return WasmOpcode::i32_store;
        case WasmOpcode::f64_store: return WasmOpcode::i64_store;
        default: return opcode;
    }
}

/// The instruction of a family that has WebAssembly's number, the one after a prefix, or null.
const OpcodeTraits* find_namesake(Family family, WasmOpcode opcode) {
    const unsigned number = static_cast<unsigned>(opcode) & 0xFFU;
    return find_traits(static_cast<std::uint16_t>(static_cast<unsigned>(family) << 8U | number));
}

bool is_constant(ImmediateKind immediate) {
    return immediate == ImmediateKind::i32 || immediate == ImmediateKind::i64 ||
           immediate == ImmediateKind::f32 || immediate == ImmediateKind::f64;
}

bool is_reinterpretation(WasmOpcode opcode) {
    return opcode == WasmOpcode::i32_reinterpret_f32 || opcode == WasmOpcode::i64_reinterpret_f64 ||
           opcode == WasmOpcode::f32_reinterpret_i32 || opcode == WasmOpcode::f64_reinterpret_i64;
}

}  // namespace

void FunctionLowering::lower_value(const WasmInstruction& instruction) {
    if (lower_variable(instruction) || lower_table(instruction) || lower_segment(instruction)) {
        return;
    }
    const OpcodeInfo& info = opcode_info(instruction.opcode);
    if (is_constant(info.immediate)) {
        emitter_.emit({.opcode = Opcode::const_, .a = instruction.bits});
        return;
    }
    if (info.immediate == ImmediateKind::memory_argument) {
        const OpcodeTraits* row = find_namesake(Family::memory, integer_access(instruction.opcode));
        LOCKSTEP_CHECK(row != nullptr);
        emitter_.emit(memory_instruction(row->opcode, instruction.memory_argument.offset));
        return;
    }
    if (is_reinterpretation(instruction.opcode)) {
        return;
    }
    const OpcodeTraits* row = find_namesake(Family::numeric, instruction.opcode);
    LOCKSTEP_CHECK(row != nullptr);
    emitter_.emit({.opcode = row->opcode});
}

/// False where it is none of these; so for the next two.
bool FunctionLowering::lower_variable(const WasmInstruction& instruction) {
    const std::uint32_t index = instruction.index;
    const auto emit = [this](const Instruction& lowered) {
        emitter_.emit(lowered);
        return true;
    };
    switch (instruction.opcode) {
        case WasmOpcode::drop: return emit({.opcode = Opcode::drop, .b = 1});
        case WasmOpcode::select:
        case WasmOpcode::select_t: return emit({.opcode = Opcode::select});
        case WasmOpcode::local_get: return emit({.opcode = Opcode::local_get, .b = index});
        case WasmOpcode::local_set: return emit({.opcode = Opcode::local_set, .b = index});
        case WasmOpcode::local_tee: return emit({.opcode = Opcode::local_tee, .b = index});
        case WasmOpcode::global_get:
            return emit(
                {.opcode = Opcode::global_get, .c = depths_.globals, .b = layout_.globals[index]});
        case WasmOpcode::global_set:
            return emit(
                {.opcode = Opcode::global_set, .c = depths_.globals, .b = layout_.globals[index]});
        case WasmOpcode::ref_null: return emit({.opcode = Opcode::const_});
        case WasmOpcode::ref_func:
            return emit(
                {.opcode = Opcode::const_, .a = std::uint64_t{layout_.functions[index]} + 1});
        case WasmOpcode::ref_is_null: return emit({.opcode = Opcode::i64_eqz});
        case WasmOpcode::memory_size: return emit(memory_instruction(Opcode::memory_size));
        case WasmOpcode::memory_grow: return emit(memory_instruction(Opcode::memory_grow));
        case WasmOpcode::memory_copy: return emit(memory_instruction(Opcode::memory_copy));
        case WasmOpcode::memory_fill: return emit(memory_instruction(Opcode::memory_fill));
        default: return false;
    }
}

bool FunctionLowering::lower_table(const WasmInstruction& instruction) {
    Instruction lowered{.c = depths_.tables};
    switch (instruction.opcode) {
        case WasmOpcode::table_get: lowered.opcode = Opcode::table_get; break;
        case WasmOpcode::table_set: lowered.opcode = Opcode::table_set; break;
        case WasmOpcode::table_size: lowered.opcode = Opcode::table_size; break;
        case WasmOpcode::table_fill: lowered.opcode = Opcode::table_fill; break;
        case WasmOpcode::table_copy:
            lowered.opcode = Opcode::table_copy;
            lowered.a = layout_.tables[instruction.second_index];
            break;
        case WasmOpcode::table_grow:
            lowered.opcode = Opcode::table_grow;
            emitter_.emit({.opcode = Opcode::const_});
            break;
        default: return false;
    }
    lowered.b = layout_.tables[instruction.index];
    emitter_.emit(lowered);
    return true;
}

bool FunctionLowering::lower_segment(const WasmInstruction& instruction) {
    const std::uint32_t index = instruction.index;
    switch (instruction.opcode) {
        case WasmOpcode::memory_init: {
            const SegmentPlace& segment = layout_.data_segments[index];
            push_rest(segment);
            emitter_.emit(memory_instruction(Opcode::memory_init, segment.pool_begin));
            return true;
        }
        case WasmOpcode::table_init: {
            const SegmentPlace& segment = layout_.element_segments[index];
            push_rest(segment);
            emitter_.emit({.opcode = Opcode::table_init,
                           .c = depths_.tables,
                           .b = layout_.tables[instruction.second_index],
                           .a = segment.pool_begin});
            return true;
        }
        case WasmOpcode::data_drop: drop_rest(layout_.data_segments[index]); return true;
        case WasmOpcode::elem_drop: drop_rest(layout_.element_segments[index]); return true;
        default: return false;
    }
}

Instruction FunctionLowering::memory_instruction(Opcode opcode, std::uint64_t a) const {
    return {.opcode = opcode, .c = depths_.memories, .b = layout_.memory, .a = a};
}

/// Segments that are not passive were dropped before any code ran.
void FunctionLowering::push_rest(const SegmentPlace& segment) {
    if (segment.hidden_global) {
        emitter_.emit(
            {.opcode = Opcode::global_get, .c = depths_.globals, .b = *segment.hidden_global});
    } else {
        emitter_.emit({.opcode = Opcode::const_});
    }
}

void FunctionLowering::drop_rest(const SegmentPlace& segment) {
    if (segment.hidden_global) {
        emitter_.emit({.opcode = Opcode::const_});
        emitter_.emit(
            {.opcode = Opcode::global_set, .c = depths_.globals, .b = *segment.hidden_global});
    }
}

}  // namespace lockstep::vm
