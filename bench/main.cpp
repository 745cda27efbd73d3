// Measures what decides on the cost of a dispute. See bench/README.md.
//
// usage: lockstep_bench [--json] [--quick]

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measurement.hpp"

namespace {

using lockstep::bench::Result;
using lockstep::bench::Results;

void print_table(const Results& results) {
    std::vector<std::string> groups;
    for (const Result& result : results) {
        if (std::ranges::find(groups, result.group) == groups.end()) {
            groups.push_back(result.group);
        }
    }
    for (const std::string& group : groups) {
        std::printf("\n%s\n", group.c_str());
        for (const Result& result : results) {
            if (result.group == group) {
                std::printf("  %-12s %12.2f %-12s %10.2f %s\n", result.name.c_str(), result.value,
                            result.unit.c_str(), result.ratio, result.ratio_unit.c_str());
            }
        }
    }
}

/// No name or unit has a character that JSON would have escaped.
void print_json(const Results& results) {
    std::printf("[\n");
    for (const Result& result : results) {
        std::printf(
            "  {\"group\": \"%s\", \"name\": \"%s\", \"value\": %.6g, \"unit\": \"%s\", "
            "\"ratio\": %.6g, \"ratio_unit\": \"%s\"}%s\n",
            result.group.c_str(), result.name.c_str(), result.value, result.unit.c_str(),
            result.ratio, result.ratio_unit.c_str(), &result == &results.back() ? "" : ",");
    }
    std::printf("]\n");
}

int fail(const char* reason) {
    std::fprintf(stderr, "lockstep_bench: %s\n", reason);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    lockstep::bench::Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--json") {
            options.json = true;
        } else if (argument == "--quick") {
            options.quick = true;
        } else {
            return fail("usage: lockstep_bench [--json] [--quick]");
        }
    }
    try {
        Results results;
        lockstep::bench::measure_kernels(options, results);
        lockstep::bench::measure_commitments(options, results);
        lockstep::bench::measure_loading(options, results);
        (options.json ? print_json : print_table)(results);
    } catch (const std::exception& error) {
        return fail(error.what());
    }
    return 0;
}
