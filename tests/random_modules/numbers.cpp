#include "tests/random_modules/numbers.hpp"

#include <array>
#include <bit>
#include <limits>

namespace lockstep::random_modules {

using vm::ValueType;

namespace {

constexpr auto kIntegers = std::to_array<std::uint64_t>({
    0,
    1,
    ~std::uint64_t{0},
    0x7F,
    0x80,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFF'FFFF,
    0x8000'0000,
    0xFFFF'FFFF,
    0x1'0000'0000,
    0xFFFF'FFFF'8000'0000,
    0x7FFF'FFFF'FFFF'FFFF,
    0x8000'0000'0000'0000,
    31,
    32,
    33,
    63,
    64,
});

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Halves, where rounding to the nearest must choose; the borders of the conversions; the least and
/// greatest numbers of both formats.
constexpr auto kFloats = std::to_array<double>({
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    0.1,
    kInfinity,
    -kInfinity,
    2147483647.0,
    2147483648.0,
    -2147483648.0,
    -2147483649.0,
    4294967295.0,
    4294967296.0,
    9223372036854775807.0,
    -9223372036854775808.0,
    -9223372036854777856.0,
    18446744073709551615.0,
    8388607.5,
    16777217.0,
    4503599627370495.5,
    9007199254740993.0,
    -0.9999999999999999,
    3.4028234663852886e38,
    3.4028235677973366e38,
    1.1754943508222875e-38,
    1.401298464324817e-45,
    7.006492321624085e-46,
    1.7976931348623157e308,
    2.2250738585072014e-308,
    4.9406564584124654e-324,
    -4.9406564584124654e-324,
});

/// Quiet and signalling, of both signs, with payloads at the ends.
constexpr auto kNans32 =
    std::to_array<std::uint32_t>({0x7FC0'0000, 0xFFC0'0000, 0x7F80'0001, 0xFF80'0001, 0x7FFF'FFFF,
                                  0xFFFF'FFFF, 0x7FA0'0000, 0x7FC0'1234});
constexpr auto kNans64 = std::to_array<std::uint64_t>(
    {0x7FF8'0000'0000'0000, 0xFFF8'0000'0000'0000, 0x7FF0'0000'0000'0001, 0xFFF0'0000'0000'0001,
     0x7FFF'FFFF'FFFF'FFFF, 0xFFFF'FFFF'FFFF'FFFF, 0x7FF4'0000'0000'0000, 0x7FF8'0000'2000'1234});

float nearest_float(double number) {
    // A conversion of what no float is near to is undefined in C++.
    constexpr auto greatest = static_cast<double>(std::numeric_limits<float>::max());
    if (number > greatest) {
        return std::numeric_limits<float>::infinity();
    }
    return number < -greatest ? -std::numeric_limits<float>::infinity()
                              : static_cast<float>(number);
}

std::uint64_t bits_of(ValueType type, double number) {
    return type == ValueType::f32 ? std::bit_cast<std::uint32_t>(nearest_float(number))
                                  : std::bit_cast<std::uint64_t>(number);
}

std::uint64_t choose_integer(fuzz::Choices& choices) {
    switch (choices.below(6)) {
        case 0:
        case 1: return choices.below(100);
        case 2:
        case 3: return kIntegers.at(choices.below(kIntegers.size()));
        case 4: return choices.number();
        default: return choices.any<std::uint64_t>();
    }
}

std::uint64_t choose_float(fuzz::Choices& choices, ValueType type) {
    switch (choices.below(7)) {
        case 0:
        case 1: return bits_of(type, static_cast<double>(choices.any<std::uint8_t>()) / 2 - 32);
        case 2:
        case 3:
        case 4: return bits_of(type, kFloats.at(choices.below(kFloats.size())));
        case 5:
            return type == ValueType::f32 ? kNans32.at(choices.below(kNans32.size()))
                                          : kNans64.at(choices.below(kNans64.size()));
        default: return choices.any<std::uint64_t>();
    }
}

/// Where the rules of an operation meet.
constexpr auto kExtremes = std::to_array<double>({0.0, -0.0, 1.0, -1.0, kInfinity, -kInfinity});

}  // namespace

std::uint64_t choose_extreme(fuzz::Choices& choices, ValueType type) {
    const std::uint64_t choice = choices.below(kExtremes.size() + 1);
    return choice < kExtremes.size() ? bits_of(type, kExtremes.at(choice))
           : type == ValueType::f32  ? kNans32.front()
                                     : kNans64.front();
}

std::uint64_t choose_number(fuzz::Choices& choices, ValueType type) {
    switch (type) {
        case ValueType::i32: return choose_integer(choices) & 0xFFFF'FFFF;
        case ValueType::i64: return choose_integer(choices);
        case ValueType::f32: return choose_float(choices, type) & 0xFFFF'FFFF;
        case ValueType::f64: return choose_float(choices, type);
        case ValueType::funcref:
        case ValueType::externref: break;
    }
    return 0;
}

}  // namespace lockstep::random_modules
