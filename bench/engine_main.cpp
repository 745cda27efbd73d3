// Compares Lockstep's engines with native code and with other people's engines. See bench/README.md.
//
// usage: lockstep_engine_bench [--json] [--quick] [--runs N] [--kernel NAME]... [--engine NAME]...

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/comparison.hpp"
#include "bench/engine.hpp"
#include "bench/kernel.hpp"
#include "bench/measurement.hpp"
#include "bench/report.hpp"

namespace {

using lockstep::bench::Comparison;
using lockstep::bench::Engine;
using lockstep::bench::Kernel;

constexpr const char* kUsage =
    "usage: lockstep_engine_bench [--json] [--quick] [--runs N] [--kernel NAME]... "
    "[--engine NAME]...";
constexpr int kRuns = 5;
constexpr int kMostRuns = 1'000;

struct Command {
    lockstep::bench::Options options;
    std::vector<std::string> kernels;  // empty: all
    std::vector<std::string> engines;
};

int parse_runs(std::string_view text) {
    int runs = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), runs);
    if (error != std::errc() || end != text.data() + text.size() || runs < 1 || runs > kMostRuns) {
        throw std::runtime_error("--runs takes a number from 1 to 1000");
    }
    return runs;
}

Command parse(int argc, char** argv) {
    Command command;
    command.options.full_repetitions = kRuns;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--json") {
            command.options.json = true;
        } else if (argument == "--quick") {
            command.options.quick = true;
        } else if (i + 1 < argc && argument == "--runs") {
            command.options.full_repetitions = parse_runs(argv[++i]);
        } else if (i + 1 < argc && argument == "--kernel") {
            command.kernels.emplace_back(argv[++i]);
        } else if (i + 1 < argc && argument == "--engine") {
            command.engines.emplace_back(argv[++i]);
        } else {
            throw std::runtime_error(kUsage);
        }
    }
    return command;
}

bool is_wanted(const std::vector<std::string>& wanted, const std::string& name) {
    return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
}

/// A name that nothing has would otherwise make a table that lacks something, and be overlooked.
template <typename Range>
void check_names(const std::vector<std::string>& wanted, const Range& existing) {
    for (const std::string& name : wanted) {
        if (std::ranges::none_of(existing, [&](const auto& one) { return one.name == name; })) {
            throw std::runtime_error("there is no " + name);
        }
    }
}

/// Those that can be measured, and among them all that others are compared with.
std::vector<Engine> select_engines(const std::vector<std::string>& wanted) {
    const std::vector<Engine> engines = lockstep::bench::all_engines();
    check_names(wanted, engines);
    std::vector<Engine> selected;
    for (const Engine& engine : engines) {
        const bool is_base = std::ranges::any_of(engines, [&](const Engine& other) {
            return other.variant_of == engine.name && is_wanted(wanted, other.name);
        });
        if (!is_wanted(wanted, engine.name) && !is_base && engine.name != "native") {
            continue;
        }
        if (engine.absence.empty()) {
            selected.push_back(engine);
        } else {
            std::fprintf(stderr, "lockstep_engine_bench: without %s: %s\n", engine.name.c_str(),
                         engine.absence.c_str());
        }
    }
    return selected;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const Command command = parse(argc, argv);
        check_names(command.kernels, lockstep::bench::kernels());
        Comparison comparison{.engines = select_engines(command.engines), .rows = {}};
        for (const Kernel& kernel : lockstep::bench::kernels()) {
            if (is_wanted(command.kernels, kernel.name)) {
                comparison.rows.push_back(compare(comparison.engines, kernel, command.options));
            }
        }
        if (command.options.json) {
            lockstep::bench::print_json(make_results(comparison));
        } else {
            print_comparison(comparison);
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "lockstep_engine_bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
