// A caller whose processor computes in another way: each model of the step sees to its own, and leaves
// the caller's as it was.

#include <array>
#include <cstdint>
#include <vector>

#if defined(__SSE2__)
#include <xmmintrin.h>
#else
#include <cfenv>
#endif

#include <gtest/gtest.h>

#include "tests/differential/recording.hpp"
#include "tests/differential/step_case.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::differential {
namespace {

using vm::Opcode;

#if defined(__SSE2__)
unsigned environment() {
    return _mm_getcsr();
}
/// Flushes subnormals, takes them for 0, rounds toward 0, and stops at invalid operations and divisions
/// by 0; two of the flags are up.
constexpr unsigned kHostile = (0x1F80U & ~0x0280U) | 0x8000U | 0x6000U | 0x0040U | 0x0030U;
void set_environment(unsigned value) {
    _mm_setcsr(value);
}
#else
int environment() {
    return std::fegetround();
}
constexpr int kHostile = FE_TOWARDZERO;
void set_environment(int value) {
    std::fesetround(value);
}
#endif

/// While it lives, the caller is hostile.
class HostileCaller {
public:
    HostileCaller() : before_(environment()) { set_environment(kHostile); }
    HostileCaller(const HostileCaller&) = delete;
    HostileCaller(HostileCaller&&) = delete;
    HostileCaller& operator=(const HostileCaller&) = delete;
    HostileCaller& operator=(HostileCaller&&) = delete;
    ~HostileCaller() { set_environment(before_); }

private:
    decltype(environment()) before_;
};

struct Computation {
    Opcode opcode;
    std::vector<std::uint64_t> operands;
    std::uint64_t result;
};

/// Each would have another result, or none, in the caller's way.
std::vector<Computation> computations() {
    using enum Opcode;
    return {
        {f64_div, {0x3FF0'0000'0000'0000, 0x4024'0000'0000'0000}, 0x3FB9'9999'9999'999A},  // 1 / 10
        {f64_div, {0x3FF0'0000'0000'0000, 0}, 0x7FF0'0000'0000'0000},
        {f64_div, {0, 0}, 0x7FF8'0000'0000'0000},
        {f64_sqrt, {0x4000'0000'0000'0000}, 0x3FF6'A09E'667F'3BCD},
        {f64_add, {1, 1}, 2},
        {f64_mul, {0x0010'0000'0000'0000, 0x3FE0'0000'0000'0000}, 0x0008'0000'0000'0000},
        {f32_add, {1, 1}, 2},
        {f32_div, {0x3F80'0000, 0x4120'0000}, 0x3DCC'CCCD},
        {f32_demote_f64, {0x36A0'0000'0000'0000}, 1},
        {f64_promote_f32, {1}, 0x36A0'0000'0000'0000},
        {f64_lt, {0, 1}, 1},
        {f32_convert_i64_u, {~0ULL}, 0x5F80'0000},
        {f64_convert_i64_u, {~0ULL}, 0x43F0'0000'0000'0000},
    };
}

StepCase step_case(const Computation& computation) {
    Scenario scenario(name(computation.opcode) + "/success/environment",
                      {.opcode = computation.opcode});
    scenario.operands(computation.operands);
    return scenario.next({computation.result});
}

TEST(FloatEnvironment, OfTheCallerDoesNotReachTheInterpreter) {
    for (const Computation& computation : computations()) {
        const StepCase step = step_case(computation);
        vm::MachineState state = step.before;
        const HostileCaller caller;
        vm::run(*step.program, state, state.steps + 1);
        ASSERT_EQ(environment(), kHostile);
        EXPECT_EQ(state.values.back(), computation.result) << step.label;
    }
}

TEST(FloatEnvironment, OfTheCallerDoesNotReachRecordingAndReplay) {
    for (const Computation& computation : computations()) {
        const StepCase step = step_case(computation);
        const RecordedStep expected = record(step).front();
        const trace::Image image(*step.program);
        vm::MachineState state = step.before;
        trace::Committer committer = committer_of(image, *step.program, state);
        const HostileCaller caller;
        const Bytes bundle = trace::record_step(*step.program, state, committer);
        ASSERT_EQ(environment(), kHostile);
        const auto proven = trace::replay_witness(bundle);
        ASSERT_EQ(environment(), kHostile);
        EXPECT_EQ(state.values.back(), computation.result) << step.label;
        EXPECT_EQ(bundle, expected.bundle) << step.label;
        ASSERT_TRUE(proven.has_value());
        EXPECT_EQ(proven->post, expected.post) << step.label;
    }
}

}  // namespace
}  // namespace lockstep::differential
