#include "tests/conformance/step_sample.hpp"

#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace lockstep::conformance {
namespace {

vm::MachineState after_step(std::uint64_t steps, std::optional<vm::Trap> trap = {}) {
    vm::MachineState state;
    state.steps = Step(steps);
    if (trap) {
        state.status = vm::Status::trapped;
        state.code = static_cast<std::uint32_t>(*trap);
    }
    return state;
}

void offer(StepSample& sample, vm::Opcode opcode, const vm::MachineState& after) {
    const auto byte = static_cast<std::uint8_t>(after.steps.value);
    sample.offer(opcode, after, "script:7", {}, {}, Bytes{byte});
}

std::set<std::string> labels(const StepSample& sample) {
    std::set<std::string> labels;
    for (const auto& step : sample.steps()) {
        labels.insert(step.label);
    }
    return labels;
}

TEST(StepSample, TellsOpcodesOutcomesAndScriptsApart) {
    StepSample sample(1);
    for (int script = 0; script < 2; ++script) {
        sample.begin_script();
        for (int repeat = 0; repeat < 3; ++repeat) {
            offer(sample, vm::Opcode::i32_add, after_step(1));
            offer(sample, vm::Opcode::i32_div_s, after_step(1));
            offer(sample, vm::Opcode::i32_div_s, after_step(1, vm::Trap::integer_overflow));
            offer(sample, vm::Opcode::i32_div_s, after_step(1, vm::Trap::integer_divide_by_zero));
        }
    }
    EXPECT_EQ(sample.strata(), 8U);
    EXPECT_EQ(sample.steps().size(), 8U);
    EXPECT_EQ(labels(sample),
              (std::set<std::string>{"i32_add/success/script:7/0", "i32_div_s/success/script:7/0",
                                     "i32_div_s/integer_overflow/script:7/0",
                                     "i32_div_s/integer_divide_by_zero/script:7/0"}));
}

TEST(StepSample, KeepsSoManyOfAStratumFromAllOverIt) {
    constexpr std::size_t kKept = 50;
    StepSample sample(kKept);
    sample.begin_script();
    for (std::uint64_t step = 1; step <= 1000; ++step) {
        offer(sample, vm::Opcode::i32_add, after_step(step));
    }
    ASSERT_EQ(sample.steps().size(), kKept);
    EXPECT_EQ(labels(sample).size(), kKept);
    std::size_t late = 0;
    for (const auto& step : sample.steps()) {
        const std::uint64_t number = std::stoull(step.label.substr(step.label.rfind('/') + 1)) + 1;
        EXPECT_EQ(step.bundle, Bytes{static_cast<std::uint8_t>(number)});
        late += number > 500 ? 1 : 0;
    }
    EXPECT_GT(late, kKept / 4);
    EXPECT_LT(late, kKept * 3 / 4);
}

}  // namespace
}  // namespace lockstep::conformance
