#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "vm/module/types.hpp"

namespace lockstep::conformance {

/// A value as the machine holds it: 32-bit ones zero-extended, a reference to function f as f + 1,
/// null as 0, and the suite's `ref.extern n` as n + 1.
struct Value {
    vm::ValueType type = vm::ValueType::i32;
    std::uint64_t slot = 0;

    bool operator==(const Value&) const = default;
};

using Values = std::vector<Value>;

/// What a result is compared with.
struct Pattern {
    enum class Kind : std::uint8_t {
        exactly,
        canonical_nan,   // of either sign; the topmost bit of the fraction alone is set
        arithmetic_nan,  // any NaN with the topmost bit of the fraction set
        non_null,        // any reference but null
    };
    Kind kind = Kind::exactly;
    Value value;  // its slot has a meaning for `exactly` only
};

using Patterns = std::vector<Pattern>;

[[nodiscard]] bool matches(const Pattern& pattern, const Value& value);
/// As many, and each matches.
[[nodiscard]] bool match(std::span<const Pattern> patterns, std::span<const Value> values);

/// "i32:4294967295", "f32:0x7fc00000", "externref:null", "(i32:1 i64:2)".
[[nodiscard]] std::string to_text(const Value& value);
[[nodiscard]] std::string to_text(const Pattern& pattern);
[[nodiscard]] std::string to_text(std::span<const Value> values);
[[nodiscard]] std::string to_text(std::span<const Pattern> patterns);

[[nodiscard]] std::string type_name(vm::ValueType type);

}  // namespace lockstep::conformance
