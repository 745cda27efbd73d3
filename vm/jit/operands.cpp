#include "vm/jit/operands.hpp"

#include "base/check.hpp"

namespace lockstep::vm::jit {

Operands::Operands(x86::Assembler& assembler, const Stubs& stubs, std::vector<ColdCode>& cold,
                   std::uint32_t most_locals)
    : asm_(assembler), stubs_(stubs), cold_(cold), references_(most_locals), pin_of_(most_locals) {}

void Operands::begin_function(std::span<const PinnedLocal> pinned) {
    for (const PinnedLocal& pin : pinned_) {
        pin_of_[pin.local] = 0;
    }
    pinned_.assign(pinned.begin(), pinned.end());
    for (const Operand& operand : stack_) {
        if (operand.kind == Operand::Kind::local) {
            references_[operand.index] = 0;
        }
    }
    stack_.clear();
    home_below_ = 0;
    gps_.fill({});
    xmms_.fill({});
    for (const std::uint8_t reg : kOperandGps) {
        gps_.at(reg).use = Use::free;
    }
    for (const std::uint8_t reg : kLocalGps) {
        gps_.at(reg).use = Use::free;
    }
    for (const std::uint8_t reg : kOperandXmms) {
        xmms_.at(reg).use = Use::free;
    }
    for (const std::uint8_t reg : kLocalXmms) {
        xmms_.at(reg).use = Use::free;
    }
    for (std::size_t i = 0; i < pinned.size(); ++i) {
        pin_of_[pinned[i].local] = static_cast<std::uint8_t>(i + 1);
        Register& reg = (pinned[i].is_float ? xmms_ : gps_).at(pinned[i].reg);
        reg = {.use = Use::pinned, .is_pin = true};
    }
    loaded_ = 0;
    stored_ = 0;
}

void Operands::push(const Operand& operand) {
    stack_.push_back(operand);
    if (stack_.size() > kDepth) {
        flush_operand(home_below_);
        stack_.erase(stack_.begin());
        ++home_below_;
    }
}

void Operands::push_gp(std::uint8_t reg) {
    if (gps_.at(reg).use == Use::held) {
        gps_.at(reg).use = Use::operand;
        gps_.at(reg).index = height();
    }
    push({.kind = Operand::Kind::gp, .reg = reg});
}

void Operands::push_xmm(std::uint8_t reg, std::uint8_t raw_nan_size) {
    if (xmms_.at(reg).use == Use::held) {
        xmms_.at(reg).use = Use::operand;
        xmms_.at(reg).index = height();
    }
    push({.kind = Operand::Kind::xmm, .reg = reg, .raw_nan_size = raw_nan_size});
}

void Operands::push_constant(std::uint64_t constant) {
    push({.kind = Operand::Kind::constant, .constant = constant});
}

void Operands::push_local(std::uint32_t local) {
    ++references_[local];
    push({.kind = Operand::Kind::local, .index = local});
}

/// All operands below must be in their homes.
void Operands::push_homes(std::uint32_t count) {
    LOCKSTEP_CHECK(stack_.empty());
    home_below_ += count;
}

Operand Operands::top() const {
    return stack_.empty() ? Operand{.kind = Operand::Kind::home, .index = home_below_ - 1}
                          : stack_.back();
}

Operand Operands::pop() {
    if (stack_.empty()) {
        if (home_below_ == 0) {
            throw CannotCompile();
        }
        return {.kind = Operand::Kind::home, .index = --home_below_};
    }
    const Operand operand = stack_.back();
    stack_.pop_back();
    if (operand.kind == Operand::Kind::gp && gps_.at(operand.reg).use == Use::operand) {
        gps_.at(operand.reg).use = Use::held;
    } else if (operand.kind == Operand::Kind::xmm && xmms_.at(operand.reg).use == Use::operand) {
        xmms_.at(operand.reg).use = Use::held;
    } else if (operand.kind == Operand::Kind::local) {
        --references_[operand.index];
    }
    return operand;
}

void Operands::release(const Operand& operand) {
    if (operand.kind == Operand::Kind::gp) {
        free_gp(operand.reg);
    } else if (operand.kind == Operand::Kind::xmm) {
        free_xmm(operand.reg);
    }
}

void Operands::drop(std::uint32_t count) {
    for (; count > 0 && !stack_.empty(); --count) {
        release(pop());
    }
    if (count > home_below_) {
        throw CannotCompile();
    }
    home_below_ -= count;
}

void Operands::free_gp(std::uint8_t reg) {
    if (gps_.at(reg).use == Use::held) {
        vacate(gps_.at(reg));
    }
}

void Operands::free_xmm(std::uint8_t reg) {
    if (xmms_.at(reg).use == Use::held) {
        vacate(xmms_.at(reg));
    }
}

std::uint8_t Operands::take_gp() {
    const std::uint8_t reg = take(gps_, locked_gps_);
    lock_gp(reg);
    return reg;
}

std::uint8_t Operands::take_xmm() {
    const std::uint8_t reg = take(xmms_, locked_xmms_);
    locked_xmms_ |= 1U << reg;
    return reg;
}

/// A free one, else a copy of a local, else the register of the deepest operand, which goes home.
std::uint8_t Operands::take(Registers& registers, std::uint32_t locked) {
    std::uint8_t copy = 16;
    std::uint8_t deepest = 16;
    for (std::uint8_t reg = 0; reg < 16; ++reg) {
        Register& candidate = registers.at(reg);
        if (candidate.use == Use::free) {
            candidate.use = Use::held;
            return reg;
        }
        if ((locked & (1U << reg)) != 0) {
            continue;
        }
        if (candidate.use == Use::copy) {
            copy = reg;
        } else if (candidate.use == Use::operand &&
                   (deepest == 16 || candidate.index < registers.at(deepest).index)) {
            deepest = reg;
        }
    }
    const std::uint8_t reg = copy != 16 ? copy : deepest;
    if (reg == 16) {
        throw CannotCompile();
    }
    if (copy == 16) {
        spill(reg, &registers == &xmms_);
    }
    registers.at(reg).use = Use::held;
    return reg;
}

void Operands::spill(std::uint8_t reg, bool is_float) {
    flush_operand((is_float ? xmms_ : gps_).at(reg).index);
}

void Operands::claim_gp(std::uint8_t reg) {
    Register& claimed = gps_.at(reg);
    if (claimed.use == Use::operand) {
        const std::uint32_t index = claimed.index;
        // A free register saves the way through memory.
        for (std::uint8_t other = 0; other < 16; ++other) {
            if (other != reg && gps_.at(other).use == Use::free &&
                (locked_gps_ & (1U << other)) == 0 && other != 2 && other != 0) {
                asm_.mov(gp64(other), gp64(reg));
                gps_.at(other) = {.use = Use::operand, .index = index};
                at(index).reg = other;
                claimed.use = Use::held;
                return;
            }
        }
        flush_operand(index);
    }
    if (claimed.use != Use::free && claimed.use != Use::copy) {
        throw CannotCompile();
    }
    claimed.use = Use::held;
    lock_gp(reg);
}

/// They may be more than others are let be: their homes are not theirs until the frame has begun.
void Operands::push_argument(const ArgumentPlace& place) {
    const std::uint32_t index = height();
    switch (place.kind) {
        case ArgumentPlace::Kind::home:
            stack_.push_back({.kind = Operand::Kind::home, .index = index});
            return;
        case ArgumentPlace::Kind::gp:
            gps_.at(place.reg).use = Use::operand;
            gps_.at(place.reg).index = index;
            stack_.push_back({.kind = Operand::Kind::gp, .reg = place.reg});
            return;
        case ArgumentPlace::Kind::xmm:
            xmms_.at(place.reg).use = Use::operand;
            xmms_.at(place.reg).index = index;
            stack_.push_back({.kind = Operand::Kind::xmm, .reg = place.reg});
            return;
    }
}

void Operands::store_constant(const x86::Mem& place, std::uint64_t constant) {
    const auto value = static_cast<std::int64_t>(constant);
    if (value == static_cast<std::int32_t>(value)) {
        asm_.mov(place, value);
    } else {
        asm_.mov(kScratch, constant);
        asm_.mov(place, kScratch);
    }
}

/// Leaves the flags as they are.
void Operands::load_constant(std::uint8_t reg, std::uint64_t constant) {
    if (constant <= 0xFFFF'FFFF) {
        asm_.mov(gp32(reg), static_cast<std::uint32_t>(constant));
    } else {
        asm_.mov(gp64(reg), constant);
    }
}

void Operands::flush() {
    const std::uint32_t end = height();
    for (std::uint32_t index = home_below_; index < end; ++index) {
        flush_operand(index);
    }
    stack_.clear();
    home_below_ = end;
}

void Operands::flush_for_call(std::uint32_t first, std::span<const RegisterArgument> in_registers) {
    const std::uint32_t end = height();
    auto argument = in_registers.begin();
    for (std::uint32_t index = home_below_; index < end; ++index) {
        while (argument != in_registers.end() && first + argument->index < index) {
            ++argument;
        }
        if (argument == in_registers.end() || first + argument->index != index) {
            flush_operand(index);
        }
    }
}

void Operands::flush_operand(std::uint32_t index) {
    Operand& operand = at(index);
    const x86::Mem place = home(index);
    switch (operand.kind) {
        case Operand::Kind::home: return;
        case Operand::Kind::constant: store_constant(place, operand.constant); break;
        case Operand::Kind::gp:
            asm_.mov(place, gp64(operand.reg));
            if (gps_.at(operand.reg).use == Use::operand) {
                vacate(gps_.at(operand.reg));
            }
            break;
        case Operand::Kind::xmm:
            make_canonical(operand);
            asm_.vmovq(place, xmm(operand.reg));
            if (xmms_.at(operand.reg).use == Use::operand) {
                vacate(xmms_.at(operand.reg));
            }
            break;
        case Operand::Kind::local: {
            --references_[operand.index];
            const std::uint8_t pin = pin_of_[operand.index];
            if (pin != 0) {
                load_pinned_local(pin - 1U);
            }
            const auto gp_copy = copy_of(gps_, operand.index);
            const auto xmm_copy = copy_of(xmms_, operand.index);
            if (pin != 0 && pinned_[pin - 1U].is_float) {
                asm_.vmovq(place, xmm(pinned_[pin - 1U].reg));
            } else if (pin != 0) {
                asm_.mov(place, gp64(pinned_[pin - 1U].reg));
            } else if (gp_copy) {
                asm_.mov(place, gp64(*gp_copy));
            } else if (xmm_copy) {
                asm_.vmovq(place, xmm(*xmm_copy));
            } else {
                asm_.mov(kScratch, local_home(operand.index));
                asm_.mov(place, kScratch);
            }
            break;
        }
    }
    operand = {.kind = Operand::Kind::home, .index = index};
}

void Operands::make_canonical(Operand& operand) {
    if (operand.kind == Operand::Kind::xmm && operand.raw_nan_size != 0) {
        canonicalize(operand.reg, operand.raw_nan_size);
        operand.raw_nan_size = 0;
    }
}

void Operands::canonicalize(std::uint8_t reg, std::uint8_t size) {
    ColdCode cold(ColdCode::Kind::nan);
    cold.reg = reg;
    cold.size = size;
    cold.begin = asm_.newLabel();
    cold.resume = asm_.newLabel();
    if (size == 4) {
        asm_.vucomiss(xmm(reg), xmm(reg));
    } else {
        asm_.vucomisd(xmm(reg), xmm(reg));
    }
    asm_.jp(cold.begin);
    asm_.bind(cold.resume);
    cold_.push_back(cold);
}

}  // namespace lockstep::vm::jit
