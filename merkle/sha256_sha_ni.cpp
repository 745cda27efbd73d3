// SHA-256 with the x86 SHA extensions (Intel SDM volume 1, "SHA extensions"). The functions are
// compiled for these extensions one by one and called only after sha_ni_kernel() has found them.

#include "merkle/sha256_kernel.hpp"

#if defined(__x86_64__)

#include <algorithm>
#include <array>
#include <bit>

#include <cpuid.h>
#include <immintrin.h>

namespace lockstep::merkle {

namespace {

constexpr std::size_t kBlockBytes = 64;
/// Of the last block, what the message may use: the rest holds 0x80 and the length in bits.
constexpr std::size_t kLastBlockRoom = kBlockBytes - 9;

using Schedule = std::array<std::uint32_t, 64>;

/// FIPS 180-4, section 4.2.2.
alignas(16) constexpr Schedule kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/// FIPS 180-4, section 5.3.3, in the order of the instructions' registers, low word first.
alignas(16) constexpr std::array<std::uint32_t, 4> kInitialFeba = {0x9b05688c, 0x510e527f,
                                                                   0xbb67ae85, 0x6a09e667};
alignas(16) constexpr std::array<std::uint32_t, 4> kInitialHgdc = {0x5be0cd19, 0x1f83d9ab,
                                                                   0xa54ff53a, 0x3c6ef372};

/// Message schedule plus round constants (FIPS 180-4, section 6.2.2) of the block that pads every
/// 64-byte message: it is the same for all inner nodes.
consteval Schedule node_padding_schedule() {
    Schedule words{};
    words[0] = 0x80000000;
    words[15] = 8 * kBlockBytes;
    for (std::size_t t = 16; t < words.size(); ++t) {
        const std::uint32_t early = words[t - 15];
        const std::uint32_t late = words[t - 2];
        const std::uint32_t sigma0 = std::rotr(early, 7) ^ std::rotr(early, 18) ^ (early >> 3U);
        const std::uint32_t sigma1 = std::rotr(late, 17) ^ std::rotr(late, 19) ^ (late >> 10U);
        words[t] = sigma1 + words[t - 7] + sigma0 + words[t - 16];
    }
    for (std::size_t t = 0; t < words.size(); ++t) {
        words[t] += kRoundConstants[t];
    }
    return words;
}
alignas(16) constexpr Schedule kNodePadding = node_padding_schedule();

struct State {
    __m128i abef;
    __m128i cdgh;
};

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline __m128i load(const void* from) {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline __m128i load_message(
    const std::uint8_t* from) {
    const __m128i swap_each_word = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    return _mm_shuffle_epi8(load(from), swap_each_word);
}

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline State initial_state() {
    return {load(kInitialFeba.data()), load(kInitialHgdc.data())};
}

/// Four rounds; `words` are the schedule's words with the constants added.
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void four_rounds(State& state,
                                                                          __m128i words) {
    state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, words);
    state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, _mm_shuffle_epi32(words, 0x0E));
}

/// Four rounds, the first of them round t.
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void message_rounds(State& state,
                                                                             __m128i message,
                                                                             std::size_t t) {
    four_rounds(state, _mm_add_epi32(message, load(&kRoundConstants[t])));
}

/// The next four words of the schedule after the sixteen given ones.
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline __m128i next_words(__m128i w0, __m128i w1,
                                                                            __m128i w2,
                                                                            __m128i w3) {
    const __m128i partial = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4));
    return _mm_sha256msg2_epu32(partial, w3);
}

