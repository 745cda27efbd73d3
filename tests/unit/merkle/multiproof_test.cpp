#include "merkle/multiproof.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "merkle/zero_hash.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

using Indices = std::vector<std::uint64_t>;

template <typename AnyTree>
Bytes encode(const AnyTree& tree, const Indices& indices) {
    ByteWriter writer;
    append_multiproof(writer, tree, indices);
    return writer.take();
}

Opening decode(const Bytes& bytes, Shape shape, unsigned depth, const Indices& indices) {
    ByteReader reader(bytes);
    auto opening = read_opening(reader, shape, depth, indices);
    EXPECT_TRUE(opening.has_value());
    EXPECT_EQ(reader.remaining(), 0U);
    return opening.value_or(Opening{});
}

/// Every single index and every pair of indices.
std::vector<Indices> singles_and_pairs(std::uint64_t count) {
    std::vector<Indices> sets;
    for (std::uint64_t i = 0; i < count; ++i) {
        sets.push_back({i});
        for (std::uint64_t j = i + 1; j < count; ++j) {
            sets.push_back({i, j});
        }
    }
    return sets;
}

/// Two leaves in three are not zero.
slow::PlainTree plain_twin(unsigned depth) {
    slow::PlainTree twin(depth);
    for (std::uint64_t i = 0; i < std::uint64_t{1} << depth; ++i) {
        if (i % 3 != 1) {
            twin.leaves[i] = slow::filled(static_cast<std::uint8_t>(i + 1));
        }
    }
    return twin;
}

Tree tree_of(const slow::PlainTree& twin) {
    Tree tree(twin.depth);
    for (const auto& [index, leaf] : twin.leaves) {
        tree.set_leaf(index, leaf);
    }
    static_cast<void>(tree.root());
    return tree;
}

/// Four chunks: one written and charged, one written, one clean, one charged but zero.
slow::MemoryTree memory_twin() {
    slow::MemoryTree twin(9);
    for (std::size_t i = 0; i < 2 * kChunkBytes; i += 97) {
        twin.bytes[i] = static_cast<std::uint8_t>(i + 1);
    }
    twin.charged = {0, 3};
    return twin;
}

MemoryTree tree_of(const slow::MemoryTree& twin) {
    MemoryTree tree(twin.depth);
    for (std::uint64_t chunk = 0; chunk < std::uint64_t{1} << (twin.depth - kChunkLevel); ++chunk) {
        tree.update_chunk(chunk, twin.chunk(chunk), twin.charged.contains(chunk));
    }
    static_cast<void>(tree.root());
    return tree;
}

TEST(Multiproof, PlainEncodingByHand) {
    Tree tree(2);
    tree.set_leaf(0, slow::filled(0xaa));
    tree.set_leaf(1, slow::filled(0xbb));
    tree.set_leaf(2, slow::filled(0xcc));
    const Hash256 root_hash = tree.root();
    ByteWriter expected;
    expected.put(slow::filled(0xbb));
    expected.put(slow::filled(0xcc));
    // Siblings are leaf 0, which is explicit, and leaf 3, which is zero.
    expected.put(std::uint8_t{0b01});
    expected.put(slow::filled(0xaa));
    EXPECT_EQ(encode(tree, {1, 2}), expected.bytes());
    EXPECT_EQ(root(decode(expected.bytes(), Shape::plain, 2, {1, 2})), root_hash);
}

