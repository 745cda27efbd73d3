#include "merkle/sha256_kernel.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>

namespace lockstep::merkle {

namespace {

std::atomic<const Sha256Kernel*> active{nullptr};

/// How long a kernel takes for two passes of the widest one: the shortest of some times in a row. The
/// first runs of wide instructions are slow, and so, on some processors, are those between runs of others.
std::chrono::nanoseconds time_pairs(const Sha256Kernel& kernel) {
    constexpr int kRuns = 12;
    constexpr std::size_t kPairs = 32;
    const std::array<Hash256, 2 * kPairs> nodes{};
    std::array<Hash256, kPairs> parents;
    auto shortest = std::chrono::nanoseconds::max();
    for (int i = 0; i < kRuns; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        kernel.pairs(nodes, parents);
        shortest =
            std::min<std::chrono::nanoseconds>(shortest, std::chrono::steady_clock::now() - begin);
    }
    return shortest;
}

/// Which is fastest cannot be told from the processor's features: of two that have both, one hashes
/// batches faster by the SHA extensions, the other by AVX-512. Some tens of microseconds tell. AVX2 is
/// taken to be behind the SHA extensions, and the portable kernel behind AVX2.
const Sha256Kernel& fastest_kernel() {
    const Sha256Kernel* const first = sha_ni_kernel() != nullptr ? sha_ni_kernel() : avx2_kernel();
    const Sha256Kernel* const second = avx512_kernel();
    if (first == nullptr || second == nullptr) {
        return first != nullptr ? *first : second != nullptr ? *second : openssl_kernel();
    }
    return time_pairs(*first) <= time_pairs(*second) ? *first : *second;
}

const Sha256Kernel& chosen_kernel() {
    const char* const name = std::getenv(kKernelVariable);
    const Sha256Kernel* const named = name != nullptr ? find_kernel(name) : nullptr;
    return named != nullptr ? *named : fastest_kernel();
}

}  // namespace

std::vector<const Sha256Kernel*> usable_kernels() {
    std::vector<const Sha256Kernel*> kernels = {&openssl_kernel()};
    for (const Sha256Kernel* const kernel : {sha_ni_kernel(), avx2_kernel(), avx512_kernel()}) {
        if (kernel != nullptr) {
            kernels.push_back(kernel);
        }
    }
    return kernels;
}

const Sha256Kernel* find_kernel(std::string_view name) {
    const std::vector<const Sha256Kernel*> kernels = usable_kernels();
    const auto found = std::ranges::find(kernels, name, &Sha256Kernel::name);
    return found != kernels.end() ? *found : nullptr;
}

const Sha256Kernel& active_kernel() {
    const Sha256Kernel* const kernel = active.load(std::memory_order_acquire);
    if (kernel != nullptr) [[likely]] {
        return *kernel;
    }
    static const Sha256Kernel& chosen = chosen_kernel();
    // Another thread may have called use_kernel() meanwhile.
    const Sha256Kernel* expected = nullptr;
    active.compare_exchange_strong(expected, &chosen, std::memory_order_acq_rel);
    return expected != nullptr ? *expected : chosen;
}

void use_kernel(const Sha256Kernel& kernel) {
    active.store(&kernel, std::memory_order_release);
}

}  // namespace lockstep::merkle
