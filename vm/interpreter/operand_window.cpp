#include "vm/interpreter/operand_window.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace lockstep::vm {

void OperandWindow::enter_function(std::uint32_t locals) {
    locals_ = locals;
    count_ = 0;
    height_ = 0;
    max_height_ = 0;
}

void OperandWindow::set_height(std::uint32_t height) {
    count_ = 0;
    height_ = height;
    max_height_ = std::max(max_height_, height);
}

void OperandWindow::push_constant(std::uint64_t value) {
    push({.is_constant = true, .value = value});
}

void OperandWindow::push_local(std::uint16_t local) {
    push({.slot = local});
}

void OperandWindow::push() {
    push({.slot = slot_at(height_)});
}

void OperandWindow::push(PlacedOperand operand) {
    operand.home = slot_at(height_);
    if (count_ == window_.size()) {
        settle();
        count_ = 0;
    }
    window_[count_++] = operand;
    ++height_;
    max_height_ = std::max(max_height_, height_);
}

PlacedOperand OperandWindow::pop() {
    LOCKSTEP_CHECK(height_ > 0);
    --height_;
    if (count_ > 0) {
        return window_[--count_];
    }
    return {.slot = slot_at(height_), .home = slot_at(height_)};
}

void OperandWindow::drop(std::uint32_t count) {
    LOCKSTEP_CHECK(count <= height_);
    height_ -= count;
    count_ -= std::min<std::size_t>(count_, count);
}

void OperandWindow::settle() {
    for (PlacedOperand& operand : std::span(window_).first(count_)) {
        settle(operand);
    }
}

void OperandWindow::settle_local(std::uint16_t local) {
    for (PlacedOperand& operand : std::span(window_).first(count_)) {
        if (!operand.is_constant && operand.slot == local) {
            settle(operand);
        }
    }
}

void OperandWindow::settle(PlacedOperand& operand) {
    if (operand.is_constant) {
        writer_.constant(operand.home, operand.value);
    } else if (!operand.is_home()) {
        writer_.copy(operand.home, operand.slot);
    }
    operand = {.slot = operand.home, .home = operand.home};
}

}  // namespace lockstep::vm
