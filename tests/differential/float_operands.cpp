#include "tests/differential/float_operands.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

namespace lockstep::differential {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr auto kF32Edges = std::to_array<std::uint64_t>({
    0x0000'0000, 0x0000'0001, 0x0000'0002, 0x007F'FFFF, 0x0080'0000, 0x0080'0001,  // 0, subnormal
    0x3EFF'FFFF, 0x3F00'0000, 0x3F00'0001, 0x3F7F'FFFF, 0x3F80'0000, 0x3F80'0001,  // 1/2, 1
    0x3FC0'0000, 0x4020'0000, 0x4040'0000, 0x4080'0000, 0x3EAA'AAAB,  // 1.5, 2.5, 3, 4, 1/3
    0x4AFF'FFFF, 0x4B00'0000, 0x4B00'0001, 0x4B7F'FFFF, 0x4B80'0000,  // 2^23, 2^24
    0x4EFF'FFFF, 0x4F00'0000, 0x4F00'0001, 0x4F7F'FFFF, 0x4F80'0000, 0x4F80'0001,  // 2^31, 2^32
    0x5EFF'FFFF, 0x5F00'0000, 0x5F00'0001, 0x5F7F'FFFF, 0x5F80'0000, 0x5F80'0001,  // 2^63, 2^64
    0x7F00'0000, 0x7F7F'FFFE, 0x7F7F'FFFF, 0x7F80'0000,  // greatest, infinity
    0x7F80'0001, 0x7FA0'0000, 0x7FBF'FFFF, 0x7FC0'0000, 0x7FC0'0001, 0x7FFF'FFFF,  // NaNs
});

constexpr auto kF64Edges = std::to_array<std::uint64_t>({
    0x0000'0000'0000'0000, 0x0000'0000'0000'0001, 0x0000'0000'0000'0002, 0x000F'FFFF'FFFF'FFFF,
    0x0010'0000'0000'0000, 0x0010'0000'0000'0001,  // 0, subnormal, least normal
    0x3FDF'FFFF'FFFF'FFFF, 0x3FE0'0000'0000'0000, 0x3FE0'0000'0000'0001, 0x3FEF'FFFF'FFFF'FFFF,
    0x3FF0'0000'0000'0000, 0x3FF0'0000'0000'0001,  // 1/2, 1
    0x3FF8'0000'0000'0000, 0x4004'0000'0000'0000, 0x4008'0000'0000'0000, 0x3FD5'5555'5555'5555,
    0x41DF'FFFF'FFBF'FFFF, 0x41DF'FFFF'FFC0'0000, 0x41DF'FFFF'FFFF'FFFF, 0x41E0'0000'0000'0000,
    0x41E0'0000'001F'FFFF, 0x41E0'0000'0020'0000, 0x41E0'0000'0020'0001,  // 2^31 -1, 0, +1
    0x41EF'FFFF'FFDF'FFFF, 0x41EF'FFFF'FFE0'0000, 0x41EF'FFFF'FFFF'FFFF, 0x41F0'0000'0000'0000,
    0x432F'FFFF'FFFF'FFFF, 0x4330'0000'0000'0000, 0x4330'0000'0000'0001,  // 2^52
    0x433F'FFFF'FFFF'FFFF, 0x4340'0000'0000'0000, 0x4340'0000'0000'0001,  // 2^53
    0x43DF'FFFF'FFFF'FFFF, 0x43E0'0000'0000'0000, 0x43E0'0000'0000'0001,  // 2^63
    0x43EF'FFFF'FFFF'FFFF, 0x43F0'0000'0000'0000, 0x43F0'0000'0000'0001,  // 2^64
    0x3690'0000'0000'0000, 0x36A0'0000'0000'0000, 0x380F'FFFF'E000'0000,  // least of f32
    0x3810'0000'0000'0000, 0x47EF'FFFF'E000'0000, 0x47EF'FFFF'EFFF'FFFF, 0x47EF'FFFF'F000'0000,
    0x47F0'0000'0000'0000,  // greatest of f32, and what rounds to its infinity
    0x7FE0'0000'0000'0000, 0x7FEF'FFFF'FFFF'FFFE, 0x7FEF'FFFF'FFFF'FFFF, 0x7FF0'0000'0000'0000,
    0x7FF0'0000'0000'0001, 0x7FF4'0000'0000'0000, 0x7FF7'FFFF'FFFF'FFFF, 0x7FF8'0000'0000'0000,
    0x7FF8'0000'0000'0001, 0x7FFF'FFFF'FFFF'FFFF,  // NaNs
});

/// Of both signs, in either format.
constexpr std::uint64_t kEdges = 2 * std::max(kF32Edges.size(), kF64Edges.size());

}  // namespace

