// Floats. A result that may be a NaN other than the canonical one is noted as such, and made canonical
// where it is more than an operand of arithmetic (docs/spec/determinism.md).

#include <algorithm>

#include "base/check.hpp"
#include "vm/jit/function_compiler.hpp"

namespace lockstep::vm::jit {

namespace {

namespace inst = x86::Inst;
using x86::CondCode;

bool is_between(Opcode opcode, Opcode first, Opcode last) {
    return first <= opcode && opcode <= last;
}

Opcode plus(Opcode opcode, int distance) {
    return static_cast<Opcode>(static_cast<int>(opcode) + distance);
}

constexpr std::uint32_t kSuppressPrecision = 8;

}  // namespace

bool FunctionCompiler::compile_float(const Instruction& instruction) {
    const Opcode opcode = instruction.opcode;
    if (is_between(opcode, Opcode::f32_eq, Opcode::f32_ge)) {
        float_compare(
            plus(opcode, static_cast<int>(Opcode::f64_eq) - static_cast<int>(Opcode::f32_eq)), 4);
        return true;
    }
    if (is_between(opcode, Opcode::f64_eq, Opcode::f64_ge)) {
        float_compare(opcode, 8);
        return true;
    }
    if (is_between(opcode, Opcode::f32_abs, Opcode::f32_copysign)) {
        const int distance = static_cast<int>(Opcode::f64_abs) - static_cast<int>(Opcode::f32_abs);
        return compile_float_of_size(opcode, plus(opcode, distance), 4);
    }
    if (is_between(opcode, Opcode::f64_abs, Opcode::f64_copysign)) {
        return compile_float_of_size(opcode, opcode, 8);
    }
    return compile_conversion(opcode);
}

/// as_f64: the same instruction for f64.
bool FunctionCompiler::compile_float_of_size(Opcode /*opcode*/, Opcode as_f64, std::uint32_t size) {
    const bool is_single = size == 4;
    switch (as_f64) {
        case Opcode::f64_add:
            float_arithmetic(is_single ? inst::kIdVaddss : inst::kIdVaddsd, size);
            return true;
        case Opcode::f64_sub:
            float_arithmetic(is_single ? inst::kIdVsubss : inst::kIdVsubsd, size);
            return true;
        case Opcode::f64_mul:
            float_arithmetic(is_single ? inst::kIdVmulss : inst::kIdVmulsd, size);
            return true;
        case Opcode::f64_div:
            float_arithmetic(is_single ? inst::kIdVdivss : inst::kIdVdivsd, size);
            return true;
        case Opcode::f64_min: float_extreme(false, size); return true;
        case Opcode::f64_max: float_extreme(true, size); return true;
        case Opcode::f64_sqrt: float_square_root(size); return true;
        case Opcode::f64_nearest: float_round(0, size); return true;
        case Opcode::f64_floor: float_round(1, size); return true;
        case Opcode::f64_ceil: float_round(2, size); return true;
        case Opcode::f64_trunc: float_round(3, size); return true;
        case Opcode::f64_abs:
        case Opcode::f64_neg: float_sign(as_f64, size); return true;
        case Opcode::f64_copysign: float_copysign(size); return true;
        default: return false;
    }
}

void FunctionCompiler::push_float(std::uint8_t reg, std::uint32_t size) {
    operands_.push_xmm(
        reg, options_.without_canonical_nans ? std::uint8_t{0} : static_cast<std::uint8_t>(size));
}

void FunctionCompiler::float_arithmetic(inst::Id operation, std::uint32_t size) {
    Operand right = operands_.pop();
    Operand left = operands_.pop();
    const std::uint8_t first = operands_.read_xmm(left, static_cast<std::uint8_t>(size));
    const auto place = operands_.memory_place(right, size);
    const std::uint8_t second =
        place ? first : operands_.read_xmm(right, static_cast<std::uint8_t>(size));
    const std::uint8_t result = result_xmm(&left);
    if (place) {
        asm_.emit(operation, xmm(result), xmm(first), *place);
    } else {
        asm_.emit(operation, xmm(result), xmm(first), xmm(second));
    }
    if (left.kind == Operand::Kind::xmm && left.reg != result) {
        operands_.release(left);
    }
    operands_.release(right);
    push_float(result, size);
}

/// Less-than is the comparison the other way round: of unordered operands it is false then.
void FunctionCompiler::float_compare(Opcode as_f64, std::uint32_t size) {
    Operand right = operands_.pop();
    Operand left = operands_.pop();
    const std::uint8_t second = operands_.read_xmm(right, static_cast<std::uint8_t>(size));
    const std::uint8_t first = operands_.read_xmm(left, static_cast<std::uint8_t>(size));
    const bool is_less = as_f64 == Opcode::f64_lt || as_f64 == Opcode::f64_le;
    const x86::Xmm tested = xmm(is_less ? second : first);
    const x86::Xmm with = xmm(is_less ? first : second);
    prepare_condition();
    size == 4 ? asm_.vucomiss(tested, with) : asm_.vucomisd(tested, with);
    operands_.release(left);
    operands_.release(right);
    switch (as_f64) {
        case Opcode::f64_lt:
        case Opcode::f64_gt: use_condition(CondCode::kA); return;
        case Opcode::f64_le:
        case Opcode::f64_ge: use_condition(CondCode::kAE); return;
        case Opcode::f64_eq: use_equality(true); return;
        case Opcode::f64_ne: use_equality(false); return;
        default: LOCKSTEP_CHECK(false);
    }
}

/// Equal: the flag of equality without that of unordered operands.
void FunctionCompiler::use_equality(bool is_equal) {
    if (const std::uint32_t length = branch_length(); length != 0) {
        pc_ += length;
        const Instruction& jump = program_.code[pc_];
        const bool is_negated = (length == 2) != (jump.opcode == Opcode::jump_unless);
        const asmjit::Label target = jump_to(jump.b);
        if (is_equal != is_negated) {
            const asmjit::Label over = asm_.newLabel();
            asm_.jp(over);
            asm_.je(target);
            asm_.bind(over);
        } else {
            asm_.jp(target);
            asm_.jne(target);
        }
        return;
    }
    const std::uint8_t result = result_gp(nullptr);
    const x86::Gp low = x86::gpb(result);
    const x86::Gp other = kScratch.r8();
    if (is_equal) {
        asm_.setnp(other);
        asm_.sete(low);
        asm_.and_(low, other);
    } else {
        asm_.setp(other);
        asm_.setne(low);
        asm_.or_(low, other);
    }
    asm_.movzx(gp32(result), low);
    operands_.push_gp(result);
}

void FunctionCompiler::float_sign(Opcode as_f64, std::uint32_t size) {
    Operand value = operands_.pop();
    operands_.make_canonical(value);
    const std::uint8_t source = operands_.read_xmm(value, static_cast<std::uint8_t>(size));
    const std::uint8_t result = result_xmm(&value);
    if (as_f64 == Opcode::f64_abs) {
        asm_.vandps(xmm(result), xmm(source),
                    x86::xmmword_ptr(size == 4 ? stubs_.magnitude32 : stubs_.magnitude64));
    } else {
        asm_.vxorps(xmm(result), xmm(source),
                    x86::xmmword_ptr(size == 4 ? stubs_.sign32 : stubs_.sign64));
    }
    if (value.kind == Operand::Kind::xmm && value.reg != result) {
        operands_.release(value);
    }
    operands_.push_xmm(result);
}

void FunctionCompiler::float_copysign(std::uint32_t size) {
    Operand sign = operands_.pop();
    Operand value = operands_.pop();
    operands_.make_canonical(sign);
    operands_.make_canonical(value);
    const std::uint8_t signs = operands_.read_xmm(sign, static_cast<std::uint8_t>(size));
    const std::uint8_t source = operands_.read_xmm(value, static_cast<std::uint8_t>(size));
    const std::uint8_t result = result_xmm(&value);
    asm_.vandps(kScratchXmm, xmm(signs),
                x86::xmmword_ptr(size == 4 ? stubs_.sign32 : stubs_.sign64));
    asm_.vandps(xmm(result), xmm(source),
                x86::xmmword_ptr(size == 4 ? stubs_.magnitude32 : stubs_.magnitude64));
    asm_.vorps(xmm(result), xmm(result), kScratchXmm);
    if (value.kind == Operand::Kind::xmm && value.reg != result) {
        operands_.release(value);
    }
    operands_.release(sign);
    operands_.push_xmm(result);
}

void FunctionCompiler::float_round(unsigned mode, std::uint32_t size) {
    Operand value = operands_.pop();
    const std::uint8_t source = operands_.read_xmm(value, static_cast<std::uint8_t>(size));
    const std::uint8_t result = result_xmm(&value);
    const asmjit::Imm how(mode | kSuppressPrecision);
    size == 4 ? asm_.vroundss(xmm(result), xmm(source), xmm(source), how)
              : asm_.vroundsd(xmm(result), xmm(source), xmm(source), how);
    if (value.kind == Operand::Kind::xmm && value.reg != result) {
        operands_.release(value);
    }
    push_float(result, size);
}

void FunctionCompiler::float_square_root(std::uint32_t size) {
    Operand value = operands_.pop();
    const std::uint8_t source = operands_.read_xmm(value, static_cast<std::uint8_t>(size));
    const std::uint8_t result = result_xmm(&value);
    size == 4 ? asm_.vsqrtss(xmm(result), xmm(source), xmm(source))
              : asm_.vsqrtsd(xmm(result), xmm(source), xmm(source));
    if (value.kind == Operand::Kind::xmm && value.reg != result) {
        operands_.release(value);
    }
    push_float(result, size);
}

/// Of zeros the processor takes either, and of a NaN and a number the number.
void FunctionCompiler::float_extreme(bool is_maximum, std::uint32_t size) {
    Operand right = operands_.pop();
    Operand left = operands_.pop();
    const bool is_single = size == 4;
    const x86::Xmm second = xmm(operands_.read_xmm(right, static_cast<std::uint8_t>(size)));
    const x86::Xmm first = xmm(operands_.read_xmm(left, static_cast<std::uint8_t>(size)));
    const std::uint8_t reg = result_xmm(&left);
    const x86::Xmm result = xmm(reg);
    const asmjit::Label unordered = asm_.newLabel();
    const asmjit::Label different = asm_.newLabel();
    const asmjit::Label done = asm_.newLabel();
    is_single ? asm_.vucomiss(first, second) : asm_.vucomisd(first, second);
    asm_.jp(unordered);
    asm_.jne(different);
    is_maximum ? asm_.vandps(result, first, second) : asm_.vorps(result, first, second);
    asm_.jmp(done);
    asm_.bind(different);
    const inst::Id minimum = is_single ? inst::kIdVminss : inst::kIdVminsd;
    const inst::Id maximum = is_single ? inst::kIdVmaxss : inst::kIdVmaxsd;
    asm_.emit(is_maximum ? maximum : minimum, result, first, second);
    asm_.jmp(done);
    asm_.bind(unordered);
    is_single ? asm_.vaddss(result, first, second) : asm_.vaddsd(result, first, second);
    asm_.bind(done);
    if (left.kind == Operand::Kind::xmm && left.reg != reg) {
        operands_.release(left);
    }
    operands_.release(right);
    push_float(reg, size);
}

}  // namespace lockstep::vm::jit
