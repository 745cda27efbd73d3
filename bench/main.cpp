// Measures what decides on the cost of a dispute. See bench/README.md.
//
// usage: lockstep_bench [--json] [--quick]

#include <cstdio>
#include <exception>
#include <string_view>

#include "bench/measurement.hpp"
#include "bench/report.hpp"

namespace {

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
        lockstep::bench::Results results;
        lockstep::bench::measure_commitments(options, results);
        lockstep::bench::measure_loading(options, results);
        lockstep::bench::measure_starting(options, results);
        (options.json ? lockstep::bench::print_json : lockstep::bench::print_table)(results);
    } catch (const std::exception& error) {
        return fail(error.what());
    }
    return 0;
}
