#include "bench/comparison.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::bench {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr Kernel kKernel{.name = "fake", .full_size = 9, .quick_size = 3};

/// Answers each run with the next of the results, and the last one from then on.
class FakeRunner : public Runner {
public:
    explicit FakeRunner(std::vector<KernelRun> runs) : runs_(std::move(runs)) {}

    KernelRun run(std::uint32_t size) override {
        EXPECT_EQ(size, kKernel.full_size);
        const KernelRun run = runs_.front();
        if (runs_.size() > 1) {
            runs_.erase(runs_.begin());
        }
        return run;
    }

private:
    std::vector<KernelRun> runs_;
};

Engine make_engine(const std::string& name, const std::vector<KernelRun>& runs) {
    return {.name = name,
            .open = [runs](const Kernel&) { return std::make_unique<FakeRunner>(runs); }};
}

Engine make_own(const std::string& name, const KernelRun& run, const std::string& variant_of = "") {
    Engine engine = make_engine(name, {run});
    engine.is_own = true;
    engine.variant_of = variant_of;
    return engine;
}

Options three_runs() {
    return {.full_repetitions = 3};
}

TEST(Comparison, RefusesAChecksumThatDiffers) {
    const std::vector<Engine> engines{make_engine("native", {{.checksum = 7}}),
                                      make_engine("wrong", {{.checksum = 8}})};

    EXPECT_THAT([&] { (void)compare(engines, kKernel, three_runs()); },
                ThrowsMessage<std::runtime_error>(HasSubstr("fake in wrong differs")));
}

TEST(Comparison, RefusesAChecksumThatDiffersInTheLastRunOnly) {
    const std::vector<Engine> engines{
        make_engine("native", {{.checksum = 7}}),
        make_engine("unsteady", {{.checksum = 7}, {.checksum = 7}, {.checksum = 8}})};

    EXPECT_THROW((void)compare(engines, kKernel, three_runs()), std::runtime_error);
}

TEST(Comparison, RefusesStepsThatDifferAmongOurs) {
    const std::vector<Engine> engines{make_engine("native", {{.checksum = 7}}),
                                      make_own("slow", {.checksum = 7, .steps = 100}),
                                      make_own("fast", {.checksum = 7, .steps = 101})};

    EXPECT_THAT([&] { (void)compare(engines, kKernel, three_runs()); },
                ThrowsMessage<std::runtime_error>(HasSubstr("fake in fast differs")));
}

TEST(Comparison, LetsVariantsCountNoSteps) {
    const std::vector<Engine> engines{make_engine("native", {{.checksum = 7}}),
                                      make_own("full", {.checksum = 7, .steps = 100}),
                                      make_own("bare", {.checksum = 7}, "full")};

    EXPECT_EQ(compare(engines, kKernel, three_runs()).times.size(), 3U);
}

TEST(Comparison, RefusesAVariantThatComputesSomethingElse) {
    const std::vector<Engine> engines{make_engine("native", {{.checksum = 7}}),
                                      make_own("full", {.checksum = 7, .steps = 100}),
                                      make_own("bare", {.checksum = 8}, "full")};

    EXPECT_THROW((void)compare(engines, kKernel, three_runs()), std::runtime_error);
}

TEST(Comparison, TakesTheFastestRun) {
    // The first run is the one that the checksums are compared with, and does not count.
    const std::vector<Engine> engines{make_engine(
        "native", {{.seconds = 0.01}, {.seconds = 0.5}, {.seconds = 0.1}, {.seconds = 0.2}})};

    EXPECT_DOUBLE_EQ(compare(engines, kKernel, three_runs()).times.front().seconds, 0.1);
}

TEST(Comparison, LeavesAnEngineThatHasHadEnough) {
    const std::vector<Engine> engines{make_engine("native", {{.seconds = 0.1}}),
                                      make_engine("slow", {{.seconds = 3}, {.seconds = 1}})};

    EXPECT_DOUBLE_EQ(compare(engines, kKernel, three_runs()).times.back().seconds, 3);
}

class ComparisonOfFour : public testing::Test {
protected:
    const Comparison comparison_{
        .engines = {make_engine("native", {{}}), make_own("full", {}), make_own("bare", {}, "full"),
                    make_engine("other", {{}})},
        .rows = {
            {"one", {{1, 0}, {4, 800}, {2, 0}, {8, 0}}},
            {"two", {{2, 0}, {2, 400}, {2, 0}, {4, 0}}},
        }};
};

TEST_F(ComparisonOfFour, DividesByNativeCode) {
    EXPECT_DOUBLE_EQ(ratio(comparison_, comparison_.rows[0], 0), 1);
    EXPECT_DOUBLE_EQ(ratio(comparison_, comparison_.rows[0], 1), 4);
    EXPECT_DOUBLE_EQ(ratio(comparison_, comparison_.rows[1], 3), 2);
}

TEST_F(ComparisonOfFour, DividesAVariantByItsEngine) {
    EXPECT_DOUBLE_EQ(ratio(comparison_, comparison_.rows[0], 2), 0.5);
    EXPECT_DOUBLE_EQ(ratio(comparison_, comparison_.rows[1], 2), 1);
}

TEST_F(ComparisonOfFour, MeansAreGeometric) {
    EXPECT_DOUBLE_EQ(mean_ratio(comparison_, 1), 2);
    EXPECT_DOUBLE_EQ(mean_ratio(comparison_, 3), 4);
}

TEST_F(ComparisonOfFour, TellsStepsOfOursAndTimesOfTheOthers) {
    const Results results = make_results(comparison_);

    // An engine's kernels, then its mean.
    ASSERT_EQ(results.size(), 12U);
    EXPECT_EQ(results[0].unit, "ms");
    EXPECT_DOUBLE_EQ(results[0].value, 1000);
    EXPECT_EQ(results[3].group, "full");
    EXPECT_EQ(results[3].name, "one");
    EXPECT_EQ(results[3].unit, "Msteps/s");
    EXPECT_DOUBLE_EQ(results[3].value, 200e-6);
    EXPECT_EQ(results[3].ratio_unit, "x native time");
    EXPECT_EQ(results[6].ratio_unit, "x full time");
    EXPECT_EQ(results[11].name, "geometric mean");
    EXPECT_DOUBLE_EQ(results[11].value, 4);
}

}  // namespace
}  // namespace lockstep::bench
