#include "merkle/domain_tag.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace lockstep::merkle {
namespace {

// The tags are part of every root: a changed value is another machine.
TEST(DomainTag, ValuesAreFixed) {
    EXPECT_EQ(std::to_underlying(DomainTag::state), 0x01);
    EXPECT_EQ(std::to_underlying(DomainTag::environment), 0x02);
    EXPECT_EQ(std::to_underlying(DomainTag::memory_record), 0x03);
    EXPECT_EQ(std::to_underlying(DomainTag::table_record), 0x04);
    EXPECT_EQ(std::to_underlying(DomainTag::value_link), 0x05);
    EXPECT_EQ(std::to_underlying(DomainTag::frame_link), 0x06);
    EXPECT_EQ(std::to_underlying(DomainTag::memory_chunk), 0x07);
    EXPECT_EQ(std::to_underlying(DomainTag::io), 0x08);
    EXPECT_EQ(std::to_underlying(DomainTag::image), 0x09);
    EXPECT_EQ(std::to_underlying(DomainTag::program), 0x0a);
    EXPECT_EQ(std::to_underlying(DomainTag::initial), 0x0b);
    EXPECT_EQ(std::to_underlying(DomainTag::history_node), 0x0c);
    EXPECT_EQ(std::to_underlying(DomainTag::history_base), 0x0d);
    EXPECT_EQ(std::to_underlying(DomainTag::history_start), 0x0e);
}

}  // namespace
}  // namespace lockstep::merkle
