// Integer division.

#include <bit>

#include "vm/jit/function_compiler.hpp"

namespace lockstep::vm::jit {

namespace {

constexpr std::uint8_t kQuotient = 0;   // rax, the dividend before
constexpr std::uint8_t kRemainder = 2;  // rdx

}  // namespace

void FunctionCompiler::divide(bool is_signed, bool remainder, Width width) {
    const bool is_wide = width == Width::w64;
    Operand divisor = operands_.pop();
    Operand dividend = operands_.pop();
    if (divisor.kind == Operand::Kind::constant &&
        divide_by_constant(is_signed, remainder, width, divisor.constant, dividend)) {
        return;
    }
    operands_.move_to_gp(divisor, static_cast<std::uint8_t>(kScratch.id()));
    operands_.release(divisor);
    if (dividend.kind != Operand::Kind::gp || dividend.reg != kQuotient) {
        operands_.claim_gp(kQuotient);
        operands_.move_to_gp(dividend, kQuotient);
    }
    operands_.claim_gp(kRemainder);
    const x86::Gp by = is_wide ? x86::Gp(kScratch) : x86::Gp(kScratch.r32());
    const x86::Gp quotient = is_wide ? gp64(kQuotient) : gp32(kQuotient);
    const asmjit::Label done = asm_.newLabel();
    asm_.test(by, by);
    asm_.jz(trap(Trap::integer_divide_by_zero));
    if (is_signed) {
        const asmjit::Label other = asm_.newLabel();
        asm_.cmp(by, -1);
        asm_.jne(other);
        if (remainder) {
            asm_.xor_(x86::edx, x86::edx);
        } else {
            asm_.neg(quotient);
            asm_.jo(trap(Trap::integer_overflow));
        }
        asm_.jmp(done);
        asm_.bind(other);
        is_wide ? asm_.cqo() : asm_.cdq();
        asm_.idiv(by);
    } else {
        asm_.xor_(x86::edx, x86::edx);
        asm_.div(by);
    }
    asm_.bind(done);
    operands_.free_gp(remainder ? kQuotient : kRemainder);
    operands_.push_gp(remainder ? kRemainder : kQuotient);
}

/// False where a division instruction does it.
bool FunctionCompiler::divide_by_constant(bool is_signed, bool remainder, Width width,
                                          std::uint64_t divisor, Operand& dividend) {
    if (is_signed || !std::has_single_bit(divisor)) {
        return false;
    }
    const bool is_wide = width == Width::w64;
    const std::uint8_t result = result_gp(&dividend);
    if (operands_.gp_of(dividend) != result) {
        operands_.move_to_gp(dividend, result);
    }
    const x86::Gp destination = is_wide ? gp64(result) : gp32(result);
    if (!remainder) {
        asm_.shr(destination, std::countr_zero(divisor));
    } else {
        asm_.mov(kScratch, divisor - 1);
        asm_.and_(destination, is_wide ? x86::Gp(kScratch) : x86::Gp(kScratch.r32()));
    }
    operands_.push_gp(result);
    return true;
}

}  // namespace lockstep::vm::jit
