#include "tests/differential/float_reference.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"

namespace lockstep::differential {

namespace {

using vm::Trap;
__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

int width(Wide value) {
    const auto high = static_cast<std::uint64_t>(value >> 64U);
    const auto low = static_cast<std::uint64_t>(value);
    return static_cast<int>(high != 0 ? 64 + std::bit_width(high) : std::bit_width(low));
}

/// Bits of the significand, the hidden one included, and of the exponent field.
template <int precision, int exponent_bits>
struct Format {
    static constexpr int kPrecision = precision;
    static constexpr int kBits = precision + exponent_bits;
    static constexpr int kMaxField = (1 << exponent_bits) - 1;
    static constexpr int kBias = kMaxField / 2;
    /// Exponent of the least positive number.
    static constexpr int kLeast = 2 - kBias - precision;

    static constexpr std::uint64_t kHidden = 1ULL << (precision - 1);
    static constexpr std::uint64_t kSign = 1ULL << (kBits - 1);
    static constexpr std::uint64_t kMask = kSign | (kSign - 1);
    static constexpr std::uint64_t kInfinity = std::uint64_t{kMaxField} << (precision - 1);
    static constexpr std::uint64_t kNan = kInfinity | kHidden >> 1U;
};
using Single = Format<24, 8>;
using Double = Format<53, 11>;

/// A number of a format, taken apart: significand * 2^exponent.
struct Parts {
    bool negative = false;
    bool nan = false;
    bool infinite = false;
    std::uint64_t significand = 0;
    int exponent = 0;

    [[nodiscard]] bool zero() const { return !nan && !infinite && significand == 0; }
};

template <typename F>
Parts take_apart(std::uint64_t slot) {
    const std::uint64_t bits = slot & F::kMask;
    const std::uint64_t fraction = bits & (F::kHidden - 1);
    const auto field = static_cast<int>((bits & ~F::kSign) >> (F::kPrecision - 1));
    Parts parts{.negative = (bits & F::kSign) != 0};
    if (field == F::kMaxField) {
        parts.nan = fraction != 0;
        parts.infinite = fraction == 0;
    } else if (field == 0) {
        parts.significand = fraction;
        parts.exponent = F::kLeast;
    } else {
        parts.significand = fraction | F::kHidden;
        parts.exponent = F::kLeast + field - 1;
    }
    return parts;
}

template <typename F>
FloatResult nan() {
    return {.value = F::kNan};
}
template <typename F>
FloatResult zero(bool negative) {
    return {.value = negative ? F::kSign : 0};
}
template <typename F>
FloatResult infinity(bool negative) {
    return {.value = F::kInfinity | (negative ? F::kSign : 0)};
}

/// A quotient of a positive number by 2^shift: the whole part, and how the rest compares with 1/2.
struct Halved {
    Wide whole = 0;
    bool inexact = false;
    bool tie = false;
    bool above = false;
    bool near = false;

    Halved(Wide magnitude, int shift) {
        LOCKSTEP_CHECK(width(magnitude) < 127);
        if (shift <= 0) {
            whole = magnitude << static_cast<unsigned>(-shift);
            return;
        }
        if (shift > 127) {
            inexact = magnitude != 0;
            return;
        }
        const Wide half = Wide{1} << static_cast<unsigned>(shift - 1);
        whole = magnitude >> static_cast<unsigned>(shift);
        const Wide rest = magnitude & (half * 2 - 1);
        inexact = rest != 0;
        tie = rest == half;
        above = rest > half;
        const Wide distance = above ? rest - half : half - rest;
        near = inexact && !tie && distance <= std::max<Wide>(half >> 15U, half >= 64 ? 1 : 0);
    }

