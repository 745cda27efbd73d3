// Copies of one tree that several threads change, copy, hand to one another and drop.

#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "merkle/memory_tree.hpp"
#include "merkle/tree.hpp"
#include "tests/property/merkle/random.hpp"
#include "tests/property/merkle/sparse_twin.hpp"

namespace lockstep::merkle {
namespace {

constexpr unsigned kDepth = 18;
constexpr unsigned kThreads = 4;
constexpr int kRounds = 60;

struct Twins {
    MemoryTree tree{kDepth};
    slow::SparseTwin slow{kDepth};
};

Hash256 leaf_of(std::uint64_t number) {
    return slow::filled(static_cast<std::uint8_t>(number));
}

void update(Twins& twins, std::uint64_t number) {
    const std::uint64_t index = number % 50 * 37 % twins.slow.chunk_count();
    twins.slow.write(index * kChunkLeaves + number % kChunkLeaves, leaf_of(number >> 20U));
    const slow::SparseTwin::Chunk chunk = twins.slow.chunk(index);
    twins.tree.update_chunk(index, chunk.bytes, chunk.charged);
}

void write(Twins& twins, std::uint64_t number) {
    static_cast<void>(twins.tree.root());
    std::vector<LeafWrite> writes;
    for (std::uint64_t i = 0; i < 9; ++i) {
        const std::uint64_t index = (number + i * i) % (kChunkLeaves * twins.slow.chunk_count());
        writes.push_back({index, leaf_of(number + i)});
        twins.slow.charge(index / kChunkLeaves, true);
        twins.slow.write(index, writes.back().leaf);
    }
    std::vector<Hash256> roots(writes.size());
    twins.tree.write_leaves(writes, roots);
    ASSERT_EQ(roots.back(), twins.slow.root());
}

/// Where threads leave copies for one another.
class Exchange {
public:
    std::unique_ptr<Twins> swap(std::unique_ptr<Twins> mine) {
        const std::scoped_lock lock(mutex_);
        left_.swap(mine);
        return mine;
    }

private:
    std::mutex mutex_;
    std::unique_ptr<Twins> left_;
};

void work(const Twins& original, Exchange& exchange, std::uint64_t seed) {
    Random random(seed);
    auto mine = std::make_unique<Twins>(original);
    for (int round = 0; round < kRounds; ++round) {
        switch (random() % 4) {
            case 0: write(*mine, random()); break;
            case 1:
                if (auto theirs = exchange.swap(std::make_unique<Twins>(*mine))) {
                    mine = std::move(theirs);
                }
                break;
            default: update(*mine, random());
        }
        if (round % 8 == 0) {
            ASSERT_EQ(mine->tree.root(), mine->slow.root());
        }
    }
    ASSERT_EQ(mine->tree.root(), mine->slow.root());
}

TEST(SharedTree, CopiesOnOtherThreadsAreIndependent) {
    Twins original;
    for (std::uint64_t i = 0; i < 40; ++i) {
        update(original, 1'000'003 * i);
    }
    const Hash256 before = original.tree.root();
    {
        Exchange exchange;
        std::vector<std::jthread> threads;
        threads.reserve(kThreads);
        for (unsigned i = 0; i < kThreads; ++i) {
            threads.emplace_back([&, i] { work(original, exchange, i); });
        }
    }
    EXPECT_EQ(original.tree.root(), before);
    EXPECT_EQ(before, original.slow.root());
}

/// Whoever is last has nodes to itself that others have just read.
TEST(SharedTree, TheLastHolderChangesInPlace) {
    for (int round = 0; round < 200; ++round) {
        Tree tree(9);
        tree.set_leaf(7, slow::filled(1));
        static_cast<void>(tree.root());
        std::jthread other([copy = tree]() mutable {
            copy.set_leaf(7, slow::filled(2));
            static_cast<void>(copy.root());
        });
        tree.set_leaf(7, slow::filled(3));
        slow::PlainTree twin(9);
        twin.leaves[7] = slow::filled(3);
        if (round % 50 == 0) {
            ASSERT_EQ(tree.root(), twin.root());
        }
    }
}

}  // namespace
}  // namespace lockstep::merkle
