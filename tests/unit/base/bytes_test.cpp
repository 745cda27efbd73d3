#include "base/bytes.hpp"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Bytes, SwapsEachWidth) {
    static_assert(byte_swap(std::uint8_t{0x12}) == 0x12);
    static_assert(byte_swap(std::uint16_t{0x1234}) == 0x3412);
    static_assert(byte_swap(std::uint32_t{0x12345678}) == 0x78563412);
    static_assert(byte_swap(std::uint64_t{0x0123456789abcdef}) == 0xefcdab8967452301);
}

TEST(Bytes, LoadsBigEndian) {
    const Bytes bytes = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};
    EXPECT_EQ(load_be<std::uint8_t>(bytes.data()), 0x01);
    EXPECT_EQ(load_be<std::uint16_t>(bytes.data()), 0x0102);
    EXPECT_EQ(load_be<std::uint32_t>(bytes.data()), 0x01020304U);
    EXPECT_EQ(load_be<std::uint64_t>(bytes.data()), 0x0102030405060708U);
}

TEST(Bytes, StoresBigEndianAndNoFurther) {
    Bytes bytes(10, 0xee);
    store_be(bytes.data() + 1, std::uint32_t{0xa1b2c3d4});
    EXPECT_EQ(bytes, (Bytes{0xee, 0xa1, 0xb2, 0xc3, 0xd4, 0xee, 0xee, 0xee, 0xee, 0xee}));
    store_be(bytes.data() + 1, std::uint64_t{0x0102030405060708});
    EXPECT_EQ(bytes, (Bytes{0xee, 1, 2, 3, 4, 5, 6, 7, 8, 0xee}));
}

}  // namespace
}  // namespace lockstep
