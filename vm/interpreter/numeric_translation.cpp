// Numeric instructions, and what is made one record with them.

#include <utility>

#include "vm/interpreter/access_pair_handlers.hpp"
#include "vm/interpreter/function_translator.hpp"
#include "vm/interpreter/numeric_handlers.hpp"
#include "vm/interpreter/opcode_relations.hpp"
#include "vm/interpreter/pair_handlers.hpp"

namespace lockstep::vm {

namespace {

/// Fewer instructions that take a constant: fewer kinds of pairs.
void simplify(Opcode& opcode, std::uint64_t& constant) {
    switch (opcode) {
        case Opcode::i32_sub:
            opcode = Opcode::i32_add;
            constant = static_cast<std::uint32_t>(-constant);
            break;
        case Opcode::i64_sub:
            opcode = Opcode::i64_add;
            constant = -constant;
            break;
        case Opcode::i32_rotr:
            opcode = Opcode::i32_rotl;
            constant = -constant % 32;
            break;
        case Opcode::i64_rotr:
            opcode = Opcode::i64_rotl;
            constant = -constant % 64;
            break;
        default: break;
    }
}

bool is_symmetric_f64(Opcode opcode) {
    return opcode == Opcode::f64_add || opcode == Opcode::f64_mul;
}

/// Whether a constant may stand in a record's wide field, as an operand of the instruction.
bool fits_in_record(Opcode opcode, std::uint64_t value) {
    return is_binary_i32(opcode) ||
           static_cast<std::int64_t>(value) == static_cast<std::int32_t>(value);
}

/// Where the other operand of an instruction is, of which one is computed in the same record.
Other place_of(Opcode opcode, const PlacedOperand& other, bool is_second) {
    if (other.is_constant) {
        return Other::constant;
    }
    return is_second || has_exchanged(opcode) || is_symmetric_f64(opcode) ? Other::second
                                                                          : Other::first;
}

}  // namespace

void FunctionTranslator::translate_binary(Opcode opcode) {
    PlacedOperand b = operands_.pop();
    PlacedOperand a = operands_.pop();
    if (is_binary_i32(opcode) || is_binary_i64(opcode)) {
        if (b.is_constant) {
            simplify(opcode, b.value);
        }
        if (a.is_constant) {
            if (!b.is_constant && has_exchanged(opcode)) {
                std::swap(a, b);
                opcode = exchanged(opcode);
            } else {
                a = in_slot(a);
            }
        }
        if (b.is_constant && !fits_in_record(opcode, b.value)) {
            b = in_slot(b);
        }
    } else {
        a = in_slot(a);
        b = in_slot(b);
    }
    if (!write_pair(opcode, a, b) && !write_load_pair(opcode, a, b)) {
        write_binary(opcode, a, b);
    }
}

/// One record of this instruction and the one that has computed an operand.
bool FunctionTranslator::write_pair(Opcode opcode, const PlacedOperand& a, const PlacedOperand& b) {
    const RecordWriter::Last* first = writer_.producer(a);
    const bool is_first = first != nullptr;
    if (!is_first) {
        first = writer_.producer(b);
    }
    const PlacedOperand& c = is_first ? b : a;
    if (first == nullptr || first->is_pair || !is_binary(first->opcode) ||
        !RecordWriter::is_short(opcode, c) || !RecordWriter::is_short(first->opcode, first->b)) {
        return false;
    }
    Handler* handler = pair_handler(first->opcode, RecordWriter::form_before(*first), opcode,
                                    place_of(opcode, c, is_first));
    if (handler == nullptr) {
        return false;
    }
    const RecordWriter::Last inner = writer_.take_back();
    const std::uint16_t slot = operands_.slot_at(operands_.height());
    const RecordWriter::Last last{.word = writer_.here(),
                                  .opcode = inner.opcode,
                                  .second_opcode = opcode,
                                  .slot = slot,
                                  .is_pair = true,
                                  .a = inner.a,
                                  .b = inner.b,
                                  .c = c,
                                  .result_slot_before = writer_.result_slot(),
                                  .float_slot_before = writer_.float_slot()};
    writer_.write(handler, fields(slot, inner.a.slot, inner.b.short_field(), c.short_field()));
    writer_.note_result(slot, gives_f64(opcode));
    writer_.note_last(last);
    operands_.push();
    return true;
}

/// The same of a load and this instruction.
bool FunctionTranslator::write_load_pair(Opcode opcode, const PlacedOperand& a,
                                         const PlacedOperand& b) {
    const RecordWriter::Load* load = writer_.loader(a);
    const bool is_first = load != nullptr;
    if (!is_first) {
        load = writer_.loader(b);
    }
    const PlacedOperand& c = is_first ? b : a;
    if (load == nullptr || !RecordWriter::is_short(opcode, c)) {
        return false;
    }
    Handler* handler = load_pair_handler(load->opcode, load->address, load->part, opcode,
                                         place_of(opcode, c, is_first));
    if (handler == nullptr) {
        return false;
    }
    const std::uint16_t slot = operands_.slot_at(operands_.height());
    writer_.extend_load(handler, slot, c.short_field(), gives_f64(opcode));
    operands_.push();
    return true;
}

void FunctionTranslator::write_binary(Opcode opcode, const PlacedOperand& a,
                                      const PlacedOperand& b) {
    const bool is_f64 = takes_f64(opcode);
    const std::uint16_t slot = operands_.slot_at(operands_.height());
    if (is_f64) {
        writer_.want_f64(a);
        writer_.want_f64(b);
    }
    if (writer_.source_of(b, is_f64) == Source::result &&
        writer_.source_of(a, is_f64) != Source::result && has_exchanged(opcode)) {
        write_binary(exchanged(opcode), b, a);
        return;
    }
    const Form form = form_of(writer_.source_of(a, is_f64), writer_.source_of(b, is_f64));
    const RecordWriter::Last last{.word = writer_.here(),
                                  .opcode = opcode,
                                  .slot = slot,
                                  .a = a,
                                  .b = b,
                                  .result_slot_before = writer_.result_slot(),
                                  .float_slot_before = writer_.float_slot()};
    if (may_trap(opcode)) {
        note_place(writer_.here());
    }
    writer_.write(binary_handler(opcode, form),
                  b.is_constant ? wide_fields(slot, a.slot, static_cast<std::uint32_t>(b.value))
                                : fields(slot, a.slot, b.slot));
    writer_.note_result(slot, gives_f64(opcode));
    if (!may_trap(opcode)) {
        writer_.note_last(last);
    }
    operands_.push();
}

void FunctionTranslator::translate_unary(Opcode opcode) {
    const PlacedOperand operand = in_slot(operands_.pop());
    if (takes_f64(opcode)) {
        writer_.want_f64(operand);
    }
    if (opcode == Opcode::i32_eqz) {
        const RecordWriter::Last* producer = writer_.producer(operand);
        if (producer != nullptr && !producer->is_pair && is_integer_comparison(producer->opcode)) {
            const RecordWriter::Last compared = writer_.take_back();
            write_binary(inverse(compared.opcode), compared.a, compared.b);
            return;
        }
    }
    const std::uint16_t slot = operands_.slot_at(operands_.height());
    const RecordWriter::Last last{.word = writer_.here(),
                                  .opcode = opcode,
                                  .slot = slot,
                                  .a = operand,
                                  .result_slot_before = writer_.result_slot(),
                                  .float_slot_before = writer_.float_slot()};
    if (may_trap(opcode)) {
        note_place(writer_.here());
    }
    writer_.write(unary_handler(opcode, writer_.source_of(operand, takes_f64(opcode))),
                  fields(slot, operand.slot));
    writer_.note_result(slot, gives_f64(opcode));
    if (!may_trap(opcode)) {
        writer_.note_last(last);
    }
    operands_.push();
}

}  // namespace lockstep::vm
