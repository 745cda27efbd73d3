// SHA-256 of sixteen messages at once with AVX-512. The functions are compiled for these instructions one
// by one and called only where processor() has found them.

#include "merkle/sha256_kernel.hpp"
#include "merkle/sha256_processor.hpp"

#if defined(__x86_64__)

#if defined(__GNUC__) && !defined(__clang__)
// GCC's bug 105593: its own header of AVX-512 draws these warnings.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#define LOCKSTEP_LANES_TARGET gnu::target("avx512f,avx512bw")
#include "merkle/sha256_lanes.hpp"

namespace lockstep::merkle {

namespace {

struct Avx512Lanes {
    using Word = __m512i;
    static constexpr std::size_t kLanes = 16;

    /// With fewer messages than that left, what else there is is faster than a pass with idle lanes: the
    /// SHA extensions, or OpenSSL.
    static std::size_t fewest_in_pass() { return sha_ni_kernel() != nullptr ? 9 : 2; }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word xor_of(Word a, Word b, Word c) {
        return _mm512_ternarylogic_epi32(a, b, c, 0x96);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word sum(Word a, Word b) {
        return _mm512_add_epi32(a, b);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word choice(Word e, Word f, Word g) {
        return _mm512_ternarylogic_epi32(e, f, g, 0xca);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word majority(Word a, Word b, Word c) {
        return _mm512_ternarylogic_epi32(a, b, c, 0xe8);
    }

    template <int kBits>
    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word rotated(Word word) {
        return _mm512_ror_epi32(word, kBits);
    }

    template <int kBits>
    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word shifted(Word word) {
        return _mm512_srli_epi32(word, kBits);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word everywhere(std::uint32_t number) {
        return _mm512_set1_epi32(static_cast<int>(number));
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word low_words(Word a, Word b) {
        return _mm512_unpacklo_epi32(a, b);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word high_words(Word a, Word b) {
        return _mm512_unpackhi_epi32(a, b);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word low_pairs(Word a, Word b) {
        return _mm512_unpacklo_epi64(a, b);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word high_pairs(Word a, Word b) {
        return _mm512_unpackhi_epi64(a, b);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word load_row(
        const std::uint8_t* const* sources, std::size_t offset) {
        Word row = _mm512_castsi128_si512(load_four_words(sources[0] + offset));
        row = _mm512_inserti32x4(row, load_four_words(sources[4] + offset), 1);
        row = _mm512_inserti32x4(row, load_four_words(sources[8] + offset), 2);
        return _mm512_inserti32x4(row, load_four_words(sources[12] + offset), 3);
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static void store_row(
        std::uint8_t* const* targets, std::size_t offset, Word row) {
        store_four_words(targets[0] + offset, _mm512_castsi512_si128(row));
        store_four_words(targets[4] + offset, _mm512_extracti32x4_epi32(row, 1));
        store_four_words(targets[8] + offset, _mm512_extracti32x4_epi32(row, 2));
        store_four_words(targets[12] + offset, _mm512_extracti32x4_epi32(row, 3));
    }

    [[LOCKSTEP_LANES_TARGET, gnu::always_inline]] static Word swap_bytes(Word words) {
        return _mm512_shuffle_epi8(
            words, _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203)));
    }
};

}  // namespace

const Sha256Kernel* avx512_kernel() {
    if (!processor().has_avx512) {
        return nullptr;
    }
    static const Sha256Kernel kernel = lanes_kernel<Avx512Lanes>("avx512");
    return &kernel;
}

}  // namespace lockstep::merkle

#else

namespace lockstep::merkle {

const Sha256Kernel* avx512_kernel() {
    return nullptr;
}

}  // namespace lockstep::merkle

#endif
