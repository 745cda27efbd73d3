#pragma once

#include <cstdint>
#include <span>

#include "vm/module/module.hpp"

namespace lockstep::vm {

/// What a module's constant expressions refer to, by the module's indices.
struct ConstScope {
    std::span<const std::uint32_t> functions;  // the program's index of each
    std::span<const std::uint64_t> globals;    // the value of each, as far as they are known
};

/// The slot that a constant instruction other than arithmetic pushes.
[[nodiscard]] std::uint64_t evaluate(const ConstInstruction& instruction, const ConstScope& scope);

/// The value of a valid constant expression.
[[nodiscard]] std::uint64_t evaluate(const ConstExpression& expression, const ConstScope& scope);

}  // namespace lockstep::vm
