#include "dispute/step_verifier.hpp"

#include <gtest/gtest.h>

#include "tests/differential/recording.hpp"
#include "tests/differential/step_case.hpp"

namespace lockstep::dispute {
namespace {

differential::RecordedStep addition() {
    differential::Scenario scenario("verifier/add", {.opcode = vm::Opcode::i32_add});
    return differential::record(scenario.operands({3, 4}).next({7})).front();
}

TEST(StepVerifier, GivesTheRootAfter) {
    const differential::RecordedStep step = addition();
    const auto proven = verify_step(step.pre, step.bundle);
    ASSERT_TRUE(proven.has_value());
    EXPECT_EQ(*proven, step.post);
}

TEST(StepVerifier, NamesTheStateThatABundleIsAbout) {
    const differential::RecordedStep step = addition();
    const auto proven = verify_step(step.post, step.bundle);
    ASSERT_FALSE(proven.has_value());
    const auto* wrong = std::get_if<WrongPre>(&proven.error());
    ASSERT_NE(wrong, nullptr);
    EXPECT_EQ(wrong->proven_from, step.pre);
}

TEST(StepVerifier, SaysWhatIsWrongWithABundle) {
    const differential::RecordedStep step = addition();
    Bytes bundle = step.bundle;
    bundle.back() ^= 1U;
    const auto proven = verify_step(step.pre, bundle);
    ASSERT_FALSE(proven.has_value());
    const auto* failure = std::get_if<trace::WitnessFailure>(&proven.error());
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(static_cast<int>(failure->error),
              static_cast<int>(trace::WitnessError::wrong_values));
    EXPECT_EQ(failure->offset, bundle.size());
}

}  // namespace
}  // namespace lockstep::dispute
