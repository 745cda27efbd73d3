#pragma once

// Floats as text: decimal and hexadecimal numbers in, the shortest decimal out.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "vm/module/types.hpp"

namespace lockstep::cli {

enum class FloatTextError : std::uint8_t {
    bad_syntax,
    too_large,  // finite, but rounds to an infinity
    too_small,  // not zero, but rounds to zero
};

/// The bits of the f32 or f64 nearest to a number, ties to even, as a slot. A number is decimal, with
/// or without a fraction and an exponent, or hexadecimal with an exponent (0x1.8p3: without one, bits
/// could be meant), with or without a sign; or it is inf, +inf, -inf, or nan, the canonical one.
[[nodiscard]] std::expected<std::uint64_t, FloatTextError> parse_float(std::string_view text,
                                                                       vm::ValueType type);

/// The shortest decimal that parse_float gives the same bits for; inf, -inf, nan. A NaN that is not
/// the canonical one has no such name: "bits:0x" and its digits.
[[nodiscard]] std::string float_text(std::uint64_t bits, vm::ValueType type);

/// The largest finite number of the type, and the least above zero, as text.
[[nodiscard]] std::string largest_float(vm::ValueType type);
[[nodiscard]] std::string least_float(vm::ValueType type);

}  // namespace lockstep::cli
