// Programs that other tests run: guests, applications, and the ends that a run can have.

#include <gtest/gtest.h>

#include "tests/differential/jit/comparison.hpp"
#include "tests/differential/totality/ending.hpp"
#include "tests/programs/application_run.hpp"
#include "tests/programs/program_run.hpp"

namespace lockstep::jit_test {
namespace {

TEST(JitPrograms, GuestsRunLikeInTheInterpreter) {
    std::mt19937_64 random = random_numbers(1);
    Counts counts;
    for (const programs::ProgramRun& run : programs::all_runs()) {
        vm::MachineState state = programs::initial_state(run);
        EXPECT_EQ(compare_in_all_ways(*run.program, state, random, counts), "") << run.label;
        if (run.status == vm::Status::trapped &&
            run.code == static_cast<std::uint32_t>(vm::Trap::out_of_gas)) {
            continue;
        }
        state.gas = kMuchGas;
        EXPECT_EQ(compare_in_all_ways(*run.program, state, random, counts), "")
            << run.label << ", with much gas";
    }
    EXPECT_GT(counts.stops, 50'000U);
}

/// The end of each run, and some places on the way.
TEST(JitPrograms, ApplicationsRunLikeInTheInterpreter) {
    std::mt19937_64 random = random_numbers(2);
    Counts counts;
    std::string last;
    for (const programs::ApplicationRun& application : programs::application_runs()) {
        // The default one of each; there are many.
        if (!is_deep() && application.application == last) {
            continue;
        }
        last = application.application;
        const programs::ProgramRun run = programs::program_run(application);
        const auto compiled = compile(*run.program);
        for (const ComparisonOptions& options :
             {ComparisonOptions{.strides = Strides::any, .max_pieces = 40},
              ComparisonOptions{
                  .strides = Strides::narrow, .max_pieces = 40, .with_roots = true}}) {
            EXPECT_EQ(compare(*compiled, programs::initial_state(run), options, random, counts), "")
                << run.label;
        }
    }
}

TEST(JitPrograms, EachEndIsThatOfTheInterpreter) {
    std::mt19937_64 random = random_numbers(3);
    Counts counts;
    const auto check = [&](const differential::TotalityCase& ending) {
        vm::MachineState state = differential::initial_state(ending);
        const auto compiled = compile(ending.program.program());
        for (const Gas gas : {state.gas, kMuchGas}) {
            // Some would run for ever.
            if (ending.code == static_cast<std::uint32_t>(vm::Trap::out_of_gas) &&
                gas == kMuchGas) {
                continue;
            }
            state.gas = gas;
            for (const Strides strides : {Strides::one_piece, Strides::narrow, Strides::any}) {
                EXPECT_EQ(compare(*compiled, state, {.strides = strides, .max_pieces = 60}, random,
                                  counts),
                          "")
                    << ending.label;
            }
        }
    };
    for (const auto& ending : differential::all_endings()) {
        check(ending);
    }
    for (const auto& ending : differential::charging_runs()) {
        check(ending);
    }
    for (const auto& ending : differential::linked_charging_runs()) {
        check(ending);
    }
}

}  // namespace
}  // namespace lockstep::jit_test
