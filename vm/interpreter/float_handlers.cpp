#include "vm/interpreter/numeric_handlers.hpp"

namespace lockstep::vm {

namespace {

constexpr std::size_t kFloatForms = 3;

template <Opcode opcode>
constexpr void add_float(HandlerTable<kFloatForms>& table) {
    if constexpr (is_binary(opcode) && !is_binary_i32(opcode) && !is_binary_i64(opcode)) {
        table[number_of(opcode)] = {handle<BinaryHandler<opcode, Form::slot_slot>>,
                                    handle<BinaryHandler<opcode, Form::result_slot>>,
                                    handle<BinaryHandler<opcode, Form::slot_result>>};
    }
}

template <Opcode opcode>
constexpr void add_unary(HandlerTable<2>& table) {
    if constexpr (family_of(opcode) == Family::numeric && !is_binary(opcode)) {
        table[number_of(opcode)] = {handle<UnaryHandler<opcode, Source::slot>>,
                                    handle<UnaryHandler<opcode, Source::result>>};
    }
}

constexpr HandlerTable<kFloatForms> kFloats = [] {
    HandlerTable<kFloatForms> table{};
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    add_float<Opcode::name>(table);
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
    return table;
}();

constexpr HandlerTable<2> kUnary = [] {
    HandlerTable<2> table{};
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    add_unary<Opcode::name>(table);
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
    return table;
}();

}  // namespace

Handler* float_handler(Opcode opcode, Form form) {
    return kFloats[number_of(opcode)][static_cast<std::size_t>(form)];
}

Handler* unary_handler(Opcode opcode, Source source) {
    return kUnary[number_of(opcode)][static_cast<std::size_t>(source)];
}

}  // namespace lockstep::vm
