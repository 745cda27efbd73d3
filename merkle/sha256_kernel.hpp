#pragma once

#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "base/hash256.hpp"

namespace lockstep::merkle {

/// One implementation of SHA-256. All kernels give the same digests; they differ in speed and in
/// what they ask of the processor.
struct Sha256Kernel {
    std::string_view name;
    Hash256 (*digest)(ByteView message);
    Hash256 (*pair)(const Hash256& left, const Hash256& right);
    /// The seam for kernels that interleave several messages. parents[i] is the node above
    /// nodes[2i] and nodes[2i + 1]; a kernel reads a node before it writes over it, so that
    /// `parents` may be the front of `nodes`.
    void (*pairs)(std::span<const Hash256> nodes, std::span<Hash256> parents);
};

/// Runs everywhere.
[[nodiscard]] const Sha256Kernel& openssl_kernel();

/// The x86 SHA extensions; null where this processor has none.
[[nodiscard]] const Sha256Kernel* sha_ni_kernel();

/// The kernel that sha256(), hash_pair() and hash_pairs() use, chosen once.
[[nodiscard]] const Sha256Kernel& active_kernel();

}  // namespace lockstep::merkle
