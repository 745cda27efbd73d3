#include "vm/interpreter/pair_table.hpp"

namespace lockstep::vm {

namespace {

constexpr PairShape<3, 3> kShape{.first = {Opcode::f64_add, Opcode::f64_sub, Opcode::f64_mul},
                                 .second = {Opcode::f64_add, Opcode::f64_sub, Opcode::f64_mul}};
constexpr auto kPairs = pair_rows<kShape>();

}  // namespace

Handler* pair_handler_f64(Opcode first, Form form, Opcode second, Other other) {
    return find_pair(kShape, kPairs, first, form, second, other);
}

Handler* pair_handler(Opcode first, Form form, Opcode second, Other other) {
    if (is_binary_i32(first) && is_binary_i32(second)) {
        return pair_handler_i32(first, form, second, other);
    }
    if (is_binary_i64(first) && is_binary_i64(second)) {
        return pair_handler_i64(first, form, second, other);
    }
    return pair_handler_f64(first, form, second, other);
}

}  // namespace lockstep::vm
