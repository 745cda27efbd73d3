#include "tests/conformance/value.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.hpp"

namespace lockstep::conformance {

namespace {

using vm::ValueType;

/// The bits of a NaN's representation: all but the sign, and the exponent with the fraction's topmost.
struct NanBits {
    std::uint64_t magnitude;
    std::uint64_t quiet;
};

NanBits nan_bits(ValueType type) {
    LOCKSTEP_CHECK(type == ValueType::f32 || type == ValueType::f64);
    return type == ValueType::f32
               ? NanBits{.magnitude = 0x7FFF'FFFF, .quiet = 0x7FC0'0000}
               : NanBits{.magnitude = 0x7FFF'FFFF'FFFF'FFFF, .quiet = 0x7FF8'0000'0000'0000};
}

bool has_high_bits(const Value& value) {
    return value.type == ValueType::f32 && value.slot > 0xFFFF'FFFF;
}

template <typename T>
std::string list_text(std::span<const T> items) {
    std::vector<std::string> texts;
    texts.reserve(items.size());
    for (const T& item : items) {
        texts.push_back(to_text(item));
    }
    return fmt::format("({})", fmt::join(texts, " "));
}

}  // namespace

bool matches(const Pattern& pattern, const Value& value) {
    if (pattern.value.type != value.type || has_high_bits(value)) {
        return false;
    }
    switch (pattern.kind) {
        case Pattern::Kind::exactly: return pattern.value.slot == value.slot;
        case Pattern::Kind::canonical_nan: {
            const NanBits bits = nan_bits(value.type);
            return (value.slot & bits.magnitude) == bits.quiet;
        }
        case Pattern::Kind::arithmetic_nan: {
            const NanBits bits = nan_bits(value.type);
            return (value.slot & bits.quiet) == bits.quiet;
        }
        case Pattern::Kind::non_null: return vm::is_reference(value.type) && value.slot != 0;
    }
    return false;
}

bool match(std::span<const Pattern> patterns, std::span<const Value> values) {
    return std::ranges::equal(patterns, values, matches);
}

std::string type_name(ValueType type) {
    switch (type) {
        case ValueType::i32: return "i32";
        case ValueType::i64: return "i64";
        case ValueType::f32: return "f32";
        case ValueType::f64: return "f64";
        case ValueType::funcref: return "funcref";
        case ValueType::externref: return "externref";
    }
    return "unknown";
}

std::string to_text(const Value& value) {
    switch (value.type) {
        case ValueType::f32: return fmt::format("f32:{:#010x}", value.slot);
        case ValueType::f64: return fmt::format("f64:{:#018x}", value.slot);
        case ValueType::funcref:
        case ValueType::externref:
            return value.slot == 0 ? type_name(value.type) + ":null"
                                   : fmt::format("{}:{}", type_name(value.type), value.slot - 1);
        default: return fmt::format("{}:{}", type_name(value.type), value.slot);
    }
}

std::string to_text(const Pattern& pattern) {
    switch (pattern.kind) {
        case Pattern::Kind::exactly: return to_text(pattern.value);
        case Pattern::Kind::canonical_nan: return type_name(pattern.value.type) + ":nan:canonical";
        case Pattern::Kind::arithmetic_nan:
            return type_name(pattern.value.type) + ":nan:arithmetic";
        case Pattern::Kind::non_null: return type_name(pattern.value.type) + ":not null";
    }
    return "unknown";
}

std::string to_text(std::span<const Value> values) {
    return list_text(values);
}

std::string to_text(std::span<const Pattern> patterns) {
    return list_text(patterns);
}

}  // namespace lockstep::conformance
