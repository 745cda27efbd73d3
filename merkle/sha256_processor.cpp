#include "merkle/sha256_processor.hpp"

#if defined(__x86_64__)

#include <cstdint>

#include <cpuid.h>
#include <immintrin.h>

namespace lockstep::merkle {

namespace {

// Which registers the operating system saves (Intel SDM volume 1, section 13.3).
constexpr std::uint64_t kSavesYmm = 0x06;
constexpr std::uint64_t kSavesZmm = 0xe6;

[[gnu::target("xsave")]] std::uint64_t saved_registers() {
    return static_cast<std::uint64_t>(_xgetbv(0));
}

Processor find_features() {
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) {
        return {};
    }
    const bool has_sse = (ecx & bit_SSSE3) != 0 && (ecx & bit_SSE4_1) != 0;
    const std::uint64_t saved = (ecx & bit_OSXSAVE) != 0 ? saved_registers() : 0;
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) {
        return {};
    }
    const bool saves_ymm = (saved & kSavesYmm) == kSavesYmm;
    const bool saves_zmm = (saved & kSavesZmm) == kSavesZmm;
    return {.has_sha = has_sse && (ebx & bit_SHA) != 0,
            .has_avx2 = saves_ymm && (ebx & bit_AVX2) != 0,
            .has_avx512 = saves_zmm && (ebx & bit_AVX512F) != 0 && (ebx & bit_AVX512BW) != 0};
}

}  // namespace

const Processor& processor() {
    static const Processor features = find_features();
    return features;
}

}  // namespace lockstep::merkle

#else

namespace lockstep::merkle {

const Processor& processor() {
    static constexpr Processor kProcessor;
    return kProcessor;
}

}  // namespace lockstep::merkle

#endif
