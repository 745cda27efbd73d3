// How much of a bulk operation one step handles.

#include <gtest/gtest.h>

#include "vm/instructions/bulk.hpp"
#include "vm/instructions/memory.hpp"

namespace lockstep::vm {
namespace {

TEST(ForwardRun, EndsAtTheEndOfTheFirstLeaf) {
    EXPECT_EQ(forward_run(0, 100, 32), 32U);
    EXPECT_EQ(forward_run(31, 100, 32), 1U);
    EXPECT_EQ(forward_run(30, 1, 32), 1U);
    EXPECT_EQ(forward_run(64, 32, 32), 32U);
    EXPECT_EQ(forward_run(5, 9, 4), 3U);
}

TEST(BackwardRun, BeginsAtTheBeginningOfTheLastLeaf) {
    EXPECT_EQ(backward_run(32, 100, 32), 32U);
    EXPECT_EQ(backward_run(33, 100, 32), 1U);
    EXPECT_EQ(backward_run(63, 100, 32), 31U);
    EXPECT_EQ(backward_run(63, 4, 32), 4U);
    EXPECT_EQ(backward_run(1, 1, 32), 1U);
    EXPECT_EQ(backward_run(8, 8, 4), 4U);
}

/// Runs forward cover [begin, begin + length) leaf by leaf; so do those backward, of the same range.
TEST(Runs, CoverARangeLeafByLeaf) {
    for (std::uint64_t begin = 0; begin < 70; ++begin) {
        for (std::uint64_t length = 1; length < 130; ++length) {
            const std::uint64_t leaves = (begin + length - 1) / 32 - begin / 32 + 1;
            std::uint64_t steps = 0;
            for (std::uint64_t done = 0; done < length; ++steps) {
                const std::uint64_t run = forward_run(begin + done, length - done, 32);
                ASSERT_EQ((begin + done) / 32, (begin + done + run - 1) / 32);
                done += run;
            }
            ASSERT_EQ(steps, leaves);
            for (std::uint64_t left = length; left > 0; --steps) {
                const std::uint64_t run = backward_run(begin + left, left, 32);
                ASSERT_EQ((begin + left - 1) / 32, (begin + left - run) / 32);
                left -= run;
            }
            ASSERT_EQ(steps, 0U);
        }
    }
}

TEST(SignExtend, TakesTheLowBytes) {
    EXPECT_EQ(sign_extend(0x80, 1), 0xFFFF'FFFF'FFFF'FF80U);
    EXPECT_EQ(sign_extend(0x17F, 1), 0x7FU);
    EXPECT_EQ(sign_extend(0x8000, 2), 0xFFFF'FFFF'FFFF'8000U);
    EXPECT_EQ(sign_extend(0x7FFF'FFFF, 4), 0x7FFF'FFFFU);
    EXPECT_EQ(sign_extend(~0ULL, 8), ~0ULL);
}

}  // namespace
}  // namespace lockstep::vm
