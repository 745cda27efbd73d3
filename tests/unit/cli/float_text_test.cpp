#include "cli/float_text.hpp"

#include <cstdint>
#include <locale>  // NOLINT(portability-restrict-system-includes): to show that it has no say
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace lockstep::cli {
namespace {

using enum vm::ValueType;
using namespace std::string_view_literals;

struct Refusal {
    vm::ValueType type;
    std::string text;
    FloatTextError error;
};

struct Number {
    vm::ValueType type;
    std::string text;
    std::uint64_t bits;
};

std::uint64_t sign_of(vm::ValueType type) {
    return std::uint64_t{1} << (type == f32 ? 31U : 63U);
}

TEST(FloatText, RefusesWhatIsNoNumber) {
    for (const std::string_view text : {
             ""sv,
             "+"sv,
             "-"sv,
             "."sv,
             "-."sv,
             "e5"sv,
             ".e5"sv,
             "1e"sv,
             "1e+"sv,
             "1e-"sv,
             "1e5.0"sv,
             "1p3"sv,
             "--1"sv,
             "+-1"sv,
             "-+1"sv,
             "++1"sv,
             "- 1"sv,
             "1-"sv,
             " 1"sv,
             "1 "sv,
             "\t1"sv,
             "1\n"sv,
             "1\0"sv,
             "\0"sv,
             "1x"sv,
             "1.5f"sv,
             "1..5"sv,
             "1.5.2"sv,
             "1,5"sv,
             "1_000"sv,
             "1'000"sv,
             "1/2"sv,
             "\xEF\xBC\x91"sv,  // a digit of another script
             "0x"sv,
             "0x."sv,
             "0xp3"sv,
             "0x.p3"sv,
             "0x1p"sv,
             "0x1p+"sv,
             "0x1pf"sv,
             "0x0x1p3"sv,
             "0x-1p3"sv,
             "0x+1p3"sv,
             "0x 1p3"sv,
             "0xg.8p3"sv,
             "0x1.8.1p3"sv,
             "0x1e5q"sv,
             "x1p3"sv,
             // Without an exponent these could be bits.
             "0x10"sv,
             "0x1.8"sv,
             "0x3f800000"sv,
             "0x3ff0000000000000"sv,
             "NaN"sv,
             "NAN"sv,
             "nan "sv,
             "-nan"sv,
             "+nan"sv,
             "nan1"sv,
             "nan(1)"sv,
             "nan()"sv,
             "nan:0x1"sv,
             "nan:canonical"sv,
             "0xnanp1"sv,
             "qnan"sv,
             "Inf"sv,
             "INF"sv,
             "inf1"sv,
             "in"sv,
             "infinity"sv,
             "-infinity"sv,
             "--inf"sv,
             "0xinfp1"sv,
             "bits:1"sv,
             "f32:1"sv,
             "null"sv,
         }) {
        for (const vm::ValueType type : {f32, f64}) {
            const auto bits = parse_float(text, type);
            ASSERT_FALSE(bits.has_value()) << text;
            EXPECT_EQ(bits.error(), FloatTextError::bad_syntax) << text;
        }
    }
}

TEST(FloatText, RefusesWhatRoundsToInfinityOrZero) {
    using enum FloatTextError;
    const std::string zeros(1000, '0');
    const Refusal refusals[] = {
        {f32, "1e39", too_large},
        {f32, "1e40", too_large},
        {f32, "3.4028236e38", too_large},
        // Half a place above the largest: the tie goes to the even one, which would be 2^128.
        {f32, "340282356779733661637539395458142568448", too_large},
        {f32, "0x1.ffffffp127", too_large},
        {f32, "0x1p128", too_large},
        {f32, "1e300", too_large},
        {f32, "0x1p1000", too_large},
        {f64, "1e309", too_large},
        {f64, "1.7976931348623159e308", too_large},
        {f64, "0x1.fffffffffffff8p1023", too_large},
        {f64, "0x1p1024", too_large},
        {f64, "1" + zeros, too_large},
        {f64, "0x1" + zeros + "p0", too_large},
        {f64, "0." + zeros + "1e1500", too_large},
        {f64, "1e99999999999999999999", too_large},
        {f64, "1e+99999999999999999999", too_large},
        {f64, "1e9223372036854775807", too_large},
        {f64, "0x1p99999999999999999999", too_large},
        {f32, "1e-46", too_small},
        // Half of the least: the tie goes to the even one, zero.
        {f32, "0x1p-150", too_small},
        {f32,
         "7."
         "00649232162408535461864791644958065640130970938257885878534141944895541342930300743319094"
         "181060791015625e-46",
         too_small},
        {f32, "1e-300", too_small},
        {f64, "1e-324", too_small},
        {f64, "2.4703282292062327e-324", too_small},
        {f64, "0x1p-1075", too_small},
        {f64, "0." + zeros + "1", too_small},
        {f64, "0x0." + zeros + "1p0", too_small},
        {f64, "1" + zeros + "e-1500", too_small},
        {f64, "1e-99999999999999999999", too_small},
        {f64, "1e-9223372036854775808", too_small},
        {f64, "0x1p-99999999999999999999", too_small},
    };
    for (const Refusal& refusal : refusals) {
        for (const char* const sign : {"", "+", "-"}) {
            const auto bits = parse_float(sign + refusal.text, refusal.type);
            ASSERT_FALSE(bits.has_value()) << sign << refusal.text;
            EXPECT_EQ(bits.error(), refusal.error) << sign << refusal.text;
        }
    }
}

TEST(FloatText, RoundsOnceAndTiesToEven) {
    const std::string zeros(1000, '0');
    const Number numbers[] = {
        {f32, "0", 0},
        {f32, "1", 0x3f800000},
        {f32, "1.5", 0x3fc00000},
        {f32, "1.", 0x3f800000},
        {f32, ".5", 0x3f000000},
        {f32, "0.1", 0x3dcccccd},
        {f32, "00012.50e+0001", 0x42fa0000},
        {f32, "0x1.8p3", 0x41400000},
        {f32, "0X1.8P+3", 0x41400000},
        {f32, "0x.cp4", 0x41400000},
        {f32, "0xc.p0", 0x41400000},
        {f32, "inf", 0x7f800000},
        {f32, "16777217", 0x4b800000},
        {f32, "16777219", 0x4b800002},
        {f32, "0x1.000001p0", 0x3f800000},
        {f32, "0x1.000003p0", 0x3f800002},
        {f32, "0x1.00000100000000000000001p0", 0x3f800001},
        // Rounded to f64 first, these would be ties.
        {f32, "7.038531e-26", 0x15ae43fd},
        {f32, "1.00000017881393432617187499", 0x3f800001},
        {f32, "0x1.000002ffffffffffp0", 0x3f800001},
        {f32, "0x1.00000100000000001p0", 0x3f800001},
        {f32, "3.4028235e38", 0x7f7fffff},
        {f32, "340282356779733661637539395458142568447.9", 0x7f7fffff},
        {f32, "0x1.fffffefffffffffp127", 0x7f7fffff},
        {f32, "1.17549435e-38", 0x00800000},
        {f32, "1.1754942e-38", 0x007fffff},
        {f32, "1e-45", 1},
        {f32, "0x1.000001p-150", 1},
        {f32, "0x1.8p-149", 2},
        {f32, "0x2.8p-149", 2},
        {f64, "0", 0},
        {f64, "0e999999999999999999999", 0},
        {f64, "0.000", 0},
        {f64, "0x0p-99999999999999999999", 0},
        {f64, "1.5", 0x3ff8000000000000},
        {f64, "0x1.8p3", 0x4028000000000000},
        {f64, "1e-310", 0x000012688b70e62b},
        {f64, "inf", 0x7ff0000000000000},
        {f64, "9007199254740993", 0x4340000000000000},
        {f64, "9007199254740993." + zeros + "1", 0x4340000000000001},
        {f64, "9007199254740995", 0x4340000000000002},
        {f64, "1" + zeros + "e-1000", 0x3ff0000000000000},
        {f64, "0." + zeros + "1e1001", 0x3ff0000000000000},
        {f64, "0x1" + zeros + "p-4000", 0x3ff0000000000000},
        {f64, "1.7976931348623158e308", 0x7fefffffffffffff},
        {f64, "0x1.fffffffffffff7ffffp1023", 0x7fefffffffffffff},
        {f64, "2.2250738585072014e-308", 0x0010000000000000},
        {f64, "2.2250738585072011e-308", 0x000fffffffffffff},
        {f64, "0x1.fffffffffffffp-1023", 0x0010000000000000},
        {f64, "5e-324", 1},
        {f64, "2.4703282292062328e-324", 1},
        {f64, "0x1.00000000000000000001p-1075", 1},
    };
    for (const Number& number : numbers) {
        EXPECT_EQ(parse_float(number.text, number.type), number.bits) << number.text;
        EXPECT_EQ(parse_float("+" + number.text, number.type), number.bits) << number.text;
        EXPECT_EQ(parse_float("-" + number.text, number.type), number.bits | sign_of(number.type))
            << number.text;
    }
}

TEST(FloatText, PrintsTheShortestDecimal) {
    const Number numbers[] = {
        {f32, "0", 0},
        {f32, "-0", 0x80000000},
        {f32, "0.1", 0x3dcccccd},
        {f32, "-1.5", 0xbfc00000},
        {f32, "16777216", 0x4b800000},
        {f32, "1e-45", 1},
        {f32, "3.4028235e+38", 0x7f7fffff},
        {f32, "-inf", 0xff800000},
        {f32, "nan", 0x7fc00000},
        {f32, "bits:0xffc00000", 0xffc00000},
        {f32, "bits:0x7f800001", 0x7f800001},
        {f64, "0.30000000000000004", 0x3fd3333333333334},
        {f64, "100000", 0x40f86a0000000000},
        {f64, "1e+16", 0x4341c37937e08000},
        {f64, "5e-324", 1},
        {f64, "-1.7976931348623157e+308", 0xffefffffffffffff},
        {f64, "inf", 0x7ff0000000000000},
        {f64, "nan", 0x7ff8000000000000},
        {f64, "bits:0xfff8000000000000", 0xfff8000000000000},
        {f64, "bits:0x7ff8000000000001", 0x7ff8000000000001},
        {f64, "bits:0x7ff0000000000001", 0x7ff0000000000001},
    };
    for (const Number& number : numbers) {
        EXPECT_EQ(float_text(number.bits, number.type), number.text);
    }
    EXPECT_EQ(parse_float(largest_float(f32), f32), 0x7f7fffff);
    EXPECT_EQ(parse_float(largest_float(f64), f64), 0x7fefffffffffffff);
    EXPECT_EQ(parse_float(least_float(f32), f32), 1);
    EXPECT_EQ(parse_float(least_float(f64), f64), 1);
}

/// Numbers of all magnitudes, subnormal ones included, come back from their text. A NaN has no text
/// but its bits.
TEST(FloatText, RoundTrips) {
    constexpr std::uint64_t kGoldenRatio = 0x9E37'79B9'7F4A'7C15;  // scatters the bits of i
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        const std::uint64_t bits = (i * kGoldenRatio) >> (i % 64);
        for (const vm::ValueType type : {f32, f64}) {
            const std::uint64_t slot = type == f32 ? bits & 0xffffffff : bits;
            const std::string text = float_text(slot, type);
            if (!text.starts_with("bits:")) {
                ASSERT_EQ(parse_float(text, type), slot) << text;
            }
        }
    }
}

/// The process's locale for the duration of a test: one that writes 1.000,5.
class CommaLocale {
public:
    CommaLocale() : before_(std::locale::global(std::locale(std::locale(), new Comma))) {}
    CommaLocale(const CommaLocale&) = delete;
    CommaLocale(CommaLocale&&) = delete;
    CommaLocale& operator=(const CommaLocale&) = delete;
    CommaLocale& operator=(CommaLocale&&) = delete;
    ~CommaLocale() { std::locale::global(before_); }

private:
    struct Comma : std::numpunct<char> {
        char do_decimal_point() const override { return ','; }
        char do_thousands_sep() const override { return '.'; }
        std::string do_grouping() const override { return "\3"; }
    };

    std::locale before_;
};

TEST(FloatText, KnowsNoLocale) {
    const CommaLocale locale;
    EXPECT_EQ(parse_float("1234.5", f64), 0x40934a0000000000);
    EXPECT_EQ(parse_float("1234,5", f64), std::unexpected(FloatTextError::bad_syntax));
    EXPECT_EQ(float_text(0x40934a0000000000, f64), "1234.5");
}

}  // namespace
}  // namespace lockstep::cli
