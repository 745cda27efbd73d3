#pragma once

#include <compare>
#include <concepts>
#include <cstdint>

#include "base/hash256.hpp"

namespace lockstep {

/// A value of type Rep that mixes with nothing but its own kind. Tag is an empty struct.
template <typename Tag, typename Rep>
struct Strong {
    Rep value{};

    constexpr Strong() = default;
    constexpr explicit Strong(Rep initial) : value(initial) {}

    friend constexpr auto operator<=>(const Strong&, const Strong&) = default;

    friend constexpr Strong operator+(Strong a, Rep b)
        requires std::unsigned_integral<Rep>
    {
        return Strong(static_cast<Rep>(a.value + b));
    }
    friend constexpr Rep operator-(Strong a, Strong b)
        requires std::unsigned_integral<Rep>
    {
        return static_cast<Rep>(a.value - b.value);
    }
};

/// The number of instructions executed since the initial state.
using Step = Strong<struct StepTag, std::uint64_t>;
/// Units of the gas schedule (docs/spec/gas.md).
using Gas = Strong<struct GasTag, std::uint64_t>;
/// Index into a program's functions, host functions included.
using FunctionIndex = Strong<struct FunctionIndexTag, std::uint32_t>;
/// Commitment to one machine state (docs/spec/state.md).
using StateRoot = Strong<struct StateRootTag, Hash256>;
/// Commitment to a program (docs/spec/program.md).
using ImageRoot = Strong<struct ImageRootTag, Hash256>;

}  // namespace lockstep
