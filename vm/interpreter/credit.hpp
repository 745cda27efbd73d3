#pragma once

// Gas and steps in one register. The high half of a credit is gas, signed, the low half steps; both
// only fall. The low half begins at its greatest value and never falls below 0: each step has been
// charged at least 1 gas, so that the gas is used up long before (docs/spec/gas.md). Hence what one
// subtraction takes from both halves does not borrow from one for the other, and the sign of the
// whole is that of the gas.

#include <cstdint>

namespace lockstep::vm {

/// The steps of a new credit.
inline constexpr std::uint64_t kAllSteps = 0xFFFF'FFFF;

[[nodiscard]] constexpr std::uint64_t cost(std::uint64_t gas, std::uint64_t steps) {
    return gas << 32U | steps;
}
[[nodiscard]] constexpr std::int64_t full_credit(std::uint64_t gas) {
    return static_cast<std::int64_t>(cost(gas, kAllSteps));
}
[[nodiscard]] constexpr std::int64_t credit_gas(std::int64_t credit) {
    return credit >> 32U;
}
/// Steps taken since it was new.
[[nodiscard]] constexpr std::uint64_t steps_taken(std::int64_t credit) {
    return kAllSteps - (static_cast<std::uint64_t>(credit) & kAllSteps);
}
constexpr void spend_credit(std::int64_t& credit, std::uint64_t cost) {
    credit -= static_cast<std::int64_t>(cost);
}

}  // namespace lockstep::vm
