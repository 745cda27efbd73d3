// Each charge can fail: the run then is as if it had never been tried, but for the trap.

#include <gtest/gtest.h>

#include "tests/differential/totality/checks.hpp"
#include "tests/differential/totality/starved_run.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::differential {
namespace {

/// The ample run just before the charge, committed: what is done before the lack shows stays done.
trace::StateRecord record_before(const StarvedRun& starved) {
    const vm::Program& program = starved.ample.program.program();
    vm::MachineState state = initial_state(starved.ample);
    trace::Committer committer(starved.ample.program.image(), program, state);
    vm::run(program, state, starved.charge.step);
    trace::StateRecord record = committer.commit(state);
    record.gas = starved.left;
    return record;
}

bool is_dynamic(const Charge& charge) {
    return charge.opcode != vm::Opcode::charge;
}

TEST(TotalityOfGas, EachChargeCanFail) {
    std::size_t dynamic = 0;
    for (StarvedRun& starved : starved_runs()) {
        SCOPED_TRACE(starved.ending.label);
        const Walk walked = walk(starved.ending);
        starved.ending.output = walked.before.machine.output;
        expect_ending(starved.ending, walked);
        EXPECT_EQ(walked.before.record, record_before(starved));
        EXPECT_EQ(walked.after.record, expected_record(walked.before.record, starved.ending));
        expect_proven(starved.ending, walked);
        expect_fixed_point(starved.ending, walked);
        if (is_dynamic(starved.charge)) {
            ++dynamic;
        }
    }
    EXPECT_GE(dynamic, 100U);
}

TEST(TotalityOfGas, JustEnoughIsEnough) {
    for (const TotalityCase& run : charging_runs()) {
        SCOPED_TRACE(run.label);
        const Walk ample = walk(run);
        expect_ending(run, ample);
        const std::uint64_t used = run.invocation.gas_limit.value - ample.after.machine.gas.value;
        TotalityCase exact = run;
        exact.invocation.gas_limit = Gas(used);
        exact.gas_left = 0;
        const Walk walked = walk(exact);
        expect_ending(exact, walked);
        trace::StateRecord expected = ample.after.record;
        expected.gas = 0;
        EXPECT_EQ(walked.after.record, expected);
        expect_proven(exact, walked);
        expect_agreement(exact, walked);

        TotalityCase short_of_one = run;
        short_of_one.invocation.gas_limit = Gas(used - 1);
        const vm::MachineState end = run_at_once(short_of_one);
        EXPECT_EQ(static_cast<int>(end.status), static_cast<int>(vm::Status::trapped));
        EXPECT_EQ(end.code, static_cast<std::uint32_t>(vm::Trap::out_of_gas));
    }
}

}  // namespace
}  // namespace lockstep::differential
