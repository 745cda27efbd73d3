// Measures what roots cost: hashing, trees, traces, snapshots. See bench/README.md.
//
// usage: lockstep_root_bench [--json] [--quick] [--only GROUP]...

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measurement.hpp"
#include "bench/report.hpp"
#include "bench/root_bench.hpp"

namespace {

using lockstep::bench::Options;
using lockstep::bench::Results;

struct Group {
    std::string_view name;
    void (*measure)(const Options& options, Results& results);
};

constexpr std::array kGroups = {
    Group{"hashing", lockstep::bench::measure_hashing},
    Group{"tree", lockstep::bench::measure_memory_tree},
    Group{"dense", lockstep::bench::measure_dense_traces},
    Group{"parallel", lockstep::bench::measure_parallel_traces},
    Group{"strided", lockstep::bench::measure_strided_traces},
    Group{"snapshots", lockstep::bench::measure_snapshots},
    Group{"history", lockstep::bench::measure_histories},
    Group{"store", lockstep::bench::measure_store},
};

int fail(const std::string& reason) {
    std::fprintf(stderr, "lockstep_root_bench: %s\n", reason.c_str());
    return 1;
}

std::string usage() {
    std::string text = "usage: lockstep_root_bench [--json] [--quick] [--only GROUP]..., of";
    for (const Group& group : kGroups) {
        text += " " + std::string(group.name);
    }
    return text;
}

bool is_group(std::string_view name) {
    return std::ranges::find(kGroups, name, &Group::name) != kGroups.end();
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    std::vector<std::string_view> chosen;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--json") {
            options.json = true;
        } else if (argument == "--quick") {
            options.quick = true;
        } else if (argument == "--only" && i + 1 < argc && is_group(argv[i + 1])) {
            chosen.emplace_back(argv[++i]);
        } else {
            return fail(usage());
        }
    }
    try {
        Results results;
        for (const Group& group : kGroups) {
            if (chosen.empty() || std::ranges::find(chosen, group.name) != chosen.end()) {
                group.measure(options, results);
            }
        }
        (options.json ? lockstep::bench::print_json : lockstep::bench::print_table)(results);
    } catch (const std::exception& error) {
        return fail(error.what());
    }
    return 0;
}
