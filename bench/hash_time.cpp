#include "bench/hash_time.hpp"

#include "base/bytes.hpp"

namespace lockstep::bench {

namespace {

/// They stay in the first two levels of cache, and a call is long beside the clock's own cost.
constexpr std::size_t kPairCount = 4'096;

}  // namespace

std::vector<Hash256> distinct_nodes(std::size_t count) {
    std::vector<Hash256> nodes(count);
    for (std::size_t i = 0; i < count; ++i) {
        store_be(nodes[i].bytes.data(), std::uint64_t{i} + 1);
    }
    return nodes;
}

double pair_seconds(const Options& options, const merkle::Sha256Kernel& kernel) {
    const std::vector<Hash256> nodes = distinct_nodes(2 * kPairCount);
    std::vector<Hash256> parents(kPairCount);
    constexpr int kTimes = 8;
    const double seconds = median_seconds(
        options, [] {},
        [&] {
            for (int i = 0; i < kTimes; ++i) {
                kernel.pairs(nodes, parents);
            }
        });
    keep(parents.back().bytes[0]);
    return seconds / (kTimes * kPairCount);
}

}  // namespace lockstep::bench
