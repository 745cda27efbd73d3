#pragma once

// How the tables of pairs are made, for the files that hold them.

#include <array>
#include <utility>

#include "vm/interpreter/opcode_class.hpp"
#include "vm/interpreter/pair_handlers.hpp"

namespace lockstep::vm {

template <Opcode first, Form form, Opcode second, Other other>
struct PairHandler {
    static Next execute(Registers& r) {
        constexpr bool kFloat = takes_f64(first);
        const std::uint64_t a = operand<first_source(form), kFloat>(r, 1);
        const std::uint64_t b = operand<second_source(form), kFloat>(r, 2);
        const std::uint64_t inner = evaluate<first>(a, b).value;
        constexpr Source kSource = other == Other::constant ? Source::constant : Source::slot;
        const std::uint64_t c = operand<kSource, kFloat>(r, 3);
        const Numeric outer =
            other == Other::first ? evaluate<second>(c, inner) : evaluate<second>(inner, c);
        put<gives_f64(second)>(r, outer.value);
        return go_on(r, kPairWords);
    }
};

/// What the opcodes of a table are: its rows are those of the first instruction.
template <std::size_t firsts, std::size_t seconds>
struct PairShape {
    std::array<Opcode, firsts> first;
    std::array<Opcode, seconds> second;
};

using PairRow = std::array<Handler*, kForms * kOthers>;

template <Opcode opcode>
inline constexpr bool kTakesConstant = !takes_f64(opcode);

/// All forms of a pair, by form and where the other operand is.
template <Opcode first, Opcode second>
constexpr PairRow pair_row() {
    PairRow row{};
    const auto add = [&row]<Form form, Other other>() {
        row[static_cast<std::size_t>(form) * kOthers + static_cast<std::size_t>(other)] =
            handle<PairHandler<first, form, second, other>>;
    };
    const auto add_form = [&add]<Form form>() {
        add.template operator()<form, Other::second>();
        if constexpr (kTakesConstant<second>) {
            add.template operator()<form, Other::constant>();
        }
        if constexpr (second == Opcode::i32_sub || second == Opcode::i64_sub ||
                      second == Opcode::f64_sub) {
            add.template operator()<form, Other::first>();
        }
    };
    add_form.template operator()<Form::slot_slot>();
    add_form.template operator()<Form::result_slot>();
    if constexpr (first == Opcode::i32_sub || first == Opcode::i64_sub || takes_f64(first)) {
        add_form.template operator()<Form::slot_result>();
    }
    if constexpr (kTakesConstant<first>) {
        add_form.template operator()<Form::slot_constant>();
        add_form.template operator()<Form::result_constant>();
    }
    return row;
}

template <typename Shape>
[[nodiscard]] constexpr std::size_t index_of(const Shape& opcodes, Opcode opcode) {
    std::size_t index = 0;
    while (index < opcodes.size() && opcodes[index] != opcode) {
        ++index;
    }
    return index;
}

/// The rows of all pairs of a shape, those of one first opcode side by side.
template <const auto& shape>
constexpr auto pair_rows() {
    constexpr std::size_t kSeconds = shape.second.size();
    constexpr std::size_t kRows = shape.first.size() * kSeconds;
    return []<std::size_t... i>(std::index_sequence<i...> /*all*/) {
        return std::array<PairRow, kRows>{
            pair_row<shape.first[i / kSeconds], shape.second[i % kSeconds]>()...};
    }(std::make_index_sequence<kRows>{});
}

template <typename Shape, typename Rows>
[[nodiscard]] Handler* find_pair(const Shape& shape, const Rows& rows, Opcode first, Form form,
                                 Opcode second, Other other) {
    const std::size_t row = index_of(shape.first, first);
    const std::size_t column = index_of(shape.second, second);
    if (row == shape.first.size() || column == shape.second.size()) {
        return nullptr;
    }
    return rows[row * shape.second.size() + column]
               [static_cast<std::size_t>(form) * kOthers + static_cast<std::size_t>(other)];
}

}  // namespace lockstep::vm
