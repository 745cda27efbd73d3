#include "base/hex.hpp"

#include <string>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Hex, WritesLowerCaseWithPrefix) {
    EXPECT_EQ(to_hex(Bytes{}), "0x");
    EXPECT_EQ(to_hex(Bytes{0x00, 0x0f, 0xa5, 0xff}), "0x000fa5ff");
    EXPECT_EQ(to_hex(Hash256{}), "0x" + std::string(64, '0'));
}

TEST(Hex, ReadsEitherCase) {
    EXPECT_EQ(bytes_from_hex("0x"), Bytes{});
    EXPECT_EQ(bytes_from_hex("0x00aBCdeF"), (Bytes{0x00, 0xab, 0xcd, 0xef}));
}

TEST(Hex, EveryByteRoundTrips) {
    Bytes bytes;
    for (unsigned value = 0; value < 256; ++value) {
        bytes.push_back(static_cast<std::uint8_t>(value));
    }
    EXPECT_EQ(bytes_from_hex(to_hex(bytes)), bytes);
}

TEST(Hex, RejectsWhatIsNotHexadecimal) {
    for (const char* text : {"", "0", "00", "0X00", "x00", "0x0", "0x000", "0x0g", "0xg0", "0x 0",
                             "0x-1", " 0x00", "0x00 ", "0x/0", "0x:0", "0x@0", "0xG0", "0x`0"}) {
        EXPECT_EQ(bytes_from_hex(text), std::nullopt) << text;
    }
}

TEST(Hex, HashesHaveExactly64Digits) {
    const std::string digits(64, '1');
    const auto hash = hash_from_hex("0x" + digits);
    ASSERT_TRUE(hash.has_value());
    EXPECT_EQ(to_hex(*hash), "0x" + digits);
    EXPECT_EQ(hash_from_hex("0x" + digits + "11"), std::nullopt);
    EXPECT_EQ(hash_from_hex("0x" + digits.substr(2)), std::nullopt);
    EXPECT_EQ(hash_from_hex(digits), std::nullopt);
}

}  // namespace
}  // namespace lockstep
