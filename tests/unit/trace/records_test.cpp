#include "trace/records.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace lockstep::trace {
namespace {

Hash256 same(std::uint8_t byte) {
    Hash256 hash;
    hash.bytes.fill(byte);
    return hash;
}

const Hash256 kOne = same(0x11);
const Hash256 kTwo = same(0x22);
const Hash256 kThree = same(0x33);
const Hash256 kFour = same(0x44);

const StateRecord kState{.image = kOne,
                         .environment = kTwo,
                         .values = kThree,
                         .locals = kFour,
                         .callers = same(0x55),
                         .status = 2,
                         .code = 0x0102'0304,
                         .pc = 0x0506'0708,
                         .call_depth = 0x090A'0B0C,
                         .slots_used = 0x0D0E'0F10,
                         .steps = 0x1112'1314'1516'1718,
                         .gas = 0x191A'1B1C'1D1E'1F20};

template <Record R>
void expect_hash(const R& record, std::string_view golden) {
    EXPECT_EQ(to_hex(hash(record)), golden);
}

template <Record R>
std::size_t size_of(const R& record) {
    ByteWriter writer;
    append(writer, record);
    return writer.bytes().size();
}

// The constants are printed by golden_values.py.
TEST(Records, AreHashedAsSpecified) {
    expect_hash(kState, "0xd0d6001d43b2b62ee7c65b643e43ffbc364117197772fed2d8651d6efd9113ce");
    expect_hash(EnvironmentRecord{.memories = kOne, .globals = kTwo, .tables = kThree, .io = kFour},
                "0xb3888ba0dce4d02750389eb273ac1d8a88465297d6e0e408eb3a6d895de9a015");
    expect_hash(MemoryRecord{.root = kOne, .pages = 0x0102'0304, .max_pages = 0x0506'0708},
                "0xd7ec10dbaa55924dadf3c0a3b4b0ad2dc8c42506d50c9a341c296385e7f5cd1b");
    expect_hash(TableRecord{.slots = kOne, .size = 0x0102'0304, .max = 0x0506'0708},
                "0x787a28056cf89a44817672cf6f919ed97fe7bcde532b53265c9e0a554b64bef9");
    expect_hash(IoRecord{.input = kOne,
                         .input_length = 0x0102'0304'0506'0708,
                         .output = kTwo,
                         .output_length = 0x090A'0B0C'0D0E'0F10},
                "0x9a9dc42f45e7531437ab34d001a01eb23ad528b4c41dfe545afa3830375b3cbe");
    expect_hash(ImageRecord{.code_depth = 7, .code = kOne, .program = kTwo},
                "0x7aefaf51c6232c8efc91e00fe6d580205c986a0368e069971ab2c053a859c4f8");
    expect_hash(ProgramRecord{.functions_depth = 1,
                              .data_depth = 2,
                              .elements_depth = 3,
                              .functions = kOne,
                              .data = kTwo,
                              .elements = kThree,
                              .initial = kFour},
                "0x41b4611f3e0d53f01e2a95ca3ef993dea4888523dfafaa051e9b08fc6620fe48");
    expect_hash(InitialRecord{.memories = kThree, .globals = kOne, .tables = kTwo},
                "0x6471b70ded1ddcd737fe5414ce2e7fb2c1be1575a9e1844c3ae1ae23096d746f");
}

/// A message of 64 bytes would be an inner node.
TEST(Records, MessagesHaveTheirSizesAndNoneIs64) {
    EXPECT_EQ(size_of(StateRecord{}), 193U);
    EXPECT_EQ(size_of(EnvironmentRecord{}), 128U);
    EXPECT_EQ(size_of(MemoryRecord{}), 40U);
    EXPECT_EQ(size_of(TableRecord{}), 40U);
    EXPECT_EQ(size_of(IoRecord{}), 80U);
    EXPECT_EQ(size_of(ImageRecord{}), 67U);
    EXPECT_EQ(size_of(ProgramRecord{}), 131U);
    EXPECT_EQ(size_of(InitialRecord{}), 96U);
}

TEST(Records, AreReadAsWritten) {
    ByteWriter writer;
    append(writer, kState);
    ByteReader reader(writer.bytes());
    const auto read = read_record<StateRecord>(reader);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, kState);
    EXPECT_EQ(reader.remaining(), 0U);
}

TEST(Records, AreNotReadFromTooFewBytes) {
    ByteWriter writer;
    append(writer, kState);
    for (std::size_t length = 0; length < writer.bytes().size(); ++length) {
        ByteReader reader(ByteView(writer.bytes()).first(length));
        EXPECT_FALSE(read_record<StateRecord>(reader).has_value()) << length;
    }
}

}  // namespace
}  // namespace lockstep::trace
