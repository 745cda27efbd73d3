#include "vm/interpreter/access_pair_handlers.hpp"

#include "vm/interpreter/memory_access.hpp"
#include "vm/interpreter/pair_table.hpp"

namespace lockstep::vm {

namespace {

constexpr std::size_t kOtherField = 6;
constexpr std::size_t kSecondField = 4;

template <Opcode opcode, Address address, Source part, Opcode second, Other other>
struct LoadPairHandler {
    static Next execute(Registers& r) {
        const std::uint64_t from = effective_address<address, part>(r);
        if (from + access_bytes(opcode) > r.memory_bytes) [[unlikely]] {
            return leave(r, Leaving::trap, kOutOfBounds);
        }
        const std::uint64_t inner = load<opcode>(r.memory + from);
        constexpr Source kSource = other == Other::constant ? Source::constant : Source::slot;
        const std::uint64_t c = operand<kSource, false>(r, kOtherField);
        const Numeric outer =
            other == Other::first ? evaluate<second>(c, inner) : evaluate<second>(inner, c);
        put<gives_f64(second)>(r, outer.value);
        return go_on(r, kAccessPairWords);
    }
};

template <Opcode first, Form form, Opcode opcode>
struct StorePairHandler {
    static Next execute(Registers& r) {
        constexpr bool kFloat = takes_f64(first);
        const std::uint64_t a = operand<first_source(form), kFloat>(r, 0);
        const std::uint64_t b = operand<second_source(form), kFloat>(r, kSecondField);
        const std::uint64_t to = effective_address<Address::plain, Source::slot>(r);
        return store_and_go_on<access_bytes(opcode)>(r, to, evaluate<first>(a, b).value,
                                                     kAccessPairWords);
    }
};

/// By place of the load's address, and where the other operand is.
constexpr std::size_t kPlaces = 3;
using LoadRow = std::array<Handler*, kPlaces * kOthers>;
using StoreRow = std::array<Handler*, kForms>;

template <Opcode opcode, Opcode second>
constexpr LoadRow load_row() {
    const auto others = []<Address address, Source part>() {
        std::array<Handler*, kOthers> row{
            handle<LoadPairHandler<opcode, address, part, second, Other::second>>};
        if constexpr (kTakesConstant<second>) {
            row[1] = handle<LoadPairHandler<opcode, address, part, second, Other::constant>>;
        }
        if constexpr (second == Opcode::i32_sub || second == Opcode::i64_sub ||
                      second == Opcode::f64_sub) {
            row[2] = handle<LoadPairHandler<opcode, address, part, second, Other::first>>;
        }
        return row;
    };
    const std::array rows{others.template operator()<Address::plain, Source::slot>(),
                          others.template operator()<Address::plain, Source::result>(),
                          others.template operator()<Address::plus_constant, Source::slot>()};
    LoadRow row{};
    for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = rows[i / kOthers][i % kOthers];
    }
    return row;
}

template <Opcode first, Opcode opcode>
constexpr StoreRow store_row() {
    StoreRow row{handle<StorePairHandler<first, Form::slot_slot, opcode>>,
                 handle<StorePairHandler<first, Form::result_slot, opcode>>};
    if constexpr (takes_f64(first)) {
        row[2] = handle<StorePairHandler<first, Form::slot_result, opcode>>;
    } else {
        row[3] = handle<StorePairHandler<first, Form::slot_constant, opcode>>;
        row[4] = handle<StorePairHandler<first, Form::result_constant, opcode>>;
    }
    return row;
}

template <const auto& shape>
constexpr auto load_rows() {
    constexpr std::size_t kSeconds = shape.second.size();
    return []<std::size_t... i>(std::index_sequence<i...> /*all*/) {
        return std::array{load_row<shape.first[i / kSeconds], shape.second[i % kSeconds]>()...};
    }(std::make_index_sequence<shape.first.size() * kSeconds>{});
}

template <const auto& shape>
constexpr auto store_rows() {
    constexpr std::size_t kSeconds = shape.second.size();
    return []<std::size_t... i>(std::index_sequence<i...> /*all*/) {
        return std::array{store_row<shape.first[i / kSeconds], shape.second[i % kSeconds]>()...};
    }(std::make_index_sequence<shape.first.size() * kSeconds>{});
}

template <typename Shape, typename Rows>
Handler* find_in(const Shape& shape, const Rows& rows, Opcode first, Opcode second,
                 std::size_t index) {
    const std::size_t row = index_of(shape.first, first);
    const std::size_t column = index_of(shape.second, second);
    if (row == shape.first.size() || column == shape.second.size()) {
        return nullptr;
    }
    return rows[row * shape.second.size() + column][index];
}

constexpr PairShape<2, 8> kI32Loads{
    .first = {Opcode::i32_load, Opcode::i32_load8_u},
    .second = {Opcode::i32_add, Opcode::i32_sub, Opcode::i32_mul, Opcode::i32_and, Opcode::i32_or,
               Opcode::i32_xor, Opcode::i32_shl, Opcode::i32_shr_u}};
constexpr PairShape<2, 9> kI64Loads{
    .first = {Opcode::i64_load, Opcode::i64_load32_u},
    .second = {Opcode::i64_add, Opcode::i64_sub, Opcode::i64_mul, Opcode::i64_and, Opcode::i64_or,
               Opcode::i64_xor, Opcode::i64_shl, Opcode::i64_shr_u, Opcode::i64_rotl}};
constexpr PairShape<1, 3> kF64Loads{.first = {Opcode::i64_load},
                                    .second = {Opcode::f64_add, Opcode::f64_sub, Opcode::f64_mul}};
constexpr auto kI32LoadRows = load_rows<kI32Loads>();
constexpr auto kI64LoadRows = load_rows<kI64Loads>();
constexpr auto kF64LoadRows = load_rows<kF64Loads>();

constexpr PairShape<8, 2> kI32Stores{
    .first = {Opcode::i32_add, Opcode::i32_sub, Opcode::i32_mul, Opcode::i32_and, Opcode::i32_or,
              Opcode::i32_xor, Opcode::i32_shl, Opcode::i32_shr_u},
    .second = {Opcode::i32_store, Opcode::i32_store8}};
constexpr PairShape<8, 2> kI64Stores{
    .first = {Opcode::i64_add, Opcode::i64_sub, Opcode::i64_mul, Opcode::i64_and, Opcode::i64_or,
              Opcode::i64_xor, Opcode::i64_rotl, Opcode::i64_shr_u},
    .second = {Opcode::i64_store, Opcode::i64_store32}};
constexpr PairShape<3, 1> kF64Stores{.first = {Opcode::f64_add, Opcode::f64_sub, Opcode::f64_mul},
                                     .second = {Opcode::i64_store}};
constexpr auto kI32StoreRows = store_rows<kI32Stores>();
constexpr auto kI64StoreRows = store_rows<kI64Stores>();
constexpr auto kF64StoreRows = store_rows<kF64Stores>();

}  // namespace

Handler* load_pair_handler(Opcode load, Address address, Source part, Opcode second, Other other) {
    const bool is_plain = address == Address::plain;
    if (!is_plain && (address != Address::plus_constant || part != Source::slot)) {
        return nullptr;
    }
    const std::size_t place = is_plain ? static_cast<std::size_t>(part) : 2U;
    const std::size_t index = place * kOthers + static_cast<std::size_t>(other);
    if (is_binary_i32(second)) {
        return find_in(kI32Loads, kI32LoadRows, load, second, index);
    }
    return is_binary_i64(second) ? find_in(kI64Loads, kI64LoadRows, load, second, index)
                                 : find_in(kF64Loads, kF64LoadRows, load, second, index);
}

Handler* store_pair_handler(Opcode first, Form form, Opcode store) {
    const auto index = static_cast<std::size_t>(form);
    if (is_binary_i32(first)) {
        return find_in(kI32Stores, kI32StoreRows, first, store, index);
    }
    return is_binary_i64(first) ? find_in(kI64Stores, kI64StoreRows, first, store, index)
                                : find_in(kF64Stores, kF64StoreRows, first, store, index);
}

}  // namespace lockstep::vm
