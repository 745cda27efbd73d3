// Comparisons, and what becomes of them: jumps, choices, values.

#include <utility>

#include "vm/jit/function_compiler.hpp"
#include "vm/jit/immediate.hpp"

namespace lockstep::vm::jit {

namespace {

using x86::CondCode;

}  // namespace

void FunctionCompiler::compare(CondCode condition, Width width) {
    const bool is_wide = width == Width::w64;
    Operand right = operands_.pop();
    Operand left = operands_.pop();
    if (left.kind == Operand::Kind::constant && right.kind != Operand::Kind::constant) {
        std::swap(left, right);
        condition = x86::reverseCond(condition);
    }
    const std::uint8_t first = operands_.read_gp(left);
    const bool is_near = is_immediate(right, is_wide);
    const auto place = operands_.memory_place(right, is_wide ? 8 : 4);
    const std::uint8_t second = is_near || place ? first : operands_.read_gp(right);
    prepare_condition();
    const x86::Gp tested = gp(first, is_wide);
    if (is_near && (is_wide ? right.constant : static_cast<std::uint32_t>(right.constant)) == 0) {
        asm_.test(tested, tested);
    } else if (is_near) {
        asm_.cmp(tested, immediate(right, is_wide));
    } else if (place) {
        asm_.cmp(tested, *place);
    } else {
        asm_.cmp(tested, gp(second, is_wide));
    }
    operands_.release(left);
    operands_.release(right);
    use_condition(condition);
}

void FunctionCompiler::equal_zero(Width width) {
    Operand value = operands_.pop();
    const std::uint8_t reg = operands_.read_gp(value);
    prepare_condition();
    const x86::Gp tested = gp(reg, width == Width::w64);
    asm_.test(tested, tested);
    operands_.release(value);
    use_condition(CondCode::kE);
}

/// How many of the next instructions make a conditional jump of the condition that comes now.
std::uint32_t FunctionCompiler::branch_length() const {
    const auto is_branch = [&](std::uint32_t distance) {
        const Opcode opcode = next_opcode(distance);
        return opcode == Opcode::jump_if || opcode == Opcode::jump_unless;
    };
    if (is_branch(1)) {
        return 1;
    }
    return next_opcode() == Opcode::i32_eqz && is_branch(2) ? 2 : 0;
}

/// Before the flags are set: what would change them, or move what they are of.
void FunctionCompiler::prepare_condition() {
    if (branch_length() != 0) {
        operands_.flush();
        operands_.load_pinned();
    }
}

/// The condition that the flags say becomes a jump, the choice of a select, or a value.
void FunctionCompiler::use_condition(CondCode condition) {
    if (const std::uint32_t length = branch_length(); length != 0) {
        pc_ += length;
        const Instruction& jump = program_.code[pc_];
        const bool is_negated = (length == 2) != (jump.opcode == Opcode::jump_unless);
        branch(is_negated ? x86::negateCond(condition) : condition, jump.b);
        return;
    }
    if (next_opcode() == Opcode::select && operands_.can_select()) {
        ++pc_;
        Operand second = operands_.pop();
        Operand first = operands_.pop();
        const std::uint8_t chosen = operands_.own_gp(first);
        if (const auto place = operands_.memory_place(second, 8)) {
            asm_.cmov(x86::negateCond(condition), gp64(chosen), *place);
        } else if (second.kind == Operand::Kind::constant) {
            asm_.mov(kScratch, second.constant);
            asm_.cmov(x86::negateCond(condition), gp64(chosen), kScratch);
        } else {
            const std::uint8_t other = operands_.read_gp(second);
            asm_.cmov(x86::negateCond(condition), gp64(chosen), gp64(other));
        }
        operands_.release(second);
        operands_.push_gp(chosen);
        return;
    }
    const std::uint8_t result = result_gp(nullptr);
    asm_.set(condition, x86::gpb(result));
    asm_.movzx(gp32(result), x86::gpb(result));
    operands_.push_gp(result);
}

}  // namespace lockstep::vm::jit
