#include "base/byte_writer.hpp"

#include <gtest/gtest.h>

#include "base/byte_reader.hpp"

namespace lockstep {
namespace {

TEST(ByteWriter, AppendsPackedBigEndianFields) {
    ByteWriter writer;
    writer.put(std::uint8_t{0x01});
    writer.put(std::uint16_t{0x0203});
    writer.put(std::uint32_t{0x04050607});
    writer.put(std::uint64_t{0x08090a0b0c0d0e0f});
    writer.put(ByteView(Bytes{0x10, 0x11}));
    EXPECT_EQ(writer.bytes(), (Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}));
}

TEST(ByteWriter, AppendsHashes) {
    Hash256 hash;
    hash.bytes.front() = 1;
    hash.bytes.back() = 2;
    ByteWriter writer;
    writer.put(std::uint8_t{0xff});
    writer.put(hash);
    ASSERT_EQ(writer.bytes().size(), 33U);
    EXPECT_EQ(writer.bytes()[1], 1);
    EXPECT_EQ(writer.bytes()[32], 2);
}

TEST(ByteWriter, TakeHandsTheBytesOver) {
    ByteWriter writer;
    writer.put(std::uint16_t{7});
    EXPECT_EQ(writer.take(), (Bytes{0, 7}));
}

TEST(ByteWriter, TheReaderReadsWhatItWrote) {
    Hash256 hash;
    hash.bytes.fill(0x5a);
    ByteWriter writer;
    writer.put(std::uint64_t{0xfedcba9876543210});
    writer.put(hash);
    writer.put(std::uint32_t{42});
    ByteReader reader(writer.bytes());
    EXPECT_EQ(reader.read<std::uint64_t>(), 0xfedcba9876543210U);
    EXPECT_EQ(reader.read_hash(), hash);
    EXPECT_EQ(reader.read<std::uint32_t>(), 42U);
    EXPECT_EQ(reader.remaining(), 0U);
}

}  // namespace
}  // namespace lockstep
