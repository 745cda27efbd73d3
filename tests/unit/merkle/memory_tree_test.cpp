#include "merkle/memory_tree.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "merkle/zero_hash.hpp"
#include "tests/unit/merkle/slow_tree.hpp"

namespace lockstep::merkle {
namespace {

void update(MemoryTree& tree, const slow::MemoryTree& twin, std::uint64_t chunk) {
    tree.update_chunk(chunk, twin.chunk(chunk), twin.charged.contains(chunk));
}

TEST(MemoryTree, StartsAllZeroAndUncharged) {
    for (unsigned depth = kChunkLevel; depth <= kMaxDepth; ++depth) {
        MemoryTree tree(depth);
        EXPECT_EQ(tree.root(), zero_hash(Shape::memory, depth)) << depth;
        EXPECT_FALSE(tree.charged(0));
    }
}

// golden_values.py
TEST(MemoryTree, GoldenValue) {
    Bytes chunk(kChunkBytes);
    MemoryTree tree(12);
    tree.update_chunk(5, chunk, true);
    chunk.back() = 0xff;
    tree.update_chunk(31, chunk, false);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
        chunk[i] = static_cast<std::uint8_t>(7 * i + 3);
    }
    tree.update_chunk(3, chunk, true);
    EXPECT_EQ(to_hex(tree.root()),
              "0x576b996cbd87ba23f8a406cacfc340fdc12d61fbaad835900800a1e755648ee0");
}

TEST(MemoryTree, EveryNodeEqualsTheSlowTwin) {
    slow::MemoryTree twin(9);
    twin.bytes[0] = 1;
    twin.bytes[4095] = 2;
    twin.bytes[4096 + 77] = 3;
    twin.charged = {1, 3};
    MemoryTree tree(9);
    for (const std::uint64_t chunk : {0U, 1U, 3U}) {
        update(tree, twin, chunk);
    }
    EXPECT_EQ(tree.root(), twin.root());
    for (unsigned level = 0; level <= 9; ++level) {
        for (std::uint64_t index = 0; index < std::uint64_t{512} >> level; ++index) {
            ASSERT_EQ(tree.node(level, index), twin.node(level, index)) << level << "/" << index;
        }
    }
}

TEST(MemoryTree, EachLeafOfAChunkCounts) {
    slow::MemoryTree twin(7);
    MemoryTree tree(7);
    for (std::size_t leaf = 0; leaf < kChunkLeaves; ++leaf) {
        twin.bytes[32 * leaf + leaf % 32] = static_cast<std::uint8_t>(leaf + 1);
        update(tree, twin, 0);
        ASSERT_EQ(tree.root(), twin.root()) << leaf;
    }
}

TEST(MemoryTree, TheChargedBitAloneChangesTheRoot) {
    slow::MemoryTree twin(8);
    MemoryTree tree(8);
    twin.charged = {1};
    update(tree, twin, 1);
    EXPECT_TRUE(tree.charged(1));
    EXPECT_EQ(tree.root(), twin.root());
    EXPECT_NE(tree.root(), zero_hash(Shape::memory, 8));
    twin.charged = {};
    update(tree, twin, 1);
    EXPECT_FALSE(tree.charged(1));
    EXPECT_EQ(tree.root(), zero_hash(Shape::memory, 8));
}

TEST(MemoryTree, ManyChunksAtOnce) {
    slow::MemoryTree twin(13);
    std::vector<ChunkUpdate> updates;
    for (std::uint64_t chunk = 0; chunk < 64; ++chunk) {
        if (chunk % 5 == 4) {
            continue;
        }
        for (std::uint64_t at = chunk; at < kChunkBytes; at += 40 * chunk + 1) {
            twin.bytes[chunk * kChunkBytes + at] = static_cast<std::uint8_t>(at + chunk);
        }
        if (chunk % 3 == 0) {
            twin.charged.insert(chunk);
        }
        updates.push_back({chunk, twin.chunk(chunk), chunk % 3 == 0});
    }
    MemoryTree together(13);
    together.update_chunks(updates);
    MemoryTree single(13);
    for (const ChunkUpdate& each : updates) {
        single.update_chunk(each.index, each.bytes, each.charged);
    }
    EXPECT_EQ(together.root(), twin.root());
    EXPECT_EQ(single.root(), twin.root());
    together.update_chunks(updates);
    EXPECT_EQ(together.root(), twin.root());
}

TEST(MemoryTree, CopiesAreIndependent) {
    slow::MemoryTree twin(8);
    MemoryTree tree(8);
    twin.bytes[5] = 1;
    update(tree, twin, 0);
    const slow::MemoryTree twin_before = twin;
    MemoryTree before = tree;
    twin.bytes[6] = 2;
    update(tree, twin, 0);
    MemoryTree after = tree;
    EXPECT_EQ(before.root(), twin_before.root());
    EXPECT_EQ(after.root(), twin.root());
    update(after, twin_before, 0);
    EXPECT_EQ(after.root(), twin_before.root());
    EXPECT_EQ(tree.root(), twin.root());
    EXPECT_EQ(tree.leaf(0).bytes[6], 2);
    EXPECT_EQ(before.leaf(0).bytes[6], 0);
}

TEST(MemoryTreeDeathTest, RejectsWhatIsOutside) {
    const Bytes chunk(kChunkBytes);
    MemoryTree tree(8);
    EXPECT_DEATH(tree.update_chunk(2, chunk, false), "internal check failed");
    EXPECT_DEATH(tree.update_chunk(0, ByteView(chunk).first(4095), false), "internal check failed");
    EXPECT_DEATH(static_cast<void>(tree.node(0, 256)), "internal check failed");
    EXPECT_DEATH(static_cast<void>(tree.node(9, 0)), "internal check failed");
    EXPECT_DEATH(static_cast<void>(tree.charged(2)), "internal check failed");
    EXPECT_DEATH(MemoryTree(kChunkLevel - 1), "internal check failed");
    EXPECT_DEATH(MemoryTree(kMaxDepth + 1), "internal check failed");
}

TEST(MemoryTreeDeathTest, BatchesAreAscendingAndDistinct) {
    const Bytes chunk(kChunkBytes);
    MemoryTree tree(8);
    const std::vector<ChunkUpdate> twice = {{1, chunk, false}, {1, chunk, true}};
    const std::vector<ChunkUpdate> descending = {{1, chunk, false}, {0, chunk, true}};
    EXPECT_DEATH(tree.update_chunks(twice), "internal check failed");
    EXPECT_DEATH(tree.update_chunks(descending), "internal check failed");
}

}  // namespace
}  // namespace lockstep::merkle
