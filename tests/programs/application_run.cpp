#include "tests/programs/application_run.hpp"

#include <algorithm>
#include <iterator>
#include <random>
#include <stdexcept>

namespace lockstep::programs {

namespace {

/// More than any of the runs needs.
constexpr std::uint64_t kGasLimit = 4'000'000'000;

}  // namespace

const std::vector<Application>& applications() {
    static const std::vector<Application> all{
        {"keccak256", "C", "64-bit logic and rotations; input in blocks"},
        {"ed25519", "C", "wide multiplication with carries, 64-bit additions; struct copies"},
        {"json", "C", "recursion, loads and stores of bytes, `br_table`; errors with an offset"},
        {"lisp", "C", "indirect calls, deep recursion, a collector over a heap of cells"},
        {"lz", "C", "a large memory, chains of hashes, copies that overlap; corrupt streams"},
        {"containers", "C++", "templates, virtual functions, an arena; trees, hashing, sorting"},
        {"big_numbers", "AssemblyScript", "a managed heap with collections, strings, closures"},
        {"nbody", "C", "f64 arithmetic and square roots; infinities and NaNs; exact decimals"},
        {"matrix", "C", "f32 and f64, conversions between them, comparisons, rounding"},
        {"mandelbrot", "AssemblyScript", "f64 loops, conversions to and from text"},
    };
    return all;
}

const ApplicationRuns& application_runs() {
    static const ApplicationRuns runs = [] {
        ApplicationRuns all;
        for (const auto part : {keccak_runs, signature_runs, json_runs, lisp_runs, compression_runs,
                                container_runs, assemblyscript_runs, body_runs, matrix_runs}) {
            ApplicationRuns more = part();
            all.insert(all.end(), std::make_move_iterator(more.begin()),
                       std::make_move_iterator(more.end()));
        }
        return all;
    }();
    return runs;
}

const ApplicationRun& default_run(const std::string& application) {
    const auto found =
        std::ranges::find(application_runs(), application, &ApplicationRun::application);
    if (found == application_runs().end()) {
        throw std::runtime_error("no runs of " + application);
    }
    return *found;
}

ApplicationRun mutated(const ApplicationRun& run, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    ApplicationRun changed{.application = run.application,
                           .detail = run.detail + "_mutated_" + std::to_string(seed),
                           .input = run.input,
                           .output = {}};
    Bytes& input = changed.input;
    if (input.empty()) {
        input.push_back(static_cast<std::uint8_t>(random()));
        return changed;
    }
    const auto place = static_cast<std::ptrdiff_t>(random() % input.size());
    const auto at = input.begin() + place;
    switch (random() % 4) {
        case 0: input.erase(at, input.end()); break;
        case 1: *at ^= static_cast<std::uint8_t>(1U << random() % 8); break;
        case 2: *at = static_cast<std::uint8_t>(random()); break;
        default: {
            const Bytes repeated(at, std::min(at + 9, input.end()));
            input.insert(at, repeated.begin(), repeated.end());
        }
    }
    return changed;
}

ProgramRun program_run(const ApplicationRun& run) {
    return Call(run.application, "_start", run.detail).input(run.input).gas(kGasLimit).returns();
}

}  // namespace lockstep::programs
