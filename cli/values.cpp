#include "cli/values.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <memory>

#include <fmt/format.h>

#include "base/check.hpp"
#include "cli/failure.hpp"
#include "cli/float_text.hpp"
#include "cli/text.hpp"

namespace lockstep::cli {

namespace {

constexpr std::string_view kBits = "bits:";

bool is_32_bits(vm::ValueType type) {
    return type == vm::ValueType::i32 || type == vm::ValueType::f32;
}

/// An argument of a command line, for the parameter at `position`, counted from 1.
struct Argument {
    std::string_view text;
    vm::ValueType type;
    std::size_t position;
};

Failure failure(const Argument& argument, std::string_view what, const std::string& expected) {
    constexpr std::size_t kMaxCharacters = 80;
    return Failure(ExitCode::usage, fmt::format("argument {} {}: '{}'", argument.position, what,
                                                printable(argument.text, kMaxCharacters)))
        .expected(expected);
}

Failure no_value(const Argument& argument, const std::string& expected) {
    return failure(argument, fmt::format("is no {}", type_name(argument.type)), expected);
}

std::optional<vm::ValueType> type_named(std::string_view name) {
    constexpr std::array kTypes{vm::ValueType::i32,     vm::ValueType::i64,
                                vm::ValueType::f32,     vm::ValueType::f64,
                                vm::ValueType::funcref, vm::ValueType::externref};
    for (const vm::ValueType type : kTypes) {
        if (name == type_name(type)) {
            return type;
        }
    }
    return std::nullopt;
}

/// The text behind TYPE:, or all of it where there is no type in front.
std::string_view without_type(const Argument& argument) {
    const std::size_t colon = argument.text.find(':');
    if (colon == std::string_view::npos) {
        return argument.text;
    }
    const auto type = type_named(argument.text.substr(0, colon));
    if (!type) {
        return argument.text;
    }
    if (*type != argument.type) {
        const std::string_view expected = type_name(argument.type);
        throw failure(
            argument,
            fmt::format("is of type {}, its parameter is of type {}", type_name(*type), expected),
            fmt::format("{}:", expected));
    }
    return argument.text.substr(colon + 1);
}

std::uint64_t parse_integer(std::string_view text, const Argument& argument) {
    const bool is_32 = is_32_bits(argument.type);
    const std::string expected =
        is_32 ? "an integer from -2147483648 to 4294967295, decimal or 0x-hexadecimal"
              : "an integer from -9223372036854775808 to 18446744073709551615, decimal "
                "or 0x-hexadecimal";
    const bool has_sign = text.starts_with('-') || text.starts_with('+');
    const bool is_negative = text.starts_with('-');
    const auto magnitude = parse_count(text.substr(has_sign ? 1 : 0));
    const unsigned bits = is_32 ? 32 : 64;
    const std::uint64_t least_magnitude = std::uint64_t{1} << (bits - 1);
    const std::uint64_t greatest = ~std::uint64_t{0} >> (64 - bits);
    if (!magnitude || *magnitude > (is_negative ? least_magnitude : greatest)) {
        throw no_value(argument, expected);
    }
    return (is_negative ? 0 - *magnitude : *magnitude) & greatest;
}

std::uint64_t parse_bits(std::string_view text, const Argument& argument) {
    const bool is_32 = is_32_bits(argument.type);
    const std::uint64_t greatest = is_32 ? std::numeric_limits<std::uint32_t>::max()
                                         : std::numeric_limits<std::uint64_t>::max();
    const auto bits = parse_count(text);
    if (!bits || *bits > greatest) {
        throw no_value(argument,
                       fmt::format("bits from 0 to {}, decimal or 0x-hexadecimal", greatest));
    }
    return *bits;
}

/// What is wrong with a number whose sign is the first character of `text`.
Failure float_failure(FloatTextError error, std::string_view text, const Argument& argument) {
    const std::string_view type = type_name(argument.type);
    const std::string_view sign = text.starts_with('-') ? "-" : "";
    switch (error) {
        case FloatTextError::too_large:
            return failure(argument, fmt::format("is out of range for {}", type),
                           fmt::format("a magnitude of at most {}, or {}:{}inf",
                                       largest_float(argument.type), type, sign));
        case FloatTextError::too_small:
            return failure(argument, fmt::format("is too small for {}", type),
                           fmt::format("a magnitude of at least {}, or {}:{}0",
                                       least_float(argument.type), type, sign));
        case FloatTextError::bad_syntax: break;
    }
    const bool could_be_bits = text.starts_with("0x") || text.starts_with("0X");
    return no_value(argument,
                    could_be_bits && parse_count(text)
                        ? "an exponent, as in 0x1p0, or bits: in front, as in bits:0x1"
                        : "a number, as 1.5, -1e-3 or 0x1.8p3, or inf, -inf, nan, bits:N");
}

std::uint64_t parse_float_argument(std::string_view text, const Argument& argument) {
    if (text.starts_with(kBits)) {
        return parse_bits(text.substr(kBits.size()), argument);
    }
    const auto bits = parse_float(text, argument.type);
    if (!bits) {
        throw float_failure(bits.error(), text, argument);
    }
    return *bits;
}

std::uint64_t parse_reference(std::string_view text, const Argument& argument) {
    if (text == "null") {
        return 0;
    }
    const auto index = parse_count(text);
    const bool is_function = argument.type == vm::ValueType::funcref;
    if (is_function || !index || *index == std::numeric_limits<std::uint64_t>::max()) {
        throw no_value(argument,
                       is_function ? "null: a run cannot be given functions" : "null or an index");
    }
    return *index + 1;
}

}  // namespace

std::string_view type_name(vm::ValueType type) {
    switch (type) {
        case vm::ValueType::i32: return "i32";
        case vm::ValueType::i64: return "i64";
        case vm::ValueType::f32: return "f32";
        case vm::ValueType::f64: return "f64";
        case vm::ValueType::funcref: return "funcref";
        case vm::ValueType::externref: return "externref";
    }
    LOCKSTEP_CHECK(false);
}

std::string signature(const vm::FunctionType& type) {
    constexpr std::size_t kMaxNames = 16;
    const auto list = [](const std::vector<vm::ValueType>& types) {
        std::string names;
        for (std::size_t i = 0; i < types.size() && i < kMaxNames; ++i) {
            names += (i == 0 ? "" : ", ");
            names += type_name(types[i]);
        }
        return types.size() > kMaxNames ? names + ", ..." : names;
    };
    return fmt::format("({}) -> ({})", list(type.parameters), list(type.results));
}

std::uint64_t parse_argument(std::string_view text, vm::ValueType type, std::size_t position) {
    const Argument argument{.text = text, .type = type, .position = position};
    const std::string_view value = without_type(argument);
    switch (type) {
        case vm::ValueType::i32:
        case vm::ValueType::i64: return parse_integer(value, argument);
        case vm::ValueType::f32:
        case vm::ValueType::f64: return parse_float_argument(value, argument);
        case vm::ValueType::funcref:
        case vm::ValueType::externref: return parse_reference(value, argument);
    }
    LOCKSTEP_CHECK(false);
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
    const bool is_hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    text.remove_prefix(is_hexadecimal ? 2 : 0);
    std::uint64_t number = 0;
    const char* const begin = std::to_address(text.begin());
    const char* const end = std::to_address(text.end());
    const auto [stop, error] = std::from_chars(begin, end, number, is_hexadecimal ? 16 : 10);
    if (text.empty() || error != std::errc{} || stop != end) {
        return std::nullopt;
    }
    return number;
}

std::string bits_text(const Value& value) {
    return is_32_bits(value.type) ? fmt::format("0x{:08x}", value.bits)
                                  : fmt::format("0x{:016x}", value.bits);
}

std::int64_t signed_value(const Value& value) {
    return value.type == vm::ValueType::i32
               ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value.bits))
               : static_cast<std::int64_t>(value.bits);
}

std::string value_text(const Value& value) {
    switch (value.type) {
        case vm::ValueType::i32:
        case vm::ValueType::i64: return std::to_string(signed_value(value));
        case vm::ValueType::f32:
        case vm::ValueType::f64: return float_text(value.bits, value.type);
        case vm::ValueType::funcref:
        case vm::ValueType::externref:
            return value.bits == 0 ? "null" : std::to_string(value.bits - 1);
    }
    LOCKSTEP_CHECK(false);
}

std::string typed_text(const Value& value) {
    const std::string text = value_text(value);
    const std::string bits = text.starts_with(kBits) ? "nan" : "bits " + bits_text(value);
    return fmt::format("{}:{} ({})", type_name(value.type), text, bits);
}

}  // namespace lockstep::cli
