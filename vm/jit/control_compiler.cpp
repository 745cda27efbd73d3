// Control, parametric and variable instructions.

#include <algorithm>

#include "base/check.hpp"
#include "vm/jit/function_compiler.hpp"
#include "vm/machine/gas.hpp"
#include "vm/program/disassembly.hpp"

namespace lockstep::vm::jit {

bool FunctionCompiler::compile_control(const Instruction& instruction) {
    switch (instruction.opcode) {
        case Opcode::charge: charge(instruction); return true;
        case Opcode::unreachable:
            asm_.jmp(trap(Trap::unreachable));
            operands_.drop_all();
            is_live_ = false;
            return true;
        case Opcode::jump: jump(instruction.b); return true;
        case Opcode::jump_if:
        case Opcode::jump_unless: jump_conditionally(instruction); return true;
        case Opcode::jump_table: jump_table(instruction); return true;
        case Opcode::return_: leave_function(); return true;
        case Opcode::call: call(function_of_entry(instruction.b)); return true;
        case Opcode::call_reference: call_reference(instruction.b); return true;
        case Opcode::drop: operands_.drop(instruction.b); return true;
        case Opcode::drop_under: drop_under(instruction.b); return true;
        case Opcode::select: select(); return true;
        case Opcode::local_get: operands_.push_local(instruction.b); return true;
        case Opcode::local_set: operands_.set_local(instruction.b, operands_.pop()); return true;
        case Opcode::local_tee:
            operands_.set_local(instruction.b, operands_.pop());
            operands_.push_local(instruction.b);
            return true;
        case Opcode::global_get: global_get(instruction.b); return true;
        case Opcode::global_set: global_set(instruction.b); return true;
        case Opcode::const_: operands_.push_constant(instruction.a); return true;
        default: return false;
    }
}

/// The head of a superblock: takes what it costs from the counter.
void FunctionCompiler::charge(const Instruction& instruction) {
    const bool is_entry = pc_ == begin_;
    const bool is_target = analysis_.is_target(pc_);
    if (is_target) {
        begin_target();
    }
    const std::uint32_t steps = steps_to_end(program_, pc_);
    block_pc_ = pc_;
    block_steps_ = steps;
    const bool is_long = path_.gas + instruction.a > kMaxPathGas / 2;
    if (!is_entry && !after_call_ && !analysis_.is_loop(pc_) && !is_long) {
        take_charge(instruction.a, steps);
        path_.gas += instruction.a;
        note_path();
        return;
    }
    if (is_entry) {
        check(CheckKind::entry, instruction.a, steps);
    } else if (after_call_ && !is_target) {
        check(CheckKind::returned, instruction.a, steps);
    } else {
        if (!is_target) {
            operands_.flush();
            operands_.load_pinned();
            operands_.begin_label(operands_.height());
        }
        check(CheckKind::label, instruction.a, steps);
    }
    path_ = {};
}

void FunctionCompiler::take_charge(std::uint64_t gas, std::uint32_t steps) {
    if (options_.without_counting) {
        return;
    }
    const std::uint64_t cost = (gas << kStepBits) + steps;
    if (cost <= 0x7FFF'FFFF) {
        asm_.sub(kCounter, static_cast<std::int32_t>(cost));
    } else {
        asm_.mov(kScratch, cost);
        asm_.sub(kCounter, kScratch);
    }
}

/// The most expensive path so far bounds what can be spent between two check points.
void FunctionCompiler::note_path() {
    image_.path_gas = std::max(image_.path_gas, path_.gas);
    image_.path_gas_with_stores =
        std::max(image_.path_gas_with_stores, path_.gas + path_.stores * 2 * kDirtyChunkGas);
}

void FunctionCompiler::begin_target() {
    const std::size_t place = pc_ - begin_;
    if (is_live_) {
        operands_.flush();
        operands_.load_pinned();
        heights_[place] = operands_.height();
    } else {
        path_ = {};
    }
    if (heights_[place] == kUnknown) {
        throw CannotCompile();
    }
    path_.gas = std::max(path_.gas, paths_[place].gas);
    path_.stores = std::max(path_.stores, paths_[place].stores);
    asm_.bind(label_at(pc_));
    operands_.begin_label(heights_[place]);
    is_live_ = true;
}

void FunctionCompiler::check(CheckKind kind, std::uint64_t gas, std::uint32_t steps) {
    Check check{.kind = kind,
                .number = static_cast<std::uint32_t>(image_.check_points.size()),
                .exit = asm_.newLabel(),
                .again = asm_.newLabel(),
                .result = {.kind = Operand::Kind::constant},
                .height = operands_.height()};
    if (kind == CheckKind::returned && operands_.height() != 0) {
        check.result = operands_.top();
    }
    image_.check_points.push_back({.pc = pc_, .height = check.height, .steps = steps});
    asm_.bind(check.again);
    take_charge(gas, steps);
    if (!options_.without_checks && !options_.without_counting) {
        asm_.js(check.exit);
    }
    checks_.push_back(check);
}

asmjit::Label FunctionCompiler::label_at(std::uint32_t pc) {
    asmjit::Label& label = labels_[pc - begin_];
    if (!label.isValid()) {
        label = asm_.newLabel();
    }
    return label;
}

/// The label to jump to; all is as it must be at a label.
asmjit::Label FunctionCompiler::jump_to(std::uint32_t pc) {
    if (pc > pc_) {
        heights_[pc - begin_] = operands_.height();
        Path& path = paths_[pc - begin_];
        path.gas = std::max(path.gas, path_.gas);
        path.stores = std::max(path.stores, path_.stores);
    }
    return label_at(pc);
}

void FunctionCompiler::jump(std::uint32_t target) {
    operands_.flush();
    operands_.load_pinned();
    asm_.jmp(jump_to(target));
    is_live_ = false;
}

void FunctionCompiler::branch(x86::CondCode condition, std::uint32_t target) {
    asm_.j(condition, jump_to(target));
}

void FunctionCompiler::jump_conditionally(const Instruction& instruction) {
    Operand condition = operands_.pop();
    const std::uint8_t reg = operands_.read_gp(condition);
    operands_.flush();
    operands_.load_pinned();
    asm_.test(gp32(reg), gp32(reg));
    branch(instruction.opcode == Opcode::jump_if ? x86::CondCode::kNZ : x86::CondCode::kZ,
           instruction.b);
    operands_.release(condition);
}

void FunctionCompiler::jump_table(const Instruction& instruction) {
    Operand index = operands_.pop();
    const std::uint8_t reg = operands_.own_gp(index);
    operands_.flush();
    operands_.load_pinned();
    jump_tables_.push_back({.pc = pc_, .label = asm_.newLabel()});
    asm_.mov(kScratch.r32(), instruction.b);
    asm_.cmp(gp32(reg), kScratch.r32());
    asm_.cmova(gp32(reg), kScratch.r32());
    asm_.lea(kScratch, x86::ptr(jump_tables_.back().label));
    asm_.movsxd(gp64(reg), x86::dword_ptr(kScratch, gp64(reg), 2));
    asm_.add(gp64(reg), kScratch);
    asm_.jmp(gp64(reg));
    operands_.release(index);
    const std::uint32_t first_row = pc_ + 1;
    const std::uint32_t last_row = first_row + instruction.b;
    for (std::uint32_t row = first_row; row <= last_row; ++row) {
        (void)jump_to(program_.code[row].b);
    }
    pc_ = last_row;
    is_live_ = false;
}

/// The results are where a caller expects them: one in a register, several in their homes.
void FunctionCompiler::leave_function() {
    const std::size_t results = type_->results.size();
    if (results == 1) {
        Operand result = operands_.pop();
        if (is_float_type(type_->results[0])) {
            operands_.make_canonical(result);
            const std::uint8_t reg = operands_.read_xmm(result, 8);
            if (reg != kResultXmm) {
                asm_.vmovaps(xmm(kResultXmm), xmm(reg));
            }
        } else {
            operands_.move_to_gp(result, kResultGp);
        }
        operands_.release(result);
        operands_.drop_all();
    } else {
        operands_.flush();
        operands_.drop_all();
        if (results != 0) {
            // Who has entered native code here stores the register where the first result is.
            asm_.mov(gp64(kResultGp), Operands::home(0));
        }
    }
    asm_.add(kBudget.r32(), std::max(program_.functions[function_].slots, kLeastFrameSlots));
    asm_.ret();
    is_live_ = false;
}

std::uint32_t FunctionCompiler::function_of_entry(std::uint32_t pc) const {
    const auto function = function_at(program_, pc);
    LOCKSTEP_CHECK(function.has_value());
    return function->value;
}

void FunctionCompiler::drop_under(std::uint32_t count) {
    Operand kept = operands_.pop();
    if (kept.kind == Operand::Kind::home) {
        (void)operands_.read_gp(kept);
    }
    operands_.drop(count);
    switch (kept.kind) {
        case Operand::Kind::home: LOCKSTEP_CHECK(false);
        case Operand::Kind::constant: operands_.push_constant(kept.constant); return;
        case Operand::Kind::gp: operands_.push_gp(kept.reg); return;
        case Operand::Kind::xmm: operands_.push_xmm(kept.reg, kept.raw_nan_size); return;
        case Operand::Kind::local: operands_.push_local(kept.index); return;
    }
}

void FunctionCompiler::select() {
    Operand condition = operands_.pop();
    Operand second = operands_.pop();
    Operand first = operands_.pop();
    if (operands_.is_in_xmm(first) || operands_.is_in_xmm(second)) {
        // Only what has been computed may change: the other may be a NaN of any kind.
        if (first.raw_nan_size != second.raw_nan_size) {
            operands_.make_canonical(first);
            operands_.make_canonical(second);
        }
        const std::uint8_t raw = first.raw_nan_size;
        const std::uint8_t other = operands_.read_xmm(second, 8);
        const std::uint8_t chosen = operands_.own_xmm(first, 8);
        const std::uint8_t test = operands_.read_gp(condition);
        const asmjit::Label over = asm_.newLabel();
        asm_.test(gp32(test), gp32(test));
        asm_.jnz(over);
        asm_.vmovaps(xmm(chosen), xmm(other));
        asm_.bind(over);
        operands_.release(second);
        operands_.release(condition);
        operands_.push_xmm(chosen, raw);
        return;
    }
    const std::uint8_t test = operands_.read_gp(condition);
    const std::uint8_t chosen = operands_.own_gp(first);
    if (const auto place = operands_.memory_place(second, 8)) {
        asm_.test(gp32(test), gp32(test));
        asm_.cmovz(gp64(chosen), *place);
    } else if (second.kind == Operand::Kind::constant) {
        asm_.mov(kScratch, second.constant);
        asm_.test(gp32(test), gp32(test));
        asm_.cmovz(gp64(chosen), kScratch);
    } else {
        const std::uint8_t other = operands_.read_gp(second);
        asm_.test(gp32(test), gp32(test));
        asm_.cmovz(gp64(chosen), gp64(other));
    }
    operands_.release(condition);
    operands_.release(second);
    operands_.push_gp(chosen);
}

}  // namespace lockstep::vm::jit