FloatOperandSource::Type FloatOperandSource::type_of(vm::Opcode opcode) {
    const std::string_view name = vm::traits(opcode).mnemonic;
    Type type = Type::f32;
    std::size_t last = 0;
    for (const auto& [text, named] : {std::pair{"f32", Type::f32}, std::pair{"f64", Type::f64},
                                      std::pair{"i32", Type::i32}, std::pair{"i64", Type::i64}}) {
        const std::size_t at = name.rfind(text);
        if (at != std::string_view::npos && at >= last) {
            last = at;
            type = named;
        }
    }
    return type;
}

FloatOperandSource::FloatOperandSource(vm::Opcode opcode)
    : type_(type_of(opcode)),
      binary_(vm::traits(opcode).pops == 2),
      layout_(type_ == Type::f32 ? Layout{23, 0xFF} : Layout{52, 0x7FF}),
      state_(static_cast<std::uint64_t>(opcode)) {}

/// splitmix64.
std::uint64_t FloatOperandSource::random() {
    state_ += 0x9E37'79B9'7F4A'7C15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ mixed >> 30U) * 0xBF58'476D'1CE4'E5B9;
    mixed = (mixed ^ mixed >> 27U) * 0x94D0'49BB'1331'11EB;
    return mixed ^ mixed >> 31U;
}

/// Of either sign.
std::uint64_t FloatOperandSource::compose(std::uint64_t field, std::uint64_t fraction) {
    const std::uint64_t sign = below(2) * (layout_.max_field + 1);
    return (sign | field) << static_cast<unsigned>(layout_.fraction_bits) |
           (fraction & (hidden() - 1));
}

/// An exponent field of a finite number at most `distance` from the center.
std::uint64_t FloatOperandSource::field_near(std::int64_t center, std::uint64_t distance) {
    const std::int64_t field = center - static_cast<std::int64_t>(distance) +
                               static_cast<std::int64_t>(below(2 * distance + 1));
    return static_cast<std::uint64_t>(
        std::clamp<std::int64_t>(field, 0, static_cast<std::int64_t>(layout_.max_field) - 1));
}

/// Random bits, few bits, or nearly all bits.
std::uint64_t FloatOperandSource::fraction() {
    const auto bits = static_cast<std::uint64_t>(layout_.fraction_bits);
    switch (below(6)) {
        case 0: return 0;
        case 1: return 1ULL << below(bits);
        case 2: return 1ULL << below(bits) | 1ULL << below(bits);
        case 3: return (hidden() - 1) ^ (below(2) << below(bits));
        case 4: return random() << below(bits);
        default: return random();
    }
}

std::uint64_t FloatOperandSource::edge(std::uint64_t number) const {
    const std::uint64_t sign = type_ == Type::f32 ? 1ULL << 31U : 1ULL << 63U;
    const std::uint64_t bits = type_ == Type::f32 ? kF32Edges[number / 2 % kF32Edges.size()]
                                                  : kF64Edges[number / 2 % kF64Edges.size()];
    return bits | number % 2 * sign;
}

/// A number with this exponent field and any fraction.
std::uint64_t FloatOperandSource::with_field(std::uint64_t field) {
    const std::uint64_t chosen = fraction();
    return compose(field, chosen);
}

/// At most `distance` more or less.
std::uint64_t FloatOperandSource::near(std::uint64_t value, std::uint64_t distance) {
    return value - distance + below(2 * distance + 1);
}

/// Where conversions to integers are decided, and the carries of additions: up to 2^70 or down to 2^-70.
std::uint64_t FloatOperandSource::small_number() {
    return with_field(field_near(static_cast<std::int64_t>(layout_.max_field / 2), 70));
}

