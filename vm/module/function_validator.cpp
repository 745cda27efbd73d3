#include "vm/module/function_validator.hpp"

#include <algorithm>
#include <array>

#include "base/check.hpp"
#include "vm/module/instruction_reader.hpp"

namespace lockstep::vm {

namespace {

/// A list of just this type, that lives for ever.
TypeList list_of(ValueType type) {
    static constexpr std::array kTypes{ValueType::i32, ValueType::i64,     ValueType::f32,
                                       ValueType::f64, ValueType::funcref, ValueType::externref};
    const auto found = std::ranges::find(kTypes, type);
    LOCKSTEP_CHECK(found != kTypes.end());
    return {found, 1};
}

}  // namespace

Load<void> FunctionValidator::validate(const FunctionType& type, const Code& code) {
    type_ = &type;
    code_ = &code;
    stack_.start_function(code.body.size());
    stack_.set_offset(code.body_offset);
    LOCKSTEP_TRY_VOID(stack_.push_frame(WasmOpcode::block, {}, type.results));
    InstructionReader reader(code.body, code.body_offset);
    while (stack_.has_frames()) {
        const auto instruction = reader.read();
        if (!instruction) {
            return std::unexpected(instruction.error());
        }
        stack_.set_offset(instruction->offset);
        LOCKSTEP_TRY_VOID(check(*instruction));
    }
    if (!reader.at_end()) {
        return refuse(LoadErrorCode::code_size_mismatch, reader.offset());
    }
    return {};
}

Load<void> FunctionValidator::check(const WasmInstruction& instruction) {
    const OpcodeInfo& info = opcode_info(instruction.opcode);
    if (info.has_fixed_type) {
        return check_fixed(instruction, info);
    }
    switch (instruction.opcode) {
        case WasmOpcode::block:
        case WasmOpcode::loop:
        case WasmOpcode::if_: return check_block(instruction);
        case WasmOpcode::else_: return check_else();
        case WasmOpcode::end: return check_end();
        case WasmOpcode::unreachable: stack_.mark_unreachable(); return {};
        case WasmOpcode::br:
        case WasmOpcode::br_if: return check_branch(instruction);
        case WasmOpcode::br_table: return check_branch_table(instruction);
        case WasmOpcode::return_: return check_return();
        case WasmOpcode::call: return check_call(instruction);
        case WasmOpcode::call_indirect: return check_call_indirect(instruction);
        case WasmOpcode::drop: LOCKSTEP_TRY_VOID(stack_.pop()); return {};
        case WasmOpcode::select:
        case WasmOpcode::select_t: return check_select(instruction);
        case WasmOpcode::local_get:
        case WasmOpcode::local_set:
        case WasmOpcode::local_tee: return check_local(instruction);
        case WasmOpcode::global_get:
        case WasmOpcode::global_set: return check_global(instruction);
        case WasmOpcode::table_get:
        case WasmOpcode::table_set:
        case WasmOpcode::table_grow:
        case WasmOpcode::table_fill: return check_table(instruction);
        case WasmOpcode::ref_null:
        case WasmOpcode::ref_is_null:
        case WasmOpcode::ref_func: return check_reference(instruction);
        default: break;
    }
    LOCKSTEP_CHECK(false);
}

Load<void> FunctionValidator::check_fixed(const WasmInstruction& instruction,
                                          const OpcodeInfo& info) {
    LOCKSTEP_TRY_VOID(check_memory_use(instruction, info));
    LOCKSTEP_TRY_VOID(check_segment_use(instruction));
    for (std::size_t i = info.parameter_count; i-- > 0;) {
        LOCKSTEP_TRY_VOID(stack_.pop(info.parameters[i]));
    }
    if (info.result_count != 0) {
        return stack_.push(info.result);
    }
    return {};
}

Load<void> FunctionValidator::check_memory_use(const WasmInstruction& instruction,
                                               const OpcodeInfo& info) {
    switch (info.immediate) {
        case ImmediateKind::memory_argument:
            if (instruction.memory_argument.align_log2 > info.align_log2) {
                return refuse(LoadErrorCode::alignment_too_large, instruction.offset,
                              instruction.memory_argument.align_log2);
            }
            [[fallthrough]];
        case ImmediateKind::memory:
        case ImmediateKind::two_memories:
        case ImmediateKind::data_and_memory:
            if (module_.memories.empty()) {
                return refuse(LoadErrorCode::unknown_memory, instruction.offset);
            }
            return {};
        default: return {};
    }
}

/// The indices of instructions on segments and of those on two tables.
Load<void> FunctionValidator::check_segment_use(const WasmInstruction& instruction) {
    switch (instruction.opcode) {
        case WasmOpcode::memory_init:
        case WasmOpcode::data_drop:
            if (!module_.data_count) {
                return refuse(LoadErrorCode::data_count_required, instruction.offset);
            }
            if (instruction.index >= *module_.data_count) {
                return refuse(LoadErrorCode::unknown_data_segment, instruction.offset,
                              instruction.index);
            }
            return {};
        case WasmOpcode::elem_drop:
        case WasmOpcode::table_init: {
            if (instruction.index >= module_.element_segments.size()) {
                return refuse(LoadErrorCode::unknown_element_segment, instruction.offset,
                              instruction.index);
            }
            if (instruction.opcode == WasmOpcode::elem_drop) {
                return {};
            }
            LOCKSTEP_TRY(const ValueType type,
                         table_element(instruction.second_index, instruction.offset));
            if (type != module_.element_segments[instruction.index].type) {
                return refuse(LoadErrorCode::type_mismatch, instruction.offset);
            }
            return {};
        }
        case WasmOpcode::table_copy: {
            LOCKSTEP_TRY(const ValueType to, table_element(instruction.index, instruction.offset));
            LOCKSTEP_TRY(const ValueType from,
                         table_element(instruction.second_index, instruction.offset));
            if (to != from) {
                return refuse(LoadErrorCode::type_mismatch, instruction.offset);
            }
            return {};
        }
        case WasmOpcode::table_size:
            LOCKSTEP_TRY_VOID(table_element(instruction.index, instruction.offset));
            return {};
        default: return {};
    }
}

Load<FunctionValidator::BlockTypes> FunctionValidator::block_types(
    const WasmInstruction& instruction) const {
    const BlockType& block_type = instruction.block_type;
    switch (block_type.kind) {
        case BlockType::Kind::empty: return BlockTypes{};
        case BlockType::Kind::value:
            return BlockTypes{.parameters = {}, .results = list_of(block_type.value)};
        case BlockType::Kind::type_index: break;
    }
    if (block_type.type_index >= module_.types.size()) {
        return refuse(LoadErrorCode::unknown_type, instruction.offset, block_type.type_index);
    }
    const FunctionType& type = module_.types[block_type.type_index];
    return BlockTypes{.parameters = type.parameters, .results = type.results};
}

Load<void> FunctionValidator::check_block(const WasmInstruction& instruction) {
    LOCKSTEP_TRY(const BlockTypes types, block_types(instruction));
    if (instruction.opcode == WasmOpcode::if_) {
        LOCKSTEP_TRY_VOID(stack_.pop(ValueType::i32));
    }
    LOCKSTEP_TRY_VOID(stack_.pop_all(types.parameters));
    return stack_.push_frame(instruction.opcode, types.parameters, types.results);
}

Load<void> FunctionValidator::check_else() {
    if (stack_.innermost().opcode != WasmOpcode::if_) {
        return refuse(LoadErrorCode::misplaced_else, stack_.offset());
    }
    LOCKSTEP_TRY(const ControlFrame frame, stack_.pop_frame());
    return stack_.push_frame(WasmOpcode::else_, frame.parameters, frame.results);
}

Load<void> FunctionValidator::check_end() {
    LOCKSTEP_TRY(const ControlFrame frame, stack_.pop_frame());
    // Without an `else`, the parameters pass through as the results.
    if (frame.opcode == WasmOpcode::if_ && !std::ranges::equal(frame.parameters, frame.results)) {
        return refuse(LoadErrorCode::type_mismatch, stack_.offset());
    }
    return stack_.has_frames() ? stack_.push_all(frame.results) : Load<void>();
}

Load<void> FunctionValidator::check_branch(const WasmInstruction& instruction) {
    LOCKSTEP_TRY(const ControlFrame* target, stack_.frame(instruction.index));
    if (instruction.opcode == WasmOpcode::br_if) {
        LOCKSTEP_TRY_VOID(stack_.pop(ValueType::i32));
        LOCKSTEP_TRY_VOID(stack_.pop_all(target->label_types()));
        return stack_.push_all(target->label_types());
    }
    LOCKSTEP_TRY_VOID(stack_.pop_all(target->label_types()));
    stack_.mark_unreachable();
    return {};
}

Load<void> FunctionValidator::check_branch_table(const WasmInstruction& instruction) {
    LOCKSTEP_TRY_VOID(stack_.pop(ValueType::i32));
    LOCKSTEP_TRY(const ControlFrame* fallback, stack_.frame(instruction.index));
    const TypeList fallback_types = fallback->label_types();
    for (const std::uint32_t label : instruction.targets) {
        LOCKSTEP_TRY(const ControlFrame* target, stack_.frame(label));
        if (target->label_types().size() != fallback_types.size()) {
            return refuse(LoadErrorCode::type_mismatch, instruction.offset, label);
        }
        LOCKSTEP_TRY_VOID(stack_.check_top(target->label_types()));
    }
    LOCKSTEP_TRY_VOID(stack_.pop_all(fallback_types));
    stack_.mark_unreachable();
    return {};
}

Load<void> FunctionValidator::check_return() {
    LOCKSTEP_TRY_VOID(stack_.pop_all(type_->results));
    stack_.mark_unreachable();
    return {};
}

Load<void> FunctionValidator::call(const FunctionType& callee) {
    LOCKSTEP_TRY_VOID(stack_.pop_all(callee.parameters));
    return stack_.push_all(callee.results);
}

Load<void> FunctionValidator::check_call(const WasmInstruction& instruction) {
    if (instruction.index >= module_.functions.size()) {
        return refuse(LoadErrorCode::unknown_function, instruction.offset, instruction.index);
    }
    return call(module_.function_type(instruction.index));
}

Load<void> FunctionValidator::check_call_indirect(const WasmInstruction& instruction) {
    LOCKSTEP_TRY(const ValueType element,
                 table_element(instruction.second_index, instruction.offset));
    if (element != ValueType::funcref) {
        return refuse(LoadErrorCode::type_mismatch, instruction.offset, instruction.second_index);
    }
    if (instruction.index >= module_.types.size()) {
        return refuse(LoadErrorCode::unknown_type, instruction.offset, instruction.index);
    }
    LOCKSTEP_TRY_VOID(stack_.pop(ValueType::i32));
    return call(module_.types[instruction.index]);
}

Load<void> FunctionValidator::check_select(const WasmInstruction& instruction) {
    LOCKSTEP_TRY_VOID(stack_.pop(ValueType::i32));
    if (instruction.opcode == WasmOpcode::select_t) {
        LOCKSTEP_TRY_VOID(stack_.pop(instruction.type));
        LOCKSTEP_TRY_VOID(stack_.pop(instruction.type));
        return stack_.push(instruction.type);
    }
    LOCKSTEP_TRY(const ValueType second, stack_.pop());
    LOCKSTEP_TRY(const ValueType first, stack_.pop());
    const bool agree = first == second || first == kAnyType || second == kAnyType;
    if (!agree || is_reference(first) || is_reference(second)) {
        return refuse(LoadErrorCode::type_mismatch, instruction.offset);
    }
    return stack_.push(first == kAnyType ? second : first);
}

Load<void> FunctionValidator::check_local(const WasmInstruction& instruction) {
    const auto type = local_type(*type_, *code_, instruction.index);
    if (!type) {
        return refuse(LoadErrorCode::unknown_local, instruction.offset, instruction.index);
    }
    if (instruction.opcode != WasmOpcode::local_get) {
        LOCKSTEP_TRY_VOID(stack_.pop(*type));
    }
    return instruction.opcode == WasmOpcode::local_set ? Load<void>() : stack_.push(*type);
}

Load<void> FunctionValidator::check_global(const WasmInstruction& instruction) {
    if (instruction.index >= module_.globals.size()) {
        return refuse(LoadErrorCode::unknown_global, instruction.offset, instruction.index);
    }
    const GlobalType& global = module_.globals[instruction.index];
    if (instruction.opcode == WasmOpcode::global_get) {
        return stack_.push(global.value);
    }
    if (!global.is_mutable) {
        return refuse(LoadErrorCode::immutable_global, instruction.offset, instruction.index);
    }
    return stack_.pop(global.value);
}

Load<ValueType> FunctionValidator::table_element(std::uint32_t index, std::size_t offset) const {
    if (index >= module_.tables.size()) {
        return refuse(LoadErrorCode::unknown_table, offset, index);
    }
    return module_.tables[index].element;
}

Load<void> FunctionValidator::check_table(const WasmInstruction& instruction) {
    LOCKSTEP_TRY(const ValueType element, table_element(instruction.index, instruction.offset));
    switch (instruction.opcode) {
        case WasmOpcode::table_get:
            LOCKSTEP_TRY_VOID(stack_.pop(ValueType::i32));
            return stack_.push(element);
        case WasmOpcode::table_set:
            LOCKSTEP_TRY_VOID(stack_.pop(element));
            return stack_.pop(ValueType::i32);
        case WasmOpcode::table_grow:
            LOCKSTEP_TRY_VOID(stack_.pop(ValueType::i32));
            LOCKSTEP_TRY_VOID(stack_.pop(element));
            return stack_.push(ValueType::i32);
        default:
            LOCKSTEP_TRY_VOID(stack_.pop(ValueType::i32));
            LOCKSTEP_TRY_VOID(stack_.pop(element));
            return stack_.pop(ValueType::i32);
    }
}

Load<void> FunctionValidator::check_reference(const WasmInstruction& instruction) {
    if (instruction.opcode == WasmOpcode::ref_null) {
        return stack_.push(instruction.type);
    }
    if (instruction.opcode == WasmOpcode::ref_is_null) {
        LOCKSTEP_TRY(const ValueType type, stack_.pop());
        if (type != kAnyType && !is_reference(type)) {
            return refuse(LoadErrorCode::type_mismatch, instruction.offset);
        }
        return stack_.push(ValueType::i32);
    }
    if (instruction.index >= module_.functions.size()) {
        return refuse(LoadErrorCode::unknown_function, instruction.offset, instruction.index);
    }
    if (!declared_functions_[instruction.index]) {
        return refuse(LoadErrorCode::undeclared_function_reference, instruction.offset,
                      instruction.index);
    }
    return stack_.push(ValueType::funcref);
}

}  // namespace lockstep::vm
