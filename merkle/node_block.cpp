#include "merkle/node_block.hpp"

#include <algorithm>
#include <bit>

#include "merkle/pair_batch.hpp"
#include "merkle/zero_hash.hpp"

namespace lockstep::merkle {

namespace {

/// So many blocks are hashed together, level by level: enough to fill batches even when each has one
/// stale node, few enough to stay in the first two levels of cache.
constexpr std::size_t kGroupBlocks = 64;

void rehash_group(std::span<const StaleBlock> blocks, unsigned height) {
    std::array<std::uint32_t, kGroupBlocks> stale{};
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        stale[i] = blocks[i].block->stale;
    }
    PairBatch batch;
    for (unsigned level = 0; level < height; ++level) {
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            NodeBlock& block = *blocks[i].block;
            std::uint32_t parents = 0;
            while (stale[i] != 0) {
                const auto parent = static_cast<unsigned>(std::countr_zero(stale[i])) / 2;
                stale[i] &= ~(3U << 2 * parent);
                parents |= 1U << parent;
                batch.add(block.node(level, 2 * std::uint64_t{parent}),
                          block.node(level, 2 * std::uint64_t{parent} + 1),
                          level + 1 == height ? *blocks[i].root : block.node(level + 1, parent));
            }
            stale[i] = parents;
        }
        batch.flush();
    }
    for (const StaleBlock& block : blocks) {
        block.block->stale = 0;
    }
}

}  // namespace

NodeBlock::NodeBlock(Shape shape, unsigned level) {
    for (unsigned i = 0; i < kLevels; ++i) {
        std::fill_n(nodes.data() + offset(i), kNodes >> i,
                    zero_hash(shape, std::min(level + i, kMaxDepth)));
    }
}

void rehash_blocks(std::span<const StaleBlock> blocks, unsigned height) {
    while (!blocks.empty()) {
        const std::size_t count = std::min(kGroupBlocks, blocks.size());
        rehash_group(blocks.first(count), height);
        blocks = blocks.subspan(count);
    }
}

}  // namespace lockstep::merkle
