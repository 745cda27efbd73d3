#pragma once

// Constants as immediates, and registers by their width.

#include <cstdint>

#include "vm/jit/operands.hpp"
#include "vm/jit/registers.hpp"

namespace lockstep::vm::jit {

[[nodiscard]] inline bool fits_immediate(std::uint64_t constant) {
    const auto value = static_cast<std::int64_t>(constant);
    return value == static_cast<std::int32_t>(value);
}

/// A constant as an immediate of an operation of this width, where it is one.
[[nodiscard]] inline bool is_immediate(const Operand& operand, bool is_wide) {
    return operand.kind == Operand::Kind::constant &&
           (!is_wide || fits_immediate(operand.constant));
}

[[nodiscard]] inline asmjit::Imm immediate(const Operand& operand, bool is_wide) {
    return {is_wide ? static_cast<std::int64_t>(operand.constant)
                    : static_cast<std::int64_t>(static_cast<std::int32_t>(operand.constant))};
}

[[nodiscard]] inline x86::Gp gp(std::uint8_t reg, bool is_wide) {
    return is_wide ? gp64(reg) : gp32(reg);
}

}  // namespace lockstep::vm::jit
