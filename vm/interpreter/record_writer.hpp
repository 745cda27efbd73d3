#pragma once

#include <cstdint>
#include <span>

#include "vm/interpreter/memory_handlers.hpp"
#include "vm/interpreter/operand.hpp"
#include "vm/interpreter/threaded_code.hpp"

namespace lockstep::vm {

/// Where an operand of an instruction is while threaded code is made: in a slot of the frame, its own or a
/// local's, or nowhere, as it is a constant.
struct PlacedOperand {
    bool is_constant = false;
    std::uint16_t slot = 0;
    std::uint16_t home = 0;  // its own slot
    std::uint64_t value = 0;

    [[nodiscard]] bool is_home() const { return !is_constant && slot == home; }
    /// The slot, or a constant that fits.
    [[nodiscard]] std::uint16_t short_field() const {
        return is_constant ? static_cast<std::uint16_t>(value) : slot;
    }
};

/// Four fields, or two and a wide one.
[[nodiscard]] constexpr Word fields(std::uint64_t f0, std::uint64_t f1, std::uint64_t f2 = 0,
                                    std::uint64_t f3 = 0) {
    return f0 | f1 << 16U | f2 << 32U | f3 << 48U;
}
[[nodiscard]] constexpr Word wide_fields(std::uint64_t f0, std::uint64_t f1, std::uint32_t wide) {
    return f0 | f1 << 16U | std::uint64_t{wide} << 32U;
}

/// Appends records, and knows which slots the result registers hold and what the last record was, which
/// may be taken back, to be made one with the next.
class RecordWriter {
    static constexpr std::size_t kNone = ~std::size_t{0};

public:
    /// The record written last, where it is a numeric instruction with a result.
    struct Last {
        std::size_t word = kNone;
        Opcode opcode = Opcode::unreachable;
        Opcode second_opcode = Opcode::unreachable;  // of two in one record
        std::uint16_t slot = 0;
        bool is_pair = false;
        bool is_stored = false;  // in a local: the record must do that in any case
        PlacedOperand a{};
        PlacedOperand b{};
        PlacedOperand c{};  // of a pair
        std::uint16_t result_slot_before = 0;
        std::uint16_t float_slot_before = 0;
    };

    /// A load whose result is in its operand's own slot.
    struct Load {
        std::size_t word = kNone;
        Opcode opcode = Opcode::unreachable;
        Address address{};
        Source part{};
    };

    /// Where the operands of such a record came from.
    [[nodiscard]] static Form form_before(const Last& last);
    /// Whether the operand may stand in a record's field of 16 bits.
    [[nodiscard]] static bool is_short(Opcode opcode, const PlacedOperand& operand);

    explicit RecordWriter(ThreadedCode& code) : code_(code) {}

    [[nodiscard]] std::size_t here() const { return code_.words.size(); }
    [[nodiscard]] std::vector<Word>& words() { return code_.words; }

    void write(Handler* handler, Word word);
    void write(Handler* handler) { code_.words.push_back(std::bit_cast<Word>(handler)); }
    void append(Word word) { code_.words.push_back(word); }

    /// Of a record that writes the slot and leaves its result in the register of its class.
    void note_result(std::uint16_t slot, bool is_f64);
    /// Of a numeric one.
    void note_last(const Last& last);
    /// Of a load whose record begins at the word.
    void note_load(std::size_t word, Opcode opcode, Address address, Source part) {
        load_ = {word, opcode, address, part};
    }
    /// The slot is wanted as an f64: where it is the result of the last record, and that an i64_load, it
    /// goes to the register of f64s.
    void want_f64(const PlacedOperand& operand);
    /// Of a record that writes the slot only.
    void note_write(std::uint16_t slot);
    /// The registers hold nothing that is known.
    void forget();

    void copy(std::uint16_t to, std::uint16_t from);
    void constant(std::uint16_t to, std::uint64_t value);

    /// Where the operand is for an instruction of that class.
    [[nodiscard]] Source source_of(const PlacedOperand& operand, bool is_f64) const;

    /// The last record, where the operand in its own slot is its result and nothing came after it; else
    /// null.
    [[nodiscard]] const Last* producer(const PlacedOperand& operand) const;
    /// The last numeric record, where nothing came after it; else null.
    [[nodiscard]] const Last* last() const;
    /// The load whose result the operand is, where nothing came after it; else null.
    [[nodiscard]] const Load* loader(const PlacedOperand& operand) const;
    /// Makes that record one of the load and the instruction that takes its result.
    void extend_load(Handler* handler, std::uint16_t slot, std::uint16_t other, bool is_f64);
    /// Takes the last record back; the one before it is the last now.
    Last take_back();
    /// Where the last two numeric records each add a constant to a local: makes one of them.
    void join_sums();
    /// Whether the last record can be made to write there what it wrote to the operand's own slot.
    [[nodiscard]] bool retarget(const PlacedOperand& operand, std::uint16_t slot);

    [[nodiscard]] std::uint16_t result_slot() const { return result_slot_; }
    [[nodiscard]] std::uint16_t float_slot() const { return float_slot_; }

private:
    /// No function that is translated has this slot.
    static constexpr std::uint16_t kNoSlot = 0xFFFF;

    ThreadedCode& code_;
    Last last_;
    Last before_last_;
    Load load_;
    std::size_t last_end_ = kNone;     // where `last_` ended
    std::size_t copy_word_ = kNone;    // of the last record, where it copies one slot
    std::size_t result_word_ = kNone;  // of the last record that left a result
    std::uint16_t result_slot_ = kNoSlot;
    std::uint16_t float_slot_ = kNoSlot;
    std::size_t result_end_ = kNone;  // where it ended
};

}  // namespace lockstep::vm
