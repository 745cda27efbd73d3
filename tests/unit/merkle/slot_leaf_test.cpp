#include "merkle/slot_leaf.hpp"

#include <array>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "merkle/zero_hash.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

TEST(SlotLeaf, PacksBigEndian) {
    const std::array<std::uint64_t, 4> slots = {0x0102030405060708, 0, 0xff, 0x8000000000000000};
    EXPECT_EQ(to_hex(slot_leaf(slots)),
              "0x0102030405060708"
              "0000000000000000"
              "00000000000000ff"
              "8000000000000000");
}

TEST(SlotLeaf, FillsUpWithZeros) {
    EXPECT_EQ(slot_leaf({}), Hash256{});
    const std::array<std::uint64_t, 1> one = {7};
    const std::array<std::uint64_t, 4> four = {7, 0, 0, 0};
    EXPECT_EQ(slot_leaf(one), slot_leaf(four));
}

TEST(SlotLeaf, ReadsBackWhatItSets) {
    Hash256 leaf = slow::filled(0xaa);
    set_slot(leaf, 2, 0x1122334455667788);
    EXPECT_EQ(slot_at(leaf, 0), 0xaaaaaaaaaaaaaaaa);
    EXPECT_EQ(slot_at(leaf, 1), 0xaaaaaaaaaaaaaaaa);
    EXPECT_EQ(slot_at(leaf, 2), 0x1122334455667788U);
    EXPECT_EQ(slot_at(leaf, 3), 0xaaaaaaaaaaaaaaaa);
}

TEST(SlotLeafDeathTest, PositionIsWithinTheLeaf) {
    Hash256 leaf;
    EXPECT_DEATH(static_cast<void>(slot_at(leaf, 4)), "internal check failed");
    EXPECT_DEATH(set_slot(leaf, 4, 1), "internal check failed");
    EXPECT_DEATH(static_cast<void>(slot_leaf(std::vector<std::uint64_t>(5))),
                 "internal check failed");
}

TEST(SlotTree, Depth) {
    EXPECT_EQ(slot_tree_depth(0), 0U);
    EXPECT_EQ(slot_tree_depth(1), 0U);
    EXPECT_EQ(slot_tree_depth(4), 0U);
    EXPECT_EQ(slot_tree_depth(5), 1U);
    EXPECT_EQ(slot_tree_depth(8), 1U);
    EXPECT_EQ(slot_tree_depth(9), 2U);
    EXPECT_EQ(slot_tree_depth(1024), 8U);
    EXPECT_EQ(slot_tree_depth(1025), 9U);
}

// golden_values.py
TEST(SlotTree, GoldenValue) {
    const std::array<std::uint64_t, 5> slots = {1, 2, 3, 4, 5};
    EXPECT_EQ(to_hex(slot_tree_root(slots, 2)),
              "0xc790678c94ddd601735e876515d350bd56e96614aa795a24453141c1dbf3e443");
}

TEST(SlotTree, NoSlotsAreAZeroTree) {
    EXPECT_EQ(slot_tree_root({}, 0), Hash256{});
    EXPECT_EQ(slot_tree_root({}, 3), zero_hash(Shape::plain, 3));
    EXPECT_EQ(slot_tree_root(std::vector<std::uint64_t>(32), 3), zero_hash(Shape::plain, 3));
}

// golden_values.py
TEST(ByteTree, GoldenValue) {
    constexpr std::string_view kText = "Lockstep proves every instruction.";
    EXPECT_EQ(to_hex(byte_tree_root(Bytes(kText.begin(), kText.end()), 3)),
              "0xe6466d66bd32391e5e8be4a1d687c783cc63caed3b3625a32f5223e04688f972");
}

TEST(ByteTree, EqualsTheSlowTwinAtEveryLength) {
    for (std::size_t size = 0; size <= 256; ++size) {
        Bytes bytes(size);
        slow::PlainTree twin(3);
        for (std::size_t i = 0; i < size; ++i) {
            bytes[i] = static_cast<std::uint8_t>(i + 1);
            twin.leaves[i / 32].bytes[i % 32] = bytes[i];
        }
        ASSERT_EQ(byte_tree_root(bytes, 3), twin.root()) << size;
    }
}

TEST(ByteTreeDeathTest, BytesMustFit) {
    EXPECT_DEATH(static_cast<void>(byte_tree_root(Bytes(65), 1)), "internal check failed");
}

}  // namespace
}  // namespace lockstep::merkle
