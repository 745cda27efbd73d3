#include "merkle/tree.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "merkle/zero_hash.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

void expect_same_nodes(const Tree& tree, const slow::PlainTree& twin) {
    for (unsigned level = 0; level <= tree.depth(); ++level) {
        for (std::uint64_t index = 0; index < std::uint64_t{1} << (tree.depth() - level); ++index) {
            ASSERT_EQ(tree.node(level, index), twin.node(level, index)) << level << "/" << index;
        }
    }
}

TEST(Tree, StartsAllZero) {
    for (unsigned depth = 0; depth <= kMaxDepth; ++depth) {
        Tree tree(depth);
        EXPECT_EQ(tree.root(), zero_hash(Shape::plain, depth)) << depth;
    }
}

TEST(Tree, AtDepthZeroTheRootIsTheLeaf) {
    Tree tree(0);
    tree.set_leaf(0, slow::filled(7));
    EXPECT_EQ(tree.root(), slow::filled(7));
    EXPECT_EQ(tree.leaf(0), slow::filled(7));
}

// golden_values.py
TEST(Tree, GoldenValue) {
    Tree tree(3);
    tree.set_leaf(5, slow::filled(0x55));
    EXPECT_EQ(to_hex(tree.root()),
              "0x387f13cd7369f5585bfe9594ec496c8d71da5132d0f723c573f74ccc48f383de");
}

TEST(Tree, EveryNodeEqualsTheSlowTwin) {
    Tree tree(4);
    slow::PlainTree twin(4);
    for (const std::uint64_t index : {3U, 0U, 10U, 11U, 15U, 3U}) {
        const Hash256 leaf =
            slow::filled(static_cast<std::uint8_t>(index * 16 + twin.leaves.size()));
        tree.set_leaf(index, leaf);
        twin.leaves[index] = leaf;
        ASSERT_EQ(tree.root(), twin.root());
        expect_same_nodes(tree, twin);
    }
}

TEST(Tree, OfLeavesAtOnceIsThatOfOneByOne) {
    for (unsigned depth = 0; depth <= 4; ++depth) {
        for (std::uint64_t count = 0; count <= std::uint64_t{1} << depth; ++count) {
            std::vector<Hash256> leaves(count);
            slow::PlainTree twin(depth);
            for (std::uint64_t i = 0; i < count; ++i) {
                // Zero leaves among them, the last one too at times.
                leaves[i] = slow::filled(static_cast<std::uint8_t>((i * 7 + count) % 3));
                twin.leaves[i] = leaves[i];
            }
            Tree tree(depth, leaves);
            SCOPED_TRACE(std::to_string(count) + " leaves, depth " + std::to_string(depth));
            expect_same_nodes(tree, twin);
            ASSERT_EQ(tree.root(), twin.root());
        }
    }
}

TEST(Tree, OfLeavesAtOnceChangesLikeAnyOther) {
    for (std::uint64_t count = 0; count <= 16; ++count) {
        Tree tree(4, std::vector<Hash256>(count, slow::filled(1)));
        slow::PlainTree twin(4);
        for (std::uint64_t i = 0; i < count; ++i) {
            twin.leaves[i] = slow::filled(1);
        }
        for (const std::uint64_t index : {0U, 5U, 13U, 15U, 5U}) {
            twin.leaves[index] =
                slow::filled(static_cast<std::uint8_t>(count + twin.leaves[index].bytes[0]));
            tree.set_leaf(index, twin.leaves[index]);
            ASSERT_EQ(tree.root(), twin.root());
            expect_same_nodes(tree, twin);
        }
    }
}

/// More than the nodes are stored in one piece.
TEST(Tree, OfManyLeavesAtOnceIsThatOfOneByOne) {
    for (const std::size_t count : {255U, 256U, 257U, 511U, 513U, 767U, 1024U}) {
        std::vector<Hash256> leaves(count);
        Tree twin(11);
        for (std::size_t i = 0; i < count; ++i) {
            leaves[i] = slow::filled(static_cast<std::uint8_t>(1 + i % 250));
            twin.set_leaf(i, leaves[i]);
        }
        Tree tree(11, leaves);
        ASSERT_EQ(tree.root(), twin.root()) << count;
        for (unsigned level = 0; level <= 11; ++level) {
            for (std::uint64_t i = 0; i < std::uint64_t{2048} >> level; ++i) {
                ASSERT_EQ(tree.node(level, i), twin.node(level, i)) << count << ": " << level;
            }
        }
    }
}

TEST(TreeDeathTest, HasNoRoomForMoreLeaves) {
    EXPECT_DEATH(Tree(2, std::vector<Hash256>(5)), "internal check failed");
    EXPECT_DEATH(Tree(0, std::vector<Hash256>(2)), "internal check failed");
}

