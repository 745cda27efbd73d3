#include "tests/unit/merkle/slow_sha256.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

#include "base/check.hpp"

namespace lockstep::merkle::slow {

namespace {

/// FIPS 180-4, section 4.2.2: of the cube roots of the first 64 primes the first 32 bits after the
/// point. Computed, so that a slip in the library's table is not copied.
std::array<std::uint32_t, 64> round_constants() {
    std::array<std::uint32_t, 64> constants{};
    std::size_t count = 0;
    for (unsigned candidate = 2; count < constants.size(); ++candidate) {
        bool is_prime = true;
        for (unsigned divisor = 2; divisor * divisor <= candidate; ++divisor) {
            is_prime = is_prime && candidate % divisor != 0;
        }
        if (is_prime) {
            const long double root = std::cbrt(static_cast<long double>(candidate));
            constants[count++] =
                static_cast<std::uint32_t>((root - std::floor(root)) * 4294967296.0L);
        }
    }
    return constants;
}

}  // namespace

std::array<std::uint32_t, 8> compress(const std::array<std::uint32_t, 8>& state, ByteView block) {
    static const std::array<std::uint32_t, 64> constants = round_constants();
    LOCKSTEP_CHECK(block.size() == 64);
    std::array<std::uint32_t, 64> w{};
    for (std::size_t t = 0; t < 64; ++t) {
        if (t < 16) {
            w[t] = load_be<std::uint32_t>(block.data() + 4 * t);
            continue;
        }
        const std::uint32_t s0 =
            std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3U);
        const std::uint32_t s1 =
            std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10U);
        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t t = 0; t < 64; ++t) {
        const std::uint32_t sum1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const std::uint32_t t1 = h + sum1 + ((e & f) ^ (~e & g)) + constants[t] + w[t];
        const std::uint32_t sum0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const std::uint32_t t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    std::array<std::uint32_t, 8> after = {a, b, c, d, e, f, g, h};
    std::ranges::transform(after, state, after.begin(), std::plus<>());
    return after;
}

}  // namespace lockstep::merkle::slow
