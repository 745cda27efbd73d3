#include "vm/module/wasm_reader.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace lockstep::vm::test {
namespace {

template <typename T>
void expect_error(const Load<T>& result, LoadErrorCode code, std::size_t offset) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, code) << load_error_text(result.error().code);
    EXPECT_EQ(result.error().offset, offset);
}

TEST(WasmReader, OffsetsCountFromTheModulesStart) {
    const Bytes bytes{1, 2, 3};
    WasmReader reader(bytes, 100);
    EXPECT_EQ(reader.peek_u8(), 1);
    EXPECT_EQ(reader.read_u8(), 1);
    EXPECT_EQ(reader.offset(), 101);
    EXPECT_EQ(reader.remaining(), 2);
    auto part = reader.read_part(2);
    ASSERT_TRUE(part.has_value());
    EXPECT_TRUE(reader.at_end());
    EXPECT_EQ(part->offset(), 101);
    EXPECT_EQ(part->read_u8(), 2);
    expect_error(reader.read_u8(), LoadErrorCode::unexpected_end, 103);
    expect_error(reader.peek_u8(), LoadErrorCode::unexpected_end, 103);
    expect_error(part->read_bytes(2), LoadErrorCode::unexpected_end, 102);
    expect_error(part->read_part(2), LoadErrorCode::unexpected_end, 102);
}

struct U32Case {
    Bytes bytes;
    std::uint32_t value;
};

