#include "vm/machine/limits.hpp"

#include <gtest/gtest.h>

#include "vm/machine/gas.hpp"

namespace lockstep::vm {
namespace {

// Part of the specification: a change is a new version.
TEST(MachineLimits, AreThoseOfTheSpecification) {
    EXPECT_EQ(kSpecVersion, 1U);
    EXPECT_EQ(kMaxCallDepth, 65'536U);
    EXPECT_EQ(kMaxSlots, 1'048'576U);
    EXPECT_EQ(kMaxInputBytes, 4'294'967'295U);
    EXPECT_EQ(kMaxOutputBytes, 4'294'967'295U);
    EXPECT_EQ(kMaxGasLimit, 1'099'511'627'774U);
    EXPECT_EQ(kMaxEntryArguments, 32U);
}

TEST(MachineLimits, GasIsThatOfTheSpecification) {
    EXPECT_EQ(kDirtyChunkGas, 1024U);
    EXPECT_EQ(kGrowPageGas, 256U);
    EXPECT_EQ(kBulkLeafGas, 4U);
    EXPECT_EQ(kOutputLeafGas, 16U);
    EXPECT_EQ(kFrameSlotsPerGas, 8U);
}

/// A limit of gas bounds the steps, with one for the trap: a trace has at most 2^40 states.
TEST(MachineLimits, LongestTraceFitsIn40Bits) {
    EXPECT_EQ(kMaxGasLimit + 2, 1ULL << 40U);
}

}  // namespace
}  // namespace lockstep::vm
