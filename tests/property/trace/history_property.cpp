// Histories against their slow twin: all heights up to 10, all numbers of leaves, all nodes.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/property/trace/slow_history.hpp"
#include "trace/history.hpp"
#include "trace/history_reader.hpp"

namespace lockstep::trace {
namespace {

constexpr unsigned kMaxHeight = 10;

/// What is left of a run: the rows, the leaves, the frontier.
struct Built {
    HistoryRows rows;
    HistoryFrontier frontier;
};

Built build(std::span<const StateRoot> roots, unsigned row_step) {
    Built built{HistoryRows(row_step), {}};
    HistoryBuilder builder({}, built.rows.sink(), row_step);
    built.rows.append_leaves(roots);
    builder.append(roots);
    built.frontier = builder.frontier();
    return built;
}

void expect_nodes(HistoryReader& reader, const slow::Levels& levels) {
    for (unsigned level = 0; level < levels.size(); ++level) {
        const std::vector<Hash256>& row = levels[level];
        ASSERT_EQ(reader.nodes(level, 0, row.size()), row) << "level " << level;
        for (std::uint64_t i = 0; i < row.size(); ++i) {
            ASSERT_EQ(reader.node(level, i), row[i]) << "level " << level << ", node " << i;
        }
    }
}

TEST(HistoryProperty, RootsEqualTheSlowTwinAtEachLengthAndHeight) {
    for (unsigned height = 0; height <= kMaxHeight; ++height) {
        const std::vector<StateRoot> roots = slow::some_roots(std::uint64_t{1} << height);
        HistoryBuilder builder;
        for (std::uint64_t count = 1; count <= roots.size(); ++count) {
            builder.append(std::span(roots).subspan(count - 1, 1));
            const std::vector leaves(roots.begin(),
                                     roots.begin() + static_cast<std::ptrdiff_t>(count));
            ASSERT_EQ(builder.finish(height), slow::history(leaves, height).back().front())
                << count << " leaves, height " << height;
        }
    }
}

TEST(HistoryProperty, EachNodeEqualsTheSlowTwins) {
    for (unsigned height = 0; height <= kMaxHeight; ++height) {
        for (std::uint64_t count = 1; count <= std::uint64_t{1} << height; ++count) {
            const std::vector<StateRoot> roots = slow::some_roots(count);
            const slow::Levels levels = slow::history(roots, height);
            for (const unsigned row_step : {1U, 3U, 8U}) {
                Built built = build(roots, row_step);
                HistoryReader reader(built.rows, count, height, row_step);
                expect_nodes(reader, levels);
                ASSERT_EQ(reader.root(), history_root(built.frontier, height));
            }
        }
    }
}

TEST(HistoryProperty, PaddingEqualsRepetition) {
    for (unsigned height = 0; height <= 6; ++height) {
        for (std::uint64_t count = 1; count <= std::uint64_t{1} << height; ++count) {
            std::vector<StateRoot> roots = slow::some_roots(count);
            const Hash256 padded = history_root(build(roots, 8).frontier, height);
            while (roots.size() < std::uint64_t{1} << height) {
                roots.push_back(roots.back());
                ASSERT_EQ(history_root(build(roots, 8).frontier, height), padded);
            }
        }
    }
}

TEST(HistoryProperty, HighHistoriesOfFewLeavesAreTheRepeatedOnes) {
    const std::vector<StateRoot> roots = slow::some_roots(5);
    HistoryBuilder builder;
    builder.append(roots);
    Hash256 expected = slow::history(roots, 3).back().front();
    for (unsigned height = 3; height < kMaxHistoryHeight; ++height) {
        ASSERT_EQ(builder.finish(height), expected);
        expected = slow::node_above(expected, repeated_leaf(roots.back(), height));
    }
    ASSERT_EQ(builder.finish(kMaxHistoryHeight), expected);
}

TEST(HistoryProperty, ChildrenAreTheNodesBelow) {
    const std::vector<StateRoot> roots = slow::some_roots(75);
    const slow::Levels levels = slow::history(roots, 8);
    Built built = build(roots, 3);
    HistoryReader reader(built.rows, roots.size(), 8, 3);
    for (unsigned level = 0; level <= 8; ++level) {
        for (unsigned layers = 0; layers <= level; ++layers) {
            const auto width = std::ptrdiff_t{1} << layers;
            for (std::uint64_t i = 0; i < levels[level].size(); ++i) {
                const auto first =
                    levels[level - layers].begin() + static_cast<std::ptrdiff_t>(i) * width;
                ASSERT_EQ(reader.children(level, i, layers), std::vector(first, first + width));
            }
        }
    }
}

RC_GTEST_PROP(HistoryProperty, AnyChunksGiveTheWhole, (std::uint64_t choices)) {
    constexpr unsigned kHeight = 12;
    const auto choose_below = [&](std::uint64_t bound) {
        choices = choices * 6364136223846793005U + 1442695040888963407U;
        return (choices >> 33U) % bound;
    };
    const std::uint64_t count = 1 + choose_below(2500);
    const auto row_step = static_cast<unsigned>(1 + choose_below(8));
    const std::uint64_t longest = std::uint64_t{1} << choose_below(12);
    const std::vector<StateRoot> roots = slow::some_roots(count);
    const Built whole = build(roots, row_step);
    HistoryRows rows(row_step);
    HistoryBuilder builder({}, rows.sink(), row_step);
    for (std::uint64_t done = 0; done < count;) {
        const std::uint64_t taken = std::min(count - done, choose_below(longest + 1));
        builder.append(std::span(roots).subspan(done, taken));
        rows.append_leaves(std::span(roots).subspan(done, taken));
        done += taken;
    }
    RC_ASSERT(builder.count() == count);
    RC_ASSERT(builder.frontier() == whole.frontier);
    HistoryReader reader(rows, count, kHeight, row_step);
    const Hash256 root = slow::history(roots, kHeight).back().front();
    RC_ASSERT(reader.root() == root);
    RC_ASSERT(builder.finish(kHeight) == root);
}

/// Saved behind each leaf, restored in another builder, which goes on with the same rows.
TEST(HistoryProperty, ResumedAnywhereGivesTheWhole) {
    constexpr unsigned kRowStep = 2;
    constexpr unsigned kHeight = 7;
    const std::vector<StateRoot> roots = slow::some_roots(std::uint64_t{1} << kHeight);
    const Built whole = build(roots, kRowStep);
    const slow::Levels levels = slow::history(roots, kHeight);
    for (std::size_t cut = 0; cut <= roots.size(); ++cut) {
        HistoryRows rows(kRowStep);
        HistoryBuilder before({}, rows.sink(), kRowStep);
        before.append(std::span(roots).first(cut));
        rows.append_leaves(roots);
        ByteWriter writer;
        append(writer, before.frontier());
        ByteReader reader(writer.bytes());
        const auto restored = read_history_frontier(reader);
        ASSERT_EQ(reader.remaining(), 0U);
        ASSERT_EQ(restored, before.frontier());
        HistoryBuilder after(restored.value_or(HistoryFrontier{}), rows.sink(), kRowStep);
        after.append(std::span(roots).subspan(cut));
        ASSERT_EQ(after.frontier(), whole.frontier);
        HistoryReader nodes(rows, roots.size(), kHeight, kRowStep);
        expect_nodes(nodes, levels);
    }
}

}  // namespace
}  // namespace lockstep::trace