TEST(WasmReader, ReadsUnsignedNumbersOfUpToFiveBytes) {
    const U32Case cases[] = {
        {{0x00}, 0},
        {{0x7F}, 127},
        {{0x80, 0x01}, 128},
        {{0x80, 0x80, 0x80, 0x80, 0x00}, 0},
        {{0x83, 0x80, 0x80, 0x80, 0x00}, 3},
        {{0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, std::numeric_limits<std::uint32_t>::max()},
    };
    for (const auto& [bytes, value] : cases) {
        WasmReader reader(bytes, 0);
        EXPECT_EQ(reader.read_u32(), value);
        EXPECT_TRUE(reader.at_end());
    }
}

TEST(WasmReader, RefusesUnsignedNumbersThatAreTooLongOrTooLarge) {
    const Bytes too_long{0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
    expect_error(WasmReader(too_long, 7).read_u32(), LoadErrorCode::integer_too_long, 7);
    const Bytes too_large{0xFF, 0xFF, 0xFF, 0xFF, 0x1F};
    expect_error(WasmReader(too_large, 7).read_u32(), LoadErrorCode::integer_too_large, 7);
    const Bytes cut{0x80, 0x80};
    expect_error(WasmReader(cut, 7).read_u32(), LoadErrorCode::unexpected_end, 9);
}

TEST(WasmReader, ReadsSigned32BitNumbers) {
    const Bytes minus_one{0x7F};
    EXPECT_EQ(WasmReader(minus_one, 0).read_s32(), -1);
    const Bytes long_minus_one{0xFF, 0xFF, 0xFF, 0xFF, 0x7F};
    EXPECT_EQ(WasmReader(long_minus_one, 0).read_s32(), -1);
    const Bytes smallest{0x80, 0x80, 0x80, 0x80, 0x78};
    EXPECT_EQ(WasmReader(smallest, 0).read_s32(), std::numeric_limits<std::int32_t>::min());
    const Bytes greatest{0xFF, 0xFF, 0xFF, 0xFF, 0x07};
    EXPECT_EQ(WasmReader(greatest, 0).read_s32(), std::numeric_limits<std::int32_t>::max());
    const Bytes above{0x80, 0x80, 0x80, 0x80, 0x08};
    expect_error(WasmReader(above, 0).read_s32(), LoadErrorCode::integer_too_large, 0);
    const Bytes below{0xFF, 0xFF, 0xFF, 0xFF, 0x77};
    expect_error(WasmReader(below, 0).read_s32(), LoadErrorCode::integer_too_large, 0);
    const Bytes too_long{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F};
    expect_error(WasmReader(too_long, 0).read_s32(), LoadErrorCode::integer_too_long, 0);
}

TEST(WasmReader, ReadsSigned33BitNumbers) {
    const Bytes greatest{0xFF, 0xFF, 0xFF, 0xFF, 0x0F};
    EXPECT_EQ(WasmReader(greatest, 0).read_s33(), 0xFFFF'FFFF);
    const Bytes smallest{0x80, 0x80, 0x80, 0x80, 0x70};
    EXPECT_EQ(WasmReader(smallest, 0).read_s33(), -0x1'0000'0000);
    const Bytes above{0x80, 0x80, 0x80, 0x80, 0x10};
    expect_error(WasmReader(above, 0).read_s33(), LoadErrorCode::integer_too_large, 0);
}

TEST(WasmReader, ReadsSigned64BitNumbers) {
    const Bytes smallest{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F};
    EXPECT_EQ(WasmReader(smallest, 0).read_s64(), std::numeric_limits<std::int64_t>::min());
    const Bytes greatest{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00};
    EXPECT_EQ(WasmReader(greatest, 0).read_s64(), std::numeric_limits<std::int64_t>::max());
    const Bytes above{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01};
    expect_error(WasmReader(above, 0).read_s64(), LoadErrorCode::integer_too_large, 0);
    const Bytes below{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7E};
    expect_error(WasmReader(below, 0).read_s64(), LoadErrorCode::integer_too_large, 0);
}

TEST(WasmReader, FixedNumbersAreLittleEndian) {
    const Bytes bytes{1, 2, 3, 4, 5, 6, 7, 8};
    EXPECT_EQ(WasmReader(bytes, 0).read_fixed32(), 0x0403'0201);
    EXPECT_EQ(WasmReader(bytes, 0).read_fixed64(), 0x0807'0605'0403'0201);
    WasmReader cut(ByteView(bytes).first(7), 0);
    expect_error(cut.read_fixed64(), LoadErrorCode::unexpected_end, 0);
}

TEST(WasmReader, KnowsUtf8) {
    const Bytes good[] = {
        {},
        {'a'},
        {0xC2, 0x80},
        {0xDF, 0xBF},
        {0xE0, 0xA0, 0x80},
        {0xED, 0x9F, 0xBF},
        {0xEE, 0x80, 0x80},
        {0xEF, 0xBF, 0xBF},
        {0xF0, 0x90, 0x80, 0x80},
        {0xF4, 0x8F, 0xBF, 0xBF, 'a'},
    };
    for (const Bytes& text : good) {
        EXPECT_TRUE(is_utf8(text)) << text.size();
    }
    const Bytes bad[] = {
        {0x80},                    // continuation alone
        {0xC1, 0xBF},              // overlong
        {0xC2},                    // cut
        {0xC2, 0x41},              // no continuation
        {0xE0, 0x9F, 0xBF},        // overlong
        {0xE1, 0x80, 0x41},        // no continuation
        {0xED, 0xA0, 0x80},        // surrogate
        {0xF0, 0x8F, 0xBF, 0xBF},  // overlong
        {0xF4, 0x90, 0x80, 0x80},  // above U+10FFFF
        {0xF5, 0x80, 0x80, 0x80},  // above U+10FFFF
        {0xFF},
    };
    for (const Bytes& text : bad) {
        EXPECT_FALSE(is_utf8(text)) << static_cast<int>(text[0]);
    }
}

TEST(WasmReader, ReadsNames) {
    const Bytes bytes{0x03, 'a', 0xC3, 0xA9, 0x01, 0xFF};
    WasmReader reader(bytes, 0);
    EXPECT_EQ(reader.read_name(), "a\xC3\xA9");
    expect_error(reader.read_name(), LoadErrorCode::bad_utf8, 5);
}

TEST(WasmReader, KnowsTypes) {
    for (const std::uint8_t byte : Bytes{0x7F, 0x7E, 0x7D, 0x7C, 0x70, 0x6F}) {
        const Bytes bytes{byte};
        EXPECT_EQ(WasmReader(bytes, 0).read_value_type(), static_cast<ValueType>(byte));
    }
    const Bytes i32{0x7F};
    expect_error(WasmReader(i32, 3).read_reference_type(), LoadErrorCode::bad_reference_type, 3);
    const Bytes nothing{0x40};
    expect_error(WasmReader(nothing, 3).read_value_type(), LoadErrorCode::bad_value_type, 3);
    const Bytes v128{0x7B};
    const auto simd = WasmReader(v128, 3).read_value_type();
    expect_error(simd, LoadErrorCode::unsupported_feature, 3);
    EXPECT_EQ(simd.error().name, "simd");
}

TEST(WasmReader, CountsAreAtMostTheBytesLeftAndTheLimit) {
    const Bytes bytes{0x03, 0, 0, 0};
    EXPECT_EQ(WasmReader(bytes, 0).read_count(3, "max_things"), 3);
    EXPECT_EQ(WasmReader(bytes, 0).read_count(5, "max_things", 2), 3);
    const auto above = WasmReader(bytes, 0).read_count(4, "max_things", 2);
    ASSERT_FALSE(above.has_value());
    EXPECT_EQ(above.error(), (LoadError{LoadErrorCode::limit_exceeded, 0, 4, "max_things"}));
    const Bytes cut{0x03, 0, 0};
    expect_error(WasmReader(cut, 0).read_count(3, "max_things"), LoadErrorCode::unexpected_end, 0);
}

}  // namespace
}  // namespace lockstep::vm::test
