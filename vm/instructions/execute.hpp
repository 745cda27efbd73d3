#pragma once

// Execution of one instruction: the switch over the opcode table, and what a step does around it.

#include "base/check.hpp"
#include "vm/instructions/bulk.hpp"
#include "vm/instructions/control.hpp"
#include "vm/instructions/float.hpp"
#include "vm/instructions/host.hpp"
#include "vm/instructions/memory.hpp"
#include "vm/instructions/numeric.hpp"
#include "vm/instructions/table.hpp"
#include "vm/instructions/variable.hpp"

namespace lockstep::vm {

/// The semantics of an opcode. The switch is on a constant: nothing of it remains.
template <Opcode opcode, StateAccess A>
// One row an opcode: NOLINTNEXTLINE(readability-function-size)
[[gnu::always_inline]] inline Outcome execute_opcode(A& access, const Instruction& instruction) {
    switch (opcode) {
        case Opcode::unreachable: return Outcome::trap(Trap::unreachable);
        case Opcode::charge: return charge(access, instruction);
        case Opcode::jump_unless: return jump_unless(access, instruction);
        case Opcode::jump: return Outcome::jump(instruction.b);
        case Opcode::jump_if: return jump_if(access, instruction);
        case Opcode::jump_table: return jump_table(access, instruction);
        case Opcode::return_: return return_(access, instruction);
        case Opcode::call: return call(access, instruction);
        case Opcode::invoke: return invoke(access, instruction);
        case Opcode::call_reference: return call_reference(access, instruction);
        case Opcode::drop: return drop(access, instruction);
        case Opcode::select: return select(access, instruction);
        case Opcode::drop_under: return drop_under(access, instruction);
        case Opcode::local_get: return local_get(access, instruction);
        case Opcode::local_set: return local_set(access, instruction);
        case Opcode::local_tee: return local_tee(access, instruction);
        case Opcode::global_get: return global_get(access, instruction);
        case Opcode::global_set: return global_set(access, instruction);
        case Opcode::const_: return const_(access, instruction);
        case Opcode::i32_load: return load_unsigned<4>(access, instruction);
        case Opcode::i64_load: return load_unsigned<8>(access, instruction);
        case Opcode::i32_load8_s: return load_signed<1, 32>(access, instruction);
        case Opcode::i32_load8_u: return load_unsigned<1>(access, instruction);
        case Opcode::i32_load16_s: return load_signed<2, 32>(access, instruction);
        case Opcode::i32_load16_u: return load_unsigned<2>(access, instruction);
        case Opcode::i64_load8_s: return load_signed<1, 64>(access, instruction);
        case Opcode::i64_load8_u: return load_unsigned<1>(access, instruction);
        case Opcode::i64_load16_s: return load_signed<2, 64>(access, instruction);
        case Opcode::i64_load16_u: return load_unsigned<2>(access, instruction);
        case Opcode::i64_load32_s: return load_signed<4, 64>(access, instruction);
        case Opcode::i64_load32_u: return load_unsigned<4>(access, instruction);
        case Opcode::i32_store: return store<4>(access, instruction);
        case Opcode::i64_store: return store<8>(access, instruction);
        case Opcode::i32_store8: return store<1>(access, instruction);
        case Opcode::i32_store16: return store<2>(access, instruction);
        case Opcode::i64_store8: return store<1>(access, instruction);
        case Opcode::i64_store16: return store<2>(access, instruction);
        case Opcode::i64_store32: return store<4>(access, instruction);
        case Opcode::memory_size: return memory_size(access, instruction);
        case Opcode::memory_grow: return memory_grow(access, instruction);
        case Opcode::memory_init: return memory_init(access, instruction);
        case Opcode::memory_copy: return memory_copy(access, instruction);
        case Opcode::memory_fill: return memory_fill(access, instruction);
        case Opcode::table_init: return table_init(access, instruction);
        case Opcode::table_copy: return table_copy(access, instruction);
        case Opcode::table_grow: return table_grow(access, instruction);
        case Opcode::table_size: return table_size(access, instruction);
        case Opcode::table_fill: return table_fill(access, instruction);
        case Opcode::table_get: return table_get(access, instruction);
        case Opcode::table_set: return table_set(access, instruction);
        case Opcode::table_element: return table_element(access, instruction);
        case Opcode::i32_trunc_sat_f32_s: return conversion<Opcode::i32_trunc_sat_f32_s>(access);
        case Opcode::i32_trunc_sat_f32_u: return conversion<Opcode::i32_trunc_sat_f32_u>(access);
        case Opcode::i32_trunc_sat_f64_s: return conversion<Opcode::i32_trunc_sat_f64_s>(access);
        case Opcode::i32_trunc_sat_f64_u: return conversion<Opcode::i32_trunc_sat_f64_u>(access);
        case Opcode::i64_trunc_sat_f32_s: return conversion<Opcode::i64_trunc_sat_f32_s>(access);
        case Opcode::i64_trunc_sat_f32_u: return conversion<Opcode::i64_trunc_sat_f32_u>(access);
        case Opcode::i64_trunc_sat_f64_s: return conversion<Opcode::i64_trunc_sat_f64_s>(access);
        case Opcode::i64_trunc_sat_f64_u: return conversion<Opcode::i64_trunc_sat_f64_u>(access);
        case Opcode::i32_eqz: return unary<Opcode::i32_eqz>(access);
        case Opcode::i32_eq: return binary_i32<Opcode::i32_eq>(access);
        case Opcode::i32_ne: return binary_i32<Opcode::i32_ne>(access);
        case Opcode::i32_lt_s: return binary_i32<Opcode::i32_lt_s>(access);
        case Opcode::i32_lt_u: return binary_i32<Opcode::i32_lt_u>(access);
        case Opcode::i32_gt_s: return binary_i32<Opcode::i32_gt_s>(access);
        case Opcode::i32_gt_u: return binary_i32<Opcode::i32_gt_u>(access);
        case Opcode::i32_le_s: return binary_i32<Opcode::i32_le_s>(access);
        case Opcode::i32_le_u: return binary_i32<Opcode::i32_le_u>(access);
        case Opcode::i32_ge_s: return binary_i32<Opcode::i32_ge_s>(access);
        case Opcode::i32_ge_u: return binary_i32<Opcode::i32_ge_u>(access);
        case Opcode::i64_eqz: return unary<Opcode::i64_eqz>(access);
        case Opcode::i64_eq: return binary_i64<Opcode::i64_eq>(access);
        case Opcode::i64_ne: return binary_i64<Opcode::i64_ne>(access);
        case Opcode::i64_lt_s: return binary_i64<Opcode::i64_lt_s>(access);
        case Opcode::i64_lt_u: return binary_i64<Opcode::i64_lt_u>(access);
        case Opcode::i64_gt_s: return binary_i64<Opcode::i64_gt_s>(access);
        case Opcode::i64_gt_u: return binary_i64<Opcode::i64_gt_u>(access);
        case Opcode::i64_le_s: return binary_i64<Opcode::i64_le_s>(access);
        case Opcode::i64_le_u: return binary_i64<Opcode::i64_le_u>(access);
        case Opcode::i64_ge_s: return binary_i64<Opcode::i64_ge_s>(access);
        case Opcode::i64_ge_u: return binary_i64<Opcode::i64_ge_u>(access);
        case Opcode::f32_eq: return binary_f32<Opcode::f32_eq>(access);
        case Opcode::f32_ne: return binary_f32<Opcode::f32_ne>(access);
        case Opcode::f32_lt: return binary_f32<Opcode::f32_lt>(access);
        case Opcode::f32_gt: return binary_f32<Opcode::f32_gt>(access);
        case Opcode::f32_le: return binary_f32<Opcode::f32_le>(access);
        case Opcode::f32_ge: return binary_f32<Opcode::f32_ge>(access);
        case Opcode::f64_eq: return binary_f64<Opcode::f64_eq>(access);
        case Opcode::f64_ne: return binary_f64<Opcode::f64_ne>(access);
        case Opcode::f64_lt: return binary_f64<Opcode::f64_lt>(access);
        case Opcode::f64_gt: return binary_f64<Opcode::f64_gt>(access);
        case Opcode::f64_le: return binary_f64<Opcode::f64_le>(access);
        case Opcode::f64_ge: return binary_f64<Opcode::f64_ge>(access);
        case Opcode::i32_clz: return unary<Opcode::i32_clz>(access);
        case Opcode::i32_ctz: return unary<Opcode::i32_ctz>(access);
        case Opcode::i32_popcnt: return unary<Opcode::i32_popcnt>(access);
        case Opcode::i32_add: return binary_i32<Opcode::i32_add>(access);
        case Opcode::i32_sub: return binary_i32<Opcode::i32_sub>(access);
        case Opcode::i32_mul: return binary_i32<Opcode::i32_mul>(access);
        case Opcode::i32_div_s: return binary_i32<Opcode::i32_div_s>(access);
        case Opcode::i32_div_u: return binary_i32<Opcode::i32_div_u>(access);
        case Opcode::i32_rem_s: return binary_i32<Opcode::i32_rem_s>(access);
        case Opcode::i32_rem_u: return binary_i32<Opcode::i32_rem_u>(access);
        case Opcode::i32_and: return binary_i32<Opcode::i32_and>(access);
        case Opcode::i32_or: return binary_i32<Opcode::i32_or>(access);
        case Opcode::i32_xor: return binary_i32<Opcode::i32_xor>(access);
        case Opcode::i32_shl: return binary_i32<Opcode::i32_shl>(access);
        case Opcode::i32_shr_s: return binary_i32<Opcode::i32_shr_s>(access);
        case Opcode::i32_shr_u: return binary_i32<Opcode::i32_shr_u>(access);
        case Opcode::i32_rotl: return binary_i32<Opcode::i32_rotl>(access);
        case Opcode::i32_rotr: return binary_i32<Opcode::i32_rotr>(access);
        case Opcode::i64_clz: return unary<Opcode::i64_clz>(access);
        case Opcode::i64_ctz: return unary<Opcode::i64_ctz>(access);
        case Opcode::i64_popcnt: return unary<Opcode::i64_popcnt>(access);
        case Opcode::i64_add: return binary_i64<Opcode::i64_add>(access);
        case Opcode::i64_sub: return binary_i64<Opcode::i64_sub>(access);
        case Opcode::i64_mul: return binary_i64<Opcode::i64_mul>(access);
        case Opcode::i64_div_s: return binary_i64<Opcode::i64_div_s>(access);
        case Opcode::i64_div_u: return binary_i64<Opcode::i64_div_u>(access);
        case Opcode::i64_rem_s: return binary_i64<Opcode::i64_rem_s>(access);
        case Opcode::i64_rem_u: return binary_i64<Opcode::i64_rem_u>(access);
        case Opcode::i64_and: return binary_i64<Opcode::i64_and>(access);
        case Opcode::i64_or: return binary_i64<Opcode::i64_or>(access);
        case Opcode::i64_xor: return binary_i64<Opcode::i64_xor>(access);
        case Opcode::i64_shl: return binary_i64<Opcode::i64_shl>(access);
        case Opcode::i64_shr_s: return binary_i64<Opcode::i64_shr_s>(access);
        case Opcode::i64_shr_u: return binary_i64<Opcode::i64_shr_u>(access);
        case Opcode::i64_rotl: return binary_i64<Opcode::i64_rotl>(access);
        case Opcode::i64_rotr: return binary_i64<Opcode::i64_rotr>(access);
        case Opcode::f32_abs: return unary_f32<Opcode::f32_abs>(access);
        case Opcode::f32_neg: return unary_f32<Opcode::f32_neg>(access);
        case Opcode::f32_ceil: return unary_f32<Opcode::f32_ceil>(access);
        case Opcode::f32_floor: return unary_f32<Opcode::f32_floor>(access);
        case Opcode::f32_trunc: return unary_f32<Opcode::f32_trunc>(access);
        case Opcode::f32_nearest: return unary_f32<Opcode::f32_nearest>(access);
        case Opcode::f32_sqrt: return unary_f32<Opcode::f32_sqrt>(access);
        case Opcode::f32_add: return binary_f32<Opcode::f32_add>(access);
        case Opcode::f32_sub: return binary_f32<Opcode::f32_sub>(access);
        case Opcode::f32_mul: return binary_f32<Opcode::f32_mul>(access);
        case Opcode::f32_div: return binary_f32<Opcode::f32_div>(access);
        case Opcode::f32_min: return binary_f32<Opcode::f32_min>(access);
        case Opcode::f32_max: return binary_f32<Opcode::f32_max>(access);
        case Opcode::f32_copysign: return binary_f32<Opcode::f32_copysign>(access);
        case Opcode::f64_abs: return unary_f64<Opcode::f64_abs>(access);
        case Opcode::f64_neg: return unary_f64<Opcode::f64_neg>(access);
        case Opcode::f64_ceil: return unary_f64<Opcode::f64_ceil>(access);
        case Opcode::f64_floor: return unary_f64<Opcode::f64_floor>(access);
        case Opcode::f64_trunc: return unary_f64<Opcode::f64_trunc>(access);
        case Opcode::f64_nearest: return unary_f64<Opcode::f64_nearest>(access);
        case Opcode::f64_sqrt: return unary_f64<Opcode::f64_sqrt>(access);
        case Opcode::f64_add: return binary_f64<Opcode::f64_add>(access);
        case Opcode::f64_sub: return binary_f64<Opcode::f64_sub>(access);
        case Opcode::f64_mul: return binary_f64<Opcode::f64_mul>(access);
        case Opcode::f64_div: return binary_f64<Opcode::f64_div>(access);
        case Opcode::f64_min: return binary_f64<Opcode::f64_min>(access);
        case Opcode::f64_max: return binary_f64<Opcode::f64_max>(access);
        case Opcode::f64_copysign: return binary_f64<Opcode::f64_copysign>(access);
        case Opcode::i32_wrap_i64: return unary<Opcode::i32_wrap_i64>(access);
        case Opcode::i32_trunc_f32_s: return conversion<Opcode::i32_trunc_f32_s>(access);
        case Opcode::i32_trunc_f32_u: return conversion<Opcode::i32_trunc_f32_u>(access);
        case Opcode::i32_trunc_f64_s: return conversion<Opcode::i32_trunc_f64_s>(access);
        case Opcode::i32_trunc_f64_u: return conversion<Opcode::i32_trunc_f64_u>(access);
        case Opcode::i64_extend_i32_s: return unary<Opcode::i64_extend_i32_s>(access);
        case Opcode::i64_extend_i32_u: return unary<Opcode::i64_extend_i32_u>(access);
        case Opcode::i64_trunc_f32_s: return conversion<Opcode::i64_trunc_f32_s>(access);
        case Opcode::i64_trunc_f32_u: return conversion<Opcode::i64_trunc_f32_u>(access);
        case Opcode::i64_trunc_f64_s: return conversion<Opcode::i64_trunc_f64_s>(access);
        case Opcode::i64_trunc_f64_u: return conversion<Opcode::i64_trunc_f64_u>(access);
        case Opcode::f32_convert_i32_s: return conversion<Opcode::f32_convert_i32_s>(access);
        case Opcode::f32_convert_i32_u: return conversion<Opcode::f32_convert_i32_u>(access);
        case Opcode::f32_convert_i64_s: return conversion<Opcode::f32_convert_i64_s>(access);
        case Opcode::f32_convert_i64_u: return conversion<Opcode::f32_convert_i64_u>(access);
        case Opcode::f32_demote_f64: return conversion<Opcode::f32_demote_f64>(access);
        case Opcode::f64_convert_i32_s: return conversion<Opcode::f64_convert_i32_s>(access);
        case Opcode::f64_convert_i32_u: return conversion<Opcode::f64_convert_i32_u>(access);
        case Opcode::f64_convert_i64_s: return conversion<Opcode::f64_convert_i64_s>(access);
        case Opcode::f64_convert_i64_u: return conversion<Opcode::f64_convert_i64_u>(access);
        case Opcode::f64_promote_f32: return conversion<Opcode::f64_promote_f32>(access);
        case Opcode::i32_extend8_s: return unary<Opcode::i32_extend8_s>(access);
        case Opcode::i32_extend16_s: return unary<Opcode::i32_extend16_s>(access);
        case Opcode::i64_extend8_s: return unary<Opcode::i64_extend8_s>(access);
        case Opcode::i64_extend16_s: return unary<Opcode::i64_extend16_s>(access);
        case Opcode::i64_extend32_s: return unary<Opcode::i64_extend32_s>(access);
        case Opcode::input_size: return input_size(access, instruction);
        case Opcode::input_read: return input_read(access, instruction);
        case Opcode::output_write: return output_write(access, instruction);
        case Opcode::halt: return halt(access, instruction);
    }
    LOCKSTEP_CHECK(false);
}

/// Runs one instruction and says what becomes of the program counter and the status; neither these
/// nor the step counter are touched here. The opcode must be one of the table.
template <StateAccess A>
Outcome execute(A& access, const Instruction& instruction) {
    switch (instruction.opcode) {
#define LOCKSTEP_OPCODE(code, name, family, price, pops, pushes, ends_superblock) \
    case Opcode::name: return execute_opcode<Opcode::name>(access, instruction);
#include "vm/program/opcodes.def"
#undef LOCKSTEP_OPCODE
    }
    LOCKSTEP_CHECK(false);
}

/// What a step does after its instruction (docs/spec/step.md, section 1).
template <StateAccess A>
[[gnu::always_inline]] inline void apply(A& access, Outcome outcome) {
    access.count_step();
    switch (outcome.kind) {
        case Outcome::Kind::next: access.set_pc(access.pc() + 1); return;
        case Outcome::Kind::jump: access.set_pc(outcome.value); return;
        case Outcome::Kind::stay: return;
        case Outcome::Kind::finish: access.set_status(Status::halted, 0); return;
        case Outcome::Kind::halt:
            access.clear_stacks();
            access.set_status(Status::halted, outcome.value);
            return;
        case Outcome::Kind::trap:
            access.clear_stacks();
            access.set_status(Status::trapped, outcome.value);
            return;
    }
}

}  // namespace lockstep::vm