/// A whole number, or one between two by 1/2, or almost one of these.
std::uint64_t FloatOperandSource::near_whole() {
    const auto bits = static_cast<std::uint64_t>(layout_.fraction_bits);
    const std::uint64_t width = 1 + below(bits);
    const std::uint64_t twice = (random() | 1ULL << 63U) >> (63 - width);
    const std::uint64_t whole = compose(layout_.max_field / 2 + width - 1, twice << (bits - width));
    return near(whole, 1);
}

/// An f64 that is an f32, or between two f32 by 1/2, or almost one of these.
std::uint64_t FloatOperandSource::narrowed() {
    const std::uint64_t kept = random() & ~0x1FFF'FFFFULL;
    const std::uint64_t rest = near(below(4) * 0x1000'0000, 1);
    // The exponents of f32 and some beyond, the subnormal more often.
    const std::uint64_t field =
        below(3) == 0 ? field_near(0x3FF - 138, 14) : field_near(0x3FF, 150);
    if (field <= 0x380) {
        const unsigned lost = std::min<unsigned>(52, 29 + static_cast<unsigned>(0x381 - field));
        const std::uint64_t half = 1ULL << (lost - 1);
        const std::uint64_t whole = random() & ~(2 * half - 1);
        return compose(field, whole + near(below(2) * half, 1));
    }
    return compose(field, kept + rest);
}

/// The exponents differ by little; often both are among the least or the greatest.
FloatOperands FloatOperandSource::close() {
    const auto bits = static_cast<std::uint64_t>(layout_.fraction_bits);
    std::uint64_t field = below(layout_.max_field);
    switch (below(4)) {
        case 0: field = below(below(2) == 0 ? 3 : bits + 4); break;
        case 1: field = layout_.max_field - 1 - below(3); break;
        default: break;
    }
    return {.a = with_field(field),
            .b = with_field(field_near(static_cast<std::int64_t>(field), below(bits + 5)))};
}

/// The same magnitude, often 0.
FloatOperands FloatOperandSource::equal() {
    const std::uint64_t sign = type_ == Type::f32 ? 1ULL << 31U : 1ULL << 63U;
    const std::uint64_t a = below(4) == 0 ? below(2) * sign : with_field(below(layout_.max_field));
    return {.a = a, .b = a ^ below(2) * sign};
}

/// The product is about the least or the greatest number.
FloatOperands FloatOperandSource::extreme_product() {
    const auto bias = static_cast<std::int64_t>(layout_.max_field / 2);
    const std::uint64_t first = below(layout_.max_field);
    const std::int64_t wanted = below(2) == 0 ? -layout_.fraction_bits / 2 : 2 * bias;
    const auto distance = static_cast<std::uint64_t>(layout_.fraction_bits) / 2 + 3;
    const std::int64_t second = wanted + bias - static_cast<std::int64_t>(first);
    return {.a = with_field(first), .b = with_field(field_near(second, wanted > 0 ? 2 : distance))};
}

FloatOperands FloatOperandSource::extreme_quotient() {
    const auto bias = static_cast<std::int64_t>(layout_.max_field / 2);
    const std::uint64_t first = below(layout_.max_field);
    const std::int64_t wanted = below(2) == 0 ? -layout_.fraction_bits / 2 : 2 * bias;
    const auto distance = static_cast<std::uint64_t>(layout_.fraction_bits) / 2 + 3;
    const std::int64_t second = static_cast<std::int64_t>(first) + bias - wanted;
    const std::uint64_t divisor = field_near(second, wanted > 0 ? 2 : distance);
    return {.a = with_field(first), .b = below(2) == 0 ? compose(divisor, 0) : with_field(divisor)};
}

/// A subnormal product or quotient by a power of two that is a tie.
FloatOperands FloatOperandSource::subnormal_tie() {
    const std::uint64_t lost = 1 + below(static_cast<std::uint64_t>(layout_.fraction_bits));
    const std::uint64_t bias = layout_.max_field / 2;
    const std::uint64_t first = 1 + below(bias - lost);
    const std::uint64_t half = 1ULL << (lost - 1);
    const std::uint64_t a = compose(first, (random() & ~(2 * half - 1)) | half);
    return {.a = a,
            .b = compose(below(2) == 0 ? first + bias + lost - 1 : bias + 1 - lost - first, 0)};
}

/// The second is half of the first's unit or of that below it, or almost.
FloatOperands FloatOperandSource::near_half_unit() {
    const auto bits = static_cast<std::uint64_t>(layout_.fraction_bits);
    std::uint64_t field = bits + 3 + below(layout_.max_field - bits - 3);
    std::uint64_t a = with_field(field);
    if (below(8) == 0) {
        field = layout_.max_field - 1;
        a = compose(field, ~0ULL);
    }
    const std::uint64_t b = near(compose(field - bits - 1 - below(2), 0), 1);
    return below(2) == 0 ? FloatOperands{.a = a, .b = b} : FloatOperands{.a = b, .b = a};
}

/// The product has one bit, or a few, more than the precision.
FloatOperands FloatOperandSource::short_factors() {
    const auto precision = static_cast<std::uint64_t>(layout_.fraction_bits) + 1;
    const std::uint64_t first = 2 + below(precision - 2);
    const std::uint64_t second = std::min(precision, precision + 1 - first + below(3));
    const auto factor = [this, precision](std::uint64_t width) {
        const std::uint64_t odd = (random() | 1ULL << 63U) >> (64 - width) | 1U;
        return odd << (precision - width);
    };
    const auto bias = static_cast<std::int64_t>(layout_.max_field / 2);
    const std::uint64_t a = factor(first);
    const std::uint64_t b = factor(second);
    return {.a = compose(field_near(bias, 40), a), .b = compose(field_near(bias, 40), b)};
}

/// The inverse of an odd number modulo 2^64.
std::uint64_t FloatOperandSource::inverse(std::uint64_t odd) {
    std::uint64_t inverse = odd;  // to 3 bits; each step doubles them
    for (int step = 0; step < 5; ++step) {
        inverse *= 2 - odd * inverse;
    }
    return inverse;
}

/// A product of full factors that is a tie, or differs from one by less than any other.
FloatOperands FloatOperandSource::hard_product() {
    const auto bits = static_cast<unsigned>(layout_.fraction_bits);
    const std::uint64_t a = (random() & (hidden() - 1)) | hidden() | 1U;
    // a * b is half a unit and a little modulo 2^bits; the hidden bit of b does not change that.
    const std::uint64_t b = near(1ULL << (bits - 1), 2) * inverse(a) & (hidden() - 1);
    const auto bias = static_cast<std::int64_t>(layout_.max_field / 2);
    return {.a = compose(field_near(bias, 60), a), .b = compose(field_near(bias, 60), b)};
}

/// A quotient that differs from a tie by much less than any other: a * 2^(p + 1) = q * b - r with an
/// odd q of p + 1 bits and a small odd r.
FloatOperands FloatOperandSource::hard_quotient() {
    const auto bits = static_cast<unsigned>(layout_.fraction_bits) + 2;
    const std::uint64_t b = (random() & (hidden() - 1)) | hidden() | 1U;
    const std::uint64_t small = 2 * below(8) + 1;
    const bool above = below(2) == 0;
    const std::uint64_t q = (above ? small : ~small + 1) * inverse(b) & ((1ULL << bits) - 1);
    const Wide product = static_cast<Wide>(q) * b;
    const auto a = static_cast<std::uint64_t>((above ? product - small : product + small) >> bits);
    const auto scale = bits - 1 - static_cast<unsigned>(std::bit_width(a));
    const auto bias = static_cast<std::int64_t>(layout_.max_field / 2);
    return {.a = compose(field_near(bias, 60), a << scale), .b = compose(field_near(bias, 60), b)};
}

/// The same for a square root: a * 2^n = m^2 - r with an odd m of one bit more than the precision.
FloatOperands FloatOperandSource::hard_root() {
    const unsigned precision = static_cast<unsigned>(layout_.fraction_bits) + 1;
    const unsigned n = precision + 1 + static_cast<unsigned>(below(2));
    const bool above = below(2) == 0;
    // A number that is 1 mod 8 has a square root modulo each power of two.
    const std::uint64_t small = above ? 8 * below(4) + 1 : 8 * below(4) + 7;
    const Wide r = above ? Wide{small} : ~Wide{small} + 1;
    std::uint64_t m = 1;
    for (unsigned bit = 3; bit < n; ++bit) {
        if (((static_cast<Wide>(m) * m - r) >> bit & 1U) != 0) {
            m += 1ULL << (bit - 1);
        }
    }
    // Its negative and what differs by 2^(n - 1) are roots as well: one of them has the width.
    m &= (1ULL << (n - 1)) - 1;
    if (n == precision + 1) {
        m |= 1ULL << precision;
    } else if (m >> precision == 0) {
        m = (1ULL << (n - 1)) - m;
    }
    auto a = static_cast<std::uint64_t>((static_cast<Wide>(m) * m - r) >> n);
    const unsigned trailing = static_cast<unsigned>(std::countr_zero(a));
    const unsigned width = static_cast<unsigned>(std::bit_width(a));
    if (width - trailing > precision) {
        return {.a = small_number()};
    }
    // a * 2^n * 2^(an even number), with the sign of a square.
    const std::uint64_t exponent = width - 1 + n + 2 * below(40);
    a = width > precision ? a >> (width - precision) : a << (precision - width);
    const std::uint64_t field = layout_.max_field / 2 + exponent % 2 + 2 * below(40);
    return {.a = field << static_cast<unsigned>(layout_.fraction_bits) | (a & (hidden() - 1))};
}

/// The same magnitude but for a few units, or but for one power of two.
FloatOperands FloatOperandSource::nearly_opposite() {
    const std::uint64_t a = with_field(1 + below(layout_.max_field - 2));
    const std::uint64_t sign = type_ == Type::f32 ? 1ULL << 31U : 1ULL << 63U;
    const std::uint64_t other = below(2) == 0 ? near(a, 2) : a ^ (1ULL << below(20));
    return {.a = a, .b = below(4) == 0 ? other : other ^ sign};
}

FloatOperands FloatOperandSource::pick() {
    switch (below(17)) {
        case 0: return {.a = random(), .b = random()};
        case 1: return {.a = edge(random()), .b = edge(random())};
        case 2: return {.a = with_field(below(layout_.max_field)), .b = edge(random())};
        case 3: return {.a = small_number(), .b = small_number()};
        case 4: return {.a = near_whole(), .b = near_whole()};
        case 5:
            return type_ == Type::f64 ? FloatOperands{.a = narrowed(), .b = narrowed()} : close();
        case 6: return close();
        case 7: return equal();
        case 8: return extreme_product();
        case 9: return extreme_quotient();
        case 10: return near_half_unit();
        case 11: return short_factors();
        case 12: return hard_product();
        case 13: return hard_quotient();
        case 14: return hard_root();
        case 15: return subnormal_tie();
        default: return nearly_opposite();
    }
}

/// Of any width; often with all that does not fit into a float's precision about one half.
std::uint64_t FloatOperandSource::integer() {
    const std::uint64_t width = 1 + below(64);
    const std::uint64_t value = (random() | 1ULL << 63U) >> (64 - width);
    const std::uint64_t precision = type_ == Type::i32 || below(2) == 0 ? 24 : 53;
    switch (below(4)) {
        case 0: return value;
        case 1: return ~value;
        case 2: return near(1ULL << below(64), 2);
        default: break;
    }
    if (width <= precision) {
        return value;
    }
    const std::uint64_t unit = 1ULL << (width - precision);
    const std::uint64_t tie = near((value & ~(unit - 1)) + unit / 2, 1);
    return below(2) == 0 ? tie : ~tie + 1;
}

FloatOperands FloatOperandSource::next() {
    FloatOperands operands;
    if (type_ == Type::i32 || type_ == Type::i64) {
        operands.a = integer();
        if (type_ == Type::i32 && below(2) == 0) {
            operands.a >>= 32U;
        }
    } else {
        operands = pick();
        // Each edge on each side first.
        if (given_ < kEdges) {
            operands.a = edge(given_);
        } else if (given_ < 2 * kEdges && binary_) {
            operands = {.a = operands.b, .b = edge(given_)};
        }
        ++given_;
    }
    if (!binary_) {
        operands.b = 0;
    }
    // Above an f32 or i32 a slot is 0, but nothing depends on that.
    if ((type_ == Type::f32 || type_ == Type::i32) && below(16) != 0) {
        operands.a &= 0xFFFF'FFFF;
        operands.b &= 0xFFFF'FFFF;
    }
    return operands;
}

}  // namespace lockstep::differential
