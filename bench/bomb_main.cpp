// Measures loading of modules that ask for much. See bench/README.md.
//
// usage: lockstep_bomb_bench [--json] [--quick] [<family>...]

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <malloc.h>

#include "bench/growth.hpp"
#include "bench/measurement.hpp"
#include "bench/own_engines.hpp"
#include "bench/report.hpp"
#include "tests/bombs/bomb.hpp"
#include "tests/bombs/counted_memory.hpp"
#include "trace/image.hpp"

namespace {

using lockstep::Bytes;
using lockstep::bench::Growth;
using lockstep::bench::Options;
using lockstep::bench::OwnEngine;
using lockstep::bench::Results;
using lockstep::bombs::Family;
using lockstep::vm::Program;

constexpr std::size_t kSizes = 5;
constexpr std::size_t kQuickBytes = 2'000;
constexpr int kRepetitions = 3;

struct Measured {
    double bytes = 0;
    double load_seconds = 0;
    double heap_bytes = 0;
    /// Where it loads: image first, then whatever engines prepare.
    std::vector<double> later_seconds = {};
};

/// What is measured of modules that load.
std::vector<std::string> later_stages() {
    std::vector<std::string> stages{"image"};
    for (const OwnEngine& engine : lockstep::bench::preparing_engines()) {
        stages.push_back("prepare " + engine.name);
    }
    return stages;
}

Measured measure(const Options& options, const Family& family, std::size_t about_bytes) {
    const Bytes wasm = family.make(about_bytes);
    Measured measured{.bytes = static_cast<double>(wasm.size())};
    Bytes copy;
    lockstep::vm::Load<Program> loaded;
    const auto prepare = [&] {
        loaded = Program();
        copy = wasm;
        lockstep::bombs::reset_heap_use();
    };
    measured.load_seconds =
        median_seconds(options, prepare, [&] { loaded = lockstep::bombs::load(std::move(copy)); });
    measured.heap_bytes = static_cast<double>(lockstep::bombs::heap_use().peak);
    if (loaded) {
        std::optional<lockstep::trace::Image> image;
        measured.later_seconds.push_back(
            median_seconds(options, [&] { image.reset(); }, [&] { image.emplace(*loaded); }));
        image.reset();
        for (const OwnEngine& engine : lockstep::bench::preparing_engines()) {
            measured.later_seconds.push_back(preparation_seconds(options, engine, *loaded));
        }
    }
    return measured;
}

/// From the family's greatest size, or a small one, down to a sixteenth of it.
void measure(const Options& options, const Family& family, Results& results) {
    const std::size_t least =
        options.quick ? kQuickBytes : std::max<std::size_t>(family.most_bytes >> (kSizes - 1), 1);
    Growth time;
    Growth heap;
    const std::vector<std::string> stages = later_stages();
    std::vector<Growth> later(stages.size());
    Measured measured;
    for (std::size_t i = 0; i < kSizes; ++i) {
        measured = measure(options, family, least << i);
        time.add(measured.bytes, measured.load_seconds);
        heap.add(measured.bytes, measured.heap_bytes + 1);
        for (std::size_t j = 0; j < measured.later_seconds.size(); ++j) {
            later[j].add(measured.bytes, measured.later_seconds[j]);
        }
    }
    const double megabytes = measured.bytes * 1e-6;
    results.push_back({"load", family.name, megabytes / measured.load_seconds, "MB/s",
                       time.exponent(), "exponent of time"});
    results.push_back({"memory of load", family.name, measured.heap_bytes / measured.bytes,
                       "bytes/byte", heap.exponent(), "exponent of memory"});
    for (std::size_t j = 0; j < measured.later_seconds.size(); ++j) {
        results.push_back({stages[j], family.name, megabytes / measured.later_seconds[j], "MB/s",
                           later[j].exponent(), "exponent of time"});
    }
}

}  // namespace

int main(int argc, char** argv) {
    // Large pieces come fresh from the host at every size, not from what was freed before.
    mallopt(M_MMAP_THRESHOLD, 1 << 16);
    Options options;
    options.full_repetitions = kRepetitions;
    std::vector<std::string> wanted;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--json") {
            options.json = true;
        } else if (argument == "--quick") {
            options.quick = true;
        } else {
            wanted.push_back(argument);
        }
    }
    try {
        Results results;
        for (const Family& family : lockstep::bombs::all_families()) {
            if (wanted.empty() || std::ranges::find(wanted, family.name) != wanted.end()) {
                measure(options, family, results);
            }
        }
        (options.json ? lockstep::bench::print_json : lockstep::bench::print_table)(results);
        if (!results.empty()) {
            return 0;
        }
        std::fprintf(stderr, "usage: lockstep_bomb_bench [--json] [--quick] [<family>...]\n");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "lockstep_bomb_bench: %s\n", error.what());
    }
    return 1;
}
