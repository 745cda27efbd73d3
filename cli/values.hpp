#pragma once

// Guest values as text: arguments in, results out.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/lockstep.hpp"
#include "vm/module/types.hpp"

namespace lockstep::cli {

[[nodiscard]] std::string_view type_name(vm::ValueType type);

/// "(i32, i64) -> (i32)".
[[nodiscard]] std::string signature(const vm::FunctionType& type);

/// The slot of argument `position`, counted from 1, with or without its type in front ("f64:1.5"): an
/// integer, decimal or 0x-hexadecimal, signed or unsigned, in the range of i32 or i64; what parse_float
/// takes, or bits:N; null, or the index of an externref. Throws Failure.
[[nodiscard]] std::uint64_t parse_argument(std::string_view text, vm::ValueType type,
                                           std::size_t position);

/// A number that is not negative, decimal or 0x-hexadecimal; nullopt where the text is none or too
/// large.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text);

/// The bits as 0x and 8 or 16 digits.
[[nodiscard]] std::string bits_text(const Value& value);

/// An integer's signed value; only for i32 and i64.
[[nodiscard]] std::int64_t signed_value(const Value& value);

/// "-1", "1.5", "nan", "null", "3" of a reference: what parse_argument gives the same slot for, but
/// for functions.
[[nodiscard]] std::string value_text(const Value& value);

/// For people: "f64:1.5 (bits 0x3ff8000000000000)".
[[nodiscard]] std::string typed_text(const Value& value);

}  // namespace lockstep::cli
