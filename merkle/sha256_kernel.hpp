#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/hash256.hpp"
#include "merkle/sha256.hpp"

namespace lockstep::merkle {

/// One implementation of SHA-256. All kernels give the same digests; they differ in speed and in
/// what they ask of the processor.
struct Sha256Kernel {
    std::string_view name;
    Hash256 (*digest)(ByteView message);
    /// The digest of a message that is padded already, in `count` blocks.
    Hash256 (*blocks)(const std::uint8_t* blocks, std::size_t count);
    Hash256 (*pair)(const Hash256& left, const Hash256& right);
    /// parents[i] is the node above nodes[2i] and nodes[2i + 1]; a kernel reads a node before it
    /// writes over it, so that `parents` may be the front of `nodes`.
    void (*pairs)(std::span<const Hash256> nodes, std::span<Hash256> parents);
    /// states[i] takes in the `count` blocks of 64 bytes at blocks + 64 * count * i.
    void (*compress)(std::span<Sha256State> states, const std::uint8_t* blocks, std::size_t count);
};

/// Runs everywhere.
[[nodiscard]] const Sha256Kernel& openssl_kernel();

// Null where this processor lacks what they need.

/// The x86 SHA extensions.
[[nodiscard]] const Sha256Kernel* sha_ni_kernel();
/// Eight messages at once; those that are left, and single ones, by one of the two above.
[[nodiscard]] const Sha256Kernel* avx2_kernel();
/// Sixteen messages at once; those that are left, and single ones, by one of the above.
[[nodiscard]] const Sha256Kernel* avx512_kernel();

/// All that this processor can run, the portable one first.
[[nodiscard]] std::vector<const Sha256Kernel*> usable_kernels();

/// Null where there is none of that name, or this processor lacks what it needs.
[[nodiscard]] const Sha256Kernel* find_kernel(std::string_view name);

/// The environment variable that names the kernel to use. What find_kernel() does not find is as good
/// as nothing to the library; programs should refuse it.
inline constexpr const char* kKernelVariable = "LOCKSTEP_SHA256";

/// The kernel that sha256.hpp's functions use: chosen at the first call, by kKernelVariable or else by
/// trying which is fastest.
[[nodiscard]] const Sha256Kernel& active_kernel();

/// Makes them use this one, on all threads; it must be one of usable_kernels().
void use_kernel(const Sha256Kernel& kernel);

}  // namespace lockstep::merkle
