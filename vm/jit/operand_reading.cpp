// Operands as instructions need them.

#include <algorithm>

#include "base/check.hpp"
#include "vm/jit/operands.hpp"

namespace lockstep::vm::jit {

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
    const auto may_be_chosen = [&](std::size_t from_top) {
        return stack_.size() < from_top || !is_in_xmm(stack_[stack_.size() - from_top]);
    };
    return free_gps() >= 2 && may_be_chosen(1) && may_be_chosen(2);
}

std::optional<std::uint8_t> Operands::gp_at(std::uint32_t index) {
    if (index < home_below_) {
        return std::nullopt;
    }
    Operand& operand = at(index);
    if (const auto reg = gp_of(operand)) {
        return reg;
    }
    if (is_in_xmm(operand)) {
        flush_operand(index);
    }
    return std::nullopt;
}

std::optional<std::uint8_t> Operands::xmm_at(std::uint32_t index) {
    if (index < home_below_) {
        return std::nullopt;
    }
    Operand& operand = at(index);
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
    const Operand operand =
        index < home_below_ ? Operand{.kind = Operand::Kind::home, .index = index} : at(index);
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

}  // namespace lockstep::vm::jit
