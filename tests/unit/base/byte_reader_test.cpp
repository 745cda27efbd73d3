#include "base/byte_reader.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Bytes counting(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>(i);
    }
    return bytes;
}

TEST(ByteReader, ReadsFieldsInOrder) {
    const Bytes bytes = counting(50);
    ByteReader reader(bytes);
    EXPECT_EQ(reader.read<std::uint8_t>(), 0x00);
    EXPECT_EQ(reader.read<std::uint16_t>(), 0x0102);
    EXPECT_EQ(reader.read<std::uint32_t>(), 0x03040506U);
    EXPECT_EQ(reader.read<std::uint64_t>(), 0x0708090a0b0c0d0eU);
    EXPECT_EQ(reader.offset(), 15U);
    const auto hash = reader.read_hash();
    ASSERT_TRUE(hash.has_value());
    EXPECT_EQ(hash->bytes.front(), 15);
    EXPECT_EQ(hash->bytes.back(), 46);
    const auto rest = reader.read_bytes(3);
    ASSERT_TRUE(rest.has_value());
    EXPECT_EQ(Bytes(rest->begin(), rest->end()), (Bytes{47, 48, 49}));
    EXPECT_EQ(reader.remaining(), 0U);
}

TEST(ByteReader, AFailedReadMovesNothing) {
    const Bytes bytes = counting(3);
    ByteReader reader(bytes);
    EXPECT_EQ(reader.read<std::uint32_t>(), std::nullopt);
    EXPECT_EQ(reader.read<std::uint64_t>(), std::nullopt);
    EXPECT_EQ(reader.read_hash(), std::nullopt);
    EXPECT_FALSE(reader.read_bytes(4).has_value());
    EXPECT_FALSE(reader.read_bytes(std::numeric_limits<std::size_t>::max()).has_value());
    EXPECT_EQ(reader.offset(), 0U);
    EXPECT_EQ(reader.read<std::uint16_t>(), 0x0001);
    EXPECT_EQ(reader.remaining(), 1U);
}

TEST(ByteReader, HashNeedsAll32Bytes) {
    const Bytes bytes = counting(32);
    EXPECT_FALSE(ByteReader(ByteView(bytes).first(31)).read_hash().has_value());
    EXPECT_TRUE(ByteReader(bytes).read_hash().has_value());
}

TEST(ByteReader, AnEmptyStringHasAnEmptyView) {
    ByteReader reader(ByteView{});
    EXPECT_EQ(reader.remaining(), 0U);
    EXPECT_EQ(reader.read<std::uint8_t>(), std::nullopt);
    EXPECT_TRUE(reader.read_bytes(0).has_value());
}

}  // namespace
}  // namespace lockstep