    [[nodiscard]] Wide nearest() const {
        return whole + (above || (tie && whole % 2 == 1) ? 1U : 0U);
    }
    void note(FloatResult& result) const {
        result.inexact = inexact;
        result.tie = tie;
        result.above_tie = near && above;
        result.below_tie = near && !above;
    }
};

/// The one rounding: magnitude * 2^exponent to the nearest number of the format, ties to the even one.
/// The least bit of the magnitude may stand for any rest below it, where it is under the ones that count.
template <typename F>
FloatResult round(bool negative, Wide magnitude, int exponent) {
    if (magnitude == 0) {
        return zero<F>(negative);
    }
    const int unit = std::max(exponent + width(magnitude) - F::kPrecision, F::kLeast);
    const Halved halved(magnitude, unit - exponent);
    auto significand = static_cast<std::uint64_t>(halved.nearest());
    int field = unit - F::kLeast + 1;
    if (significand == 2 * F::kHidden) {
        significand = F::kHidden;
        ++field;
    }
    FloatResult result;
    halved.note(result);
    if (significand < F::kHidden) {
        field = 0;
        result.subnormal = true;
    }
    if (field >= F::kMaxField) {
        result.overflowed = true;
        result.value = F::kInfinity;
    } else {
        result.value = static_cast<std::uint64_t>(field) << (F::kPrecision - 1) |
                       (significand & (F::kHidden - 1));
    }
    result.value |= negative ? F::kSign : 0;
    return result;
}

// Comparisons. Magnitudes of one format are in the order of their bits.

enum class Order : std::uint8_t { less, equal, greater, unordered };

template <typename F>
Order compare(std::uint64_t a, std::uint64_t b) {
    if (take_apart<F>(a).nan || take_apart<F>(b).nan) {
        return Order::unordered;
    }
    const auto place = [](std::uint64_t bits) {
        const auto magnitude = static_cast<SignedWide>(bits & (F::kSign - 1));
        return (bits & F::kSign) != 0 ? -magnitude : magnitude;
    };
    if (place(a) == place(b)) {
        return Order::equal;
    }
    return place(a) < place(b) ? Order::less : Order::greater;
}

template <typename F, Order first, Order second = first>
FloatResult holds(std::uint64_t a, std::uint64_t b) {
    const Order order = compare<F>(a, b);
    return {.value = order == first || order == second ? 1U : 0U};
}

template <typename F>
FloatResult not_equal(std::uint64_t a, std::uint64_t b) {
    return {.value = compare<F>(a, b) == Order::equal ? 0U : 1U};
}

// Arithmetic.

template <typename F>
FloatResult abs(std::uint64_t a, std::uint64_t /*b*/) {
    return {.value = a & (F::kSign - 1)};
}
template <typename F>
FloatResult neg(std::uint64_t a, std::uint64_t /*b*/) {
    return {.value = (a ^ F::kSign) & F::kMask};
}
template <typename F>
FloatResult copysign(std::uint64_t a, std::uint64_t b) {
    return {.value = (a & (F::kSign - 1)) | (b & F::kSign)};
}

enum class Direction : std::uint8_t { up, down, to_zero, nearest };

template <typename F, Direction direction>
FloatResult round_to_whole(std::uint64_t a, std::uint64_t /*b*/) {
    const Parts x = take_apart<F>(a);
    if (x.nan) {
        return nan<F>();
    }
    if (x.infinite || x.exponent >= 0) {
        return {.value = a & F::kMask};
    }
    const Halved halved(x.significand, -x.exponent);
    Wide whole = halved.whole;
    if (direction == Direction::nearest) {
        whole = halved.nearest();
    } else if (halved.inexact && direction == (x.negative ? Direction::down : Direction::up)) {
        ++whole;
    }
    FloatResult result = round<F>(x.negative, whole, 0);
    LOCKSTEP_CHECK(!result.inexact);
    halved.note(result);
    return result;
}

template <typename F>
FloatResult square_root(std::uint64_t a, std::uint64_t /*b*/) {
    const Parts x = take_apart<F>(a);
    if (x.nan || (x.negative && !x.zero())) {
        return nan<F>();
    }
    if (x.zero() || x.infinite) {
        return {.value = a & F::kMask};
    }
    // An even exponent and a root of at least 60 bits.
    int shift = 121 - width(x.significand);
    shift -= (x.exponent - shift) % 2 == 0 ? 0 : 1;
    Wide rest = Wide{x.significand} << static_cast<unsigned>(shift);
    Wide root = 0;
    for (int bit = 61; bit >= 0; --bit) {
        const Wide tried = root | Wide{1} << static_cast<unsigned>(bit);
        if (tried * tried <= rest) {
            root = tried;
        }
    }
    rest -= root * root;
    return round<F>(false, root << 1U | (rest != 0 ? 1U : 0U), (x.exponent - shift) / 2 - 1);
}

template <typename F>
FloatResult add(std::uint64_t a, std::uint64_t b) {
    Parts x = take_apart<F>(a);
    Parts y = take_apart<F>(b);
    if (x.nan || y.nan || (x.infinite && y.infinite && x.negative != y.negative)) {
        return nan<F>();
    }
    if (x.infinite || y.infinite) {
        return infinity<F>(x.infinite ? x.negative : y.negative);
    }
    if (x.zero() && y.zero()) {
        return zero<F>(x.negative && y.negative);
    }
    if (x.zero() || y.zero()) {
        return {.value = (x.zero() ? b : a) & F::kMask};
    }
    if (x.exponent < y.exponent) {
        std::swap(x, y);
    }
    // What lies more than 64 bits lower tells by its sign alone: it is less than a 1000th of the unit.
    if (x.exponent - y.exponent > 64) {
        y.significand = 1;
        y.exponent = x.exponent - 64;
    }
    const Wide above = Wide{x.significand} << static_cast<unsigned>(x.exponent - y.exponent);
    const Wide below = y.significand;
    if (x.negative == y.negative) {
        return round<F>(x.negative, above + below, y.exponent);
    }
    if (above == below) {
        return zero<F>(false);
    }
    return above > below ? round<F>(x.negative, above - below, y.exponent)
                         : round<F>(y.negative, below - above, y.exponent);
}

template <typename F>
FloatResult subtract(std::uint64_t a, std::uint64_t b) {
    return add<F>(a, b ^ F::kSign);
}

template <typename F>
FloatResult multiply(std::uint64_t a, std::uint64_t b) {
    const Parts x = take_apart<F>(a);
    const Parts y = take_apart<F>(b);
    const bool negative = x.negative != y.negative;
    if (x.nan || y.nan || (x.infinite && y.zero()) || (x.zero() && y.infinite)) {
        return nan<F>();
    }
    if (x.infinite || y.infinite) {
        return infinity<F>(negative);
    }
    return round<F>(negative, Wide{x.significand} * y.significand, x.exponent + y.exponent);
}

template <typename F>
FloatResult divide(std::uint64_t a, std::uint64_t b) {
    const Parts x = take_apart<F>(a);
    const Parts y = take_apart<F>(b);
    const bool negative = x.negative != y.negative;
    if (x.nan || y.nan || (x.infinite && y.infinite) || (x.zero() && y.zero())) {
        return nan<F>();
    }
    if (x.infinite || y.zero()) {
        return infinity<F>(negative);
    }
    if (x.zero() || y.infinite) {
        return zero<F>(negative);
    }
    const int shift = 120 - width(x.significand);
    const Wide dividend = Wide{x.significand} << static_cast<unsigned>(shift);
    const Wide quotient = dividend / y.significand;
    const bool rest = quotient * y.significand != dividend;
    return round<F>(negative, quotient << 1U | (rest ? 1U : 0U),
                    x.exponent - shift - y.exponent - 1);
}

/// WebAssembly's: a NaN wins, -0 is less than 0.
template <typename F, Order wanted>
FloatResult extreme(std::uint64_t a, std::uint64_t b) {
    const Order order = compare<F>(a, b);
    if (order == Order::unordered) {
        return nan<F>();
    }
    if (order == Order::equal) {
        const bool negative_first = (a & F::kSign) != 0;
        const bool take_first = wanted == Order::less ? negative_first : !negative_first;
        return {.value = (take_first ? a : b) & F::kMask};
    }
    return {.value = (order == wanted ? a : b) & F::kMask};
}

// Conversions.

template <int bits, bool is_signed>
struct Integer {
    static constexpr SignedWide kMax =
        (static_cast<SignedWide>(1) << (is_signed ? bits - 1 : bits)) - 1;
    static constexpr SignedWide kMin = is_signed ? -kMax - 1 : 0;
    static constexpr std::uint64_t kMask = bits == 32 ? 0xFFFF'FFFF : ~0ULL;

