// Locals.

#include <algorithm>

#include "base/check.hpp"
#include "vm/jit/operands.hpp"

namespace lockstep::vm::jit {

const PinnedLocal* Operands::pinned(std::uint32_t local) const {
    const std::uint8_t pin = pin_of_[local];
    return pin == 0 ? nullptr : &pinned_[pin - 1U];
}

void Operands::load_pinned_local(std::size_t pin) {
    if ((loaded_ & (1U << pin)) != 0) {
        return;
    }
    const PinnedLocal& local = pinned_[pin];
    if (local.is_float) {
        asm_.vmovq(xmm(local.reg), local_home(local.local));
    } else {
        asm_.mov(gp64(local.reg), local_home(local.local));
    }
    loaded_ |= 1U << pin;
}

/// Where it is pinned it is in its register then.
const PinnedLocal* Operands::load_if_pinned(std::uint32_t local) {
    const std::uint8_t pin = pin_of_[local];
    if (pin == 0) {
        return nullptr;
    }
    load_pinned_local(pin - 1U);
    return &pinned_[pin - 1U];
}

void Operands::load_pinned() {
    for (std::size_t pin = 0; pin < pinned_.size(); ++pin) {
        load_pinned_local(pin);
    }
}

void Operands::store_pinned() {
    for (std::size_t pin = 0; pin < pinned_.size(); ++pin) {
        const PinnedLocal& local = pinned_[pin];
        if ((loaded_ & ~stored_ & (1U << pin)) == 0) {
            continue;
        }
        if (local.is_float) {
            asm_.vmovq(local_home(local.local), xmm(local.reg));
        } else {
            asm_.mov(local_home(local.local), gp64(local.reg));
        }
        stored_ |= 1U << pin;
    }
}

void Operands::forget_registers() {
    for (Registers* registers : {&gps_, &xmms_}) {
        for (Register& reg : *registers) {
            LOCKSTEP_CHECK(reg.use != Use::operand && reg.use != Use::held);
            if (reg.use == Use::copy) {
                vacate(reg);
            }
        }
    }
    loaded_ = 0;
    stored_ = ~0U;
}

void Operands::begin_label(std::uint32_t height) {
    forget_registers();
    stack_.clear();
    home_below_ = height;
    loaded_ = ~0U;
    stored_ = 0;
}

std::optional<std::uint8_t> Operands::copy_of(const Registers& registers,
                                              std::uint32_t local) const {
    for (std::uint8_t reg = 0; reg < 16; ++reg) {
        if (registers.at(reg).use == Use::copy && registers.at(reg).index == local) {
            return reg;
        }
    }
    return std::nullopt;
}

void Operands::drop_copies(std::uint32_t local) {
    for (Registers* registers : {&gps_, &xmms_}) {
        for (Register& reg : *registers) {
            if (reg.use == Use::copy && reg.index == local) {
                vacate(reg);
            }
        }
    }
}

void Operands::detach(std::uint32_t local) {
    for (std::uint32_t index = height(); references_[local] != 0; --index) {
        LOCKSTEP_CHECK(index > home_below_);
        const Operand& operand = at(index - 1);
        if (operand.kind == Operand::Kind::local && operand.index == local) {
            copy_local(index - 1);
        }
    }
}

/// An operand that is a local becomes a copy of it.
void Operands::copy_local(std::uint32_t index) {
    const std::uint32_t local = at(index).index;
    const PinnedLocal* pin = load_if_pinned(local);
    const auto float_source = pin == nullptr  ? copy_of(xmms_, local)
                              : pin->is_float ? std::optional(pin->reg)
                                              : std::nullopt;
    if (float_source) {
        locked_xmms_ |= 1U << *float_source;
        const std::uint8_t reg = take_xmm();
        asm_.vmovaps(xmm(reg), xmm(*float_source));
        xmms_.at(reg) = {.use = Use::operand, .index = index};
        at(index) = {.kind = Operand::Kind::xmm, .reg = reg};
    } else {
        const auto copy = pin != nullptr ? std::optional(pin->reg) : copy_of(gps_, local);
        if (copy) {
            lock_gp(*copy);
        }
        const std::uint8_t reg = take_gp();
        if (copy) {
            asm_.mov(gp64(reg), gp64(*copy));
        } else {
            asm_.mov(gp64(reg), local_home(local));
        }
        gps_.at(reg) = {.use = Use::operand, .index = index};
        at(index) = {.kind = Operand::Kind::gp, .reg = reg};
    }
    --references_[local];
}

void Operands::set_local(std::uint32_t local, Operand value) {
    detach(local);
    const std::uint8_t pin = pin_of_[local];
    if (pin != 0) {
        set_pinned(pinned_[pin - 1U], pin - 1U, value);
    } else {
        set_home(local, value);
    }
}

void Operands::set_pinned(const PinnedLocal& pin, std::size_t index, Operand& value) {
    const bool is_itself = value.kind == Operand::Kind::local && pin_of_[value.index] == index + 1;
    if (is_itself) {
        return;
    }
    if (!pin.is_float) {
        move_to_gp(value, pin.reg);
        release(value);
    } else if (value.kind == Operand::Kind::xmm && value.reg == pin.reg) {
        make_canonical(value);
        release(value);
    } else {
        make_canonical(value);
        const std::uint8_t source = read_xmm(value, 8);
        asm_.vmovaps(xmm(pin.reg), xmm(source));
        release(value);
    }
    loaded_ |= 1U << index;
    stored_ &= ~(1U << index);
}

void Operands::set_home(std::uint32_t local, Operand& value) {
    if (value.kind == Operand::Kind::local && value.index == local) {
        return;
    }
    if (value.kind == Operand::Kind::constant) {
        drop_copies(local);
        store_constant(local_home(local), value.constant);
        return;
    }
    make_canonical(value);
    const bool is_float = value.kind == Operand::Kind::xmm ||
                          (value.kind == Operand::Kind::local && !gp_of(value) &&
                           !memory_place(value, 8) && pin_or_copy_is_float(value.index));
    if (is_float) {
        const std::uint8_t reg = read_xmm(value, 8);
        drop_copies(local);
        asm_.vmovq(local_home(local), xmm(reg));
        if (xmms_.at(reg).use == Use::held && !xmms_.at(reg).is_pin) {
            xmms_.at(reg) = {.use = Use::copy, .index = local};
        } else {
            release(value);
        }
        return;
    }
    const std::uint8_t reg = read_gp(value);
    drop_copies(local);
    asm_.mov(local_home(local), gp64(reg));
    if (gps_.at(reg).use == Use::held && !gps_.at(reg).is_pin) {
        gps_.at(reg) = {.use = Use::copy, .index = local};
    } else {
        release(value);
    }
}

void Operands::clear_pinned(std::uint32_t local) {
    const std::size_t place = pin_of_[local] - 1U;
    const PinnedLocal& pin = pinned_[place];
    if (pin.is_float) {
        asm_.vxorps(xmm(pin.reg), xmm(pin.reg), xmm(pin.reg));
    } else {
        asm_.xor_(gp32(pin.reg), gp32(pin.reg));
    }
    loaded_ |= 1U << place;
    stored_ |= 1U << place;  // its home was cleared
}

bool Operands::pin_or_copy_is_float(std::uint32_t local) const {
    const PinnedLocal* pin = pinned(local);
    return pin != nullptr ? pin->is_float : copy_of(xmms_, local).has_value();
}

}  // namespace lockstep::vm::jit
