#include "vm/interpreter/pair_table.hpp"

namespace lockstep::vm {

namespace {

constexpr PairShape<10, 10> kShape{
    .first = {Opcode::i32_add, Opcode::i32_sub, Opcode::i32_mul, Opcode::i32_and, Opcode::i32_or,
              Opcode::i32_xor, Opcode::i32_shl, Opcode::i32_shr_s, Opcode::i32_shr_u,
              Opcode::i32_rotl},
    .second = {Opcode::i32_add, Opcode::i32_sub, Opcode::i32_mul, Opcode::i32_and, Opcode::i32_or,
               Opcode::i32_xor, Opcode::i32_shl, Opcode::i32_shr_s, Opcode::i32_shr_u,
               Opcode::i32_rotl}};
constexpr auto kPairs = pair_rows<kShape>();

}  // namespace

Handler* pair_handler_i32(Opcode first, Form form, Opcode second, Other other) {
    return find_pair(kShape, kPairs, first, form, second, other);
}

}  // namespace lockstep::vm
