#pragma once

#include <cstdint>

#include "fuzz/choices.hpp"
#include "vm/module/types.hpp"

namespace lockstep::random_modules {

/// The bits of a constant of that type: small, at the border of a type or a conversion, a NaN of any
/// kind, or arbitrary. 0 for references.
[[nodiscard]] std::uint64_t choose_number(fuzz::Choices& choices, vm::ValueType type);

/// Of a float type: a zero, a one, an infinity or a NaN.
[[nodiscard]] std::uint64_t choose_extreme(fuzz::Choices& choices, vm::ValueType type);

}  // namespace lockstep::random_modules
