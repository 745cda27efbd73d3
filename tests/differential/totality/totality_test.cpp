// Each way in which a run can end: the step into it can be proven, and nothing follows.

#include <gtest/gtest.h>

#include "dispute/step_verifier.hpp"
#include "tests/differential/synthetic_steps.hpp"
#include "tests/differential/totality/checks.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::differential {
namespace {

using vm::Trap;

void expect_limits(const TotalityCase& ending, const Walk& walked) {
    for (const std::string& limit : ending.reaches) {
        if (limit == "kMaxCallDepth") {
            EXPECT_EQ(walked.greatest_depth, vm::kMaxCallDepth);
        } else if (limit == "kMaxSlots") {
            EXPECT_EQ(walked.greatest_slots, vm::kMaxSlots);
        } else if (limit == "kMaxGasLimit") {
            EXPECT_EQ(ending.invocation.gas_limit.value, vm::kMaxGasLimit);
        } else {
            EXPECT_EQ(limit, "kMaxEntryArguments");
            EXPECT_EQ(ending.invocation.arguments.size(), vm::kMaxEntryArguments);
        }
    }
    // The trap is the same one, so the other limit must be far.
    const vm::MachineState& before = walked.before.machine;
    for (const std::string& limit : ending.exceeds) {
        if (limit == "kMaxCallDepth") {
            EXPECT_EQ(before.callers.size(), vm::kMaxCallDepth);
            EXPECT_LT(before.slots_used, vm::kMaxSlots / 2);
        } else {
            EXPECT_EQ(limit, "kMaxSlots");
            EXPECT_LT(before.callers.size(), vm::kMaxCallDepth / 2);
        }
    }
}

TEST(Totality, EachEndingIsProvenAndFinal) {
    for (const TotalityCase& ending : all_endings()) {
        SCOPED_TRACE(ending.label);
        const Walk walked = walk(ending);
        EXPECT_TRUE(walked.gas_never_grew);
        EXPECT_TRUE(walked.each_step_counted);
        expect_ending(ending, walked);
        EXPECT_EQ(walked.after.record, expected_record(walked.before.record, ending));
        expect_proven(ending, walked);
        expect_agreement(ending, walked);
        expect_fixed_point(ending, walked);
        expect_limits(ending, walked);
    }
}

/// Steps of machines that are too large to be run. What they trap with is in their labels.
TEST(Totality, SyntheticTrapsAreFinal) {
    std::size_t traps = 0;
    for (const RecordedStep& step : synthetic_steps()) {
        if (step.label.contains("/success/")) {
            continue;
        }
        SCOPED_TRACE(step.label);
        ByteReader reader(step.bundle);
        const auto before =
            trace::read_record<trace::StateRecord>(reader).value_or(trace::StateRecord());
        ASSERT_EQ(StateRoot(trace::hash(before)), step.pre);
        std::uint32_t trap = 0;
        const std::string outcome = step.label.substr(step.label.find('/') + 1);
        for (std::uint32_t code = 1; vm::trap_name(static_cast<Trap>(code)) != "unknown"; ++code) {
            if (outcome.starts_with(vm::trap_name(static_cast<Trap>(code)))) {
                trap = code;
            }
        }
        const trace::StateRecord after = stopped(before, vm::Status::trapped, trap);
        EXPECT_EQ(StateRoot(trace::hash(after)), step.post);
        ByteWriter fixed;
        trace::append(fixed, after);
        const auto proven = dispute::verify_step(step.post, fixed.bytes());
        ASSERT_TRUE(proven.has_value());
        EXPECT_EQ(*proven, step.post);
        ++traps;
    }
    EXPECT_GE(traps, 4U);
}

}  // namespace
}  // namespace lockstep::differential
