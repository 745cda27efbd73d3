#include "cli/values.hpp"

#include <charconv>
#include <limits>
#include <memory>

#include <fmt/format.h>

#include "base/check.hpp"
#include "cli/failure.hpp"
#include "cli/text.hpp"

namespace lockstep::cli {

namespace {

bool is_32_bits(vm::ValueType type) {
    return type == vm::ValueType::i32 || type == vm::ValueType::f32;
}

[[noreturn]] void fail(std::string_view text, vm::ValueType type, std::size_t position,
                       const std::string& expected) {
    throw Failure(ExitCode::usage, fmt::format("argument {} is no {}: '{}'", position,
                                               type_name(type), printable(text)))
        .expected(expected);
}

std::uint64_t parse_integer(std::string_view text, vm::ValueType type, std::size_t position) {
    const std::string expected =
        is_32_bits(type) ? "an integer from -2147483648 to 4294967295, decimal or 0x-hexadecimal"
                         : "an integer from -9223372036854775808 to 18446744073709551615, decimal "
                           "or 0x-hexadecimal";
    const bool has_sign = text.starts_with('-') || text.starts_with('+');
    const bool is_negative = text.starts_with('-');
    const auto magnitude = parse_count(text.substr(has_sign ? 1 : 0));
    const unsigned bits = is_32_bits(type) ? 32 : 64;
    const std::uint64_t least_magnitude = std::uint64_t{1} << (bits - 1);
    const std::uint64_t greatest = ~std::uint64_t{0} >> (64 - bits);
    if (!magnitude || *magnitude > (is_negative ? least_magnitude : greatest)) {
        fail(text, type, position, expected);
    }
    return (is_negative ? 0 - *magnitude : *magnitude) & greatest;
}

std::uint64_t parse_float_bits(std::string_view text, vm::ValueType type, std::size_t position) {
    const auto bits = parse_count(text);
    const bool is_32 = is_32_bits(type);
    if (!text.starts_with("0x") || !bits ||
        (is_32 && *bits > std::numeric_limits<std::uint32_t>::max())) {
        fail(text, type, position,
             is_32 ? "its bits in hexadecimal, as 0x3f800000 for 1"
                   : "its bits in hexadecimal, as 0x3ff0000000000000 for 1");
    }
    return *bits;
}

std::uint64_t parse_reference(std::string_view text, vm::ValueType type, std::size_t position) {
    if (text == "null") {
        return 0;
    }
    const auto index = parse_count(text);
    if (type == vm::ValueType::funcref || !index ||
        *index == std::numeric_limits<std::uint64_t>::max()) {
        fail(text, type, position,
             type == vm::ValueType::funcref ? "null: a run cannot be given functions"
                                            : "null or an index");
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
    switch (type) {
        case vm::ValueType::i32:
        case vm::ValueType::i64: return parse_integer(text, type, position);
        case vm::ValueType::f32:
        case vm::ValueType::f64: return parse_float_bits(text, type, position);
        case vm::ValueType::funcref:
        case vm::ValueType::externref: return parse_reference(text, type, position);
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
        case vm::ValueType::f64: return bits_text(value);
        case vm::ValueType::funcref:
            return value.bits == 0 ? "null" : fmt::format("function {}", value.bits - 1);
        case vm::ValueType::externref:
            return value.bits == 0 ? "null" : std::to_string(value.bits - 1);
    }
    LOCKSTEP_CHECK(false);
}

}  // namespace lockstep::cli
