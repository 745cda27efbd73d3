#include "trace/faulty_execution.hpp"

#include <set>

#include <gtest/gtest.h>

#include "tests/programs/program_run.hpp"
#include "trace/witness.hpp"

namespace lockstep::trace {
namespace {

constexpr std::array kFaults{Fault::value, Fault::local, Fault::global, Fault::memory,
                             Fault::pc,    Fault::gas,   Fault::io};

programs::ProgramRun short_run() {
    return programs::Call("start", "answer", "faults").returns({0x1002F});
}

struct Party {
    programs::ProgramRun run = short_run();
    Image image{*run.program};
    Execution execution{*run.program, image, programs::initial_state(run)};
};

TEST(Fault, NamesAreReadAsWritten) {
    std::set<std::string_view> names;
    for (const Fault fault : kFaults) {
        names.insert(fault_name(fault));
        EXPECT_EQ(fault_from_name(fault_name(fault)), fault);
    }
    EXPECT_EQ(names.size(), kFaults.size());
    EXPECT_FALSE(fault_from_name("memories").has_value());
    EXPECT_FALSE(fault_from_name("").has_value());
}

TEST(FaultyExecution, DiffersFromTheTruthFromTheFaultOn) {
    for (const Fault fault : kFaults) {
        SCOPED_TRACE(fault_name(fault));
        Party truth;
        Party behind;
        const Step length = truth.execution.length();
        for (const std::uint64_t at : {std::uint64_t{0}, length.value / 2, length.value - 1}) {
            FaultyExecution liar(behind.execution, Step(at), fault);
            EXPECT_EQ(liar.length(), length);
            for (std::uint64_t step = 0; step < length.value + 3; ++step) {
                EXPECT_EQ(liar.root(Step(step)) == truth.execution.root(Step(step)), step <= at)
                    << step;
            }
        }
    }
}

TEST(FaultyExecution, FaultsDifferFromEachOther) {
    Party party;
    for (std::uint64_t step = 0; step < party.execution.length().value; ++step) {
        std::set<Hash256> hashes;
        CommittedState& state = party.execution.at(Step(step));
        hashes.insert(hash(state.committer.record()));
        for (const Fault fault : kFaults) {
            hashes.insert(hash(corrupt(state, fault)));
        }
        EXPECT_EQ(hashes.size(), kFaults.size() + 1) << step;
    }
}

TEST(FaultyExecution, BundlesProveTheTruth) {
    Party truth;
    Party behind;
    FaultyExecution liar(behind.execution, Step(3), Fault::value);
    for (const std::uint64_t step : {2ULL, 3ULL, 9ULL}) {
        EXPECT_EQ(liar.bundle(Step(step)), truth.execution.bundle(Step(step)));
        const auto proven = replay_witness(liar.bundle(Step(step)));
        ASSERT_TRUE(proven.has_value());
        EXPECT_EQ(proven->post, truth.execution.root(Step(step + 1)));
        EXPECT_EQ(proven->step, step);
    }
}

}  // namespace
}  // namespace lockstep::trace
