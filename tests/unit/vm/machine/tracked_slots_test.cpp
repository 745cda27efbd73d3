#include "vm/machine/tracked_slots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::vm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TrackedSlots, BeginsClean) {
    const TrackedSlots slots({1, 2, 3, 4, 5});
    EXPECT_EQ(slots.size(), 5U);
    EXPECT_EQ(slots[4], 5U);
    EXPECT_THAT(slots.slots(), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_THAT(slots.dirty_leaves(), IsEmpty());
}

TEST(TrackedSlots, RemembersEachWrittenLeafOnce) {
    TrackedSlots slots(std::vector<std::uint64_t>(13));
    slots.set(12, 7);
    slots.set(1, 8);
    slots.set(3, 9);
    slots.set(12, 10);
    EXPECT_THAT(slots.dirty_leaves(), ElementsAre(3, 0));
    EXPECT_EQ(slots[12], 10U);
    slots.clear_dirty();
    EXPECT_THAT(slots.dirty_leaves(), IsEmpty());
    slots.set(2, 1);
    EXPECT_THAT(slots.dirty_leaves(), ElementsAre(0));
}

TEST(TrackedSlots, GrowsByCleanZeros) {
    TrackedSlots slots({1, 2});
    slots.set(0, 5);
    slots.grow(9);
    EXPECT_EQ(slots.size(), 9U);
    EXPECT_EQ(slots[8], 0U);
    EXPECT_THAT(slots.dirty_leaves(), ElementsAre(0));
    slots.set(8, 3);
    EXPECT_THAT(slots.dirty_leaves(), ElementsAre(0, 2));
}

TEST(TrackedSlots, CopiesKeepTheirOwnMarks) {
    TrackedSlots slots(std::vector<std::uint64_t>(8));
    slots.set(0, 1);
    TrackedSlots copy = slots;
    copy.set(5, 2);
    slots.clear_dirty();
    EXPECT_THAT(copy.dirty_leaves(), ElementsAre(0, 1));
    EXPECT_EQ(slots[5], 0U);
    slots.set(1, 1);
    EXPECT_THAT(slots.dirty_leaves(), ElementsAre(0));
}

}  // namespace
}  // namespace lockstep::vm
