#include "vm/program/code_emitter.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace lockstep::vm {

void CodeEmitter::set_height(std::uint32_t height) {
    height_ = height;
    max_height_ = std::max(max_height_, height);
}

std::uint32_t CodeEmitter::enter_function(std::uint32_t height) {
    LOCKSTEP_CHECK(charge_pc_ == kClosed);
    height_ = height;
    max_height_ = height;
    entry_pc_ = begin_superblock();
    return entry_pc_;
}

void CodeEmitter::emit(const Instruction& instruction) {
    const OpcodeTraits& row = traits(instruction.opcode);
    if (charge_pc_ == kClosed) {
        begin_superblock();
    }
    append(instruction);
    if (!full_) {
        code_[charge_pc_].a += row.price_gas;
    }
    if (row.ends_superblock) {
        charge_pc_ = kClosed;
    }
    const std::uint32_t pops = pop_count(instruction, row);
    LOCKSTEP_CHECK(pops <= height_);
    set_height(height_ - pops + row.pushes);
}

void CodeEmitter::emit_call(const Instruction& instruction, std::uint32_t parameters,
                            std::uint32_t results) {
    emit(instruction);
    LOCKSTEP_CHECK(parameters <= height_);
    set_height(height_ - parameters + results);
}

void CodeEmitter::emit_jump(Opcode opcode, Label& target) {
    if (charge_pc_ == kClosed) {
        begin_superblock();
    }
    emit({.opcode = opcode, .b = reference(target)});
}

void CodeEmitter::emit_row(Label& target) {
    append({.opcode = Opcode::jump, .b = reference(target)});
}

std::uint32_t CodeEmitter::superblock_pc() {
    return charge_pc_ == kClosed ? begin_superblock() : charge_pc_;
}

void CodeEmitter::bind(Label& label) {
    LOCKSTEP_CHECK(!label.bound_);
    label.pc_ = begin_superblock();
    label.bound_ = true;
    if (full_) {
        return;
    }
    for (std::uint32_t jump = label.last_jump_; jump != Label::kNone;) {
        const std::uint32_t earlier = code_[jump].b;
        code_[jump].b = label.pc_;
        jump = earlier;
    }
}

std::uint32_t CodeEmitter::begin_superblock() {
    const bool is_empty = charge_pc_ != kClosed && charge_pc_ + 1 == pc();
    // An entry's superblock has paid for the frame: a loop there has one of its own.
    if (!is_empty || charge_pc_ == entry_pc_) {
        charge_pc_ = pc();
        append({.opcode = Opcode::charge, .a = traits(Opcode::charge).price_gas});
    }
    return charge_pc_;
}

void CodeEmitter::append(const Instruction& instruction) {
    full_ = full_ || code_.size() >= max_instructions_;
    if (full_) {
        return;
    }
    if (code_.size() == code_.capacity()) {
        // No room for more than the limit allows.
        expect(std::max(2 * code_.capacity(), kLeastRoom));
    }
    code_.push_back(instruction);
}

std::uint32_t CodeEmitter::reference(Label& target) const {
    if (target.bound_) {
        return target.pc_;
    }
    const std::uint32_t earlier = target.last_jump_;
    target.last_jump_ = pc();
    return earlier;
}

}  // namespace lockstep::vm