TEST(Tree, ReturnsToTheZeroRoot) {
    Tree tree(5);
    for (std::uint64_t index = 0; index < 32; index += 3) {
        tree.set_leaf(index, slow::filled(9));
    }
    EXPECT_NE(tree.root(), zero_hash(Shape::plain, 5));
    for (std::uint64_t index = 0; index < 32; index += 3) {
        tree.set_leaf(index, Hash256{});
    }
    EXPECT_EQ(tree.root(), zero_hash(Shape::plain, 5));
}

TEST(Tree, TheLastValueSetCounts) {
    Tree tree(2);
    tree.set_leaf(1, slow::filled(1));
    tree.set_leaf(1, slow::filled(2));
    Tree other(2);
    other.set_leaf(1, slow::filled(2));
    EXPECT_EQ(tree.root(), other.root());
}

TEST(Tree, CopiesAreIndependent) {
    Tree tree(3);
    tree.set_leaf(1, slow::filled(1));
    const Hash256 before = tree.root();
    tree.set_leaf(2, slow::filled(2));
    Tree copy = tree;
    copy.set_leaf(2, Hash256{});
    EXPECT_EQ(copy.root(), before);
    EXPECT_NE(tree.root(), before);
    EXPECT_EQ(copy.root(), before);
}

TEST(Tree, DeepTreesNeedNoStorageForZeros) {
    Tree tree(kMaxDepth);
    tree.set_leaf((std::uint64_t{1} << kMaxDepth) - 1, Hash256{});
    tree.set_leaf(0, slow::filled(1));
    Hash256 expected = slow::filled(1);
    for (unsigned level = 0; level < kMaxDepth; ++level) {
        Bytes message(expected.bytes.begin(), expected.bytes.end());
        const Hash256& zero = zero_hash(Shape::plain, level);
        message.insert(message.end(), zero.bytes.begin(), zero.bytes.end());
        expected = slow::sha256(message);
    }
    EXPECT_EQ(tree.root(), expected);
}

TEST(Tree, LargeBatches) {
    Tree tree(9);
    slow::PlainTree twin(9);
    for (std::uint64_t index = 0; index < 500; ++index) {
        Hash256 leaf;
        leaf.bytes[31] = static_cast<std::uint8_t>(index);
        leaf.bytes[30] = static_cast<std::uint8_t>(index >> 8U);
        tree.set_leaf(index, leaf);
        twin.leaves[index] = leaf;
    }
    EXPECT_EQ(tree.root(), twin.root());
    std::vector<Hash256> leaves;
    leaves.reserve(twin.leaves.size());
    for (const auto& [index, leaf] : twin.leaves) {
        leaves.push_back(leaf);
    }
    EXPECT_EQ(tree_root(leaves, 9), twin.root());
}

TEST(TreeRoot, EqualsTheTreeForEveryCount) {
    std::vector<Hash256> leaves;
    Tree tree(4);
    for (std::uint8_t count = 0; count < 16; ++count) {
        EXPECT_EQ(tree_root(leaves, 4), tree.root()) << int{count};
        leaves.push_back(slow::filled(static_cast<std::uint8_t>(count + 1)));
        tree.set_leaf(count, leaves.back());
    }
    EXPECT_EQ(tree_root(leaves, 4), tree.root());
    EXPECT_EQ(tree_root({slow::filled(3)}, 0), slow::filled(3));
    EXPECT_EQ(tree_root({}, 0), Hash256{});
}

TEST(TreeDeathTest, RejectsWhatIsOutside) {
    Tree tree(3);
    EXPECT_DEATH(tree.set_leaf(8, Hash256{}), "internal check failed");
    EXPECT_DEATH(static_cast<void>(tree.node(0, 8)), "internal check failed");
    EXPECT_DEATH(static_cast<void>(tree.node(3, 1)), "internal check failed");
    EXPECT_DEATH(static_cast<void>(tree.node(4, 0)), "internal check failed");
    EXPECT_DEATH(Tree(kMaxDepth + 1), "internal check failed");
    EXPECT_DEATH(static_cast<void>(tree_root(std::vector<Hash256>(3), 1)), "internal check failed");
}

TEST(TreeDeathTest, NodesAreReadAfterRehashing) {
    Tree tree(3);
    tree.set_leaf(0, slow::filled(1));
    EXPECT_EQ(tree.leaf(0), slow::filled(1));
    EXPECT_DEATH(static_cast<void>(tree.node(1, 0)), "internal check failed");
}

}  // namespace
}  // namespace lockstep::merkle
