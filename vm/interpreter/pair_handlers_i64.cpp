#include "vm/interpreter/pair_table.hpp"

namespace lockstep::vm {

namespace {

constexpr PairShape<10, 10> kShape{
    .first = {Opcode::i64_add, Opcode::i64_sub, Opcode::i64_mul, Opcode::i64_and, Opcode::i64_or,
              Opcode::i64_xor, Opcode::i64_shl, Opcode::i64_shr_s, Opcode::i64_shr_u,
              Opcode::i64_rotl},
    .second = {Opcode::i64_add, Opcode::i64_sub, Opcode::i64_mul, Opcode::i64_and, Opcode::i64_or,
               Opcode::i64_xor, Opcode::i64_shl, Opcode::i64_shr_s, Opcode::i64_shr_u,
               Opcode::i64_rotl}};
constexpr auto kPairs = pair_rows<kShape>();

}  // namespace

Handler* pair_handler_i64(Opcode first, Form form, Opcode second, Other other) {
    return find_pair(kShape, kPairs, first, form, second, other);
}

}  // namespace lockstep::vm
