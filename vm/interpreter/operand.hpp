#pragma once

// Where a handler takes an operand from, and where it puts its result.

#include <array>
#include <bit>
#include <cstdint>

#include "vm/interpreter/context.hpp"
#include "vm/interpreter/registers.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm {

enum class Source : std::uint8_t {
    slot,      // of the frame
    result,    // that of the record before, still in its register
    constant,  // in the record
};

/// Of two operands. A first one that is a constant stands in a slot, or the operands are exchanged.
enum class Form : std::uint8_t {
    slot_slot,
    result_slot,
    slot_result,
    slot_constant,
    result_constant,
};
inline constexpr std::size_t kForms = 5;

[[nodiscard]] constexpr Source first_source(Form form) {
    return form == Form::result_slot || form == Form::result_constant ? Source::result
                                                                      : Source::slot;
}
[[nodiscard]] constexpr Source second_source(Form form) {
    if (form == Form::slot_result) {
        return Source::result;
    }
    return form == Form::slot_constant || form == Form::result_constant ? Source::constant
                                                                        : Source::slot;
}

[[nodiscard]] constexpr Form form_of(Source a, Source b) {
    if (a == Source::result) {
        return b == Source::constant ? Form::result_constant : Form::result_slot;
    }
    switch (b) {
        case Source::slot: return Form::slot_slot;
        case Source::result: return Form::slot_result;
        case Source::constant: return Form::slot_constant;
    }
    return Form::slot_slot;
}

/// The slot that a field names.
[[nodiscard]] inline std::uint64_t& slot(const Registers& r, std::size_t index) {
    return r.frame[field(r.record, index)];
}

/// An operand that is named by the field; a constant has 16 bits.
template <Source source, bool is_f64>
[[nodiscard]] std::uint64_t operand(const Registers& r, std::size_t index) {
    if constexpr (source == Source::slot) {
        return slot(r, index);
    } else if constexpr (source == Source::constant) {
        return static_cast<std::uint64_t>(signed_field(r.record, index));
    } else {
        return is_f64 ? std::bit_cast<std::uint64_t>(r.float_result) : r.result;
    }
}

/// Puts the result into the slot that field 0 names.
template <bool is_f64>
void put(Registers& r, std::uint64_t value) {
    slot(r, 0) = value;
    if constexpr (is_f64) {
        r.float_result = std::bit_cast<double>(value);
    } else {
        r.result = value;
    }
}

/// Handlers by the number of an opcode in its family, and so many forms.
template <std::size_t forms>
using HandlerTable = std::array<std::array<Handler*, forms>, 256>;

}  // namespace lockstep::vm