    static SignedWide value(std::uint64_t slot) {
        const std::uint64_t low = slot & kMask;
        const SignedWide above = static_cast<SignedWide>(1) << bits;
        return low > static_cast<Wide>(kMax) ? static_cast<SignedWide>(low) - above : low;
    }
};

/// The whole part; where it is great enough, any other number as great.
SignedWide whole_part(const Parts& x) {
    const Wide magnitude =
        x.exponent > 40 ? Wide{1} << 100U : Halved(x.significand, -x.exponent).whole;
    const auto whole = static_cast<SignedWide>(magnitude);
    return x.negative ? -whole : whole;
}

template <typename F, typename I>
FloatResult truncate(std::uint64_t a, std::uint64_t /*b*/) {
    const Parts x = take_apart<F>(a);
    if (x.nan) {
        return {.trap = Trap::invalid_conversion};
    }
    if (x.infinite || whole_part(x) < I::kMin || whole_part(x) > I::kMax) {
        return {.trap = Trap::integer_overflow};
    }
    return {.value = static_cast<std::uint64_t>(whole_part(x)) & I::kMask};
}

template <typename F, typename I>
FloatResult truncate_saturating(std::uint64_t a, std::uint64_t /*b*/) {
    const Parts x = take_apart<F>(a);
    if (x.nan) {
        return {};
    }
    const SignedWide whole = x.infinite ? (x.negative ? I::kMin : I::kMax) : whole_part(x);
    return {.value = static_cast<std::uint64_t>(std::clamp(whole, I::kMin, I::kMax)) & I::kMask};
}

template <typename F, typename I>
FloatResult convert(std::uint64_t a, std::uint64_t /*b*/) {
    const SignedWide value = I::value(a);
    return round<F>(value < 0, static_cast<Wide>(value < 0 ? -value : value), 0);
}

template <typename To, typename From>
FloatResult change_format(std::uint64_t a, std::uint64_t /*b*/) {
    const Parts x = take_apart<From>(a);
    if (x.nan) {
        return nan<To>();
    }
    return x.infinite ? infinity<To>(x.negative) : round<To>(x.negative, x.significand, x.exponent);
}

// The table.

using Evaluate = FloatResult (*)(std::uint64_t, std::uint64_t);
struct Named {
    std::string name;
    Evaluate evaluate;
};
using Table = std::vector<Named>;

template <typename F>
void append_computations(Table& table, const std::string& type) {
    const Table rows = {
        {"_eq", holds<F, Order::equal>},
        {"_ne", not_equal<F>},
        {"_lt", holds<F, Order::less>},
        {"_gt", holds<F, Order::greater>},
        {"_le", holds<F, Order::less, Order::equal>},
        {"_ge", holds<F, Order::greater, Order::equal>},
        {"_abs", abs<F>},
        {"_neg", neg<F>},
        {"_ceil", round_to_whole<F, Direction::up>},
        {"_floor", round_to_whole<F, Direction::down>},
        {"_trunc", round_to_whole<F, Direction::to_zero>},
        {"_nearest", round_to_whole<F, Direction::nearest>},
        {"_sqrt", square_root<F>},
        {"_add", add<F>},
        {"_sub", subtract<F>},
        {"_mul", multiply<F>},
        {"_div", divide<F>},
        {"_min", extreme<F, Order::less>},
        {"_max", extreme<F, Order::greater>},
        {"_copysign", copysign<F>},
    };
    for (const Named& row : rows) {
        table.push_back({type + row.name, row.evaluate});
    }
}

template <typename F, typename I>
void append_conversions(Table& table, const std::string& type, const std::string& integer,
                        const std::string& sign) {
    table.push_back({integer + "_trunc_" + type + sign, truncate<F, I>});
    table.push_back({integer + "_trunc_sat_" + type + sign, truncate_saturating<F, I>});
    table.push_back({type + "_convert_" + integer + sign, convert<F, I>});
}

template <typename F>
void append_all(Table& table, const std::string& type) {
    append_computations<F>(table, type);
    append_conversions<F, Integer<32, true>>(table, type, "i32", "_s");
    append_conversions<F, Integer<32, false>>(table, type, "i32", "_u");
    append_conversions<F, Integer<64, true>>(table, type, "i64", "_s");
    append_conversions<F, Integer<64, false>>(table, type, "i64", "_u");
}

std::vector<FloatOperation> make_operations() {
    Table table = {{"f32_demote_f64", change_format<Single, Double>},
                   {"f64_promote_f32", change_format<Double, Single>}};
    append_all<Single>(table, "f32");
    append_all<Double>(table, "f64");
    std::vector<FloatOperation> operations;
    for (std::uint16_t code = 0x0600; code <= 0x06FF; ++code) {
        const vm::OpcodeTraits* row = vm::find_traits(code);
        const auto found = std::ranges::find_if(table, [row](const Named& named) {
            return row != nullptr && named.name == row->mnemonic;
        });
        if (found != table.end()) {
            operations.push_back({row->opcode, found->evaluate});
        }
    }
    LOCKSTEP_CHECK(operations.size() == table.size());
    return operations;
}

}  // namespace

std::span<const FloatOperation> float_operations() {
    static const std::vector<FloatOperation> operations = make_operations();
    return operations;
}

}  // namespace lockstep::differential
