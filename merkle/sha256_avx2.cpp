// SHA-256 of eight messages at once with AVX2. The functions are compiled for these instructions one by
// one and called only where processor() has found them.

#include "merkle/sha256_kernel.hpp"
#include "merkle/sha256_processor.hpp"

#if defined(__x86_64__)

#define LOCKSTEP_LANES_TARGET gnu::target("avx2")
#include "merkle/sha256_lanes.hpp"

namespace lockstep::merkle {

namespace {

struct Avx2Lanes {
    using Word = __m256i;
    static constexpr std::size_t kLanes = 8;

    /// With fewer messages than that left, OpenSSL is faster than a pass with idle lanes. Where there are
    /// SHA extensions a pass is never faster than they are, so that this kernel is not used but by name.
    static std::size_t fewest_in_pass() { return 3; }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word xor_of(Word a, Word b) {
        return _mm256_xor_si256(a, b);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word xor_of(Word a, Word b, Word c) {
        return xor_of(xor_of(a, b), c);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word sum(Word a, Word b) {
        return _mm256_add_epi32(a, b);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word choice(Word e, Word f, Word g) {
        return xor_of(g, _mm256_and_si256(e, xor_of(f, g)));
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word majority(Word a, Word b, Word c) {
        return xor_of(b, _mm256_and_si256(xor_of(a, b), xor_of(b, c)));
    }

    template <int kBits>
    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word rotated(Word word) {
        return _mm256_or_si256(shifted<kBits>(word), _mm256_slli_epi32(word, 32 - kBits));
    }

    template <int kBits>
    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word shifted(Word word) {
        return _mm256_srli_epi32(word, kBits);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word everywhere(std::uint32_t number) {
        return _mm256_set1_epi32(static_cast<int>(number));
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word low_words(Word a, Word b) {
        return _mm256_unpacklo_epi32(a, b);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word high_words(Word a, Word b) {
        return _mm256_unpackhi_epi32(a, b);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word low_pairs(Word a, Word b) {
        return _mm256_unpacklo_epi64(a, b);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word high_pairs(Word a, Word b) {
        return _mm256_unpackhi_epi64(a, b);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word load_row(
        const std::uint8_t* const* sources, std::size_t offset) {
        const Word row = _mm256_castsi128_si256(load_four_words(sources[0] + offset));
        return _mm256_inserti128_si256(row, load_four_words(sources[4] + offset), 1);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static void store_row(
        std::uint8_t* const* targets, std::size_t offset, Word row) {
        store_four_words(targets[0] + offset, _mm256_castsi256_si128(row));
        store_four_words(targets[4] + offset, _mm256_extracti128_si256(row, 1));
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word swap_bytes(Word words) {
        return _mm256_shuffle_epi8(
            words, _mm256_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203, 0x0c0d0e0f08090a0b,
                                     0x0405060700010203));
    }
};

}  // namespace

const Sha256Kernel* avx2_kernel() {
    if (!processor().has_avx2) {
        return nullptr;
    }
    static const Sha256Kernel kernel = lanes_kernel<Avx2Lanes>("avx2");
    return &kernel;
}

}  // namespace lockstep::merkle

#else

namespace lockstep::merkle {

const Sha256Kernel* avx2_kernel() {
    return nullptr;
}

}  // namespace lockstep::merkle

#endif