/// Takes in one block, given as two halves of 32 bytes.
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void compress(
    State& state, const std::uint8_t* first_half, const std::uint8_t* second_half) {
    const State before = state;
    __m128i w0 = load_message(first_half);
    __m128i w1 = load_message(first_half + 16);
    __m128i w2 = load_message(second_half);
    __m128i w3 = load_message(second_half + 16);
    message_rounds(state, w0, 0);
    message_rounds(state, w1, 4);
    message_rounds(state, w2, 8);
    message_rounds(state, w3, 12);
    for (std::size_t t = 16; t < kRoundConstants.size(); t += 16) {
        w0 = next_words(w0, w1, w2, w3);
        message_rounds(state, w0, t);
        w1 = next_words(w1, w2, w3, w0);
        message_rounds(state, w1, t + 4);
        w2 = next_words(w2, w3, w0, w1);
        message_rounds(state, w2, t + 8);
        w3 = next_words(w3, w0, w1, w2);
        message_rounds(state, w3, t + 12);
    }
    state.abef = _mm_add_epi32(state.abef, before.abef);
    state.cdgh = _mm_add_epi32(state.cdgh, before.cdgh);
}

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void compress_node_padding(State& state) {
    const State before = state;
    for (std::size_t t = 0; t < kNodePadding.size(); t += 4) {
        four_rounds(state, load(&kNodePadding[t]));
    }
    state.abef = _mm_add_epi32(state.abef, before.abef);
    state.cdgh = _mm_add_epi32(state.cdgh, before.cdgh);
}

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void store(const State& state,
                                                                    Hash256& hash) {
    const __m128i reverse_all = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
    const __m128i abef = _mm_shuffle_epi8(state.abef, reverse_all);
    const __m128i cdgh = _mm_shuffle_epi8(state.cdgh, reverse_all);
    auto* const to = static_cast<__m128i*>(static_cast<void*>(hash.bytes.data()));
    _mm_storeu_si128(to, _mm_unpacklo_epi64(abef, cdgh));
    _mm_storeu_si128(to + 1, _mm_unpackhi_epi64(abef, cdgh));
}

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void hash_node(const Hash256& left,
                                                                        const Hash256& right,
                                                                        Hash256& parent) {
    State state = initial_state();
    compress(state, left.bytes.data(), right.bytes.data());
    compress_node_padding(state);
    store(state, parent);
}

[[gnu::target("sha,sse4.1")]] Hash256 digest(ByteView message) {
    State state = initial_state();
    ByteView rest = message;
    for (; rest.size() >= kBlockBytes; rest = rest.subspan(kBlockBytes)) {
        compress(state, rest.data(), rest.data() + kBlockBytes / 2);
    }
    std::array<std::uint8_t, 2 * kBlockBytes> tail{};
    std::ranges::copy(rest, tail.begin());
    tail[rest.size()] = 0x80;
    const std::size_t tail_bytes = rest.size() <= kLastBlockRoom ? kBlockBytes : 2 * kBlockBytes;
    store_be(tail.data() + tail_bytes - 8, std::uint64_t{8} * message.size());
    for (std::size_t at = 0; at < tail_bytes; at += kBlockBytes) {
        compress(state, tail.data() + at, tail.data() + at + kBlockBytes / 2);
    }
    Hash256 hash;
    store(state, hash);
    return hash;
}

[[gnu::target("sha,sse4.1")]] Hash256 pair(const Hash256& left, const Hash256& right) {
    Hash256 parent;
    hash_node(left, right, parent);
    return parent;
}

[[gnu::target("sha,sse4.1")]] void pairs(std::span<const Hash256> nodes,
                                         std::span<Hash256> parents) {
    for (std::size_t i = 0; i < parents.size(); ++i) {
        hash_node(nodes[2 * i], nodes[2 * i + 1], parents[i]);
    }
}

bool processor_has_sha() {
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) {
        return false;
    }
    const bool has_sse = (ecx & bit_SSSE3) != 0 && (ecx & bit_SSE4_1) != 0;
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) {
        return false;
    }
    return has_sse && (ebx & bit_SHA) != 0;
}

}  // namespace

const Sha256Kernel* sha_ni_kernel() {
    static constexpr Sha256Kernel kKernel{"sha-ni", digest, pair, pairs};
    static const bool usable = processor_has_sha();
    return usable ? &kKernel : nullptr;
}

}  // namespace lockstep::merkle

#else

namespace lockstep::merkle {

const Sha256Kernel* sha_ni_kernel() {
    return nullptr;
}

}  // namespace lockstep::merkle

#endif
