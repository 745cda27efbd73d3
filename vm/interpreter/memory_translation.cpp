// Loads and stores of memory 0.

#include <utility>

#include "vm/interpreter/access_pair_handlers.hpp"
#include "vm/interpreter/function_translator.hpp"
#include "vm/interpreter/memory_handlers.hpp"
#include "vm/interpreter/opcode_relations.hpp"

namespace lockstep::vm {

/// Takes back what computes the address, where that can be part of the access.
FunctionTranslator::Location FunctionTranslator::locate(const PlacedOperand& address) {
    const RecordWriter::Last* producer = writer_.producer(address);
    if (producer == nullptr) {
        return {.address = Address::plain, .first = address};
    }
    if (producer->is_pair && producer->opcode == Opcode::i32_shl && producer->b.is_constant &&
        producer->second_opcode == Opcode::i32_add) {
        const RecordWriter::Last scaled = writer_.take_back();
        return {.address = scaled.c.is_constant ? Address::scaled_plus_constant : Address::scaled,
                .first = scaled.a,
                .second = scaled.c,
                .shift = static_cast<std::uint32_t>(scaled.b.value)};
    }
    if (producer->is_pair || producer->opcode != Opcode::i32_add) {
        return {.address = Address::plain, .first = address};
    }
    RecordWriter::Last sum = writer_.take_back();
    if (sum.b.is_constant) {
        return {.address = Address::plus_constant, .first = sum.a, .second = sum.b};
    }
    if (writer_.source_of(sum.b, false) == Source::result) {
        std::swap(sum.a, sum.b);
    }
    return {.address = Address::plus_slot, .first = sum.a, .second = sum.b};
}

/// A record of an access; field 0 is the result's or the value's.
void FunctionTranslator::write_access(Handler* handler, std::uint16_t field,
                                      const Location& location, std::uint64_t offset) {
    note_place(writer_.here());
    const std::uint16_t first = location.first.slot;
    switch (location.address) {
        case Address::plain:
            writer_.write(handler, wide_fields(field, first, static_cast<std::uint32_t>(offset)));
            return;
        case Address::plus_constant:
        case Address::scaled_plus_constant:
            writer_.write(handler, wide_fields(field, first,
                                               static_cast<std::uint32_t>(location.second.value)));
            break;
        case Address::plus_slot:
        case Address::scaled:
            writer_.write(handler, fields(field, first, location.second.slot));
            break;
    }
    writer_.append(static_cast<std::uint32_t>(offset) | Word{location.shift} << 32U);
}

void FunctionTranslator::translate_load(const Instruction& instruction) {
    const PlacedOperand address = in_slot(operands_.pop());
    const Location location = locate(address);
    const std::uint16_t slot = operands_.slot_at(operands_.height());
    const Source part = writer_.source_of(location.first, false);
    writer_.note_load(writer_.here(), instruction.opcode, location.address, part);
    write_access(load_handler(instruction.opcode, location.address, part), slot, location,
                 instruction.a);
    writer_.note_result(slot, false);
    operands_.push();
}

void FunctionTranslator::translate_store(const Instruction& instruction) {
    PlacedOperand value = operands_.pop();
    const PlacedOperand address = in_slot(operands_.pop());
    if (value.is_constant && !fits_in_field(value.value)) {
        value = in_slot(value);
    }
    if (write_store_pair(instruction, address, value)) {
        return;
    }
    const Location location = locate(address);
    const Source part = writer_.source_of(location.first, false);
    Source source = writer_.source_of(value, false);
    if (part == Source::result && source == Source::result) {
        source = Source::slot;
    }
    const auto field = static_cast<std::uint16_t>(value.is_constant ? value.value : value.slot);
    write_access(store_handler(instruction.opcode, location.address, part, source), field, location,
                 instruction.a);
}

/// One record of the instruction that computes the value and its store.
bool FunctionTranslator::write_store_pair(const Instruction& instruction,
                                          const PlacedOperand& address,
                                          const PlacedOperand& value) {
    const RecordWriter::Last* first = writer_.producer(value);
    if (first == nullptr || first->is_pair || !is_binary(first->opcode) ||
        !RecordWriter::is_short(first->opcode, first->b)) {
        return false;
    }
    Handler* handler =
        store_pair_handler(first->opcode, RecordWriter::form_before(*first), instruction.opcode);
    if (handler == nullptr) {
        return false;
    }
    const RecordWriter::Last inner = writer_.take_back();
    note_place(writer_.here());
    writer_.write(handler, wide_fields(inner.a.slot, address.slot,
                                       static_cast<std::uint32_t>(instruction.a)));
    writer_.append(inner.b.short_field());
    return true;
}

}  // namespace lockstep::vm
