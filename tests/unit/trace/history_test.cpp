// Histories: what is not compared with the slow twin in tests/property/trace.

#include "trace/history.hpp"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/property/trace/slow_history.hpp"
#include "trace/history_proof.hpp"

namespace lockstep::trace {
namespace {

TEST(HistoryShape, LeavesAreTheEndsOfStrides) {
    const HistoryShape shape{.first = Step(1000), .stride = 7, .height = 3};
    EXPECT_EQ(shape.leaves(), 8U);
    EXPECT_EQ(shape.step(0), Step(1007));
    EXPECT_EQ(shape.step(7), Step(1056));
}

TEST(HistoryShape, HeightIsTheLeastThatHasRoom) {
    EXPECT_EQ(history_height(1), 0U);
    EXPECT_EQ(history_height(2), 1U);
    EXPECT_EQ(history_height(3), 2U);
    EXPECT_EQ(history_height(1U << 20U), 20U);
    EXPECT_EQ(history_height((1U << 20U) + 1), 21U);
}

/// The messages are those of the specification, whatever batches they are hashed in.
TEST(HistoryNodes, BatchesEqualSingleNodes) {
    const std::vector<StateRoot> roots = slow::some_roots(300);
    for (std::size_t pairs = 0; pairs <= roots.size() / 2; ++pairs) {
        std::vector<Hash256> nodes;
        std::vector<Hash256> expected;
        nodes.reserve(2 * pairs);
        for (std::size_t i = 0; i < 2 * pairs; ++i) {
            nodes.push_back(roots[i].value);
        }
        for (std::size_t i = 0; i < pairs; ++i) {
            expected.push_back(slow::node_above(nodes[2 * i], nodes[2 * i + 1]));
            ASSERT_EQ(history_node(nodes[2 * i], nodes[2 * i + 1]), expected.back());
        }
        history_nodes(nodes, std::span(nodes).first(pairs));
        nodes.resize(pairs);
        ASSERT_EQ(nodes, expected);
    }
}

struct Row {
    unsigned level;
    std::uint64_t first;
    std::vector<Hash256> nodes;

    bool operator==(const Row&) const = default;
};

/// Complete nodes only, each once, the highest last.
TEST(HistoryBuilder, HandsOutRows) {
    const std::vector<StateRoot> roots = slow::some_roots(11);
    const slow::Levels levels = slow::history(roots, 4);
    std::vector<Row> rows;
    const auto sink = [&](unsigned level, std::uint64_t first, std::span<const Hash256> nodes) {
        rows.push_back({level, first, {nodes.begin(), nodes.end()}});
    };
    HistoryBuilder builder({}, sink, 2);
    builder.append(std::span(roots).first(7));
    EXPECT_EQ(std::exchange(rows, {}), (std::vector<Row>{{2, 0, {levels[2][0]}}}));
    builder.append(std::span(roots).subspan(7, 0));
    builder.append(std::span(roots).subspan(7, 1));
    EXPECT_EQ(std::exchange(rows, {}), (std::vector<Row>{{2, 1, {levels[2][1]}}}));
    builder.append(std::span(roots).subspan(8));
    EXPECT_TRUE(rows.empty());
    const StateRoot last = roots.back();
    for (int i = 0; i < 5; ++i) {
        builder.append(std::span(&last, 1));
    }
    EXPECT_EQ(rows, (std::vector<Row>{
                        {2, 2, {levels[2][2]}}, {2, 3, {levels[2][3]}}, {4, 0, {levels[4][0]}}}));
}

TEST(HistoryBuilder, StartsEmpty) {
    const HistoryBuilder builder;
    EXPECT_EQ(builder.count(), 0U);
    EXPECT_EQ(builder.frontier(), HistoryFrontier{});
}

Bytes encoded(const HistoryFrontier& frontier) {
    ByteWriter writer;
    append(writer, frontier);
    return writer.take();
}

TEST(HistoryFrontier, IsReadBackExactly) {
    HistoryBuilder builder;
    for (std::uint64_t count = 0; count < 40; ++count) {
        const Bytes bytes = encoded(builder.frontier());
        ByteReader reader(bytes);
        EXPECT_EQ(read_history_frontier(reader), builder.frontier());
        EXPECT_EQ(reader.remaining(), 0U);
        for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
            ByteReader shorter(ByteView(bytes).first(cut));
            EXPECT_FALSE(read_history_frontier(shorter).has_value());
        }
        const StateRoot root = slow::some_root(count);
        builder.append(std::span(&root, 1));
    }
}

TEST(HistoryFrontier, WhatNoBuilderWritesIsNotRead) {
    const std::vector<StateRoot> roots = slow::some_roots(3);
    HistoryBuilder builder;
    builder.append(roots);
    Bytes other_last = encoded(builder.frontier());
    other_last[8] ^= 1U;
    ByteReader reader_of_other_last(other_last);
    EXPECT_FALSE(read_history_frontier(reader_of_other_last).has_value());

    Bytes too_many(8 + 64 * 32);
    store_be(too_many.data(), (std::uint64_t{1} << kMaxHistoryHeight) + 1);
    ByteReader reader_of_too_many(too_many);
    EXPECT_FALSE(read_history_frontier(reader_of_too_many).has_value());
}

TEST(HistoryFrontier, MisuseIsABug) {
    const HistoryBuilder empty;
    EXPECT_DEATH((void)empty.finish(3), "count");
    HistoryBuilder builder;
    builder.append(slow::some_roots(5));
    EXPECT_DEATH((void)builder.finish(2), "count");
    EXPECT_DEATH((void)builder.finish(kMaxHistoryHeight + 1), "height");
}

/// A source that counts what is read of it.
class CountingSource : public HistorySource {
public:
    explicit CountingSource(HistoryRows& rows) : rows_(rows) {}

