#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/growth.hpp"
#include "bench/measurement.hpp"
#include "bench/synthetic_module.hpp"
#include "trace/image.hpp"
#include "vm/module/decode.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/lowering.hpp"

namespace lockstep::bench {

namespace {

constexpr std::size_t kFullBytes = std::size_t{1} << 19U;
constexpr std::size_t kQuickBytes = std::size_t{1} << 12U;
constexpr std::array<std::size_t, 4> kFactors{1, 2, 4, 8};

vm::Program load(const Bytes& wasm) {
    auto module = vm::decode(wasm);
    auto valid = module ? vm::validate(std::move(*module)) : std::unexpected(module.error());
    auto program = valid ? vm::lower(*valid) : std::unexpected(valid.error());
    if (!program) {
        throw std::runtime_error("the synthetic module does not load: " +
                                 std::string(vm::load_error_text(program.error().code)));
    }
    return std::move(*program);
}

}  // namespace

void measure_loading(const Options& options, Results& results) {
    const std::size_t unit_bytes = options.quick ? kQuickBytes : kFullBytes;
    double first_load = 0;
    double first_image = 0;
    Growth load_growth;
    Growth image_growth;
    for (const std::size_t factor : kFactors) {
        const Bytes wasm = make_synthetic_module(factor * unit_bytes);
        const auto megabytes = static_cast<double>(wasm.size()) * 1e-6;
        vm::Program program;
        const double load_seconds =
            median_seconds(options, [] {}, [&] { program = load(wasm); }) / megabytes;
        std::optional<trace::Image> image;
        const double image_seconds =
            median_seconds(
                options, [&] { image.reset(); }, [&] { image.emplace(program); }) /
            megabytes;
        load_growth.add(megabytes, load_seconds * megabytes);
        image_growth.add(megabytes, image_seconds * megabytes);
        if (factor == 1) {
            first_load = load_seconds;
            first_image = image_seconds;
        }
        const std::string size = std::to_string(wasm.size() / 1024) + " KiB";
        results.push_back({"load", size, 1 / load_seconds, "MB/s", load_seconds / first_load,
                           "x time a byte of the smallest"});
        results.push_back({"image", size, 1 / image_seconds, "MB/s", image_seconds / first_image,
                           "x time a byte of the smallest"});
    }
    for (const auto& [group, growth] :
         {std::pair("load", &load_growth), {"image", &image_growth}}) {
        const double exponent = growth->exponent();
        results.push_back({group, "growth", exponent, "exponent", exponent, "x linear"});
    }
}

}  // namespace lockstep::bench
