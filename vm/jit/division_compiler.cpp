// Integer division. By a constant it is multiplication: Granlund and Montgomery, "Division by Invariant
// Integers using Multiplication", 1994; Warren, "Hacker's Delight", chapter 10.

#include <bit>

#include "base/check.hpp"
#include "vm/jit/function_compiler.hpp"

namespace lockstep::vm::jit {

namespace {

constexpr std::uint8_t kQuotient = 0;   // rax, the dividend before
constexpr std::uint8_t kRemainder = 2;  // rdx

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using)

/// n / d is (n * factor) >> (bits + shift), for all n of so many bits.
struct Reciprocal {
    std::uint64_t factor = 0;
    unsigned shift = 0;
};

/// Where one with a factor of `bits` bits exists: `slack` is by how many bits more than 2^shift the
/// factor times d may exceed the power of two; 1 for dividends of one bit less.
std::optional<Reciprocal> find_reciprocal(std::uint64_t divisor, unsigned bits, unsigned slack) {
    for (unsigned shift = 0; shift < bits; ++shift) {
        // ceil(2^(bits + shift) / d); the power may be 2^127 at the most.
        const Wide power = Wide{1} << (bits + shift);
        const Wide factor = (power + divisor - 1) / divisor;
        const Wide excess = factor * divisor - power;
        if (factor >> bits != 0) {
            return std::nullopt;
        }
        if (excess <= Wide{1} << (shift + slack)) {
            return Reciprocal{.factor = static_cast<std::uint64_t>(factor), .shift = shift};
        }
    }
    return std::nullopt;
}

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
    const x86::Gp quotient = is_wide ? x86::Gp(gp64(kQuotient)) : x86::Gp(gp32(kQuotient));
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
    const bool is_wide = width == Width::w64;
    const std::uint64_t by = is_wide ? divisor : static_cast<std::uint32_t>(divisor);
    const std::uint64_t sign = std::uint64_t{1} << (is_wide ? 63U : 31U);
    if (std::has_single_bit(by) && (!is_signed || by < sign)) {
        is_signed ? divide_signed_by_power(remainder, width, by, dividend)
                  : divide_by_power(remainder, width, by, dividend);
        return true;
    }
    // What is signed and wide, or negative, is rare.
    if (by < 3 || (is_signed && (is_wide || by >= sign))) {
        return false;
    }
    const auto reciprocal = find_reciprocal(by, is_wide ? 64 : 32, is_signed ? 1 : 0);
    if (!reciprocal) {
        return false;
    }
    const std::uint8_t source = operands_.read_gp(dividend);
    const std::uint8_t quotient = operands_.take_gp();
    if (is_wide) {
        // One factor is in rdx; what is there otherwise waits on the stack.
        const bool is_kept = quotient != kRemainder && !operands_.is_free_gp(kRemainder);
        if (is_kept) {
            asm_.push(gp64(kRemainder));
        }
        if (source != kRemainder) {
            asm_.mov(gp64(kRemainder), gp64(source));
        }
        asm_.mov(kScratch, reciprocal->factor);
        asm_.mulx(gp64(quotient), kScratch, kScratch);
        if (is_kept) {
            asm_.pop(gp64(kRemainder));
        }
        asm_.shr(gp64(quotient), reciprocal->shift);
    } else {
        is_signed ? asm_.movsxd(gp64(quotient), gp32(source))
                  : asm_.mov(gp32(quotient), gp32(source));
        asm_.mov(kScratch.r32(), static_cast<std::uint32_t>(reciprocal->factor));
        asm_.imul(gp64(quotient), kScratch);
        if (is_signed) {
            asm_.sar(gp64(quotient), 32 + reciprocal->shift);
            asm_.mov(kScratch.r32(), gp32(source));
            asm_.shr(kScratch.r32(), 31);
            asm_.add(gp32(quotient), kScratch.r32());
        } else {
            asm_.shr(gp64(quotient), 32 + reciprocal->shift);
        }
    }
    finish_constant_division(remainder, width, by, dividend, source, quotient);
    return true;
}

/// Pushes the quotient, or what it leaves.
void FunctionCompiler::finish_constant_division(bool remainder, Width width, std::uint64_t by,
                                                Operand& dividend, std::uint8_t source,
                                                std::uint8_t quotient) {
    if (remainder) {
        const bool is_wide = width == Width::w64;
        const x86::Gp product = is_wide ? x86::Gp(gp64(quotient)) : x86::Gp(gp32(quotient));
        const x86::Gp factor = is_wide ? x86::Gp(kScratch) : x86::Gp(kScratch.r32());
        asm_.mov(kScratch, by);
        asm_.imul(factor, product);
        asm_.mov(product, is_wide ? x86::Gp(gp64(source)) : x86::Gp(gp32(source)));
        asm_.sub(product, factor);
    }
    operands_.release(dividend);
    operands_.push_gp(quotient);
}

void FunctionCompiler::divide_by_power(bool remainder, Width width, std::uint64_t by,
                                       Operand& dividend) {
    const bool is_wide = width == Width::w64;
    const std::uint8_t result = result_gp(&dividend);
    if (operands_.gp_of(dividend) != result) {
        operands_.move_to_gp(dividend, result);
    }
    const x86::Gp destination = is_wide ? x86::Gp(gp64(result)) : x86::Gp(gp32(result));
    if (!remainder) {
        asm_.shr(destination, std::countr_zero(by));
    } else {
        asm_.mov(kScratch, by - 1);
        asm_.and_(destination, is_wide ? x86::Gp(kScratch) : x86::Gp(kScratch.r32()));
    }
    operands_.push_gp(result);
}

/// A negative dividend is first raised by the divisor less 1, so that the shift rounds to zero.
void FunctionCompiler::divide_signed_by_power(bool remainder, Width width, std::uint64_t by,
                                              Operand& dividend) {
    const bool is_wide = width == Width::w64;
    const int bits = std::countr_zero(by);
    const std::uint8_t source = operands_.read_gp(dividend);
    operands_.lock_gp(source);
    const std::uint8_t quotient = operands_.take_gp();
    const auto gp = [&](std::uint8_t reg) {
        return is_wide ? x86::Gp(gp64(reg)) : x86::Gp(gp32(reg));
    };
    asm_.mov(gp(quotient), gp(source));
    if (bits != 0) {
        asm_.sar(gp(quotient), is_wide ? 63 : 31);
        asm_.shr(gp(quotient), (is_wide ? 64 : 32) - bits);
        asm_.add(gp(quotient), gp(source));
        asm_.sar(gp(quotient), bits);
    }
    finish_constant_division(remainder, width, by, dividend, source, quotient);
}

}  // namespace lockstep::vm::jit
