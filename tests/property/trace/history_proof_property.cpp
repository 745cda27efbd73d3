// Proofs about histories: all that are true verify, and no change of one does.

#include <algorithm>
#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "tests/property/trace/slow_history.hpp"
#include "trace/history_proof.hpp"

namespace lockstep::trace {
namespace {

/// A history in memory with its reader.
struct History {
    HistoryRows rows{2};
    std::vector<StateRoot> roots;
    unsigned height;
    slow::Levels levels;

    History(std::vector<StateRoot> leaves, unsigned height_of_all)
        : roots(std::move(leaves)), height(height_of_all), levels(slow::history(roots, height)) {
        HistoryBuilder builder({}, rows.sink(), 2);
        builder.append(roots);
        rows.append_leaves(roots);
    }

    [[nodiscard]] HistoryReader reader() { return {rows, roots.size(), height, 2}; }
    [[nodiscard]] Hash256 root() const { return levels.back().front(); }
};

Bytes bytes_of(const std::function<void(ByteWriter&)>& append) {
    ByteWriter writer;
    append(writer);
    return writer.take();
}

Bytes inclusion(History& history, unsigned level, std::uint64_t index) {
    HistoryReader reader = history.reader();
    return bytes_of([&](ByteWriter& writer) {
        append_inclusion(writer, reader, level, index, history.height - level);
    });
}

Bytes prefix(History& history, std::uint64_t count) {
    HistoryReader reader = history.reader();
    return bytes_of([&](ByteWriter& writer) { append_prefix(writer, reader, count); });
}

Bytes common_prefix(History& one, History& other, std::uint64_t count) {
    HistoryReader reader_of_one = one.reader();
    HistoryReader reader_of_other = other.reader();
    return bytes_of([&](ByteWriter& writer) {
        append_common_prefix(writer, reader_of_one, reader_of_other, count);
    });
}

/// Whether bytes prove something.
using Verify = std::function<bool(ByteView)>;

/// The proof holds; with any bit of it changed, any part of it missing or anything behind it, it does
/// not.
void expect_only(const Bytes& proof, const Verify& verify) {
    ASSERT_TRUE(verify(proof));
    for (std::size_t i = 0; i < proof.size(); ++i) {
        ASSERT_FALSE(verify(ByteView(proof).first(i))) << "cut to " << i;
        for (unsigned bit = 0; bit < 8; ++bit) {
            Bytes changed = proof;
            changed[i] = static_cast<std::uint8_t>(changed[i] ^ 1U << bit);
            ASSERT_FALSE(verify(changed)) << "byte " << i << ", bit " << bit;
        }
    }
    for (const unsigned more : {0U, 1U, 255U}) {
        Bytes longer = proof;
        longer.push_back(static_cast<std::uint8_t>(more));
        ASSERT_FALSE(verify(longer));
    }
}

/// Histories of 5 to 8 different leaves, and of fewer with much padding.
std::vector<History> some_histories() {
    std::vector<History> histories;
    for (const unsigned height : {0U, 1U, 3U, 9U}) {
        for (const std::uint64_t count : {1U, 2U, 5U, 8U}) {
            if (count <= std::uint64_t{1} << height) {
                histories.emplace_back(slow::some_roots(count), height);
            }
        }
    }
    return histories;
}

TEST(HistoryProofProperty, EachNodeIsProvenToBeWhereItIs) {
    for (unsigned height = 0; height <= 6; ++height) {
        for (const std::uint64_t count : {1U, 2U, 3U, 21U, 32U, 45U, 64U}) {
            if (count > std::uint64_t{1} << height) {
                continue;
            }
            History history(slow::some_roots(count), height);
            for (unsigned level = 0; level <= height; ++level) {
                for (std::uint64_t i = 0; i < history.levels[level].size(); ++i) {
                    const auto proven = verify_inclusion(
                        history.root(), {.height = height, .level = level, .index = i},
                        history.levels[level][i], inclusion(history, level, i));
                    ASSERT_TRUE(proven.has_value());
                }
            }
        }
    }
}

TEST(HistoryProofProperty, InclusionsHaveNoOtherProof) {
    for (History& history : some_histories()) {
        for (unsigned level = 0; level <= history.height; ++level) {
            for (std::uint64_t i = 0; i < history.levels[level].size(); i += 3) {
                expect_only(inclusion(history, level, i), [&](ByteView proof) {
                    return verify_inclusion(history.root(),
                                            {.height = history.height, .level = level, .index = i},
                                            history.levels[level][i], proof)
                        .has_value();
                });
            }
        }
    }
}

/// A proof is of one node at one position under the root. (How high above the leaves that is, the
/// verifier must know: a root does not say its height.)
TEST(HistoryProofProperty, InclusionsProveNothingElse) {
    for (unsigned height = 0; height <= 4; ++height) {
        History history(slow::some_roots(std::uint64_t{1} << height), height);
        for (unsigned level = 0; level <= height; ++level) {
            for (std::uint64_t i = 0; i < history.levels[level].size(); ++i) {
                const Bytes proof = inclusion(history, level, i);
                const Hash256& node = history.levels[level][i];
                for (unsigned other_height = 0; other_height <= 6; ++other_height) {
                    for (unsigned other_level = 0; other_level <= other_height + 1; ++other_level) {
                        for (std::uint64_t j = 0; j <= 17; ++j) {
                            const bool same =
                                other_height - other_level == height - level && j == i;
                            ASSERT_EQ(
                                verify_inclusion(
                                    history.root(),
                                    {.height = other_height, .level = other_level, .index = j},
                                    node, proof)
                                    .has_value(),
                                same);
                        }
                    }
                }
                for (const Hash256& other : history.levels[level]) {
                    ASSERT_EQ(verify_inclusion(history.root(),
                                               {.height = height, .level = level, .index = i},
                                               other, proof)
                                  .has_value(),
                              other == node);
                }
            }
        }
    }
}

TEST(HistoryProofProperty, PrefixesAreProvenWithTheirPeaks) {
    for (unsigned height = 0; height <= 6; ++height) {
        for (const std::uint64_t leaves : {1U, 3U, 20U, 64U}) {
            if (leaves > std::uint64_t{1} << height) {
                continue;
            }
            History history(slow::some_roots(leaves), height);
            HistoryBuilder builder;
            for (std::uint64_t count = 1; count <= std::uint64_t{1} << height; ++count) {
                const StateRoot leaf(history.levels[0][count - 1]);
                builder.append(std::span(&leaf, 1));
                const auto peaks =
                    verify_prefix(history.root(), height, count, prefix(history, count));
                ASSERT_TRUE(peaks.has_value());
                ASSERT_EQ(*peaks, builder.frontier().peaks);
            }
        }
    }
}

TEST(HistoryProofProperty, PrefixesHaveNoOtherProof) {
    for (History& history : some_histories()) {
        const std::uint64_t leaves = std::uint64_t{1} << history.height;
        for (std::uint64_t count = 1; count <= leaves; count += 1 + count / 8) {
            expect_only(prefix(history, count), [&](ByteView proof) {
                return verify_prefix(history.root(), history.height, count, proof).has_value();
            });
        }
    }
}

/// But for the same part of a history of another height, which the verifier knows.
TEST(HistoryProofProperty, PrefixesProveNothingElse) {
    History history(slow::some_roots(16), 4);
    for (std::uint64_t count = 1; count <= 16; ++count) {
        const Bytes proof = prefix(history, count);
        for (unsigned height = 0; height <= 6; ++height) {
            for (std::uint64_t other = 0; other <= 70; ++other) {
                ASSERT_EQ(verify_prefix(history.root(), height, other, proof).has_value(),
                          other << 4U == count << height);
            }
        }
    }
}

/// Two histories that differ from a leaf on have just the leaves before it in common.
TEST(HistoryProofProperty, CommonPrefixesEndWhereHistoriesDiffer) {
    constexpr unsigned kHeight = 3;
    History one(slow::some_roots(8), kHeight);
    for (std::uint64_t different = 0; different < 8; ++different) {
        std::vector<StateRoot> roots = slow::some_roots(8);
        for (std::uint64_t i = different; i < 8; ++i) {
            roots[i] = slow::some_root(100 + i);
        }
        for (const unsigned height : {3U, 4U}) {
            History other(roots, height);
            for (std::uint64_t count = 1; count <= 8; ++count) {
                const auto verify = [&](ByteView proof) {
                    return verify_common_prefix({.root = one.root(), .height = kHeight},
                                                {.root = other.root(), .height = height}, count,
                                                proof)
                        .has_value();
                };
                if (count <= different) {
                    expect_only(common_prefix(one, other, count), verify);
                } else {
                    ASSERT_FALSE(verify(common_prefix(one, other, count)));
                    ASSERT_FALSE(verify(common_prefix(other, one, count)));
                }
            }
        }
    }
}

/// Follows all dissections down to the leaves: every node's base opens to the leaf before it.
void expect_agreed_roots(History& history, const HistoryNode& node, const StateRoot& initial,
                         unsigned layers) {
    const std::uint64_t first = node.index << node.level;
    const StateRoot before = first == 0 ? initial : StateRoot(history.levels[0][first - 1]);
    HistoryReader reader = history.reader();
    ASSERT_EQ(node.span, history.levels[node.level][node.index]);
    const Bytes opening =
        bytes_of([&](ByteWriter& writer) { append_agreed_root(writer, reader, node); });
    const auto agreed = verify_agreed_root(hash(node.base), opening);
    ASSERT_TRUE(agreed.has_value());
    ASSERT_EQ(*agreed, before);
    if (node.level <= 2) {
        expect_only(opening, [&](ByteView proof) {
            return verify_agreed_root(hash(node.base), proof).has_value();
        });
    }
    if (node.level == 0) {
        return;
    }
    const unsigned opened = std::min(layers, node.level);
    const std::vector<Hash256> children = reader.children(node.level, node.index, opened);
    const auto dissected = dissect(node, children);
    ASSERT_TRUE(dissected.has_value());
    for (const HistoryNode& child : *dissected) {
        ASSERT_NO_FATAL_FAILURE(expect_agreed_roots(history, child, initial, layers));
    }
}

TEST(HistoryProofProperty, BasesOpenToTheRootAgreedBefore) {
    const StateRoot initial = slow::some_root(1000);
    for (const std::uint64_t count : {1U, 11U, 32U}) {
        History history(slow::some_roots(count), 5);
        for (unsigned layers = 1; layers <= 5; ++layers) {
            const HistoryNode top{
                .level = 5,
                .index = 0,
                .span = history.root(),
                .base = HistoryStart{.context = slow::some_root(2000).value, .agreed = initial}};
            expect_agreed_roots(history, top, initial, layers);
        }
    }
}

}  // namespace
}  // namespace lockstep::trace
