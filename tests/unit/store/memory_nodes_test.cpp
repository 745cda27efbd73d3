// Chunks and blocks of tree nodes as contents of their hashes.

#include "store/memory_nodes.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "merkle/sha256.hpp"
#include "merkle/zero_hash.hpp"
#include "store/database.hpp"
#include "store/keys.hpp"
#include "tests/property/store/sample_run.hpp"

namespace lockstep::store {
namespace {

Hash256 hash_of(std::uint8_t byte) {
    Hash256 hash;
    hash.bytes.fill(byte);
    return hash;
}

const Hash256& zero_node(unsigned level) {
    return merkle::zero_hash(merkle::Shape::memory, level);
}

NodeBlock some_block(unsigned level, unsigned set) {
    const unsigned height = block_height(level);
    NodeBlock block{.level = level};
    for (unsigned i = 0; i < 1U << height; ++i) {
        block.nodes.push_back((set >> i & 1U) != 0 ? hash_of(static_cast<std::uint8_t>(i + 1))
                                                   : zero_node(level - height));
    }
    return block;
}

TEST(NodeBlock, HeightsEndAtTheChunks) {
    for (unsigned level = merkle::kChunkLevel + 1; level <= merkle::kMaxDepth; ++level) {
        unsigned below = level;
        for (int blocks = 0; below > merkle::kChunkLevel; ++blocks) {
            ASSERT_LT(blocks, 7);
            below -= block_height(below);
            EXPECT_EQ((below - merkle::kChunkLevel) % 4, 0U);
        }
        EXPECT_EQ(below, merkle::kChunkLevel);
    }
}

TEST(NodeBlock, IsReadAsItWasWritten) {
    for (const unsigned level : {8U, 9U, 10U, 11U, 15U, 16U, 27U, 32U}) {
        for (const unsigned set : {0U, 1U, 0b10U, 0xA5A5U, 0xFFFFU}) {
            const NodeBlock block =
                some_block(level, set & ((1U << (1U << block_height(level))) - 1));
            const Bytes bytes = encode(block);
            const auto decoded = decode_block(bytes);
            ASSERT_TRUE(decoded.has_value());
            EXPECT_EQ(decoded->level, level);
            EXPECT_EQ(decoded->nodes, block.nodes);
            for (std::size_t size = 0; size < bytes.size(); ++size) {
                EXPECT_FALSE(decode_block(ByteView(bytes).first(size)).has_value());
            }
            Bytes longer = bytes;
            longer.push_back(0);
            EXPECT_FALSE(decode_block(longer).has_value());
        }
    }
    EXPECT_EQ(some_block(11, 0).node(), zero_node(11));
    EXPECT_EQ(some_block(8, 0b11).node(), merkle::hash_pair(hash_of(1), hash_of(2)));
    // Levels that no block is above, and bits of nodes that there are not.
    for (const std::uint8_t level : std::initializer_list<std::uint8_t>{0, 7, 33, 255}) {
        EXPECT_FALSE(decode_block(Bytes{level, 0, 0}).has_value());
    }
    EXPECT_FALSE(decode_block(Bytes{8, 0, 4}).has_value());
}

TEST(StoredContent, IsWhatItsKeySays) {
    const NodeBlock block = some_block(11, 0x8421);
    const Bytes chunk_bytes(merkle::kChunkBytes, 9);
    const StoredChunk chunk{.charged = true, .bytes = chunk_bytes};
    const Bytes piece(64, 3);
    const std::vector<std::pair<Bytes, Bytes>> contents{
        {content_key(EntryKind::block, block.node()), encode(block)},
        {content_key(EntryKind::chunk, chunk.node()), encode(chunk)},
        {content_key(EntryKind::piece, merkle::sha256(piece)), piece}};
    for (const auto& [key, value] : contents) {
        EXPECT_TRUE(is_content_of(key, value));
        for (const auto& [other, ignored] : contents) {
            EXPECT_EQ(is_content_of(other, value), other == key);
        }
        for (std::size_t at = 0; at < value.size(); at += 1 + value.size() / 60) {
            Bytes damaged = value;
            damaged[at] ^= 1U;
            EXPECT_FALSE(is_content_of(key, damaged)) << at;
            EXPECT_FALSE(is_content_of(key, ByteView(value).first(at))) << at;
        }
    }
    // Whether a chunk is charged is a part of what its node says.
    const StoredChunk uncharged{.charged = false, .bytes = chunk_bytes};
    EXPECT_FALSE(is_content_of(contents[1].first, encode(uncharged)));
    EXPECT_FALSE(is_content_of(format_key(), piece));
    EXPECT_FALSE(is_content_of(Bytes{'P'}, piece));
}

/// Trees of all depths, sparse and dense, with and without a tree before: what is written can be walked.
TEST(StoredMemory, HoldsWhatTheTreeHolds) {
    std::mt19937_64 random(3);
    for (unsigned depth = 11; depth <= 27; ++depth) {
        const TemporaryFolder folder;
        auto store = Store::open(folder.path(), tiny_options());
        ASSERT_TRUE(store.has_value());
        Database& database = store->database();
        merkle::MemoryTree tree(depth);
        const std::uint64_t chunks = std::uint64_t{1} << (depth - merkle::kChunkLevel);
        for (int version = 0; version < 4; ++version) {
            merkle::MemoryTree next = tree;
            for (int i = 0; i < 12; ++i) {
                const Bytes bytes(merkle::kChunkBytes, static_cast<std::uint8_t>(random() % 5));
                next.update_chunk(random() % chunks, bytes, true);
            }
            const Hash256 root = next.root();
            Batch batch;
            ASSERT_TRUE(write_memory(database, next, version % 2 == 1 ? &tree : nullptr, batch, [] {
                            return StoreResult<void>();
                        }).has_value());
            ASSERT_TRUE(database.write(batch).has_value());
            std::vector<std::pair<std::uint64_t, Hash256>> found;
            const MemoryVisit visit{
                .enters = [](const Hash256&, unsigned) { return true; },
                .chunk = [&](std::uint64_t index, const Hash256& node) -> StoreResult<void> {
                    found.emplace_back(index, node);
                    return {};
                }};
            ASSERT_TRUE(walk_memory(database, root, depth, visit).has_value());
            std::vector<std::pair<std::uint64_t, Hash256>> expected;
            for (std::uint64_t index = 0; index < chunks; ++index) {
                if (next.charged(index)) {
                    expected.emplace_back(index, next.node(merkle::kChunkLevel, index));
                }
            }
            EXPECT_EQ(found, expected) << depth;
            tree = next;
        }
        EXPECT_TRUE(verify(*store)->problems.empty());
    }
}

}  // namespace
}  // namespace lockstep::store
