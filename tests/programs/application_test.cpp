// The applications do on the machine what they do natively.

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <sstream>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "tests/programs/application_run.hpp"
#include "tests/programs/native_process.hpp"
#include "vm/machine/interpreter.hpp"

namespace lockstep::programs {
namespace {

/// Mutated inputs of each application.
std::uint64_t mutations() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr ? 1000 : 16;
}

vm::MachineState last_state(const ApplicationRun& run) {
    const ProgramRun invoked = program_run(run);
    vm::MachineState state = initial_state(invoked);
    vm::run(*invoked.program, state, Step(~0ULL));
    return state;
}

std::string text_of(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

vm::MachineState expect_native_outcome(const ApplicationRun& run) {
    vm::MachineState state = last_state(run);
    const NativeOutcome native = run_natively(run.application, run.input);
    const bool is_trapped = state.status == vm::Status::trapped;
    EXPECT_NE(static_cast<int>(state.status), static_cast<int>(vm::Status::running));
    EXPECT_EQ(is_trapped, native.is_trapped)
        << vm::trap_name(is_trapped ? static_cast<vm::Trap>(state.code) : vm::Trap::none);
    if (!is_trapped) {
        EXPECT_EQ(state.code, native.code);
        EXPECT_EQ(text_of(state.output), text_of(native.output));
    }
    EXPECT_FALSE(is_trapped && state.code == static_cast<std::uint32_t>(vm::Trap::out_of_gas));
    return state;
}

TEST(Applications, DoWhatTheirNativeBuildDoes) {
    for (const ApplicationRun& run : application_runs()) {
        SCOPED_TRACE(run.application + "/" + run.detail);
        const vm::MachineState state = expect_native_outcome(run);
        if (run.output) {
            EXPECT_EQ(text_of(state.output), text_of(*run.output));
        }
    }
}

TEST(Applications, DoSoWithMutatedInputs) {
    for (const Application& application : applications()) {
        std::vector<const ApplicationRun*> originals;
        for (const ApplicationRun& run : application_runs()) {
            if (run.application == application.name) {
                originals.push_back(&run);
            }
        }
        for (std::uint64_t seed = 0; seed < mutations(); ++seed) {
            const ApplicationRun run = mutated(*originals[seed % originals.size()], seed);
            SCOPED_TRACE(run.application + "/" + run.detail + ": " + to_hex(run.input));
            (void)expect_native_outcome(run);
            if (HasFailure()) {
                return;
            }
        }
    }
}

TEST(Applications, EndInAllWaysThatTheyCan) {
    std::map<std::string, std::set<std::uint32_t>> codes;
    for (const ApplicationRun& run : application_runs()) {
        const vm::MachineState state = last_state(run);
        codes[run.application].insert(state.status == vm::Status::trapped ? 1000 + state.code
                                                                          : state.code);
    }
    using Codes = std::set<std::uint32_t>;
    const std::uint32_t trap = 1000 + static_cast<std::uint32_t>(vm::Trap::unreachable);
    EXPECT_EQ(codes["keccak256"], Codes({0}));
    EXPECT_EQ(codes["ed25519"], Codes({0, 2}));
    EXPECT_EQ(codes["json"], Codes({0, 1, 2}));
    EXPECT_EQ(codes["lisp"], Codes({0, 1, 2}));
    EXPECT_EQ(codes["lz"], Codes({0, 1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(codes["containers"], Codes({0, 1, 2, 3}));
    EXPECT_EQ(codes["big_numbers"], Codes({0, 1, 2, trap}));
    EXPECT_EQ(codes["nbody"], Codes({0, 1, 2}));
    EXPECT_EQ(codes["matrix"], Codes({0, 1, 2}));
    EXPECT_EQ(codes["mandelbrot"], Codes({0, 1, 2}));
}

TEST(Applications, CompressedDataAreRestored) {
    std::size_t streams = 0;
    for (const ApplicationRun& run : application_runs()) {
        if (run.application != "lz" || run.input.empty() || run.input.front() != 'c') {
            continue;
        }
        SCOPED_TRACE(run.detail);
        ApplicationRun back = run;
        back.input = last_state(run).output;
        back.input.insert(back.input.begin(), 'd');
        const vm::MachineState restored = last_state(back);
        EXPECT_EQ(restored.code, 0U);
        EXPECT_EQ(restored.output, Bytes(run.input.begin() + 1, run.input.end()));
        ++streams;
        for (std::uint64_t seed = 0; seed < mutations() / 4; ++seed) {
            (void)expect_native_outcome(mutated(back, seed));
        }
    }
    EXPECT_GE(streams, 8U);
}

TEST(Applications, WhatJsonWritesMeansTheSame) {
    std::size_t accepted = 0;
    for (const ApplicationRun& run : application_runs()) {
        if (run.application != "json" || run.input.empty()) {
            continue;
        }
        SCOPED_TRACE(run.detail);
        const vm::MachineState state = last_state(run);
        const std::string text = text_of(run.input).substr(1);
        const boost::json::parse_options deep{.max_depth = 200};
        boost::system::error_code error;
        const boost::json::value meant = boost::json::parse(text, error, {}, deep);
        if (state.code == 0) {
            ASSERT_FALSE(error) << error.message();
            EXPECT_EQ(boost::json::parse(text_of(state.output), {}, deep), meant);
            ++accepted;
        } else if (!text_of(state.output).ends_with("nested too deeply\n") &&
                   !text_of(state.output).ends_with("has a member of that name\n") &&
                   state.code == 1) {
            EXPECT_TRUE(error);
        }
    }
    EXPECT_GE(accepted, 7U);
}

/// A line is "<name> <bits> <value>".
void expect_decimal(const std::string& line, std::size_t& checked) {
    const std::size_t value = line.rfind(' ') + 1;
    const std::size_t bits = line.rfind(' ', value - 2) + 1;
    if (value == 0 || value - bits != 17 || line.find_first_of(".n", value) == std::string::npos) {
        return;
    }
    const double number = std::bit_cast<double>(std::stoull(line.substr(bits, 16), nullptr, 16));
    std::array<char, 64> text{};
    (void)std::snprintf(text.data(), text.size(), "%.16e", number);
    EXPECT_EQ(line.substr(value), text.data()) << line;
    ++checked;
}

TEST(Applications, FloatsAreWrittenAsTheLibraryWritesThem) {
    std::size_t checked = 0;
    for (const ApplicationRun& run : application_runs()) {
        if (run.application == "nbody" || run.application == "matrix") {
            SCOPED_TRACE(run.application + "/" + run.detail);
            std::istringstream lines(text_of(last_state(run).output));
            for (std::string line; std::getline(lines, line);) {
                expect_decimal(line, checked);
            }
        }
    }
    EXPECT_GE(checked, 200U);
}

}  // namespace
}  // namespace lockstep::programs
