#include "base/hash256.hpp"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Hash256, StartsZero) {
    const Hash256 hash;
    EXPECT_TRUE(hash.is_zero());
    EXPECT_EQ(hash.view().size(), 32U);
}

TEST(Hash256, EachByteCounts) {
    for (std::size_t i = 0; i < 32; ++i) {
        Hash256 hash;
        hash.bytes[i] = 1;
        EXPECT_FALSE(hash.is_zero());
        EXPECT_NE(hash, Hash256{});
        EXPECT_EQ(hash.view()[i], 1);
    }
}

TEST(Hash256, OrdersByTheFirstByteThatDiffers) {
    Hash256 small;
    Hash256 large;
    small.bytes[31] = 0xff;
    large.bytes[0] = 0x01;
    EXPECT_LT(small, large);
}

TEST(Hash256, IsItsBytesAndNoMore) {
    static_assert(sizeof(Hash256) == 32);
}

}  // namespace
}  // namespace lockstep
