// Conversions between floats and integers.

#include <bit>
#include <cmath>
#include <limits>
#include <optional>

#include "vm/jit/function_compiler.hpp"

namespace lockstep::vm::jit {

using x86::CondCode;

struct FunctionCompiler::Truncation {
    std::uint32_t size = 0;  // of the float
    bool is_signed = false;
    bool is_wide = false;  // to an i64
    bool saturates = false;
};

namespace {

/// The row of a truncation in the order of WebAssembly's opcodes, which is that of these bits.
struct Row {
    Opcode first;
    bool is_wide;
    bool saturates;
};

constexpr Row kRows[] = {{Opcode::i32_trunc_f32_s, false, false},
                         {Opcode::i64_trunc_f32_s, true, false},
                         {Opcode::i32_trunc_sat_f32_s, false, true},
                         {Opcode::i64_trunc_sat_f32_s, true, true}};

}  // namespace

bool FunctionCompiler::compile_conversion(Opcode opcode) {
    for (const Row& row : kRows) {
        const int place = static_cast<int>(opcode) - static_cast<int>(row.first);
        if (0 <= place && place < 4) {
            truncate({.size = place < 2 ? 4U : 8U,
                      .is_signed = place % 2 == 0,
                      .is_wide = row.is_wide,
                      .saturates = row.saturates});
            return true;
        }
    }
    switch (opcode) {
        case Opcode::f32_convert_i32_s: convert_integer(false, true, 4); return true;
        case Opcode::f32_convert_i32_u: convert_integer(false, false, 4); return true;
        case Opcode::f32_convert_i64_s: convert_integer(true, true, 4); return true;
        case Opcode::f32_convert_i64_u: convert_integer(true, false, 4); return true;
        case Opcode::f64_convert_i32_s: convert_integer(false, true, 8); return true;
        case Opcode::f64_convert_i32_u: convert_integer(false, false, 8); return true;
        case Opcode::f64_convert_i64_s: convert_integer(true, true, 8); return true;
        case Opcode::f64_convert_i64_u: convert_integer(true, false, 8); return true;
        case Opcode::f32_demote_f64: convert_float(true); return true;
        case Opcode::f64_promote_f32: convert_float(false); return true;
        default: return false;
    }
}

/// Sets the flags of reg compared with a bound that is exact in its format.
void FunctionCompiler::compare_with(std::uint8_t reg, double bound, std::uint32_t size) {
    if (size == 4) {
        asm_.mov(kScratch.r32(), std::bit_cast<std::uint32_t>(static_cast<float>(bound)));
        asm_.vmovd(kScratchXmm, kScratch.r32());
        asm_.vucomiss(xmm(reg), kScratchXmm);
    } else {
        asm_.mov(kScratch, std::bit_cast<std::uint64_t>(bound));
        asm_.vmovq(kScratchXmm, kScratch);
        asm_.vucomisd(xmm(reg), kScratchXmm);
    }
}

void FunctionCompiler::truncate(const Truncation& truncation) {
    Operand value = operands_.pop();
    const std::uint32_t size = truncation.size;
    const std::uint8_t source = operands_.read_xmm(value, static_cast<std::uint8_t>(size));
    const std::uint8_t result = result_gp(nullptr);
    const double upper =
        std::ldexp(1.0, (truncation.is_wide ? 64 : 32) - (truncation.is_signed ? 1 : 0));
    // The greatest number that is too small; where the format does not have it, the least that is not.
    const bool has_lower = !truncation.is_signed || (size == 8 && !truncation.is_wide);
    const double lower = !truncation.is_signed ? -1.0 : (has_lower ? -upper - 1 : -upper);
    const CondCode too_small = has_lower ? CondCode::kBE : CondCode::kB;
    const asmjit::Label done = asm_.newLabel();
    if (!truncation.saturates) {
        size == 4 ? asm_.vucomiss(xmm(source), xmm(source))
                  : asm_.vucomisd(xmm(source), xmm(source));
        asm_.jp(trap(Trap::invalid_conversion));
        compare_with(source, upper, size);
        asm_.jae(trap(Trap::integer_overflow));
        compare_with(source, lower, size);
        asm_.j(too_small, trap(Trap::integer_overflow));
    } else {
        const std::uint64_t most = truncation.is_wide ? ~std::uint64_t{0} : 0xFFFF'FFFF;
        const std::uint64_t greatest = truncation.is_signed ? most >> 1U : most;
        const std::uint64_t least = truncation.is_signed ? greatest + 1 : 0;
        operands_.load_constant(result, 0);
        size == 4 ? asm_.vucomiss(xmm(source), xmm(source))
                  : asm_.vucomisd(xmm(source), xmm(source));
        asm_.jp(done);
        compare_with(source, upper, size);
        operands_.load_constant(result, greatest);
        asm_.jae(done);
        compare_with(source, lower, size);
        operands_.load_constant(result, least);
        asm_.j(too_small, done);
    }
    truncate_in_range(truncation, result, source);
    asm_.bind(done);
    operands_.release(value);
    operands_.push_gp(result);
}

void FunctionCompiler::truncate_in_range(const Truncation& truncation, std::uint8_t result,
                                         std::uint8_t source) {
    const bool is_single = truncation.size == 4;
    const auto convert = [&](const x86::Gp& to, const x86::Xmm& from) {
        is_single ? asm_.vcvttss2si(to, from) : asm_.vcvttsd2si(to, from);
    };
    if (truncation.is_signed) {
        convert(truncation.is_wide ? gp64(result) : gp32(result), xmm(source));
        return;
    }
    if (!truncation.is_wide) {
        convert(gp64(result), xmm(source));
        return;
    }
    // What is 2^63 or more is converted less 2^63.
    const asmjit::Label large = asm_.newLabel();
    const asmjit::Label done = asm_.newLabel();
    compare_with(source, std::ldexp(1.0, 63), truncation.size);
    asm_.jae(large);
    convert(gp64(result), xmm(source));
    asm_.jmp(done);
    asm_.bind(large);
    is_single ? asm_.vsubss(kScratchXmm, xmm(source), kScratchXmm)
              : asm_.vsubsd(kScratchXmm, xmm(source), kScratchXmm);
    convert(gp64(result), kScratchXmm);
    asm_.btc(gp64(result), 63);
    asm_.bind(done);
}

void FunctionCompiler::convert_integer(bool from_wide, bool is_signed, std::uint32_t size) {
    Operand value = operands_.pop();
    const std::uint8_t source = operands_.read_gp(value);
    const std::uint8_t result = result_xmm(nullptr);
    if (from_wide && !is_signed) {
        convert_unsigned_wide(result, source, size);
    } else {
        // An unsigned i32 is a signed i64 as it is.
        const x86::Gp from = is_signed && !from_wide ? gp32(source) : gp64(source);
        asm_.vxorps(xmm(result), xmm(result), xmm(result));
        size == 4 ? asm_.vcvtsi2ss(xmm(result), xmm(result), from)
                  : asm_.vcvtsi2sd(xmm(result), xmm(result), from);
    }
    operands_.release(value);
    operands_.push_xmm(result);
}

/// What is 2^63 or more is halved, the lost bit kept in the last, and doubled.
void FunctionCompiler::convert_unsigned_wide(std::uint8_t result, std::uint8_t source,
                                             std::uint32_t size) {
    const x86::Xmm to = xmm(result);
    const asmjit::Label large = asm_.newLabel();
    const asmjit::Label done = asm_.newLabel();
    const auto convert = [&](const x86::Gp& from) {
        size == 4 ? asm_.vcvtsi2ss(to, to, from) : asm_.vcvtsi2sd(to, to, from);
    };
    asm_.vxorps(to, to, to);
    asm_.test(gp64(source), gp64(source));
    asm_.js(large);
    convert(gp64(source));
    asm_.jmp(done);
    asm_.bind(large);
    asm_.mov(kScratch, gp64(source));
    asm_.shr(kScratch, 1);
    const asmjit::Label even = asm_.newLabel();
    asm_.test(gp32(source), 1);
    asm_.jz(even);
    asm_.or_(kScratch, 1);
    asm_.bind(even);
    convert(kScratch);
    size == 4 ? asm_.vaddss(to, to, to) : asm_.vaddsd(to, to, to);
    asm_.bind(done);
}

void FunctionCompiler::convert_float(bool demotes) {
    Operand value = operands_.pop();
    const std::uint8_t source = operands_.read_xmm(value, demotes ? 8 : 4);
    const std::uint8_t result = result_xmm(&value);
    if (demotes) {
        asm_.vxorps(kScratchXmm, kScratchXmm, kScratchXmm);
        asm_.vcvtsd2ss(xmm(result), kScratchXmm, xmm(source));
    } else {
        asm_.vcvtss2sd(xmm(result), xmm(source), xmm(source));
    }
    if (value.kind == Operand::Kind::xmm && value.reg != result) {
        operands_.release(value);
    }
    push_float(result, demotes ? 4 : 8);
}

}  // namespace lockstep::vm::jit
