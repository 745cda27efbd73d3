// Integer instructions but division.

#include <bit>
#include <utility>

#include "base/check.hpp"
#include "vm/jit/function_compiler.hpp"
#include "vm/jit/immediate.hpp"

namespace lockstep::vm::jit {

namespace {

namespace inst = x86::Inst;
using x86::CondCode;

}  // namespace

bool FunctionCompiler::compile_integer(const Instruction& instruction) {
    switch (instruction.opcode) {
        case Opcode::i32_eqz: equal_zero(Width::w32); return true;
        case Opcode::i64_eqz: equal_zero(Width::w64); return true;
        case Opcode::i32_clz: count_bits(inst::kIdLzcnt, Width::w32); return true;
        case Opcode::i64_clz: count_bits(inst::kIdLzcnt, Width::w64); return true;
        case Opcode::i32_ctz: count_bits(inst::kIdTzcnt, Width::w32); return true;
        case Opcode::i64_ctz: count_bits(inst::kIdTzcnt, Width::w64); return true;
        case Opcode::i32_popcnt: count_bits(inst::kIdPopcnt, Width::w32); return true;
        case Opcode::i64_popcnt: count_bits(inst::kIdPopcnt, Width::w64); return true;
        case Opcode::i32_extend8_s: extend(inst::kIdMovsx, Width::w32, 8); return true;
        case Opcode::i32_extend16_s: extend(inst::kIdMovsx, Width::w32, 16); return true;
        case Opcode::i64_extend8_s: extend(inst::kIdMovsx, Width::w64, 8); return true;
        case Opcode::i64_extend16_s: extend(inst::kIdMovsx, Width::w64, 16); return true;
        case Opcode::i64_extend32_s:
        case Opcode::i64_extend_i32_s: extend(inst::kIdMovsxd, Width::w64, 32); return true;
        case Opcode::i64_extend_i32_u:
            // It is zero-extended as it is; an f32 that is a NaN must not become an f64 as it is.
            if (operands_.top().raw_nan_size != 0) {
                extend(inst::kIdMov, Width::w32, 32);
            }
            return true;
        case Opcode::i32_wrap_i64: extend(inst::kIdMov, Width::w32, 32); return true;
        case Opcode::i32_div_s: divide(true, false, Width::w32); return true;
        case Opcode::i32_div_u: divide(false, false, Width::w32); return true;
        case Opcode::i32_rem_s: divide(true, true, Width::w32); return true;
        case Opcode::i32_rem_u: divide(false, true, Width::w32); return true;
        case Opcode::i64_div_s: divide(true, false, Width::w64); return true;
        case Opcode::i64_div_u: divide(false, false, Width::w64); return true;
        case Opcode::i64_rem_s: divide(true, true, Width::w64); return true;
        case Opcode::i64_rem_u: divide(false, true, Width::w64); return true;
        default: return compile_binary(instruction.opcode);
    }
}

bool FunctionCompiler::compile_binary(Opcode opcode) {
    switch (opcode) {
        case Opcode::i32_add: add(Width::w32); return true;
        case Opcode::i64_add: add(Width::w64); return true;
        case Opcode::i32_mul: multiply(Width::w32); return true;
        case Opcode::i64_mul: multiply(Width::w64); return true;
        case Opcode::i32_sub: arithmetic(inst::kIdSub, Width::w32, false); return true;
        case Opcode::i64_sub: arithmetic(inst::kIdSub, Width::w64, false); return true;
        case Opcode::i32_and: arithmetic(inst::kIdAnd, Width::w32, true); return true;
        case Opcode::i64_and: arithmetic(inst::kIdAnd, Width::w64, true); return true;
        case Opcode::i32_or: arithmetic(inst::kIdOr, Width::w32, true); return true;
        case Opcode::i64_or: arithmetic(inst::kIdOr, Width::w64, true); return true;
        case Opcode::i32_xor: arithmetic(inst::kIdXor, Width::w32, true); return true;
        case Opcode::i64_xor: arithmetic(inst::kIdXor, Width::w64, true); return true;
        case Opcode::i32_shl:
        case Opcode::i32_shr_s:
        case Opcode::i32_shr_u: shift(opcode, Width::w32); return true;
        case Opcode::i64_shl:
        case Opcode::i64_shr_s:
        case Opcode::i64_shr_u: shift(opcode, Width::w64); return true;
        case Opcode::i32_rotl: rotate(true, Width::w32); return true;
        case Opcode::i32_rotr: rotate(false, Width::w32); return true;
        case Opcode::i64_rotl: rotate(true, Width::w64); return true;
        case Opcode::i64_rotr: rotate(false, Width::w64); return true;
        case Opcode::i32_eq: compare(CondCode::kE, Width::w32); return true;
        case Opcode::i64_eq: compare(CondCode::kE, Width::w64); return true;
        case Opcode::i32_ne: compare(CondCode::kNE, Width::w32); return true;
        case Opcode::i64_ne: compare(CondCode::kNE, Width::w64); return true;
        case Opcode::i32_lt_s: compare(CondCode::kL, Width::w32); return true;
        case Opcode::i64_lt_s: compare(CondCode::kL, Width::w64); return true;
        case Opcode::i32_lt_u: compare(CondCode::kB, Width::w32); return true;
        case Opcode::i64_lt_u: compare(CondCode::kB, Width::w64); return true;
        case Opcode::i32_gt_s: compare(CondCode::kG, Width::w32); return true;
        case Opcode::i64_gt_s: compare(CondCode::kG, Width::w64); return true;
        case Opcode::i32_gt_u: compare(CondCode::kA, Width::w32); return true;
        case Opcode::i64_gt_u: compare(CondCode::kA, Width::w64); return true;
        case Opcode::i32_le_s: compare(CondCode::kLE, Width::w32); return true;
        case Opcode::i64_le_s: compare(CondCode::kLE, Width::w64); return true;
        case Opcode::i32_le_u: compare(CondCode::kBE, Width::w32); return true;
        case Opcode::i64_le_u: compare(CondCode::kBE, Width::w64); return true;
        case Opcode::i32_ge_s: compare(CondCode::kGE, Width::w32); return true;
        case Opcode::i64_ge_s: compare(CondCode::kGE, Width::w64); return true;
        case Opcode::i32_ge_u: compare(CondCode::kAE, Width::w32); return true;
        case Opcode::i64_ge_u: compare(CondCode::kAE, Width::w64); return true;
        default: return false;
    }
}

void FunctionCompiler::arithmetic(inst::Id operation, Width width, bool commutes) {
    Operand right = operands_.pop();
    Operand left = operands_.pop();
    if (commutes && left.kind == Operand::Kind::constant) {
        std::swap(left, right);
    }
    finish_arithmetic(operation, width, commutes, left, right);
}

/// left is overwritten, where it is in the register of the result.
void FunctionCompiler::finish_arithmetic(inst::Id operation, Width width, bool commutes,
                                         Operand left, Operand right) {
    const bool is_wide = width == Width::w64;
    const std::uint8_t result = result_gp(&left);
    if (operands_.gp_of(right) == result && operands_.gp_of(left) != result) {
        if (commutes) {
            std::swap(left, right);
        } else {
            asm_.mov(kScratch, gp64(result));
            operands_.release(right);
            right = {.kind = Operand::Kind::gp, .reg = static_cast<std::uint8_t>(kScratch.id())};
        }
    }
    if (operands_.gp_of(left) != result) {
        operands_.move_to_gp(left, result);
    }
    const x86::Gp destination = gp(result, is_wide);
    if (is_immediate(right, is_wide)) {
        asm_.emit(operation, destination, immediate(right, is_wide));
    } else if (right.kind == Operand::Kind::constant) {
        asm_.mov(kScratch, right.constant);
        asm_.emit(operation, destination, kScratch);
    } else if (const auto place = operands_.memory_place(right, is_wide ? 8 : 4)) {
        asm_.emit(operation, destination, *place);
    } else {
        asm_.emit(operation, destination, gp(operands_.read_gp(right), is_wide));
    }
    operands_.release(right);
    operands_.push_gp(result);
}

void FunctionCompiler::add(Width width) {
    Operand right = operands_.pop();
    Operand left = operands_.pop();
    if (left.kind == Operand::Kind::constant) {
        std::swap(left, right);
    }
    const bool is_wide = width == Width::w64;
    const auto base = operands_.gp_of(left);
    const auto index = operands_.gp_of(right);
    const bool is_near = is_immediate(right, is_wide);
    if (base && (is_near || index)) {
        // Elsewhere, without a move.
        const std::uint8_t result = result_gp(&left);
        if (result != base && result != index) {
            const x86::Mem sum =
                is_near ? x86::ptr(gp64(*base), static_cast<std::int32_t>(right.constant))
                        : x86::ptr(gp64(*base), gp64(*index));
            asm_.lea(gp(result, is_wide), sum);
            operands_.release(left);
            operands_.release(right);
            operands_.push_gp(result);
            return;
        }
        if (left.kind != Operand::Kind::gp || left.reg != result) {
            operands_.free_gp(result);
        }
    }
    finish_arithmetic(inst::kIdAdd, width, true, left, right);
}

void FunctionCompiler::multiply(Width width) {
    Operand right = operands_.pop();
    Operand left = operands_.pop();
    if (left.kind == Operand::Kind::constant) {
        std::swap(left, right);
    }
    const bool is_wide = width == Width::w64;
    if (!is_immediate(right, is_wide)) {
        finish_arithmetic(inst::kIdImul, width, true, left, right);
        return;
    }
    const std::uint64_t factor =
        is_wide ? right.constant : static_cast<std::uint32_t>(right.constant);
    const std::uint8_t source = operands_.read_gp(left);
    const std::uint8_t result = result_gp(&left);
    const x86::Gp destination = gp(result, is_wide);
    if (std::has_single_bit(factor)) {
        if (result != source) {
            asm_.mov(destination, gp(source, is_wide));
        }
        asm_.shl(destination, std::countr_zero(factor));
    } else if (factor == 3 || factor == 5 || factor == 9) {
        const auto scale = static_cast<std::uint32_t>(std::countr_zero(factor - 1));
        asm_.lea(destination, x86::ptr(gp64(source), gp64(source), scale));
    } else {
        asm_.imul(destination, gp(source, is_wide), immediate(right, is_wide));
    }
    if (left.kind == Operand::Kind::gp && left.reg != result) {
        operands_.release(left);
    }
    operands_.push_gp(result);
}

void FunctionCompiler::shift(Opcode opcode, Width width) {
    Operand count = operands_.pop();
    Operand value = operands_.pop();
    const bool is_wide = width == Width::w64;
    const bool is_left = opcode == Opcode::i32_shl || opcode == Opcode::i64_shl;
    const bool is_signed = opcode == Opcode::i32_shr_s || opcode == Opcode::i64_shr_s;
    if (count.kind == Operand::Kind::constant) {
        const auto bits = static_cast<std::uint8_t>(count.constant & (is_wide ? 63U : 31U));
        const std::uint8_t result = result_gp(&value);
        if (operands_.gp_of(value) != result) {
            operands_.move_to_gp(value, result);
        }
        if (bits != 0) {
            const inst::Id operation =
                is_left ? inst::kIdShl : (is_signed ? inst::kIdSar : inst::kIdShr);
            asm_.emit(operation, gp(result, is_wide), asmjit::Imm(bits));
        }
        operands_.push_gp(result);
        return;
    }
    const std::uint8_t by = operands_.read_gp(count);
    const std::uint8_t source = operands_.read_gp(value);
    const std::uint8_t result = result_gp(&value);
    const inst::Id operation =
        is_left ? inst::kIdShlx : (is_signed ? inst::kIdSarx : inst::kIdShrx);
    asm_.emit(operation, gp(result, is_wide), gp(source, is_wide), gp(by, is_wide));
    operands_.release(count);
    if (value.kind == Operand::Kind::gp && value.reg != result) {
        operands_.release(value);
    }
    operands_.push_gp(result);
}

void FunctionCompiler::rotate(bool left, Width width) {
    Operand count = operands_.pop();
    Operand value = operands_.pop();
    const bool is_wide = width == Width::w64;
    const unsigned bits = is_wide ? 64 : 32;
    if (count.kind == Operand::Kind::constant) {
        const auto by = static_cast<unsigned>(count.constant % bits);
        const std::uint8_t source = operands_.read_gp(value);
        const std::uint8_t result = result_gp(&value);
        asm_.rorx(gp(result, is_wide), gp(source, is_wide), left ? (bits - by) % bits : by);
        if (value.kind == Operand::Kind::gp && value.reg != result) {
            operands_.release(value);
        }
        operands_.push_gp(result);
        return;
    }
    constexpr std::uint8_t kCount = 1;  // rcx
    const bool is_there = count.kind == Operand::Kind::gp && count.reg == kCount;
    if (!is_there) {
        if (value.kind == Operand::Kind::gp && value.reg == kCount) {
            const std::uint8_t other = operands_.take_gp();
            asm_.mov(gp64(other), gp64(kCount));
            operands_.release(value);
            value.reg = other;
        }
        operands_.claim_gp(kCount);
        operands_.move_to_gp(count, kCount);
    }
    const std::uint8_t result = operands_.own_gp(value);
    if (left) {
        asm_.rol(gp(result, is_wide), x86::cl);
    } else {
        asm_.ror(gp(result, is_wide), x86::cl);
    }
    operands_.free_gp(kCount);
    operands_.push_gp(result);
}

void FunctionCompiler::count_bits(inst::Id operation, Width width) {
    const bool is_wide = width == Width::w64;
    Operand value = operands_.pop();
    const std::uint8_t source = operands_.read_gp(value);
    const std::uint8_t result = result_gp(&value);
    asm_.emit(operation, gp(result, is_wide), gp(source, is_wide));
    if (value.kind == Operand::Kind::gp && value.reg != result) {
        operands_.release(value);
    }
    operands_.push_gp(result);
}

void FunctionCompiler::extend(inst::Id operation, Width width, unsigned from_bits) {
    Operand value = operands_.pop();
    const std::uint8_t source = operands_.read_gp(value);
    const std::uint8_t result = result_gp(&value);
    const x86::Gp from = from_bits == 8    ? x86::Gp(x86::gpb(source))
                         : from_bits == 16 ? x86::Gp(x86::gpw(source))
                                           : gp32(source);
    asm_.emit(operation, gp(result, width == Width::w64), from);
    if (value.kind == Operand::Kind::gp && value.reg != result) {
        operands_.release(value);
    }
    operands_.push_gp(result);
}

}  // namespace lockstep::vm::jit
