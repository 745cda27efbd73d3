// The endings are complete: each trap, by each opcode that raises it, and each limit of a run.

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/differential/step_cases.hpp"
#include "tests/differential/synthetic_steps.hpp"
#include "tests/differential/totality/starved_run.hpp"
#include "tests/unit/vm/module/wasm_bytes.hpp"
#include "vm/machine/interpreter.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::differential {
namespace {

using vm::Trap;

/// Out of reach of a program that can be run here: they are synthetic steps and step cases.
///   invoke: the first frame always fits.
///   output_write: an output of 4 GiB comes first.
const std::set<std::string>& out_of_reach() {
    static const std::set<std::string> pairs{"invoke/call_stack_exhausted",
                                             "output_write/output_too_large"};
    return pairs;
}

std::string first_two_parts(const std::string& label) {
    return label.substr(0, label.find('/', label.find('/') + 1));
}

std::string pair_of(vm::Opcode opcode, std::uint32_t trap) {
    return name(opcode) + "/" + std::string(vm::trap_name(static_cast<Trap>(trap)));
}

/// The pairs of opcode and trap that the endings and, for gas, the charging runs come to.
std::set<std::string> reached_pairs() {
    std::set<std::string> pairs;
    for (const TotalityCase& ending : all_endings()) {
        if (ending.status == vm::Status::trapped) {
            pairs.insert(pair_of(ending.last, ending.code));
        }
    }
    for (const StarvedRun& starved : starved_runs()) {
        pairs.insert(pair_of(starved.ending.last, starved.ending.code));
    }
    return pairs;
}

/// coverage_test.cpp holds the step cases to the pairs that the specification allows.
TEST(TotalityCoverage, ProgramsReachEachTrapOfEachOpcode) {
    const std::set<std::string> reached = reached_pairs();
    std::set<std::string> possible;
    for (const StepCase& step_case : all_step_cases()) {
        if (step_case.before.status == vm::Status::running &&
            step_case.after.status == vm::Status::trapped) {
            possible.insert(first_two_parts(step_case.label));
        }
    }
    EXPECT_GT(possible.size(), 50U);
    for (const std::string& pair : possible) {
        EXPECT_EQ(reached.contains(pair), !out_of_reach().contains(pair)) << pair;
    }
    for (const std::string& pair : reached) {
        EXPECT_TRUE(possible.contains(pair)) << pair;
    }
}

TEST(TotalityCoverage, EachTrapIsReached) {
    std::map<std::string, std::size_t> count;
    for (const TotalityCase& ending : all_endings()) {
        if (ending.status == vm::Status::trapped) {
            ++count[std::string(vm::trap_name(static_cast<Trap>(ending.code)))];
        }
    }
    for (const RecordedStep& step : synthetic_steps()) {
        const std::string pair = first_two_parts(step.label);
        ++count[pair.substr(pair.find('/') + 1)];
    }
    std::uint32_t traps = 0;
    for (std::uint32_t code = 1; code < 1000; ++code) {
        const std::string trap(vm::trap_name(static_cast<Trap>(code)));
        if (trap != "unknown") {
            EXPECT_GE(count[trap], 1U) << trap;
            ++traps;
        }
    }
    EXPECT_GE(traps, 13U);
}

/// An initial state that is beyond a limit.
struct RefusedStart {
    std::string limit;
    LoadedProgram program;
    vm::Invocation invocation;
    vm::StartError error{};
};

vm::Invocation no_invocation() {
    return {.function = FunctionIndex(0),
            .arguments = {},
            .input = std::make_shared<const Bytes>(),
            .gas_limit = Gas(1000)};
}

/// A module with a function of as many i32 parameters.
LoadedProgram program_with_parameters(std::uint32_t count) {
    return load_or_throw(vm::test::module_with_body(Bytes(count, vm::test::kI32), {}, {}));
}

std::vector<RefusedStart> refused_starts() {
    std::vector<RefusedStart> refused;
    vm::Invocation invocation = no_invocation();
    invocation.gas_limit = Gas(vm::kMaxGasLimit + 1);
    refused.push_back({"kMaxGasLimit", program_with_parameters(0), invocation,
                       vm::StartError::gas_limit_too_large});
    invocation = no_invocation();
    invocation.arguments.resize(vm::kMaxEntryArguments + 1);
    refused.push_back({"kMaxEntryArguments", program_with_parameters(vm::kMaxEntryArguments + 1),
                       invocation, vm::StartError::too_many_arguments});
    return refused;
}

TEST(TotalityCoverage, StartsBeyondALimitAreRefused) {
    for (const RefusedStart& refused : refused_starts()) {
        const auto state = vm::start(refused.program.program(), refused.invocation);
        ASSERT_FALSE(state.has_value()) << refused.limit;
        EXPECT_EQ(static_cast<int>(state.error()), static_cast<int>(refused.error));
    }
}

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

/// 4 GiB of input.
TEST(TotalityCoverage, InputBeyondItsLimitIsRefused) {
    if (!is_deep()) {
        GTEST_SKIP() << "LOCKSTEP_DEEP is not set";
    }
    const LoadedProgram program = program_with_parameters(0);
    const auto start_with = [&](std::size_t input_bytes) {
        vm::Invocation invocation = no_invocation();
        invocation.input = std::make_shared<const Bytes>(input_bytes);
        return vm::start(program.program(), invocation);
    };
    EXPECT_TRUE(start_with(vm::kMaxInputBytes).has_value());
    const auto state = start_with(vm::kMaxInputBytes + 1);
    ASSERT_FALSE(state.has_value());
    EXPECT_EQ(static_cast<int>(state.error()), static_cast<int>(vm::StartError::input_too_large));
}

/// 4 GiB of output: too much to be committed to here, but not to be run.
TEST(TotalityCoverage, OutputBeyondItsLimitTraps) {
    if (!is_deep()) {
        GTEST_SKIP() << "LOCKSTEP_DEEP is not set";
    }
    const TotalityCase flood = Ending("flood", "flood", "to_the_limit")
                                   .gas(vm::kMaxGasLimit)
                                   .traps(vm::Opcode::output_write, Trap::output_too_large);
    vm::MachineState state = initial_state(flood);
    state.output.reserve(vm::kMaxOutputBytes);
    vm::run(flood.program.program(), state, Step(~std::uint64_t{0}));
    EXPECT_EQ(static_cast<int>(state.status), static_cast<int>(flood.status));
    EXPECT_EQ(state.code, flood.code);
    EXPECT_EQ(state.output.size(), vm::kMaxOutputBytes);
    EXPECT_TRUE(state.values.empty());
    EXPECT_TRUE(state.callers.empty());
}

/// The constants that vm/machine/limits.hpp declares.
std::set<std::string> declared_limits() {
    std::ifstream file(LOCKSTEP_SOURCE_DIR "/vm/machine/limits.hpp");
    std::set<std::string> names;
    std::string line;
    while (std::getline(file, line)) {
        const std::size_t end = line.find(" = ");
        if (line.starts_with("inline constexpr ") && end != std::string::npos) {
            const std::size_t begin = line.rfind(' ', end - 1) + 1;
            names.insert(line.substr(begin, end - begin));
        }
    }
    return names;
}

TEST(TotalityCoverage, EachLimitIsReachedAndExceeded) {
    std::set<std::string> reached;
    std::set<std::string> exceeded;
    for (const TotalityCase& ending : all_endings()) {
        reached.insert(ending.reaches.begin(), ending.reaches.end());
        exceeded.insert(ending.exceeds.begin(), ending.exceeds.end());
    }
    for (const RefusedStart& refused : refused_starts()) {
        exceeded.insert(refused.limit);
    }
    for (const RecordedStep& step : synthetic_steps()) {
        if (step.label == "output_write/success/to_full_output") {
            reached.insert("kMaxOutputBytes");
        } else if (step.label == "output_write/output_too_large/one_past") {
            exceeded.insert("kMaxOutputBytes");
        } else if (step.label == "input_read/success/end_of_the_longest_input") {
            reached.insert("kMaxInputBytes");
        }
    }
    // InputBeyondItsLimitIsRefused.
    exceeded.insert("kMaxInputBytes");
    EXPECT_EQ(declared_limits(), reached);
    EXPECT_EQ(declared_limits(), exceeded);
}

TEST(TotalityCoverage, LabelsAreUnique) {
    std::set<std::string> labels;
    for (const TotalityCase& ending : all_endings()) {
        EXPECT_TRUE(labels.insert(ending.label).second) << ending.label;
    }
}

}  // namespace
}  // namespace lockstep::differential
