// Instructions that are no control instructions.

#include <array>
#include <utility>

#include "vm/interpreter/control_handlers.hpp"
#include "vm/interpreter/function_translator.hpp"
#include "vm/interpreter/memory_handlers.hpp"
#include "vm/interpreter/numeric_handlers.hpp"
#include "vm/interpreter/opcode_class.hpp"
#include "vm/interpreter/opcode_relations.hpp"
#include "vm/interpreter/pair_handlers.hpp"
#include "vm/interpreter/rare_handlers.hpp"

namespace lockstep::vm {

namespace {

bool is_load(Opcode opcode) {
    return is_between(opcode, Opcode::i32_load, Opcode::i64_load32_u);
}
bool is_store(Opcode opcode) {
    return is_between(opcode, Opcode::i32_store, Opcode::i64_store32);
}

}  // namespace

bool FunctionTranslator::translate_value(const Instruction& instruction) {
    const Opcode opcode = instruction.opcode;
    switch (opcode) {
        case Opcode::const_: operands_.push_constant(instruction.a); return true;
        case Opcode::drop: operands_.drop(instruction.b); return true;
        case Opcode::drop_under: translate_drop_under(instruction.b); return true;
        case Opcode::select: translate_select(); return true;
        case Opcode::local_get:
            operands_.push_local(static_cast<std::uint16_t>(instruction.b));
            return true;
        case Opcode::local_set:
            set_local(static_cast<std::uint16_t>(instruction.b), operands_.pop());
            return true;
        case Opcode::local_tee:
            translate_tee(static_cast<std::uint16_t>(instruction.b));
            return true;
        case Opcode::global_get: translate_global_get(instruction.b); return true;
        case Opcode::global_set: {
            const PlacedOperand value = in_slot(operands_.pop());
            writer_.write(global_set_handler(), wide_fields(value.slot, 0, instruction.b));
            return true;
        }
        default: break;
    }
    if (family_of(opcode) == Family::numeric) {
        is_binary(opcode) ? translate_binary(opcode) : translate_unary(opcode);
    } else if (is_load(opcode) && instruction.b == 0) {
        translate_load(instruction);
    } else if (is_store(opcode) && instruction.b == 0) {
        translate_store(instruction);
    } else {
        return translate_rare(instruction);
    }
    return true;
}

/// An operand that a handler wants in a slot.
PlacedOperand FunctionTranslator::in_slot(const PlacedOperand& operand) {
    if (!operand.is_constant) {
        return operand;
    }
    writer_.constant(operand.home, operand.value);
    return {.slot = operand.home, .home = operand.home};
}

void FunctionTranslator::translate_drop_under(std::uint32_t count) {
    const PlacedOperand kept = operands_.pop();
    operands_.drop(count);
    if (kept.is_constant) {
        operands_.push_constant(kept.value);
        return;
    }
    if (!kept.is_home()) {
        operands_.push_local(kept.slot);
        return;
    }
    const std::uint16_t slot = operands_.slot_at(operands_.height());
    if (kept.slot != slot && !writer_.retarget(kept, slot)) {
        writer_.copy(slot, kept.slot);
    }
    operands_.push();
}

void FunctionTranslator::translate_select() {
    const PlacedOperand condition = in_slot(operands_.pop());
    const PlacedOperand second = in_slot(operands_.pop());
    const PlacedOperand first = in_slot(operands_.pop());
    const std::uint16_t slot = operands_.slot_at(operands_.height());
    writer_.write(select_handler(writer_.source_of(condition, false)),
                  fields(slot, first.slot, second.slot, condition.slot));
    writer_.note_result(slot, false);
    operands_.push();
}

/// Where nothing came after it, the record that computed the value writes it there at once.
void FunctionTranslator::set_local(std::uint16_t local, const PlacedOperand& value) {
    if (!value.is_constant && value.slot == local) {
        return;
    }
    operands_.settle_local(local);
    if (value.is_constant) {
        writer_.constant(local, value.value);
    } else if (writer_.retarget(value, local)) {
        writer_.join_sums();
    } else {
        writer_.copy(local, value.slot);
    }
}

void FunctionTranslator::translate_tee(std::uint16_t local) {
    const PlacedOperand value = operands_.pop();
    set_local(local, value);
    if (value.is_constant) {
        operands_.push_constant(value.value);
    } else {
        operands_.push_local(local);
    }
}

void FunctionTranslator::translate_global_get(std::uint32_t index) {
    const std::uint16_t slot = operands_.slot_at(operands_.height());
    writer_.write(global_get_handler(), wide_fields(slot, 0, index));
    writer_.note_result(slot, false);
    operands_.push();
}

bool FunctionTranslator::translate_rare(const Instruction& instruction) {
    Handler* handler = rare_handler(instruction.opcode);
    if (handler == nullptr) {
        return false;
    }
    const OpcodeTraits& row = traits(instruction.opcode);
    operands_.settle();
    note_place(writer_.here());
    note_height();
    writer_.write(handler, Word{pc_} | fields(0, 0, operands_.slot_at(operands_.height())));
    if (row.ends_superblock) {
        patches_.push_back({Patch::cost, static_cast<std::uint32_t>(writer_.here()), pc_ + 1});
        writer_.append(0);
    }
    writer_.forget();
    operands_.set_height(operands_.height() - row.pops + row.pushes);
    return true;
}

}  // namespace lockstep::vm
