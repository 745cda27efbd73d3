// Runs random modules in Lockstep, V8 and wabt, and compares. Exits with 1 where they differ: the modules
// are then in the folder of findings, and the messages say how to make them again.

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tests/differential/engines/binaryen_source.hpp"
#include "tests/differential/engines/comparison.hpp"
#include "tests/random_modules/random_module.hpp"

namespace {

using lockstep::engines::binaryen_modules;
using lockstep::engines::Comparison;
using lockstep::engines::ComparisonOptions;
using lockstep::engines::EngineCase;
using lockstep::random_modules::choices_of_seed;
using lockstep::random_modules::random_modules;
using Clock = std::chrono::steady_clock;

/// So many more modules where LOCKSTEP_DEEP is set.
constexpr std::uint64_t kDeepFactor = 20;

struct Options {
    std::uint64_t seed = 0;
    std::uint64_t modules = 1000;
    double minutes = 0;
    std::string source = "generated";
    std::uint64_t batch = 500;
    ComparisonOptions comparison{.scratch = "build/differential",
                                 .findings = "build/differential/findings"};
};

void add_options(CLI::App& app, Options& options) {
    app.add_option("--seed", options.seed, "of the first module; the next has the next");
    app.add_option("--modules", options.modules, "how many");
    app.add_option("--minutes", options.minutes, "instead: for how long");
    app.add_option("--source", options.source, "generated or binaryen")
        ->check(CLI::IsMember({"generated", "binaryen"}));
    app.add_option("--batch", options.batch, "modules that are compared at once");
    app.add_flag("!--no-v8", options.comparison.v8, "leave V8 out");
    app.add_flag("!--no-wabt", options.comparison.wabt, "leave wabt out");
    app.add_option("--walk", options.comparison.walked_steps,
                   "record and replay so many steps of each call");
    app.add_option("--scratch", options.comparison.scratch, "folder for files in between");
    app.add_option("--findings", options.comparison.findings, "folder for what differs");
}

EngineCase case_of_seed(const Options& options, std::uint64_t seed) {
    return {.label = fmt::format("--source {} --seed {} --modules 1", options.source, seed),
            .modules = options.source == "binaryen"
                           ? binaryen_modules(seed, options.comparison.scratch)
                           : random_modules(choices_of_seed(seed), {.may_mismatch = true})};
}

bool is_over(const Options& options, std::uint64_t done, Clock::time_point begin) {
    if (options.minutes > 0) {
        return Clock::now() - begin > std::chrono::duration<double>(60 * options.minutes);
    }
    return done >= options.modules;
}

int run(const Options& options) {
    std::filesystem::create_directories(options.comparison.scratch);
    Comparison comparison(options.comparison);
    const Clock::time_point begin = Clock::now();
    for (std::uint64_t done = 0; !is_over(options, done, begin);) {
        comparison.add(case_of_seed(options, options.seed + done));
        if (++done % options.batch == 0) {
            comparison.finish_batch();
        }
    }
    comparison.finish_batch();
    fmt::print("{}", comparison.summary());
    return comparison.counts().findings == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Runs random modules in several engines and compares.");
    add_options(app, options);
    CLI11_PARSE(app, argc, argv);
    if (std::getenv("LOCKSTEP_DEEP") != nullptr) {
        options.modules *= kDeepFactor;
    }
    try {
        return run(options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "compare_engines: {}\n", error.what());
        return 2;
    }
}
