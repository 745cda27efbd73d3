#include "vm/interpreter/numeric_handlers.hpp"

namespace lockstep::vm {

namespace {

template <Opcode opcode>
constexpr void add_integer(HandlerTable<kForms>& table) {
    if constexpr (is_binary_i32(opcode) || is_binary_i64(opcode)) {
        table[number_of(opcode)] = {handle<BinaryHandler<opcode, Form::slot_slot>>,
                                    handle<BinaryHandler<opcode, Form::result_slot>>,
                                    handle<BinaryHandler<opcode, Form::slot_result>>,
                                    handle<BinaryHandler<opcode, Form::slot_constant>>,
                                    handle<BinaryHandler<opcode, Form::result_constant>>};
    }
}

constexpr HandlerTable<kForms> kIntegers = [] {
    HandlerTable<kForms> table{};
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    add_integer<Opcode::name>(table);
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
    return table;
}();

}  // namespace

Handler* integer_handler(Opcode opcode, Form form) {
    return kIntegers[number_of(opcode)][static_cast<std::size_t>(form)];
}

Handler* binary_handler(Opcode opcode, Form form) {
    return is_binary_i32(opcode) || is_binary_i64(opcode) ? integer_handler(opcode, form)
                                                          : float_handler(opcode, form);
}

}  // namespace lockstep::vm