    void read(unsigned level, std::uint64_t first, std::span<Hash256> nodes) override {
        read_ += nodes.size();
        rows_.read(level, first, nodes);
    }

    [[nodiscard]] std::uint64_t take_read() { return std::exchange(read_, 0); }

private:
    HistoryRows& rows_;
    std::uint64_t read_ = 0;
};

/// Of 50,000 leaves at most 255 are read for a node, and as many of each row where it has padding.
TEST(HistoryReader, ReadsLittle) {
    const std::vector<StateRoot> roots = slow::some_roots(50'000);
    HistoryRows rows;
    HistoryBuilder builder({}, rows.sink());
    builder.append(roots);
    rows.append_leaves(roots);
    CountingSource source(rows);
    HistoryReader reader(source, roots.size(), 20);
    (void)source.take_read();
    for (unsigned level = 0; level <= 20; ++level) {
        const std::uint64_t boundary = roots.size() >> level;
        for (const std::uint64_t index : {std::uint64_t{0}, boundary / 2, boundary}) {
            (void)reader.node(level, index);
            EXPECT_LE(source.take_read(), level < 8 ? 128U : 3 * 255U) << level << ' ' << index;
        }
        if (boundary != 0) {
            (void)reader.node(level, boundary - 1);
            EXPECT_LE(source.take_read(), 128U) << "a node without padding";
        }
    }
    EXPECT_EQ(reader.root(), builder.finish(20));
}

TEST(HistoryReader, MisuseIsABug) {
    HistoryRows rows;
    rows.append_leaves(slow::some_roots(5));
    EXPECT_DEATH((HistoryReader{rows, 0, 3}), "count");
    EXPECT_DEATH((HistoryReader{rows, 9, 3}), "count");
    HistoryReader reader(rows, 5, 3);
    EXPECT_DEATH((void)reader.node(0, 8), "first");
    EXPECT_DEATH((void)reader.node(4, 0), "level");
    EXPECT_DEATH((void)reader.children(1, 0, 2), "layers");
}

HistoryNode top_of(const slow::Levels& levels) {
    return {.level = static_cast<unsigned>(levels.size()) - 1,
            .index = 0,
            .span = levels.back().front(),
            .base = HistoryStart{.context = {}, .agreed = slow::some_root(99)}};
}

TEST(Dissection, OnlyTheChildrenOfANodeAreTaken) {
    const slow::Levels levels = slow::history(slow::some_roots(8), 3);
    const HistoryNode top = top_of(levels);
    for (unsigned level = 0; level <= 3; ++level) {
        EXPECT_TRUE(dissect(top, levels[level]).has_value());
    }
    const auto error_of = [&](const std::vector<Hash256>& children) {
        return dissect(top, children).error();
    };
    std::vector<Hash256> swapped = levels[1];
    std::swap(swapped[1], swapped[2]);
    EXPECT_EQ(error_of(swapped), HistoryError::wrong_children);
    EXPECT_EQ(error_of(std::vector(8, levels[0][0])), HistoryError::wrong_children);
    EXPECT_EQ(error_of({}), HistoryError::bad_position);
    EXPECT_EQ(error_of({levels[1].begin(), levels[1].begin() + 3}), HistoryError::bad_position);
    EXPECT_EQ(error_of(std::vector(16, levels[0][0])), HistoryError::bad_position);
}

/// Two histories that differ in leaf 5: one child, whichever way they are dissected, has the same base
/// and another span.
TEST(Dissection, OneLieContestsOneChild) {
    std::vector<StateRoot> roots = slow::some_roots(8);
    const slow::Levels truth = slow::history(roots, 3);
    roots[5] = slow::some_root(55);
    const slow::Levels lie = slow::history(roots, 3);
    for (unsigned layers = 1; layers <= 3; ++layers) {
        const auto honest = dissect(top_of(truth), truth[3 - layers]);
        const auto lying = dissect(top_of(lie), lie[3 - layers]);
        ASSERT_TRUE(honest && lying);
        for (std::size_t i = 0; i < honest->size(); ++i) {
            const std::size_t contested = 5U >> (3 - layers);
            const bool same_base = hash((*honest)[i].base) == hash((*lying)[i].base);
            EXPECT_EQ(same_base, i <= contested);
            if (same_base) {
                EXPECT_EQ((*honest)[i].span != (*lying)[i].span, i == contested);
            }
        }
    }
}

TEST(HistoryError, EachHasAName) {
    for (unsigned i = 0; i <= static_cast<unsigned>(HistoryError::wrong_children); ++i) {
        EXPECT_NE(history_error_name(static_cast<HistoryError>(i)), "unknown");
    }
}

}  // namespace
}  // namespace lockstep::trace
