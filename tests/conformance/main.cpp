// Runs the converted test scripts of WebAssembly: see README.md here.

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "tests/conformance/expected_failures.hpp"
#include "tests/conformance/native_executor.hpp"
#include "tests/conformance/proving_executor.hpp"
#include "tests/conformance/script.hpp"
#include "tests/conformance/script_runner.hpp"
#include "tests/conformance/step_sample.hpp"
#include "tests/conformance/summary.hpp"
#include "tests/conformance/threaded_executor.hpp"
#include "tests/conformance/vector_files.hpp"

namespace lockstep::conformance {
namespace {

namespace fs = std::filesystem;

/// Steps proven of one run, and of each stratum written for the EVM.
struct Depth {
    std::uint64_t max_steps;
    std::size_t vectors_of_each;
};

Depth default_depth() {
    const bool is_deep = std::getenv("LOCKSTEP_DEEP") != nullptr;
    return {.max_steps = ~std::uint64_t{0}, .vectors_of_each = is_deep ? 256U : 64U};
}

struct Options {
    fs::path folder;
    std::string spectest;
    std::vector<std::string> scripts;
    std::string expected_failures;
    bool list_failures = false;
    bool list_other_words = false;
    bool compare_threaded = false;
    bool prove = false;
    bool compare_jit = false;
    Depth depth = default_depth();
    std::string vectors;
    bool summary = false;
    std::string json;
};

Options read_options(int count, char** arguments) {
    Options options;
    CLI::App app("Runs the converted test scripts of WebAssembly.", "conformance_runner");
    app.add_option("folder", options.folder, "of the scripts, as wast2json.mjs writes them")
        ->required();
    app.add_option("scripts", options.scripts, "Names of scripts; all of the folder by default");
    app.add_option("--spectest", options.spectest, "The module spectest, in the binary format")
        ->required();
    app.add_option("--expected-failures", options.expected_failures,
                   "List of what is known to fail");
    app.add_flag("--list-failures", options.list_failures, "Print all failures, expected ones too");
    app.add_flag("--list-other-words", options.list_other_words,
                 "Print refusals whose texts differ from the suite's");
    app.add_flag("--compare-threaded", options.compare_threaded,
                 "Run in threaded code, and compare the state with the interpreter's");
    app.add_flag("--prove", options.prove, "Prove each step from its bundle");
    app.add_flag("--compare-jit", options.compare_jit,
                 "Run everything in native code too, and compare all of the states");
    app.add_option("--max-steps", options.depth.max_steps,
                   "Steps proven of one run at the most: half at its beginning, half at its end");
    app.add_option("--write-vectors", options.vectors,
                   "Write a sample of the proven steps to the files FILE-0.bin, FILE-1.bin, ...");
    app.add_option("--vectors-of-each", options.depth.vectors_of_each,
                   "Steps of each script, opcode and outcome in the sample");
    app.add_flag("--summary", options.summary, "Print the counts as a table");
    app.add_option("--json", options.json, "Write the counts to a file");
    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error) == 0 ? 0 : 2);
    }
    options.prove = options.prove || !options.vectors.empty();
    return options;
}

std::vector<fs::path> script_files(const Options& options) {
    std::vector<fs::path> files;
    files.reserve(options.scripts.size());
    for (const std::string& name : options.scripts) {
        files.push_back(options.folder / (name + ".json"));
    }
    if (files.empty()) {
        for (const fs::directory_entry& entry : fs::directory_iterator(options.folder)) {
            if (entry.path().extension() == ".json") {
                files.push_back(entry.path());
            }
        }
        std::ranges::sort(files);
    }
    if (files.empty()) {
        throw std::runtime_error("no scripts in " + options.folder.string());
    }
    return files;
}

void print(std::span<const Failure> failures) {
    for (const Failure& failure : failures) {
        fmt::print("{}\n", to_text(failure));
    }
}

void write_text(const fs::path& path, const std::string& text) {
    std::ofstream file(path);
    file << text << '\n';
    if (!file.flush()) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

/// The runs of all scripts, and what they find.
class Suite {
public:
    explicit Suite(const Options& options)
        : options_(options),
          spectest_(read_file(options.spectest)),
          proving_(options.depth.max_steps),
          sample_(options.depth.vectors_of_each) {
        if (!options.vectors.empty()) {
            proving_.sample_into(sample_);
        }
        if (!options.expected_failures.empty()) {
            expected_ = ExpectedFailures::read(options.expected_failures);
        }
    }

    void run(const fs::path& file) {
        const Script script = read_script(file);
        sample_.begin_script();
        const ScriptResult result = run_script(script, spectest_, executor());
        summary_.add(result);
        if (options_.list_failures) {
            print(result.failures);
        }
        if (options_.list_other_words) {
            print(result.other_words);
        }
        report(expected_.review(script.name, result.failures));
    }

    /// Whether everything was as it should be.
    [[nodiscard]] bool finish() {
        if (options_.scripts.empty()) {
            report(expected_.not_reviewed());
        }
        summary_.steps_proven = proving_.steps_proven();
        summary_.runs_capped = proving_.runs_capped();
        summary_.bundles = sample_.steps().size();
        summary_.strata = sample_.strata();
        if (!options_.vectors.empty()) {
            write_vector_files(options_.vectors, sample_.steps());
        }
        if (options_.summary) {
            fmt::print("{}", to_markdown(summary_));
        }
        if (!options_.json.empty()) {
            write_text(options_.json, to_json(summary_));
        }
        return errors_ == 0;
    }

private:
    Executor& executor() {
        if (options_.prove) {
            return proving_;
        }
        if (options_.compare_threaded) {
            return threaded_;
        }
        return options_.compare_jit ? static_cast<Executor&>(native_) : plain_;
    }

    void report(const std::vector<std::string>& errors) {
        errors_ += errors.size();
        for (const std::string& error : errors) {
            fmt::print(stderr, "{}\n", error);
        }
    }

    const Options& options_;
    Bytes spectest_;
    ExpectedFailures expected_;
    PlainExecutor plain_;
    NativeExecutor native_;
    ThreadedExecutor threaded_;
    ProvingExecutor proving_;
    StepSample sample_;
    Summary summary_;
    std::size_t errors_ = 0;
};

int run(const Options& options) {
    try {
        Suite suite(options);
        for (const fs::path& file : script_files(options)) {
            suite.run(file);
        }
        return suite.finish() ? 0 : 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "conformance_runner: {}\n", error.what());
        return 1;
    }
}

}  // namespace
}  // namespace lockstep::conformance

int main(int count, char** arguments) {
    return lockstep::conformance::run(lockstep::conformance::read_options(count, arguments));
}
