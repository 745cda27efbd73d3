#include "cli/progress.hpp"

#include <gtest/gtest.h>

namespace lockstep::cli {
namespace {

TEST(TraceProgress, SaysHowFarHowFastAndHowLong) {
    EXPECT_EQ(trace_progress_text(Step(1'000'000), 100, Step(5'000'000), Step(2'000'000), 4.0),
              "tracing  [#######.......................]  25%  2,000,000 steps, 2,500 roots/s, 12 "
              "s left");
}

TEST(TraceProgress, WithoutAnEndThereIsNoBar) {
    EXPECT_EQ(trace_progress_text(Step(0), 1, {}, Step(3'000'000), 2.0),
              "tracing  3,000,000 steps, 1,500,000 roots/s");
}

TEST(TraceProgress, NothingIsDividedByZero) {
    EXPECT_EQ(trace_progress_text(Step(5), 7, Step(5), Step(5), 0.0),
              "tracing  [##############################] 100%  5 steps, 0 roots/s");
    // A machine that stops before the end, and one whose last stride is past it.
    EXPECT_EQ(trace_progress_text(Step(10), 10, Step(30), Step(3), 1.0),
              "tracing  [..............................]   0%  3 steps, 0 roots/s");
    EXPECT_EQ(trace_progress_text(Step(0), 10, Step(30), Step(40), 1.0),
              "tracing  [##############################] 100%  40 steps, 4 roots/s, 0 s left");
}

}  // namespace
}  // namespace lockstep::cli
