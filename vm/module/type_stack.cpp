#include "vm/module/type_stack.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace lockstep::vm {

void TypeStack::start_function(std::size_t body_bytes) {
    operands_.clear();
    frames_.clear();
    work_left_ += std::uint64_t{kMaxValidationWorkPerByte} * body_bytes;
}

Load<void> TypeStack::spend(std::size_t work) {
    if (work > work_left_) {
        return refuse_limit("max_validation_work_per_byte", kMaxValidationWorkPerByte, offset_);
    }
    work_left_ -= work;
    return {};
}

Load<void> TypeStack::push(ValueType type) {
    if (operands_.size() == kMaxOperandHeight) {
        return refuse_limit("max_operand_height", kMaxOperandHeight, offset_);
    }
    operands_.push_back(type);
    return {};
}

Load<void> TypeStack::push_all(TypeList types) {
    LOCKSTEP_TRY_VOID(spend(types.size()));
    if (types.size() > kMaxOperandHeight - operands_.size()) {
        return refuse_limit("max_operand_height", kMaxOperandHeight, offset_);
    }
    operands_.insert(operands_.end(), types.begin(), types.end());
    return {};
}

Load<ValueType> TypeStack::pop() {
    const ControlFrame& frame = frames_.back();
    if (operands_.size() == frame.height) {
        if (frame.is_unreachable) {
            return kAnyType;
        }
        return refuse(LoadErrorCode::type_mismatch, offset_);
    }
    const ValueType type = operands_.back();
    operands_.pop_back();
    return type;
}

Load<void> TypeStack::pop(ValueType expected) {
    LOCKSTEP_TRY(const ValueType type, pop());
    if (type != expected && type != kAnyType) {
        return refuse(LoadErrorCode::type_mismatch, offset_);
    }
    return {};
}

Load<void> TypeStack::pop_all(TypeList types) {
    LOCKSTEP_TRY_VOID(check_top(types));
    const std::size_t present = operands_.size() - frames_.back().height;
    operands_.resize(operands_.size() - std::min(present, types.size()));
    return {};
}

Load<void> TypeStack::check_top(TypeList types) {
    LOCKSTEP_TRY_VOID(spend(types.size()));
    const ControlFrame& frame = frames_.back();
    const TypeList present = TypeList(operands_).subspan(frame.height);
    if (types.size() > present.size() && !frame.is_unreachable) {
        return refuse(LoadErrorCode::type_mismatch, offset_);
    }
    const std::size_t count = std::min(types.size(), present.size());
    const TypeList expected = types.last(count);
    const TypeList top = present.last(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (top[i] != expected[i] && top[i] != kAnyType) {
            return refuse(LoadErrorCode::type_mismatch, offset_);
        }
    }
    return {};
}

Load<void> TypeStack::push_frame(WasmOpcode opcode, TypeList parameters, TypeList results) {
    if (frames_.size() == kMaxBlockNesting) {
        return refuse_limit("max_block_nesting", kMaxBlockNesting, offset_);
    }
    frames_.push_back({.opcode = opcode,
                       .parameters = parameters,
                       .results = results,
                       .height = operands_.size()});
    return push_all(parameters);
}

Load<ControlFrame> TypeStack::pop_frame() {
    const ControlFrame frame = frames_.back();
    LOCKSTEP_TRY_VOID(pop_all(frame.results));
    if (operands_.size() != frame.height) {
        return refuse(LoadErrorCode::type_mismatch, offset_);
    }
    frames_.pop_back();
    return frame;
}

void TypeStack::mark_unreachable() {
    ControlFrame& frame = frames_.back();
    operands_.resize(frame.height);
    frame.is_unreachable = true;
}

Load<const ControlFrame*> TypeStack::frame(std::uint32_t label) const {
    if (label >= frames_.size()) {
        return refuse(LoadErrorCode::unknown_label, offset_, label);
    }
    return &frames_[frames_.size() - 1 - label];
}

}  // namespace lockstep::vm
