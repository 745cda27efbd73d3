#include "trace/leaf_indices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LeafIndices, AreThoseThatHoldTheRange) {
    EXPECT_THAT(leaf_indices({0, 1}, {}, 32), ElementsAre(0));
    EXPECT_THAT(leaf_indices({31, 1}, {}, 32), ElementsAre(0));
    EXPECT_THAT(leaf_indices({31, 2}, {}, 32), ElementsAre(0, 1));
    EXPECT_THAT(leaf_indices({32, 32}, {}, 32), ElementsAre(1));
    EXPECT_THAT(leaf_indices({7, 1}, {}, 4), ElementsAre(1));
}

TEST(LeafIndices, OfTwoRangesAreAscendingAndDistinct) {
    EXPECT_THAT(leaf_indices({100, 1}, {5, 1}, 32), ElementsAre(0, 3));
    EXPECT_THAT(leaf_indices({5, 1}, {100, 1}, 32), ElementsAre(0, 3));
    EXPECT_THAT(leaf_indices({5, 1}, {6, 1}, 32), ElementsAre(0));
    EXPECT_THAT(leaf_indices({1, 1}, {0, 1}, 1), ElementsAre(0, 1));
}

TEST(LeafIndices, OfNothingAreNone) {
    EXPECT_THAT(leaf_indices({5, 0}, {}, 32), IsEmpty());
}

}  // namespace
}  // namespace lockstep::trace