TEST(Multiproof, MemoryEncodingByHand) {
    MemoryTree tree(8);
    Bytes chunk(kChunkBytes);
    chunk[32] = 0x11;
    tree.update_chunk(0, chunk, false);
    chunk[32] = 0x22;
    tree.update_chunk(1, chunk, true);
    const Hash256 root_hash = tree.root();
    ByteWriter expected;
    expected.put(Hash256{});
    expected.put(std::uint8_t{0});
    // Leaf 1, six zero siblings within the chunk, and the node of chunk 1.
    expected.put(std::uint8_t{0b1000'0001});
    Hash256 neighbour;
    neighbour.bytes[0] = 0x11;
    expected.put(neighbour);
    expected.put(tree.node(7, 1));
    EXPECT_EQ(encode(tree, {0}), expected.bytes());
    EXPECT_EQ(root(decode(expected.bytes(), Shape::memory, 8, {0})), root_hash);
}

TEST(Multiproof, AWholeTreeNeedsNoSiblings) {
    Tree tree = tree_of(plain_twin(2));
    EXPECT_EQ(encode(tree, {0, 1, 2, 3}).size(), 4 * kLeafBytes);
    EXPECT_EQ(root(make_opening(tree, Indices{0, 1, 2, 3})), tree.root());
}

TEST(Multiproof, AtDepthZeroTheProofIsTheLeaf) {
    Tree tree(0);
    tree.set_leaf(0, slow::filled(5));
    EXPECT_EQ(encode(tree, {0}), Bytes(32, 5));
    EXPECT_EQ(root(decode(Bytes(32, 5), Shape::plain, 0, {0})), tree.root());
}

TEST(Multiproof, ZeroSiblingsTakeOneBit) {
    Tree tree(32);
    tree.set_leaf(0, slow::filled(1));
    static_cast<void>(tree.root());
    EXPECT_EQ(encode(tree, {0}).size(), 32U + 4U);
    EXPECT_EQ(encode(tree, {0xffffffff}).size(), 32U + 4U + 32U);
    EXPECT_EQ(encode(tree, {0, 0xffffffff}).size(), 64U + 8U);
}

TEST(Multiproof, PlainRoundTripsForAllPairs) {
    for (unsigned depth = 0; depth <= 4; ++depth) {
        slow::PlainTree twin = plain_twin(depth);
        Tree tree = tree_of(twin);
        for (const Indices& indices : singles_and_pairs(std::uint64_t{1} << depth)) {
            Opening opening = decode(encode(tree, indices), Shape::plain, depth, indices);
            ASSERT_EQ(opening, make_opening(tree, indices));
            ASSERT_EQ(root(opening), tree.root());
            slow::PlainTree changed = twin;
            for (std::size_t i = 0; i < indices.size(); ++i) {
                opening.leaves[i] = slow::filled(static_cast<std::uint8_t>(0xf0 + i));
                changed.leaves[indices[i]] = opening.leaves[i];
            }
            ASSERT_EQ(root(opening), changed.root());
        }
    }
}

TEST(Multiproof, MemoryRoundTrips) {
    const slow::MemoryTree twin = memory_twin();
    MemoryTree tree = tree_of(twin);
    const std::vector<std::uint64_t> leaves = {0, 1, 2, 64, 127, 128, 200, 255, 256, 383, 384, 511};
    for (const Indices& picks : singles_and_pairs(leaves.size())) {
        Indices indices;
        for (const std::uint64_t pick : picks) {
            indices.push_back(leaves[pick]);
        }
        Opening opening = decode(encode(tree, indices), Shape::memory, 9, indices);
        ASSERT_EQ(opening, make_opening(tree, indices));
        ASSERT_EQ(root(opening), twin.root());
        slow::MemoryTree changed = twin;
        for (std::size_t i = 0; i < indices.size(); ++i) {
            const std::uint64_t chunk = indices[i] >> kChunkLevel;
            opening.leaves[i].bytes[31] ^= 0x80U;
            changed.bytes[32 * indices[i] + 31] ^= 0x80U;
            opening.charged[flag_position(opening, indices[i])] = true;
            changed.charged.insert(chunk);
        }
        ASSERT_EQ(root(opening), changed.root());
    }
}

TEST(Multiproof, OneFlagForEachDistinctChunk) {
    const MemoryTree tree = tree_of(memory_twin());
    const Opening opening = make_opening(tree, Indices{0, 127, 128, 511});
    EXPECT_EQ(opening.charged, (std::vector<bool>{true, false, true}));
    EXPECT_EQ(flag_position(opening, 0), 0U);
    EXPECT_EQ(flag_position(opening, 127), 0U);
    EXPECT_EQ(flag_position(opening, 128), 1U);
    EXPECT_EQ(flag_position(opening, 511), 2U);
}

TEST(Multiproof, LeavesWhatFollows) {
    const Tree tree = tree_of(plain_twin(3));
    Bytes bytes = encode(tree, {1, 6});
    const std::size_t size = bytes.size();
    bytes.push_back(0x99);
    ByteReader reader(bytes);
    ASSERT_TRUE(read_opening(reader, Shape::plain, 3, Indices{1, 6}).has_value());
    EXPECT_EQ(reader.offset(), size);
}

TEST(MultiproofDeathTest, IndicesAreAscendingDistinctAndWithinTheTree) {
    const Tree tree(3);
    ByteWriter writer;
    const Bytes bytes(1000);
    ByteReader reader(bytes);
    for (const Indices& bad : {Indices{}, Indices{8}, Indices{3, 3}, Indices{4, 1}}) {
        EXPECT_DEATH(append_multiproof(writer, tree, bad), "internal check failed");
        EXPECT_DEATH(static_cast<void>(read_opening(reader, Shape::plain, 3, bad)),
                     "internal check failed");
    }
    EXPECT_DEATH(static_cast<void>(read_opening(reader, Shape::memory, 6, Indices{0})),
                 "internal check failed");
    EXPECT_DEATH(static_cast<void>(read_opening(reader, Shape::plain, 33, Indices{0})),
                 "internal check failed");
}

TEST(MultiproofDeathTest, AnOpeningHasAllItsParts) {
    const Opening whole = make_opening(Tree(3), Indices{0, 5});
    Opening few_siblings = whole;
    few_siblings.siblings.pop_back();
    Opening many_siblings = whole;
    many_siblings.siblings.emplace_back();
    Opening few_leaves = whole;
    few_leaves.leaves.pop_back();
    for (const Opening& bad : {few_siblings, many_siblings, few_leaves}) {
        ByteWriter writer;
        EXPECT_DEATH(static_cast<void>(root(bad)), "internal check failed");
        EXPECT_DEATH(append_opening(writer, bad), "internal check failed");
    }
}

}  // namespace
}  // namespace lockstep::merkle
