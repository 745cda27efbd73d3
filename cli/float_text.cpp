#include "cli/float_text.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <system_error>
#include <type_traits>

#include <fmt/format.h>

namespace lockstep::cli {

namespace {

static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559);

template <typename Float>
using Bits = std::conditional_t<sizeof(Float) == 4, std::uint32_t, std::uint64_t>;

/// The canonical NaN: positive, quiet, without a payload. Not std::numeric_limits' quiet_NaN, whose
/// bits the language leaves open.
template <typename Float>
constexpr Bits<Float> kCanonicalNan =
    sizeof(Float) == 4 ? Bits<Float>{0x7FC0'0000} : static_cast<Bits<Float>>(0x7FF8'0000'0000'0000);

/// A number without its sign and without 0x.
struct Magnitude {
    std::string_view digits;    // with the point
    std::string_view exponent;  // behind the e or p; empty where there is none
    bool is_hexadecimal = false;
};

Magnitude split(std::string_view text, bool is_hexadecimal) {
    const std::size_t mark = text.find_first_of(is_hexadecimal ? "pP" : "eE");
    return {.digits = text.substr(0, mark),
            .exponent = mark == std::string_view::npos ? "" : text.substr(mark + 1),
            .is_hexadecimal = is_hexadecimal};
}

bool is_zero(const Magnitude& magnitude) {
    return magnitude.digits.find_first_not_of("0.") == std::string_view::npos;
}

/// Whether a number that is out of range, and not zero, is above the range and not below. Both ends
/// are so far from 1 that the place of the first digit decides.
bool is_above_one(const Magnitude& magnitude) {
    const std::size_t first = magnitude.digits.find_first_not_of("0.");
    const std::size_t point = std::min(magnitude.digits.find('.'), magnitude.digits.size());
    const std::int64_t place = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
    std::string_view text = magnitude.exponent;
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    std::int64_t exponent = 0;
    const auto result =
        std::from_chars(std::to_address(text.begin()), std::to_address(text.end()), exponent);
    if (result.ec == std::errc::result_out_of_range) {
        return !text.starts_with('-');
    }
    return exponent > -place * (magnitude.is_hexadecimal ? 4 : 1);
}

template <typename Float>
std::expected<Float, FloatTextError> parse_magnitude(std::string_view text) {
    const bool is_hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    text.remove_prefix(is_hexadecimal ? 2 : 0);
    const Magnitude magnitude = split(text, is_hexadecimal);
    // from_chars takes a sign, and more words than inf and nan.
    const std::string_view first = is_hexadecimal ? ".0123456789abcdefABCDEF" : ".0123456789";
    if (text.find_first_of(first) != 0 || (is_hexadecimal && magnitude.exponent.empty())) {
        return std::unexpected(FloatTextError::bad_syntax);
    }
    const char* const end = std::to_address(text.end());
    Float number = 0;
    const auto [stop, error] =
        std::from_chars(std::to_address(text.begin()), end, number,
                        is_hexadecimal ? std::chars_format::hex : std::chars_format::general);
    if (error == std::errc::invalid_argument || stop != end) {
        return std::unexpected(FloatTextError::bad_syntax);
    }
    if (is_zero(magnitude)) {
        return Float{0};
    }
    // Implementations differ in whether they report a number out of range or round it.
    if (error != std::errc{} || std::isinf(number) || number == Float{0}) {
        return std::unexpected(is_above_one(magnitude) ? FloatTextError::too_large
                                                       : FloatTextError::too_small);
    }
    return number;
}

template <typename Float>
std::expected<std::uint64_t, FloatTextError> parse(std::string_view text) {
    if (text == "nan") {
        return kCanonicalNan<Float>;
    }
    const bool is_negative = text.starts_with('-');
    text.remove_prefix(is_negative || text.starts_with('+') ? 1 : 0);
    Float number = std::numeric_limits<Float>::infinity();
    if (text != "inf") {
        const auto magnitude = parse_magnitude<Float>(text);
        if (!magnitude) {
            return std::unexpected(magnitude.error());
        }
        number = *magnitude;
    }
    return std::bit_cast<Bits<Float>>(is_negative ? -number : number);
}

template <typename Float>
std::string text_of(std::uint64_t bits) {
    const auto number = std::bit_cast<Float>(static_cast<Bits<Float>>(bits));
    if (!std::isnan(number)) {
        return fmt::format("{}", number);
    }
    return bits == kCanonicalNan<Float> ? "nan"
                                        : fmt::format("bits:0x{:0{}x}", bits, 2 * sizeof(Float));
}

}  // namespace

std::expected<std::uint64_t, FloatTextError> parse_float(std::string_view text,
                                                         vm::ValueType type) {
    return type == vm::ValueType::f32 ? parse<float>(text) : parse<double>(text);
}

std::string float_text(std::uint64_t bits, vm::ValueType type) {
    return type == vm::ValueType::f32 ? text_of<float>(bits) : text_of<double>(bits);
}

std::string largest_float(vm::ValueType type) {
    return type == vm::ValueType::f32 ? fmt::format("{}", std::numeric_limits<float>::max())
                                      : fmt::format("{}", std::numeric_limits<double>::max());
}

std::string least_float(vm::ValueType type) {
    return type == vm::ValueType::f32
               ? fmt::format("{}", std::numeric_limits<float>::denorm_min())
               : fmt::format("{}", std::numeric_limits<double>::denorm_min());
}

}  // namespace lockstep::cli
