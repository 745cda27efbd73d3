// Inputs of nbody and matrix.

#include <array>
#include <bit>
#include <limits>
#include <random>

#include "tests/programs/application_run.hpp"

namespace lockstep::programs {

namespace {

/// Place, velocity, mass.
using Body = std::array<double, 7>;

void append_word(Bytes& bytes, std::uint64_t word, unsigned bits) {
    for (unsigned shift = 0; shift < bits; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
}

Bytes system_of(std::uint32_t steps, double time, const std::vector<Body>& bodies) {
    Bytes input;
    append_word(input, steps, 32);
    append_word(input, std::bit_cast<std::uint64_t>(time), 64);
    for (const Body& body : bodies) {
        for (const double number : body) {
            append_word(input, std::bit_cast<std::uint64_t>(number), 64);
        }
    }
    return input;
}

/// Three bodies that follow each other on a figure of eight.
std::vector<Body> figure_of_eight() {
    return {{0.97000436, -0.24308753, 0, 0.466203685, 0.43236573, 0, 1},
            {-0.97000436, 0.24308753, 0, 0.466203685, 0.43236573, 0, 1},
            {0, 0, 0, -0.93240737, -0.86473146, 0, 1}};
}

std::vector<Body> cluster(std::size_t count) {
    std::mt19937_64 random(count);
    std::vector<Body> bodies(count);
    for (Body& body : bodies) {
        for (double& number : body) {
            number = static_cast<double>(random() >> 11U) * 0x1p-53 - 0.5;
        }
        body.back() += 1;
    }
    return bodies;
}

ApplicationRun bodies(std::string detail, Bytes input) {
    return {.application = "nbody",
            .detail = std::move(detail),
            .input = std::move(input),
            .output = {}};
}

ApplicationRun matrix(std::string detail, std::uint8_t order, std::uint8_t block, std::uint8_t kind,
                      std::uint32_t seed) {
    Bytes input{order, block, kind};
    append_word(input, seed, 32);
    return {.application = "matrix",
            .detail = std::move(detail),
            .input = std::move(input),
            .output = {}};
}

}  // namespace

ApplicationRuns body_runs() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    constexpr double kLeast = std::numeric_limits<double>::denorm_min();
    constexpr double kGreatest = std::numeric_limits<double>::max();
    ApplicationRuns runs;
    runs.push_back(bodies("figure_of_eight", system_of(400, 0.01, figure_of_eight())));
    runs.push_back(bodies("cluster", system_of(60, 0.003, cluster(12))));
    runs.push_back(bodies("backwards", system_of(100, -0.01, figure_of_eight())));
    runs.push_back(bodies("one_body", system_of(10, 0.1, cluster(1))));
    runs.push_back(bodies("no_body", system_of(10, 0.1, {})));
    runs.push_back(bodies("no_step", system_of(0, 0.1, cluster(3))));
    runs.push_back(
        bodies("same_place", system_of(4, 0.1, {cluster(2)[0], cluster(2)[0], cluster(2)[1]})));
    runs.push_back(bodies("infinite_time", system_of(4, kInfinity, cluster(3))));
    runs.push_back(bodies("nan", system_of(4, 0.1, {{kNan, 0, 0, 0, 0, 0, 1}, cluster(2)[1]})));
    runs.push_back(bodies(
        "signalling_nan",
        system_of(
            4, 0.1,
            {{std::bit_cast<double>(0xFFF0'0000'0000'0001ULL), 0, 0, 0, 0, 0, 1}, cluster(2)[1]})));
    runs.push_back(bodies(
        "least",
        system_of(8, kLeast, {{kLeast, 0, 0, 0, 0, 0, kLeast}, {0, -kLeast, 0, kLeast, 0, 0, 1}})));
    runs.push_back(bodies("greatest", system_of(8, 0.5,
                                                {{kGreatest, 0, 0, 0, 0, 0, kGreatest},
                                                 {0, -kGreatest, 0, 1, 0, 0, 1}})));
    runs.push_back(bodies("subnormal", system_of(20, 1e-300,
                                                 {{1e-155, 0, 0, 1e-160, 0, 0, 3e-308},
                                                  {0, 2e-155, 0, 0, -0.0, 0, 1e-310}})));
    runs.push_back(bodies("odd_size", Bytes(13)));
    runs.push_back(bodies("no_header", Bytes(11)));
    runs.push_back(bodies("too_many_steps", system_of(2001, 0.1, {})));
    return runs;
}

ApplicationRuns matrix_runs() {
    ApplicationRuns runs;
    runs.push_back(matrix("random_20", 20, 6, 0, 7));
    runs.push_back(matrix("random_1", 1, 1, 0, 3));
    runs.push_back(matrix("random_24", 24, 8, 0, 0xFFFF'FFFF));
    runs.push_back(matrix("block_beyond_order", 7, 255, 0, 12));
    runs.push_back(matrix("hilbert_8", 8, 3, 1, 5));
    runs.push_back(matrix("hilbert_14", 14, 4, 1, 5));
    runs.push_back(matrix("singular", 9, 4, 2, 5));
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        runs.push_back(matrix("extreme_" + std::to_string(seed),
                              static_cast<std::uint8_t>(2 + seed), 3, 3, seed * 7919));
    }
    runs.push_back(matrix("order_0", 0, 1, 0, 1));
    runs.push_back(matrix("order_25", 25, 1, 0, 1));
    runs.push_back(matrix("kind_4", 3, 1, 4, 1));
    runs.push_back(matrix("no_seed", 3, 1, 0, 0));
    return runs;
}

}  // namespace lockstep::programs
