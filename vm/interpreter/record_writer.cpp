#include "vm/interpreter/record_writer.hpp"

#include "base/check.hpp"
#include "vm/interpreter/control_handlers.hpp"
#include "vm/interpreter/opcode_relations.hpp"
#include "vm/interpreter/pair_handlers.hpp"

namespace lockstep::vm {

namespace {

constexpr Word kSlotMask = 0xFFFF;

bool fits_in_32_bits(std::uint64_t value) {
    return static_cast<std::int64_t>(value) == static_cast<std::int32_t>(value);
}

}  // namespace

Form RecordWriter::form_before(const Last& last) {
    const std::uint16_t result =
        takes_f64(last.opcode) ? last.float_slot_before : last.result_slot_before;
    const auto source = [result](const PlacedOperand& operand) {
        if (operand.is_constant) {
            return Source::constant;
        }
        return operand.slot == result ? Source::result : Source::slot;
    };
    return form_of(source(last.a), source(last.b));
}

bool RecordWriter::is_short(Opcode opcode, const PlacedOperand& operand) {
    if (!operand.is_constant) {
        return true;
    }
    return is_binary_i32(opcode) ? fits_in_field_i32(operand.value) : fits_in_field(operand.value);
}

void RecordWriter::write(Handler* handler, Word word) {
    LOCKSTEP_CHECK(handler != nullptr);
    result_word_ = code_.words.size();
    code_.words.push_back(std::bit_cast<Word>(handler));
    code_.words.push_back(word);
}

void RecordWriter::note_result(std::uint16_t slot, bool is_f64) {
    note_write(slot);
    (is_f64 ? float_slot_ : result_slot_) = slot;
    result_end_ = here();
}

void RecordWriter::note_write(std::uint16_t slot) {
    if (result_slot_ == slot) {
        result_slot_ = kNoSlot;
    }
    if (float_slot_ == slot) {
        float_slot_ = kNoSlot;
    }
}

void RecordWriter::forget() {
    result_slot_ = kNoSlot;
    float_slot_ = kNoSlot;
    last_ = {};
    before_last_ = {};
    last_end_ = kNone;
    load_ = {};
    copy_word_ = kNone;
    result_end_ = kNone;
}

void RecordWriter::copy(std::uint16_t to, std::uint16_t from) {
    if (copy_word_ != kNone && copy_word_ + kCopyWords == here()) {
        code_.words[copy_word_] = std::bit_cast<Word>(copy_two_handler());
        code_.words[copy_word_ + 1] |= fields(0, 0, to, from);
        copy_word_ = kNone;
    } else {
        copy_word_ = here();
        write(copy_handler(), fields(to, from));
    }
    note_write(to);
}

void RecordWriter::constant(std::uint16_t to, std::uint64_t value) {
    if (fits_in_32_bits(value)) {
        write(constant_handler(), wide_fields(to, 0, static_cast<std::uint32_t>(value)));
    } else {
        write(long_constant_handler(), fields(to, 0));
        append(value);
    }
    note_write(to);
}

Source RecordWriter::source_of(const PlacedOperand& operand, bool is_f64) const {
    if (operand.is_constant) {
        return Source::constant;
    }
    return operand.slot == (is_f64 ? float_slot_ : result_slot_) ? Source::result : Source::slot;
}

void RecordWriter::note_last(const Last& last) {
    before_last_ = last_end_ == last.word ? last_ : Last{};
    last_ = last;
    last_end_ = here();
}

const RecordWriter::Load* RecordWriter::loader(const PlacedOperand& operand) const {
    return load_.word != kNone && result_end_ == here() && load_.word == result_word_ &&
                   operand.is_home() && operand.slot == result_slot_
               ? &load_
               : nullptr;
}

void RecordWriter::want_f64(const PlacedOperand& operand) {
    if (const Load* load = loader(operand); load != nullptr && load->opcode == Opcode::i64_load) {
        code_.words[load->word] =
            std::bit_cast<Word>(float_load_handler(load->address, load->part));
        float_slot_ = result_slot_;
        result_slot_ = kNoSlot;
    }
}

void RecordWriter::extend_load(Handler* handler, std::uint16_t slot, std::uint16_t other,
                               bool is_f64) {
    const std::size_t word = load_.word;
    code_.words[word] = std::bit_cast<Word>(handler);
    code_.words[word + 1] = (code_.words[word + 1] & ~kSlotMask) | slot;
    if (load_.address == Address::plain) {
        append(fields(0, 0, other));
    } else {
        code_.words[word + 2] |= fields(0, 0, other);
    }
    load_ = {};
    result_slot_ = kNoSlot;
    note_result(slot, is_f64);
}

const RecordWriter::Last* RecordWriter::last() const {
    return last_.word != kNone && last_end_ == here() ? &last_ : nullptr;
}

const RecordWriter::Last* RecordWriter::producer(const PlacedOperand& operand) const {
    const Last* found = last();
    return found != nullptr && !found->is_stored && operand.is_home() && operand.slot == found->slot
               ? found
               : nullptr;
}

RecordWriter::Last RecordWriter::take_back() {
    const Last taken = last_;
    code_.words.resize(taken.word);
    result_slot_ = taken.result_slot_before;
    float_slot_ = taken.float_slot_before;
    last_ = before_last_;
    last_end_ = last_.word == kNone ? kNone : here();
    before_last_.word = kNone;
    result_end_ = kNone;
    return taken;
}

bool RecordWriter::retarget(const PlacedOperand& operand, std::uint16_t slot) {
    if (result_end_ != here() || !operand.is_home() ||
        (operand.slot != result_slot_ && operand.slot != float_slot_)) {
        return false;
    }
    Word& word = code_.words[result_word_ + 1];
    if ((word & kSlotMask) != operand.slot) {
        return false;
    }
    word = (word & ~kSlotMask) | slot;
    const bool is_f64 = operand.slot == float_slot_;
    note_result(slot, is_f64);
    if (last_.word == result_word_) {
        last_.slot = slot;
        last_.is_stored = true;
    }
    return true;
}

void RecordWriter::join_sums() {
    const auto counts = [](const Last& sum) {
        return sum.word != kNone && sum.is_stored && !sum.is_pair &&
               sum.opcode == Opcode::i32_add && sum.a.slot == sum.slot && sum.b.is_constant &&
               fits_in_field_i32(sum.b.value);
    };
    if (last() == nullptr || !counts(last_) || !counts(before_last_)) {
        return;
    }
    const auto constant = [](const Last& sum) { return static_cast<std::uint16_t>(sum.b.value); };
    const Word word =
        fields(before_last_.slot, constant(before_last_), last_.slot, constant(last_));
    code_.words.resize(before_last_.word);
    forget();
    write(two_sums_handler(), word);
}

}  // namespace lockstep::vm
