#include "vm/interpreter/branch_handlers.hpp"

#include <algorithm>

#include "vm/interpreter/credit.hpp"
#include "vm/interpreter/pair_handlers.hpp"

namespace lockstep::vm {

namespace {

/// Goes to the record at the distance, at the given cost.
[[gnu::always_inline]] inline Next branch(Registers& r, std::int64_t distance, Word cost,
                                          Leaving leaving, std::uint32_t number = 0) {
    spend_credit(r.credit, cost);
    if (r.credit < 0) [[unlikely]] {
        return leave(r, leaving, number);
    }
    r.record += distance;
    return as_next(*r.record);
}

[[gnu::always_inline]] inline Next branch_if(Registers& r, bool condition,
                                             std::size_t words = kBranchWords) {
    if (condition) {
        return branch(r, signed_wide_field(r.record, 2), r.record[2], Leaving::branch);
    }
    spend_credit(r.credit, r.record[3]);
    return go_on(r, words);
}

struct JumpHandler {
    static Next execute(Registers& r) {
        return branch(r, signed_wide_field(r.record, 2), r.record[2], Leaving::branch);
    }
};

template <Source source, bool sense>
struct BranchHandler {
    static Next execute(Registers& r) {
        const auto condition = static_cast<std::uint32_t>(operand<source, false>(r, 0));
        return branch_if(r, (condition != 0) == sense);
    }
};

template <Opcode opcode, Form form, bool sense>
struct ComparingBranchHandler {
    static Next execute(Registers& r) {
        constexpr bool kFloat = takes_f64(opcode);
        const std::uint64_t a = operand<first_source(form), kFloat>(r, 0);
        const std::uint64_t b = operand<second_source(form), kFloat>(r, 1);
        return branch_if(r, (evaluate<opcode>(a, b).value != 0) == sense);
    }
};

template <Source source>
struct JumpTableHandler {
    static Next execute(Registers& r) {
        const std::uint32_t row = std::min(static_cast<std::uint32_t>(operand<source, false>(r, 0)),
                                           wide_field(r.record, 2));
        const Word* words = r.record + kTableWords + std::size_t{row} * kRowWords;
        return branch(r, static_cast<std::int64_t>(words[0]), words[1], Leaving::row, row);
    }
};

template <Opcode opcode, Source added, Source compared>
struct CountingBranchHandler {
    static Next execute(Registers& r) {
        const auto a = static_cast<std::uint32_t>(r.frame[field(r.record, kCountedField)]);
        std::uint32_t b = wide_field(r.record, kCountedField + 2);
        if constexpr (added == Source::slot) {
            b = static_cast<std::uint32_t>(r.frame[field(r.record, kCountedField + 1)]);
        }
        put<false>(r, evaluate<Opcode::i32_add>(a, b).value);
        const std::uint64_t c = operand<compared, false>(r, 1);
        return branch_if(r, evaluate<opcode>(r.result, c).value != 0, kCountingWords);
    }

private:
    /// The first field of word 4.
    static constexpr std::size_t kCountedField = 12;
};

struct TwoSumsHandler {
    static Next execute(Registers& r) {
        slot(r, 0) = static_cast<std::uint32_t>(slot(r, 0)) + field_i32(r, 1);
        slot(r, 2) = static_cast<std::uint32_t>(slot(r, 2)) + field_i32(r, 3);
        return go_on(r, kTwoSumsWords);
    }

private:
    static std::uint32_t field_i32(const Registers& r, std::size_t index) {
        return static_cast<std::uint32_t>(signed_field(r.record, index));
    }
};

/// Integer comparisons branch where they are true: there is an inverse one. Those of floats have no
/// constants.
constexpr std::size_t kBranchForms = kForms + 3;

template <Opcode opcode>
constexpr void add_comparison(HandlerTable<kBranchForms>& table) {
    if constexpr (is_integer_comparison(opcode)) {
        table[number_of(opcode)] = {
            handle<ComparingBranchHandler<opcode, Form::slot_slot, true>>,
            handle<ComparingBranchHandler<opcode, Form::result_slot, true>>,
            handle<ComparingBranchHandler<opcode, Form::slot_result, true>>,
            handle<ComparingBranchHandler<opcode, Form::slot_constant, true>>,
            handle<ComparingBranchHandler<opcode, Form::result_constant, true>>};
    } else if constexpr (is_comparison(opcode)) {
        table[number_of(opcode)] = {
            handle<ComparingBranchHandler<opcode, Form::slot_slot, true>>,
            handle<ComparingBranchHandler<opcode, Form::result_slot, true>>,
            handle<ComparingBranchHandler<opcode, Form::slot_result, true>>,
            nullptr,
            nullptr,
            handle<ComparingBranchHandler<opcode, Form::slot_slot, false>>,
            handle<ComparingBranchHandler<opcode, Form::result_slot, false>>,
            handle<ComparingBranchHandler<opcode, Form::slot_result, false>>};
    }
}

constexpr HandlerTable<kBranchForms> kComparisons = [] {
    HandlerTable<kBranchForms> table{};
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    add_comparison<Opcode::name>(table);
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
    return table;
}();

constexpr std::size_t kCountingForms = 4;

[[nodiscard]] constexpr std::size_t counting_form(Source added, Source compared) {
    return (added == Source::slot ? 0U : 2U) + (compared == Source::slot ? 0U : 1U);
}

template <Opcode opcode>
constexpr void add_counting(HandlerTable<kCountingForms>& table) {
    if constexpr (is_between(opcode, Opcode::i32_eq, Opcode::i32_ge_u)) {
        table[number_of(opcode)] = {
            handle<CountingBranchHandler<opcode, Source::slot, Source::slot>>,
            handle<CountingBranchHandler<opcode, Source::slot, Source::constant>>,
            handle<CountingBranchHandler<opcode, Source::constant, Source::slot>>,
            handle<CountingBranchHandler<opcode, Source::constant, Source::constant>>};
    }
}

constexpr HandlerTable<kCountingForms> kCounting = [] {
    HandlerTable<kCountingForms> table{};
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    add_counting<Opcode::name>(table);
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
    return table;
}();

}  // namespace

Handler* counting_branch_handler(Opcode comparison, Source added, Source compared) {
    return kCounting[number_of(comparison)][counting_form(added, compared)];
}

Handler* two_sums_handler() {
    return handle<TwoSumsHandler>;
}

Handler* comparing_branch_handler(Opcode opcode, Form form, bool sense) {
    return kComparisons[number_of(opcode)][static_cast<std::size_t>(form) + (sense ? 0 : kForms)];
}

Handler* branch_handler(Source condition, bool sense) {
    if (condition == Source::result) {
        return sense ? handle<BranchHandler<Source::result, true>>
                     : handle<BranchHandler<Source::result, false>>;
    }
    return sense ? handle<BranchHandler<Source::slot, true>>
                 : handle<BranchHandler<Source::slot, false>>;
}

Handler* jump_handler() {
    return handle<JumpHandler>;
}

Handler* jump_table_handler(Source index) {
    return index == Source::result ? handle<JumpTableHandler<Source::result>>
                                   : handle<JumpTableHandler<Source::slot>>;
}

}  // namespace lockstep::vm
