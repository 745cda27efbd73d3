#include "merkle/chain.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

TEST(Chain, EmptyIsZero) {
    EXPECT_TRUE(kEmptyChain.is_zero());
}

// golden_values.py
TEST(Chain, ValueLinkGoldenValues) {
    const Hash256 first = value_link(kEmptyChain, 0x0102030405060708);
    EXPECT_EQ(to_hex(first), "0x75685325fc2e8effc0b31ed64f4f713fb2074cd12af0b02cc5c475e18addbeb1");
    EXPECT_EQ(to_hex(value_link(first, 0xffffffffffffffff)),
              "0x93e1b149fbcc738fe707f4b989ba8d5a7e993c37acc15e9b28880f5bedae5670");
}

// golden_values.py
TEST(Chain, FrameLinkGoldenValue) {
    EXPECT_EQ(to_hex(frame_link(slow::filled(0x11), slow::filled(0x22), 0xdeadbeef)),
              "0xdc3dcbaa9d664a55b0bf7fc11ec00e1c216d296442e942eb616b5c4244a4a7ff");
}

TEST(Chain, EachFieldCounts) {
    const Hash256 a = slow::filled(0x11);
    const Hash256 b = slow::filled(0x22);
    EXPECT_NE(value_link(a, 1), value_link(b, 1));
    EXPECT_NE(value_link(a, 1), value_link(a, 2));
    EXPECT_NE(frame_link(a, b, 1), frame_link(b, b, 1));
    EXPECT_NE(frame_link(a, b, 1), frame_link(a, a, 1));
    EXPECT_NE(frame_link(a, b, 1), frame_link(a, b, 2));
}

}  // namespace
}  // namespace lockstep::merkle
