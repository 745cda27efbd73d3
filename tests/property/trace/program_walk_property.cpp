#include <cstdlib>

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "dispute/step_verifier.hpp"
#include "tests/differential/shadow_root.hpp"
#include "tests/programs/program_run.hpp"
#include "trace/committer.hpp"
#include "trace/image.hpp"
#include "trace/witness.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::trace {
namespace {

/// The first steps of a run are all compared with a full rehash, then one in so many.
constexpr std::uint64_t kFirstSteps = 60;
constexpr std::uint64_t kRarity = 101;
/// From here on one step in so many is proven, and one in so many compared.
constexpr std::uint64_t kFarSteps = 6000;
constexpr std::uint64_t kFarRarity = 101;
constexpr std::uint64_t kFarComparedRarity = 7907;
constexpr std::size_t kManyFrames = 50;

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

/// Walks over all steps of a run: each is proven by its bundle alone, from the root that the one before
/// led to; no step gives gas back.
class Walk {
public:
    explicit Walk(const programs::ProgramRun& run)
        : run_(run),
          image_(*run.program),
          state_(programs::initial_state(run)),
          committer_(image_, *run.program, state_),
          root_(committer_.root(state_)) {}

    void to_the_end() {
        compare_with_rehash();
        while (state_.status == vm::Status::running && !::testing::Test::HasFailure()) {
            const std::uint64_t step = state_.steps.value;
            if (!is_deep() && step > kFarSteps && step % kFarRarity != 0) {
                vm::run(*run_.program, state_, state_.steps + 1);
                root_ = committer_.root(state_);
            } else {
                prove_step();
            }
            if (step < kFirstSteps || step % compared_rarity() == 0) {
                compare_with_rehash();
            }
        }
        compare_with_rehash();
        prove_fixed_point();
        EXPECT_LE(state_.steps.value, run_.invocation.gas_limit.value + 1);
    }

private:
    /// A full rehash takes time in proportion to the frames.
    [[nodiscard]] std::uint64_t compared_rarity() const {
        const bool far = state_.steps.value > kFarSteps;
        return is_deep() && state_.callers.size() < kManyFrames ? 1
               : far                                            ? kFarComparedRarity
                                                                : kRarity;
    }

    void prove_step() {
        const Gas gas = state_.gas;
        const Step step = state_.steps;
        const Bytes bundle = record_step(*run_.program, state_, committer_);
        const auto proven = dispute::verify_step(root_, bundle);
        ASSERT_TRUE(proven.has_value()) << "step " << step.value;
        root_ = committer_.root(state_);
        ASSERT_EQ(to_hex(proven->value), to_hex(root_.value)) << "step " << step.value;
        ASSERT_LE(state_.gas.value, gas.value);
        ASSERT_EQ(state_.steps.value, step.value + 1);
    }

    void prove_fixed_point() {
        const Bytes bundle = record_step(*run_.program, state_, committer_);
        const auto proven = dispute::verify_step(root_, bundle);
        ASSERT_TRUE(proven.has_value());
        EXPECT_EQ(*proven, root_);
        EXPECT_EQ(committer_.root(state_), root_);
    }

    void compare_with_rehash() {
        ASSERT_EQ(to_hex(root_.value), to_hex(differential::shadow_root(image_.root, state_).value))
            << "step " << state_.steps.value;
    }

    const programs::ProgramRun& run_;
    Image image_;
    vm::MachineState state_;
    Committer committer_;
    StateRoot root_;
};

TEST(ProgramWalk, EveryStepIsProvenFromTheRootBeforeIt) {
    for (const programs::ProgramRun& run : programs::all_runs()) {
        SCOPED_TRACE(run.label);
        Walk(run).to_the_end();
    }
}

TEST(ProgramWalk, ImagesAreThoseOfAFullRehash) {
    for (const programs::ProgramRun& run : programs::all_runs()) {
        EXPECT_EQ(Image(*run.program).root, differential::shadow_image_root(*run.program))
            << run.label;
    }
}

}  // namespace
}  // namespace lockstep::trace
