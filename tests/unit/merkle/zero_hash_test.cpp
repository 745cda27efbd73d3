#include "merkle/zero_hash.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

TEST(ZeroHash, LevelZeroIsTheZeroLeaf) {
    EXPECT_TRUE(zero_hash(Shape::plain, 0).is_zero());
    EXPECT_TRUE(zero_hash(Shape::memory, 0).is_zero());
}

// golden_values.py; the plain ones are also the zero hashes of Ethereum's deposit contract.
TEST(ZeroHash, PlainGoldenValues) {
    EXPECT_EQ(to_hex(zero_hash(Shape::plain, 1)),
              "0xf5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");
    EXPECT_EQ(to_hex(zero_hash(Shape::plain, 7)),
              "0x87eb0ddba57e35f6d286673802a4af5975e22506c7cf4c64bb6be5ee11527f2c");
    EXPECT_EQ(to_hex(zero_hash(Shape::plain, 32)),
              "0xc6f67e02e6e4e1bdefb994c6098953f34636ba2b6ca20a4721d2b26a886722ff");
}

TEST(ZeroHash, MemoryGoldenValues) {
    EXPECT_EQ(to_hex(zero_hash(Shape::memory, 6)),
              "0xd88ddfeed400a8755596b21942c1497e114c302e6118290f91e6772976041fa1");
    EXPECT_EQ(to_hex(zero_hash(Shape::memory, 7)),
              "0xd01bfb799ebbbb796636d48ae6e25ad5f126ec06e1ff6aea2552fcd3f0614777");
    EXPECT_EQ(to_hex(zero_hash(Shape::memory, 8)),
              "0x635a529680d5bb2aa735e95673e8bccd8e64e5b360e25089e7250c45b5469df4");
    EXPECT_EQ(to_hex(zero_hash(Shape::memory, 21)),
              "0xe07b25db56037d48122253bc4767795c303b1bdce866317add14c2f759f64fc8");
    EXPECT_EQ(to_hex(zero_hash(Shape::memory, 27)),
              "0xcbbe67d346afa30199b6c4e413a41ec08614309b31d485294068123f197c5daf");
    EXPECT_EQ(to_hex(zero_hash(Shape::memory, 32)),
              "0xc7292b535c1cdacf0ae593bbc63225ea7642c19bc2b476876705196217f2de2a");
}

TEST(ZeroHash, IsTheRootOfAnEmptyTree) {
    for (unsigned level = 0; level <= 8; ++level) {
        EXPECT_EQ(zero_hash(Shape::plain, level), slow::PlainTree(level).root()) << level;
        EXPECT_EQ(zero_hash(Shape::memory, level), slow::MemoryTree(level).root()) << level;
    }
}

TEST(ZeroHash, ShapesPartAtTheChunkLevel) {
    for (unsigned level = 0; level <= kMaxDepth; ++level) {
        const bool same = zero_hash(Shape::plain, level) == zero_hash(Shape::memory, level);
        EXPECT_EQ(same, level < kChunkLevel) << level;
    }
}

TEST(ZeroHashDeathTest, NoLevelAboveTheDeepestTree) {
    EXPECT_DEATH(static_cast<void>(zero_hash(Shape::plain, kMaxDepth + 1)),
                 "internal check failed");
}

TEST(ChunkNode, GoldenValue) {
    EXPECT_EQ(to_hex(chunk_node(slow::filled(0x33), true)),
              "0x65e1914fd3f8c931c4e54129d43f990c8feb66eecd19290c13e8af0266e28e0d");
}

TEST(ChunkNode, TellsWhetherTheChunkIsCharged) {
    EXPECT_NE(chunk_node(slow::filled(0x33), true), chunk_node(slow::filled(0x33), false));
}

TEST(Shape, CeilLog2) {
    EXPECT_EQ(ceil_log2(1), 0U);
    EXPECT_EQ(ceil_log2(2), 1U);
    EXPECT_EQ(ceil_log2(3), 2U);
    EXPECT_EQ(ceil_log2(4), 2U);
    EXPECT_EQ(ceil_log2(5), 3U);
    EXPECT_EQ(ceil_log2(65536), 16U);
    EXPECT_EQ(ceil_log2(65537), 17U);
}

TEST(Shape, MemoryTreeDepth) {
    EXPECT_EQ(memory_tree_depth(0), 11U);
    EXPECT_EQ(memory_tree_depth(1), 11U);
    EXPECT_EQ(memory_tree_depth(2), 12U);
    EXPECT_EQ(memory_tree_depth(3), 13U);
    EXPECT_EQ(memory_tree_depth(1024), 21U);
    EXPECT_EQ(memory_tree_depth(65536), 27U);
}

}  // namespace
}  // namespace lockstep::merkle
