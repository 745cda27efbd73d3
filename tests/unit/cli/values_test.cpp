#include "cli/values.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/failure.hpp"

namespace lockstep::cli {
namespace {

using enum vm::ValueType;

struct Refusal {
    vm::ValueType type;
    std::string text;
    std::string reason;
    std::string expected;
};

struct Word {
    vm::ValueType type;
    std::string text;
    std::uint64_t slot;
};

constexpr std::string_view kAnyFloat =
    "a number, as 1.5, -1e-3 or 0x1.8p3, or inf, -inf, nan, bits:N";
constexpr std::string_view kBits32 = "bits from 0 to 4294967295, decimal or 0x-hexadecimal";
constexpr std::string_view kExponent =
    "an exponent, as in 0x1p0, or bits: in front, as in bits:0x1";

void expect_refusals(std::initializer_list<Refusal> refusals) {
    for (const Refusal& refusal : refusals) {
        try {
            const std::uint64_t slot = parse_argument(refusal.text, refusal.type, 3);
            ADD_FAILURE() << refusal.text << " is taken for " << slot;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.exit_code(), ExitCode::usage);
            EXPECT_EQ(failure.what(), "argument 3 " + refusal.reason + ": '" + refusal.text + "'");
            EXPECT_EQ(failure.expected(), refusal.expected) << refusal.text;
        }
    }
}

TEST(Values, RefusesFloatsAndSaysWhy) {
    const std::string any(kAnyFloat);
    const std::string bits(kBits32);
    const std::string exponent(kExponent);
    expect_refusals({
        {f32, "", "is no f32", any},
        {f32, "f32:", "is no f32", any},
        {f64, "f64:", "is no f64", any},
        {f64, "f64:1.5x", "is no f64", any},
        {f64, "f64: 1.5", "is no f64", any},
        {f64, "f64:-nan", "is no f64", any},
        {f64, "f64:f64:1", "is no f64", any},
        {f64, "F64:1", "is no f64", any},
        {f64, "f65:1", "is no f64", any},
        {f64, ":1", "is no f64", any},
        {f64, "-f64:1", "is no f64", any},
        {f64, "null", "is no f64", any},
        {f64, "-bits:1", "is no f64", any},
        {f32, "0x3f800000", "is no f32", exponent},
        {f64, "f64:0x10", "is no f64", exponent},
        {f32, "f32:1e40", "is out of range for f32",
         "a magnitude of at most 3.4028235e+38, or f32:inf"},
        {f32, "-1e40", "is out of range for f32",
         "a magnitude of at most 3.4028235e+38, or f32:-inf"},
        {f64, "1e400", "is out of range for f64",
         "a magnitude of at most 1.7976931348623157e+308, or f64:inf"},
        {f32, "1e-60", "is too small for f32", "a magnitude of at least 1e-45, or f32:0"},
        {f64, "f64:-1e-400", "is too small for f64", "a magnitude of at least 5e-324, or f64:-0"},
        {f32, "bits:", "is no f32", bits},
        {f32, "f32:bits:", "is no f32", bits},
        {f32, "f32:bits:4294967296", "is no f32", bits},
        {f32, "f32:bits:0x100000000", "is no f32", bits},
        {f32, "f32:bits:-1", "is no f32", bits},
        {f32, "f32:bits:+1", "is no f32", bits},
        {f32, "f32:bits: 1", "is no f32", bits},
        {f32, "f32:bits:1.5", "is no f32", bits},
        {f32, "f32:bits:0x", "is no f32", bits},
        {f32, "f32:bits:nan", "is no f32", bits},
        {f64, "f64:bits:18446744073709551616", "is no f64",
         "bits from 0 to 18446744073709551615, decimal or 0x-hexadecimal"},
    });
}

TEST(Values, RefusesTheTypeOfAnotherParameter) {
    expect_refusals({
        {f64, "f32:1.5", "is of type f32, its parameter is of type f64", "f64:"},
        {f32, "f64:bits:0", "is of type f64, its parameter is of type f32", "f32:"},
        {f32, "i32:1", "is of type i32, its parameter is of type f32", "f32:"},
        {i32, "i64:1", "is of type i64, its parameter is of type i32", "i32:"},
        {i64, "f64:1", "is of type f64, its parameter is of type i64", "i64:"},
        {i32, "funcref:null", "is of type funcref, its parameter is of type i32", "i32:"},
        {externref, "funcref:null", "is of type funcref, its parameter is of type externref",
         "externref:"},
    });
}

TEST(Values, RefusesIntegersAndReferences) {
    const std::string integer =
        "an integer from -2147483648 to 4294967295, decimal or 0x-hexadecimal";
    const std::string null = "null: a run cannot be given functions";
    expect_refusals({
        {i32, "", "is no i32", integer},
        {i32, "i32:", "is no i32", integer},
        {i32, "i32:i32:1", "is no i32", integer},
        {i32, "4294967296", "is no i32", integer},
        {i32, "i32:-2147483649", "is no i32", integer},
        {i32, "1.5", "is no i32", integer},
        {i32, "i32:bits:1", "is no i32", integer},
        {i32, "i32:nan", "is no i32", integer},
        {i32, "i32: 1", "is no i32", integer},
        {externref, "externref:", "is no externref", "null or an index"},
        {externref, "18446744073709551615", "is no externref", "null or an index"},
        {externref, "-1", "is no externref", "null or an index"},
        {funcref, "0", "is no funcref", null},
        {funcref, "funcref:0", "is no funcref", null},
    });
}

TEST(Values, ShortensAndEscapesWhatItRefuses) {
    try {
        (void)parse_argument("\x1b" + std::string(100'000, '1') + "x", f64, 1);
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_THAT(failure.what(), testing::StartsWith("argument 1 is no f64: '\\u{1b}111"));
        EXPECT_LT(std::string_view(failure.what()).size(), 150);
    }
}

TEST(Values, TakesArguments) {
    const Word words[] = {
        {i32, "-1", 0xffffffff},
        {i32, "i32:-1", 0xffffffff},
        {i32, "i32:0xffffffff", 0xffffffff},
        {i64, "i64:-0x10", 0xfffffffffffffff0},
        {f32, "7", 0x40e00000},
        {f32, "f32:-0.25", 0xbe800000},
        {f32, "f32:nan", 0x7fc00000},
        {f32, "f32:bits:2143289344", 0x7fc00000},
        {f32, "bits:0xffffffff", 0xffffffff},
        {f64, "f64:1.5", 0x3ff8000000000000},
        {f64, "f64:-inf", 0xfff0000000000000},
        {f64, "f64:0x1.8p3", 0x4028000000000000},
        {f64, "f64:1e-310", 0x000012688b70e62b},
        {f64, "f64:bits:0x7ff8000000000000", 0x7ff8000000000000},
        {f64, "bits:0xffffffffffffffff", 0xffffffffffffffff},
        {externref, "null", 0},
        {externref, "externref:41", 42},
        {funcref, "funcref:null", 0},
    };
    for (const Word& word : words) {
        EXPECT_EQ(parse_argument(word.text, word.type, 1), word.slot) << word.text;
    }
}

TEST(Values, PrintsResultsAsArguments) {
    const struct {
        Value value;
        std::string text;
    } results[] = {
        {{i32, 0xffffffff}, "i32:-1 (bits 0xffffffff)"},
        {{i64, 7}, "i64:7 (bits 0x0000000000000007)"},
        {{f32, 0x3fc00000}, "f32:1.5 (bits 0x3fc00000)"},
        {{f32, 0x80000000}, "f32:-0 (bits 0x80000000)"},
        {{f32, 0x7fc00000}, "f32:nan (bits 0x7fc00000)"},
        {{f32, 0xffc00001}, "f32:bits:0xffc00001 (nan)"},
        {{f64, 0x3ff8000000000000}, "f64:1.5 (bits 0x3ff8000000000000)"},
        {{f64, 0xfff0000000000000}, "f64:-inf (bits 0xfff0000000000000)"},
        {{f64, 0xfff8000000000000}, "f64:bits:0xfff8000000000000 (nan)"},
        {{externref, 42}, "externref:41 (bits 0x000000000000002a)"},
        {{externref, 0}, "externref:null (bits 0x0000000000000000)"},
        {{funcref, 0}, "funcref:null (bits 0x0000000000000000)"},
    };
    for (const auto& [value, text] : results) {
        EXPECT_EQ(typed_text(value), text);
        const std::string word = text.substr(0, text.find(' '));
        EXPECT_EQ(parse_argument(word, value.type, 1), value.bits) << text;
        EXPECT_EQ(parse_argument(value_text(value), value.type, 1), value.bits) << text;
    }
    EXPECT_EQ(typed_text({funcref, 6}), "funcref:5 (bits 0x0000000000000006)");
}

}  // namespace
}  // namespace lockstep::cli
