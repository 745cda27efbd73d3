#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/growth.hpp"
#include "bench/kernel.hpp"
#include "bench/measurement.hpp"
#include "bench/own_engines.hpp"
#include "bench/synthetic_module.hpp"
#include "trace/image.hpp"

namespace lockstep::bench {

namespace {

constexpr std::size_t kFullBytes = std::size_t{1} << 19U;
constexpr std::size_t kQuickBytes = std::size_t{1} << 12U;
constexpr std::array<std::size_t, 4> kFactors{1, 2, 4, 8};

/// What a module goes through before it runs.
struct Stage {
    std::string group;
    std::function<double(const Options&, const Bytes& wasm)> seconds;
    double first = 0;  // seconds a byte of the smallest module
    Growth growth;
};

using Stages = std::vector<Stage>;

double load_seconds(const Options& options, const Bytes& wasm) {
    vm::Program program;
    return median_seconds(options, [] {}, [&] { program = load_program(wasm); });
}

double image_seconds(const Options& options, const Bytes& wasm) {
    const vm::Program program = load_program(wasm);
    std::optional<trace::Image> image;
    return median_seconds(options, [&] { image.reset(); }, [&] { image.emplace(program); });
}

Stages make_stages() {
    Stages stages;
    stages.push_back({.group = "load", .seconds = load_seconds, .growth = {}});
    stages.push_back({.group = "image", .seconds = image_seconds, .growth = {}});
    for (const OwnEngine& engine : preparing_engines()) {
        stages.push_back({.group = "prepare " + engine.name,
                          .seconds =
                              [engine](const Options& options, const Bytes& wasm) {
                                  return preparation_seconds(options, engine, load_program(wasm));
                              },
                          .growth = {}});
    }
    return stages;
}

void measure_size(const Options& options, const Bytes& wasm, Stages& stages, Results& results) {
    const auto bytes = static_cast<double>(wasm.size());
    const std::string size = std::to_string(wasm.size() / 1024) + " KiB";
    for (Stage& stage : stages) {
        const double seconds = stage.seconds(options, wasm);
        stage.first = stage.first == 0 ? seconds / bytes : stage.first;
        stage.growth.add(bytes, seconds);
        results.push_back({stage.group, size, bytes * 1e-6 / seconds, "MB/s",
                           seconds / bytes / stage.first, "x time a byte of the smallest"});
    }
}

}  // namespace

void measure_loading(const Options& options, Results& results) {
    Stages stages = make_stages();
    const std::size_t unit_bytes = options.quick ? kQuickBytes : kFullBytes;
    for (const std::size_t factor : kFactors) {
        measure_size(options, make_synthetic_module(factor * unit_bytes), stages, results);
    }
    for (const Stage& stage : stages) {
        const double exponent = stage.growth.exponent();
        results.push_back({stage.group, "growth", exponent, "exponent", exponent, "x linear"});
    }
}

}  // namespace lockstep::bench
