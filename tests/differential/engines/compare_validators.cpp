// Changes random modules a little and compares what Lockstep, wabt and V8 say of them: whether they are valid.
// Exits with 1 where they differ: the modules are then in the folder of findings.
//
// V8 and wabt take some modules that are not valid: where one alone does, and the other refuses the module as
// Lockstep does, it is counted apart, by what Lockstep says of it.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tests/differential/engines/module_mutation.hpp"
#include "tests/differential/engines/v8_engine.hpp"
#include "tests/differential/engines/validity.hpp"
#include "tests/differential/engines/wabt_validator.hpp"
#include "tests/random_modules/random_module.hpp"

namespace lockstep::engines {

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
    std::uint64_t seed = 0;
    std::uint64_t modules = 10'000;
    double minutes = 0;
    bool v8 = true;
    bool wabt = true;
    std::filesystem::path scratch = "build/differential";
    std::filesystem::path findings = "build/differential/findings";
};

/// So many more modules where LOCKSTEP_DEEP is set.
constexpr std::uint64_t kDeepFactor = 20;
constexpr std::uint64_t kBatch = 2000;
/// So many mutants have the same origin.
constexpr std::uint64_t kLitter = 50;

class Comparison {
public:
    explicit Comparison(Options options) : options_(std::move(options)) {}

    void compare_batch(std::uint64_t first_seed, std::uint64_t count) {
        std::vector<Bytes> modules;
        for (std::uint64_t seed = first_seed; seed < first_seed + count; ++seed) {
            modules.push_back(mutant(seed));
        }
        const std::vector<bool> v8 =
            options_.v8 ? validate_with_v8(modules, options_.scratch) : std::vector<bool>();
        const std::vector<WabtVerdict> wabt =
            options_.wabt ? validate_with_wabt(modules) : std::vector<WabtVerdict>();
        for (std::uint64_t i = 0; i < count; ++i) {
            OtherVerdicts others;
            if (options_.v8) {
                others.v8 = v8[i];
            }
            if (options_.wabt && wabt[i] != WabtVerdict::none) {
                others.wabt = wabt[i] == WabtVerdict::valid;
            }
            wabt_died_ += options_.wabt && !others.wabt ? 1U : 0U;
            judge_module(first_seed + i, modules[i], others);
        }
    }

    [[nodiscard]] int finish() const {
        std::uint64_t total = 0;
        for (const auto& [name, count] : classes_) {
            fmt::print("{} {}, ", name, count);
            total += count;
        }
        fmt::print("{} modules; wabt died on {}\n", total, wabt_died_);
        for (const auto& [name, count] : alone_) {
            fmt::print("taken by one alone, {} times by {}\n", count, name);
        }
        fmt::print("{} differences\n", findings_);
        return findings_ == 0 ? 0 : 1;
    }

private:
    static Bytes mutant(std::uint64_t seed) {
        const random_modules::RandomModules origin =
            random_modules::random_modules(random_modules::choices_of_seed(seed / kLitter));
        const Bytes bytes = random_modules::choices_of_seed(~seed);
        fuzz::Choices choices(bytes);
        return mutate_module(origin.modules.back().wasm, choices);
    }

    void judge_module(std::uint64_t seed, const Bytes& module, const OtherVerdicts& others) {
        const Verdict verdict = judge(module);
        ++classes_[std::string(class_of(verdict))];
        switch (compare(verdict, others)) {
            case Consent::all:
            case Consent::unknown: break;
            case Consent::wabt_only:
            case Consent::v8_only: {
                const bool is_v8 = compare(verdict, others) == Consent::v8_only;
                ++alone_[fmt::format("{}: {}", is_v8 ? "V8" : "wabt",
                                     vm::load_error_text(verdict->code))];
                break;
            }
            case Consent::different: report(seed, module, verdict, others); break;
        }
    }

    void report(std::uint64_t seed, const Bytes& module, const Verdict& verdict,
                const OtherVerdicts& others) {
        ++findings_;
        std::filesystem::create_directories(options_.findings);
        const std::filesystem::path path = options_.findings / fmt::format("mutant-{}.wasm", seed);
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(module.data()),
                   static_cast<std::streamsize>(module.size()));
        const auto said = [](std::optional<bool> is_valid) {
            return !is_valid ? "nothing" : *is_valid ? "valid" : "not valid";
        };
        const std::string ours = verdict ? fmt::format("{}: {} {} at {}", class_of(verdict),
                                                       vm::load_error_text(verdict->code),
                                                       verdict->name, verdict->offset)
                                         : "valid";
        fmt::print(stderr, "--seed {} --modules 1: lockstep says {}; wabt {}; v8 {}; saved as {}\n",
                   seed, ours, said(others.wabt), said(others.v8), path.string());
    }

    Options options_;
    std::map<std::string, std::uint64_t> classes_;
    std::map<std::string, std::uint64_t> alone_;
    std::uint64_t wabt_died_ = 0;
    std::uint64_t findings_ = 0;
};

int run(const Options& options) {
    std::filesystem::create_directories(options.scratch);
    Comparison comparison(options);
    const Clock::time_point begin = Clock::now();
    std::uint64_t done = 0;
    const auto is_over = [&] {
        return options.minutes > 0
                   ? Clock::now() - begin > std::chrono::duration<double>(60 * options.minutes)
                   : done >= options.modules;
    };
    while (!is_over()) {
        const std::uint64_t count =
            options.minutes > 0 ? kBatch : std::min(kBatch, options.modules - done);
        comparison.compare_batch(options.seed + done, count);
        done += count;
    }
    return comparison.finish();
}

}  // namespace

}  // namespace lockstep::engines

int main(int argc, char** argv) {
    using lockstep::engines::kDeepFactor;
    lockstep::engines::Options options;
    CLI::App app("Compares validators on modules that are changed a little.");
    app.add_option("--seed", options.seed, "of the first module; the next has the next");
    app.add_option("--modules", options.modules, "how many");
    app.add_option("--minutes", options.minutes, "instead: for how long");
    app.add_flag("!--no-v8", options.v8, "leave V8 out");
    app.add_flag("!--no-wabt", options.wabt, "leave wabt out");
    app.add_option("--scratch", options.scratch, "folder for files in between");
    app.add_option("--findings", options.findings, "folder for what differs");
    CLI11_PARSE(app, argc, argv);
    if (std::getenv("LOCKSTEP_DEEP") != nullptr) {
        options.modules *= kDeepFactor;
    }
    try {
        return lockstep::engines::run(options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "compare_validators: {}\n", error.what());
        return 2;
    }
}
