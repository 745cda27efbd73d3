#pragma once

#include <cstdint>
#include <span>

#include "vm/module/module.hpp"

namespace lockstep::vm {

/// The slot that a constant instruction other than arithmetic pushes. `globals` are the values of
/// the globals that it may refer to.
[[nodiscard]] std::uint64_t evaluate(const ConstInstruction& instruction,
                                     std::span<const std::uint64_t> globals);

/// The value of a valid constant expression.
[[nodiscard]] std::uint64_t evaluate(const ConstExpression& expression,
                                     std::span<const std::uint64_t> globals);

}  // namespace lockstep::vm
