// Locals, and operands as instructions need them.

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
    stack_.reserve(height);
    for (std::uint32_t index = 0; index < height; ++index) {
        stack_.push_back({.kind = Operand::Kind::home, .index = index});
    }
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

std::uint8_t Operands::read_local_gp(std::uint32_t local) {
    if (const PinnedLocal* pin = load_if_pinned(local)) {
        if (!pin->is_float) {
            return pin->reg;
        }
        const std::uint8_t reg = take_gp();
        asm_.vmovq(gp64(reg), xmm(pin->reg));
        return reg;
    }
    if (const auto copy = copy_of(gps_, local)) {
        lock_gp(*copy);
        return *copy;
    }
    const std::uint8_t reg = take_gp();
    asm_.mov(gp64(reg), local_home(local));
    gps_.at(reg) = {.use = Use::copy, .index = local};
    return reg;
}

std::uint8_t Operands::read_gp(Operand& operand) {
    std::uint8_t reg = operand.reg;
    switch (operand.kind) {
        case Operand::Kind::gp: return operand.reg;
        case Operand::Kind::local: {
            reg = read_local_gp(operand.index);
            if (gps_.at(reg).use != Use::held) {
                return reg;
            }
            break;
        }
        case Operand::Kind::constant:
            reg = take_gp();
            load_constant(reg, operand.constant);
            break;
        case Operand::Kind::home:
            reg = take_gp();
            asm_.mov(gp64(reg), home(operand.index));
            break;
        case Operand::Kind::xmm: {
            make_canonical(operand);
            reg = take_gp();
            asm_.vmovq(gp64(reg), xmm(operand.reg));
            free_xmm(operand.reg);
            break;
        }
    }
    operand = {.kind = Operand::Kind::gp, .reg = reg};
    return reg;
}

std::optional<std::uint8_t> Operands::gp_of(const Operand& operand) const {
    if (operand.kind == Operand::Kind::gp) {
        return operand.reg;
    }
    if (operand.kind != Operand::Kind::local) {
        return std::nullopt;
    }
    if (const PinnedLocal* pin = pinned(operand.index)) {
        const std::size_t place = pin_of_[operand.index] - 1U;
        return !pin->is_float && (loaded_ & (1U << place)) != 0 ? std::optional(pin->reg)
                                                                : std::nullopt;
    }
    return copy_of(gps_, operand.index);
}

std::optional<x86::Mem> Operands::memory_place(const Operand& operand, std::uint32_t size) const {
    if (operand.kind == Operand::Kind::home) {
        return home(operand.index, size);
    }
    if (operand.kind != Operand::Kind::local) {
        return std::nullopt;
    }
    const std::uint8_t pin = pin_of_[operand.index];
    const bool is_in_register = pin != 0
                                    ? (loaded_ & (1U << (pin - 1U))) != 0
                                    : copy_of(gps_, operand.index) || copy_of(xmms_, operand.index);
    return is_in_register ? std::nullopt : std::optional(local_home(operand.index, size));
}

std::uint8_t Operands::own_gp(Operand& operand) {
    if (operand.kind == Operand::Kind::gp && gps_.at(operand.reg).use == Use::held) {
        return operand.reg;
    }
    if (operand.kind == Operand::Kind::local && pin_of_[operand.index] == 0) {
        if (const auto copy = copy_of(gps_, operand.index)) {
            // The copy is given up: that takes no other register.
            gps_.at(*copy).use = Use::held;
            lock_gp(*copy);
            operand = {.kind = Operand::Kind::gp, .reg = *copy};
            return *copy;
        }
    }
    const std::uint8_t reg = take_gp();
    Operand source = operand;
    operand = {.kind = Operand::Kind::gp, .reg = reg};
    move_to_gp(source, reg);
    return reg;
}

void Operands::move_to_gp(Operand& operand, std::uint8_t reg) {
    if (operand.kind == Operand::Kind::constant) {
        load_constant(reg, operand.constant);
        return;
    }
    if (const auto place = memory_place(operand, 8)) {
        asm_.mov(gp64(reg), *place);
        return;
    }
    if (operand.kind == Operand::Kind::xmm) {
        make_canonical(operand);
        asm_.vmovq(gp64(reg), xmm(operand.reg));
        free_xmm(operand.reg);
        return;
    }
    const std::uint8_t source = read_gp(operand);
    if (source != reg) {
        asm_.mov(gp64(reg), gp64(source));
        release(operand);
    }
}

std::uint8_t Operands::read_local_xmm(std::uint32_t local) {
    if (const PinnedLocal* pin = load_if_pinned(local)) {
        if (pin->is_float) {
            return pin->reg;
        }
        const std::uint8_t reg = take_xmm();
        asm_.vmovq(xmm(reg), gp64(pin->reg));
        return reg;
    }
    if (const auto copy = copy_of(xmms_, local)) {
        locked_xmms_ |= 1U << *copy;
        return *copy;
    }
    const std::uint8_t reg = take_xmm();
    if (const auto copy = copy_of(gps_, local)) {
        asm_.vmovq(xmm(reg), gp64(*copy));
    } else {
        asm_.vmovq(xmm(reg), local_home(local));
    }
    xmms_.at(reg) = {.use = Use::copy, .index = local};
    return reg;
}

