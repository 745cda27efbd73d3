#pragma once

// Runs of the applications: guests of some size, each of which also exists as a native program that
// says what must come out (README.md). They are too long for what is done with all_runs().

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "tests/programs/program_run.hpp"

namespace lockstep::programs {

struct ApplicationRun {
    std::string application;
    std::string detail;
    Bytes input;
    /// Where it is known from elsewhere: a published test vector, another library.
    std::optional<Bytes> output;
};

using ApplicationRuns = std::vector<ApplicationRun>;

struct Application {
    std::string name;
    std::string language;
    std::string covers;  // what of WebAssembly and of Lockstep it is good for
};

[[nodiscard]] const std::vector<Application>& applications();

/// All runs; the first of each application is its default run.
[[nodiscard]] const ApplicationRuns& application_runs();
[[nodiscard]] const ApplicationRun& default_run(const std::string& application);

/// The input of a run with something done to it that its kind is sensitive to: cut short, a byte
/// changed, a stretch repeated.
[[nodiscard]] ApplicationRun mutated(const ApplicationRun& run, std::uint64_t seed);

/// The run on the machine, labelled <application>/<detail>; it expects nothing.
[[nodiscard]] ProgramRun program_run(const ApplicationRun& run);

// The runs of some of the applications.

[[nodiscard]] ApplicationRuns keccak_runs();
[[nodiscard]] ApplicationRuns signature_runs();
[[nodiscard]] ApplicationRuns json_runs();
[[nodiscard]] ApplicationRuns lisp_runs();
[[nodiscard]] ApplicationRuns compression_runs();
[[nodiscard]] ApplicationRuns container_runs();
[[nodiscard]] ApplicationRuns body_runs();
[[nodiscard]] ApplicationRuns matrix_runs();
[[nodiscard]] ApplicationRuns assemblyscript_runs();

}  // namespace lockstep::programs
