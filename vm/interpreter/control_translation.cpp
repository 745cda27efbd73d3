// Control instructions.

#include <algorithm>
#include <utility>

#include "vm/interpreter/branch_handlers.hpp"
#include "vm/interpreter/context.hpp"
#include "vm/interpreter/control_handlers.hpp"
#include "vm/interpreter/function_translator.hpp"
#include "vm/interpreter/opcode_relations.hpp"
#include "vm/interpreter/pair_handlers.hpp"
#include "vm/interpreter/rare_handlers.hpp"

namespace lockstep::vm {

bool FunctionTranslator::translate_control(const Instruction& instruction) {
    switch (instruction.opcode) {
        case Opcode::jump: return translate_jump(instruction);
        case Opcode::jump_if: return translate_branch(instruction, true);
        case Opcode::jump_unless: return translate_branch(instruction, false);
        case Opcode::jump_table: return translate_jump_table(instruction);
        case Opcode::return_: return translate_return(instruction);
        case Opcode::call: return translate_call(instruction);
        case Opcode::call_reference: return translate_call_reference(instruction);
        case Opcode::unreachable:
        case Opcode::halt: {
            operands_.settle();
            note_place(writer_.here());
            note_height();
            writer_.write(leave_handler());
            // Lowering goes on behind a halt, though nothing runs on from there.
            flow_ = instruction.opcode == Opcode::halt ? Flow::checked : Flow::none;
            operands_.drop(instruction.opcode == Opcode::halt ? 1 : 0);
            return true;
        }
        default: return false;
    }
}

/// A branch from here leads there. The entry is none of these places: its operands are the arguments.
bool FunctionTranslator::note_target(std::uint32_t pc) {
    if (pc <= shape_->entry || pc >= end_) {
        return false;
    }
    std::uint32_t& height = target_heights_[pc - shape_->entry];
    if (pc > pc_) {
        if (height != kUnknownHeight && height != operands_.height()) {
            return false;
        }
        height = operands_.height();
    }
    return height == operands_.height();
}

bool FunctionTranslator::translate_jump(const Instruction& instruction) {
    operands_.settle();
    const auto record = static_cast<std::uint32_t>(writer_.here());
    note_place(record);
    writer_.write(jump_handler(), 0);
    writer_.append(0);
    patches_.push_back({Patch::distance, record + 1, instruction.b});
    patches_.push_back({Patch::cost, record + 2, instruction.b});
    flow_ = Flow::none;
    return note_target(instruction.b);
}

/// Takes back a comparison that computes the condition, and makes it part of the branch.
FunctionTranslator::Condition FunctionTranslator::find_condition(bool sense) {
    const PlacedOperand value = in_slot(operands_.pop());
    Condition condition{.a = value, .sense = sense};
    const RecordWriter::Last* producer = writer_.producer(value);
    if (producer == nullptr || producer->is_pair) {
        return condition;
    }
    if (producer->opcode == Opcode::i32_eqz) {
        condition.a = writer_.take_back().a;
        condition.sense = !sense;
    } else if (producer->opcode == Opcode::i64_eqz) {
        condition.a = writer_.take_back().a;
        condition.b = {.is_constant = true, .home = condition.a.home};
        condition.opcode = Opcode::i64_eq;
        condition.is_comparison = true;
    } else if (is_comparison(producer->opcode)) {
        const RecordWriter::Last compared = writer_.take_back();
        condition = {.a = compared.a,
                     .b = compared.b,
                     .opcode = compared.opcode,
                     .is_comparison = true,
                     .sense = sense};
    }
    return condition;
}

bool FunctionTranslator::translate_branch(const Instruction& instruction, bool sense) {
    const Condition condition = find_condition(sense);
    operands_.settle();
    if (!write_counting_branch(condition)) {
        write_branch(condition);
    }
    patches_.push_back({Patch::distance, branch_word_ + 1, instruction.b});
    patches_.push_back({Patch::cost, branch_word_ + 2, instruction.b});
    patches_.push_back({Patch::onward_cost, branch_word_ + 3, pc_ + 1});
    flow_ = Flow::branch;
    return note_target(instruction.b);
}

void FunctionTranslator::begin_branch() {
    branch_word_ = static_cast<std::uint32_t>(writer_.here());
    note_place(branch_word_);
}

void FunctionTranslator::write_branch(Condition condition) {
    if (condition.b.is_constant) {
        const bool fits = is_binary_i32(condition.opcode) ? fits_in_field_i32(condition.b.value)
                                                          : fits_in_field(condition.b.value);
        if (!fits) {
            condition.b = in_slot(condition.b);
        }
    }
    Handler* handler = nullptr;
    if (condition.is_comparison) {
        if (!condition.sense && is_integer_comparison(condition.opcode)) {
            condition.opcode = inverse(condition.opcode);
            condition.sense = true;
        }
        const bool is_f64 = takes_f64(condition.opcode);
        handler = comparing_branch_handler(
            condition.opcode,
            form_of(writer_.source_of(condition.a, is_f64), writer_.source_of(condition.b, is_f64)),
            condition.sense);
    } else {
        handler = branch_handler(writer_.source_of(condition.a, false), condition.sense);
    }
    begin_branch();
    writer_.write(handler, fields(condition.a.slot, condition.b.short_field()));
    writer_.append(0);
    writer_.append(0);
}

/// One record of an addition and the branch that compares the sum: at the end of most loops.
bool FunctionTranslator::write_counting_branch(const Condition& condition) {
    const RecordWriter::Last* sum = writer_.last();
    if (sum == nullptr || sum->is_pair || sum->opcode != Opcode::i32_add) {
        return false;
    }
    Opcode opcode = Opcode::i32_ne;
    PlacedOperand compared{.is_constant = true};
    PlacedOperand counted = condition.a;
    if (condition.is_comparison) {
        if (!is_between(condition.opcode, Opcode::i32_eq, Opcode::i32_ge_u)) {
            return false;
        }
        opcode = condition.opcode;
        compared = condition.b;
        if (!compared.is_constant && compared.slot == sum->slot) {
            std::swap(counted, compared);
            opcode = exchanged(opcode);
        }
    }
    if (counted.slot != sum->slot ||
        (compared.is_constant ? !fits_in_field_i32(compared.value) : compared.slot == sum->slot)) {
        return false;
    }
    if (!condition.sense) {
        opcode = inverse(opcode);
    }
    const RecordWriter::Last taken = writer_.take_back();
    const auto constant = static_cast<std::uint32_t>(taken.b.is_constant ? taken.b.value : 0);
    begin_branch();
    writer_.write(
        counting_branch_handler(opcode, taken.b.is_constant ? Source::constant : Source::slot,
                                compared.is_constant ? Source::constant : Source::slot),
        fields(taken.slot, compared.short_field()));
    writer_.append(0);
    writer_.append(0);
    writer_.append(wide_fields(taken.a.slot, taken.b.slot, constant));
    return true;
}

/// The rows behind it are steps, too, but belong to no superblock.
bool FunctionTranslator::translate_jump_table(const Instruction& instruction) {
    const PlacedOperand index = in_slot(operands_.pop());
    operands_.settle();
    const auto record = static_cast<std::uint32_t>(writer_.here());
    note_place(record);
    writer_.write(jump_table_handler(writer_.source_of(index, false)),
                  wide_fields(index.slot, 0, instruction.b));
    flow_ = Flow::none;
    const std::uint64_t rows = std::uint64_t{instruction.b} + 1;
    if (pc_ + rows >= end_ || superblocks_.back().steps >= superblocks_.back().gas) {
        return false;
    }
    for (std::uint32_t row = 0; row < rows; ++row) {
        const Instruction& jump = program_.code[pc_ + 1 + row];
        if (jump.opcode != Opcode::jump || !note_target(jump.b)) {
            return false;
        }
        const auto word = static_cast<std::uint32_t>(writer_.here());
        writer_.append(record);
        writer_.append(0);
        patches_.push_back({Patch::row_distance, word, jump.b});
        patches_.push_back({Patch::row_cost, word + 1, jump.b});
    }
    pc_ += static_cast<std::uint32_t>(rows);
    return true;
}

/// What a return finds behind a call.
void FunctionTranslator::write_site(std::uint16_t distance, std::uint32_t table) {
    writer_.append(fields(distance, shape_->locals, shape_->locals_depth));
    writer_.append((Word{pc_} + 1) | Word{table} << 32U);
    patches_.push_back({Patch::cost, static_cast<std::uint32_t>(writer_.here()), pc_ + 1});
    writer_.append(0);
    flow_ = Flow::checked;
}

bool FunctionTranslator::translate_call(const Instruction& instruction) {
    const auto callee =
        std::ranges::lower_bound(code_.shapes, instruction.b, {}, &FunctionShape::entry);
    if (callee == code_.shapes.end() || callee->entry != instruction.b ||
        callee->slots != instruction.a || callee->locals_depth != instruction.c ||
        callee->parameters > operands_.height()) {
        return false;
    }
    operands_.settle();
    const auto record = static_cast<std::uint32_t>(writer_.here());
    note_place(record);
    note_height();
    const std::uint32_t height = operands_.height() - callee->parameters;
    const std::uint16_t distance = operands_.slot_at(height);
    writer_.write(call_handler(), fields(0, 0, distance));
    write_site(distance);
    calls_.push_back({.word = record, .pc = pc_});
    operands_.set_height(height + callee->results);
    return true;
}

/// Where the last record is a table_element: takes it back, for a call_indirect to be one record.
std::optional<std::uint32_t> FunctionTranslator::take_back_table_element() {
    const Instruction& element = program_.code[pc_ - 1];
    if (element.opcode != Opcode::table_element ||
        code_.places.back().word + kRareWords != writer_.here()) {
        return std::nullopt;
    }
    code_.words.resize(code_.places.back().word);
    code_.places.pop_back();
    code_.heights.pop_back();
    return element.b;
}

bool FunctionTranslator::translate_call_reference(const Instruction& instruction) {
    if (instruction.b >= program_.types.size()) {
        return false;
    }
    const FunctionType& type = program_.types[instruction.b];
    if (type.parameters.size() + 1 > operands_.height()) {
        return false;
    }
    operands_.settle();
    const std::optional<std::uint32_t> table = take_back_table_element();
    note_place(writer_.here());
    note_height();
    const std::uint32_t reference = operands_.height() - 1;
    const auto height = static_cast<std::uint32_t>(reference - type.parameters.size());
    const std::uint16_t distance = operands_.slot_at(height);
    writer_.write(table ? call_element_handler() : call_reference_handler(),
                  wide_fields(operands_.slot_at(reference), distance, instruction.b));
    write_site(distance, table.value_or(0));
    operands_.set_height(height + static_cast<std::uint32_t>(type.results.size()));
    return true;
}

bool FunctionTranslator::translate_return(const Instruction& instruction) {
    const std::uint32_t results = operands_.height();
    if (results != shape_->results || instruction.a != shape_->slots) {
        return false;
    }
    const auto slots = static_cast<std::uint32_t>(instruction.a);
    flow_ = Flow::none;
    if (results != 1) {
        operands_.settle();
        writer_.write(return_handler(results, Source::slot),
                      wide_fields(operands_.slot_at(0), results, slots));
        return results < 0xFFFF;
    }
    const PlacedOperand result = operands_.pop();
    const Source source = writer_.source_of(result, false);
    writer_.write(return_handler(1, source), wide_fields(result.slot, 0, slots));
    if (result.is_constant) {
        writer_.append(result.value);
    }
    return true;
}

}  // namespace lockstep::vm