std::uint8_t Operands::read_xmm(Operand& operand, std::uint8_t size) {
    std::uint8_t reg = operand.reg;
    switch (operand.kind) {
        case Operand::Kind::xmm: return operand.reg;
        case Operand::Kind::local: {
            reg = read_local_xmm(operand.index);
            if (xmms_.at(reg).use != Use::held) {
                return reg;
            }
            break;
        }
        case Operand::Kind::home:
            reg = take_xmm();
            asm_.vmovq(xmm(reg), home(operand.index));
            break;
        case Operand::Kind::constant:
            reg = take_xmm();
            if (operand.constant == 0) {
                asm_.vxorps(xmm(reg), xmm(reg), xmm(reg));
            } else {
                asm_.mov(kScratch, operand.constant);
                asm_.vmovq(xmm(reg), kScratch);
            }
            break;
        case Operand::Kind::gp:
            reg = take_xmm();
            asm_.vmovq(xmm(reg), gp64(operand.reg));
            free_gp(operand.reg);
            break;
    }
    LOCKSTEP_CHECK(size == 4 || size == 8);
    operand = {.kind = Operand::Kind::xmm, .reg = reg};
    return reg;
}

std::uint8_t Operands::own_xmm(Operand& operand, std::uint8_t size) {
    const std::uint8_t source = read_xmm(operand, size);
    if (operand.kind == Operand::Kind::xmm && xmms_.at(source).use == Use::held) {
        return source;
    }
    locked_xmms_ |= 1U << source;
    const std::uint8_t reg = take_xmm();
    asm_.vmovaps(xmm(reg), xmm(source));
    operand = {.kind = Operand::Kind::xmm, .reg = reg, .raw_nan_size = operand.raw_nan_size};
    return reg;
}

/// Those that can be taken without a way through memory.
unsigned Operands::free_gps() const {
    unsigned count = 0;
    for (std::uint8_t reg = 0; reg < 16; ++reg) {
        const Use use = gps_.at(reg).use;
        const bool is_locked = (locked_gps_ & (1U << reg)) != 0;
        count += use == Use::free || (use == Use::copy && !is_locked) ? 1U : 0U;
    }
    return count;
}

bool Operands::can_select() const {
    return height() >= 2 && free_gps() >= 2 && !is_in_xmm(stack_[height() - 1]) &&
           !is_in_xmm(stack_[height() - 2]);
}

void Operands::detach(std::uint32_t local) {
    for (std::uint32_t index = height(); references_[local] != 0; --index) {
        LOCKSTEP_CHECK(index > home_below_);
        if (stack_[index - 1].kind == Operand::Kind::local && stack_[index - 1].index == local) {
            copy_local(index - 1);
        }
    }
}

/// An operand that is a local becomes a copy of it.
void Operands::copy_local(std::uint32_t index) {
    const std::uint32_t local = stack_[index].index;
    const PinnedLocal* pin = load_if_pinned(local);
    const bool is_float = pin != nullptr ? pin->is_float : copy_of(xmms_, local).has_value();
    if (is_float) {
        const std::uint8_t source = pin != nullptr ? pin->reg : *copy_of(xmms_, local);
        locked_xmms_ |= 1U << source;
        const std::uint8_t reg = take_xmm();
        asm_.vmovaps(xmm(reg), xmm(source));
        xmms_.at(reg) = {.use = Use::operand, .index = index};
        stack_[index] = {.kind = Operand::Kind::xmm, .reg = reg};
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
        stack_[index] = {.kind = Operand::Kind::gp, .reg = reg};
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

void Operands::flush_at(std::uint32_t index) {
    flush_operand(index);
}

std::optional<std::uint8_t> Operands::gp_at(std::uint32_t index) {
    Operand& operand = stack_[index];
    if (const auto reg = gp_of(operand)) {
        return reg;
    }
    if (is_in_xmm(operand)) {
        flush_operand(index);
    }
    return std::nullopt;
}

std::optional<std::uint8_t> Operands::xmm_at(std::uint32_t index) {
    Operand& operand = stack_[index];
    if (operand.kind == Operand::Kind::xmm) {
        make_canonical(operand);
        return operand.reg;
    }
    if (operand.kind == Operand::Kind::local) {
        const std::uint8_t pin = pin_of_[operand.index];
        if (pin != 0 && pinned_[pin - 1U].is_float && (loaded_ & (1U << (pin - 1U))) != 0) {
            return pinned_[pin - 1U].reg;
        }
        if (pin == 0) {
            if (const auto copy = copy_of(xmms_, operand.index)) {
                return copy;
            }
        }
    } else {
        flush_operand(index);
    }
    return std::nullopt;
}

/// Registers hold arguments by now: it comes from memory, or is a constant.
void Operands::load_argument(std::uint32_t index, const ArgumentPlace& place) {
    const Operand& operand = stack_[index];
    if (operand.kind == Operand::Kind::constant) {
        load_constant(place.reg, operand.constant);
        return;
    }
    const x86::Mem from =
        operand.kind == Operand::Kind::local ? local_home(operand.index) : home(operand.index);
    if (place.kind == ArgumentPlace::Kind::gp) {
        asm_.mov(gp64(place.reg), from);
    } else {
        asm_.vmovq(xmm(place.reg), from);
    }
}

bool Operands::pin_or_copy_is_float(std::uint32_t local) const {
    const PinnedLocal* pin = pinned(local);
    return pin != nullptr ? pin->is_float : copy_of(xmms_, local).has_value();
}

}  // namespace lockstep::vm::jit
