#pragma once

#include <vector>

#include "base/hash256.hpp"
#include "bench/measurement.hpp"
#include "merkle/sha256_kernel.hpp"

namespace lockstep::bench {

/// What the time of everything that hashes is compared with.
inline constexpr const char* kPairs = "x hash_pair";

/// Different from each other.
[[nodiscard]] std::vector<Hash256> distinct_nodes(std::size_t count);

/// The time of one inner node, where the kernel hashes many at once.
[[nodiscard]] double pair_seconds(const Options& options, const merkle::Sha256Kernel& kernel);

}  // namespace lockstep::bench
