// SHA-256 with the x86 SHA extensions (Intel SDM volume 1, "SHA extensions"). The functions are
// compiled for these extensions one by one and called only where processor() has found them.

#include "merkle/sha256_kernel.hpp"
#include "merkle/sha256_processor.hpp"

#if defined(__x86_64__)

#include <algorithm>
#include <array>

#include <immintrin.h>

#include "merkle/sha256_schedule.hpp"

namespace lockstep::merkle {

namespace {

/// FIPS 180-4, section 5.3.3, in the order of the instructions' registers, low word first.
alignas(16) constexpr std::array<std::uint32_t, 4> kInitialFeba = {
    kSha256Initial[5], kSha256Initial[4], kSha256Initial[1], kSha256Initial[0]};
alignas(16) constexpr std::array<std::uint32_t, 4> kInitialHgdc = {
    kSha256Initial[7], kSha256Initial[6], kSha256Initial[3], kSha256Initial[2]};

/// How many messages are hashed together, four rounds of each in turn: the unit for rounds takes the next
/// ones long before it has the result of the last ones.
constexpr std::size_t kInterleaved = 4;

struct Lane {
    __m128i abef;
    __m128i cdgh;
    /// The last sixteen words of the schedule.
    __m128i words[4];
};

template <std::size_t kLanes>
using Lanes = std::array<Lane, kLanes>;

/// Four words of each lane. (No std::array: g++ warns of those of registers.)
template <std::size_t kLanes>
struct LaneWords {
    __m128i at[kLanes];
};

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline __m128i load(const void* from) {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void store(void* to, __m128i value) {
    _mm_storeu_si128(static_cast<__m128i*>(to), value);
}

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline __m128i load_message(
    const std::uint8_t* from) {
    const __m128i swap_each_word = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    return _mm_shuffle_epi8(load(from), swap_each_word);
}

/// Four rounds; `words` are the schedule's words with the constants added.
template <std::size_t kLanes>
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void four_rounds(
    Lanes<kLanes>& lanes, const LaneWords<kLanes>& words) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kLanes; ++i) {
        lanes[i].cdgh = _mm_sha256rnds2_epu32(lanes[i].cdgh, lanes[i].abef, words.at[i]);
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kLanes; ++i) {
        lanes[i].abef = _mm_sha256rnds2_epu32(lanes[i].abef, lanes[i].cdgh,
                                              _mm_shuffle_epi32(words.at[i], 0x0E));
    }
}

/// Four rounds, the first of them round t, by the quarter of the last words that is meant for them.
template <std::size_t kLanes>
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void message_rounds(Lanes<kLanes>& lanes,
                                                                             std::size_t t) {
    const __m128i constants = load(&kRoundConstants[t]);
    LaneWords<kLanes> words;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kLanes; ++i) {
        words.at[i] = _mm_add_epi32(lanes[i].words[t / 4 % 4], constants);
    }
    four_rounds<kLanes>(lanes, words);
}

/// The words for round t and the next three, in place of those sixteen rounds before.
template <std::size_t kLanes>
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void next_words(Lanes<kLanes>& lanes,
                                                                         std::size_t t) {
    const std::size_t at = t / 4;
#pragma GCC unroll 4
    for (Lane& lane : lanes) {
        const __m128i w1 = lane.words[(at + 1) % 4];
        const __m128i w2 = lane.words[(at + 2) % 4];
        const __m128i w3 = lane.words[(at + 3) % 4];
        const __m128i partial =
            _mm_add_epi32(_mm_sha256msg1_epu32(lane.words[at % 4], w1), _mm_alignr_epi8(w3, w2, 4));
        lane.words[at % 4] = _mm_sha256msg2_epu32(partial, w3);
    }
}

template <std::size_t kLanes>
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void add_states(
    Lanes<kLanes>& lanes, const Lanes<kLanes>& before) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kLanes; ++i) {
        lanes[i].abef = _mm_add_epi32(lanes[i].abef, before[i].abef);
        lanes[i].cdgh = _mm_add_epi32(lanes[i].cdgh, before[i].cdgh);
    }
}

/// Takes in one block for each lane, `stride` bytes apart.
template <std::size_t kLanes>
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void take_blocks(
    Lanes<kLanes>& lanes, const std::uint8_t* blocks, std::size_t stride) {
    const Lanes<kLanes> before = lanes;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kLanes; ++i) {
        const std::uint8_t* const block = blocks + stride * i;
        for (std::size_t j = 0; j < 4; ++j) {
            lanes[i].words[j] = load_message(block + 16 * j);
        }
    }
    message_rounds<kLanes>(lanes, 0);
    message_rounds<kLanes>(lanes, 4);
    message_rounds<kLanes>(lanes, 8);
    message_rounds<kLanes>(lanes, 12);
    for (std::size_t t = 16; t < kRoundConstants.size(); t += 16) {
        next_words<kLanes>(lanes, t);
        message_rounds<kLanes>(lanes, t);
        next_words<kLanes>(lanes, t + 4);
        message_rounds<kLanes>(lanes, t + 4);
        next_words<kLanes>(lanes, t + 8);
        message_rounds<kLanes>(lanes, t + 8);
        next_words<kLanes>(lanes, t + 12);
        message_rounds<kLanes>(lanes, t + 12);
    }
    add_states<kLanes>(lanes, before);
}

template <std::size_t kLanes>
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void take_node_padding(
    Lanes<kLanes>& lanes) {
    const Lanes<kLanes> before = lanes;
    for (std::size_t t = 0; t < kNodePadding.size(); t += 4) {
        LaneWords<kLanes> words;
        std::ranges::fill(words.at, load(&kNodePadding[t]));
        four_rounds<kLanes>(lanes, words);
    }
    add_states<kLanes>(lanes, before);
}

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void begin(Lane& lane) {
    lane.abef = load(kInitialFeba.data());
    lane.cdgh = load(kInitialHgdc.data());
}

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void load_state(Lane& lane,
                                                                         const Sha256State& from) {
    const __m128i dcba = load(from.data());
    const __m128i hgfe = load(from.data() + 4);
    lane.abef = _mm_shuffle_epi32(_mm_unpacklo_epi64(dcba, hgfe), 0x1B);
    lane.cdgh = _mm_shuffle_epi32(_mm_unpackhi_epi64(dcba, hgfe), 0x1B);
}

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void store_state(const Lane& lane,
                                                                          Sha256State& to) {
    const __m128i abef = _mm_shuffle_epi32(lane.abef, 0x1B);
    const __m128i cdgh = _mm_shuffle_epi32(lane.cdgh, 0x1B);
    store(to.data(), _mm_unpacklo_epi64(abef, cdgh));
    store(to.data() + 4, _mm_unpackhi_epi64(abef, cdgh));
}

[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void store_hash(const Lane& lane,
                                                                         Hash256& hash) {
    const __m128i reverse_all = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
    const __m128i abef = _mm_shuffle_epi8(lane.abef, reverse_all);
    const __m128i cdgh = _mm_shuffle_epi8(lane.cdgh, reverse_all);
    store(hash.bytes.data(), _mm_unpacklo_epi64(abef, cdgh));
    store(hash.bytes.data() + 16, _mm_unpackhi_epi64(abef, cdgh));
}

/// Nodes that follow one another in memory; all are read before the first parent is written.
template <std::size_t kLanes>
[[gnu::target("sha,sse4.1")]] void hash_nodes(const std::uint8_t* children, Hash256* parents) {
    Lanes<kLanes> lanes;
    for (Lane& lane : lanes) {
        begin(lane);
    }
    take_blocks<kLanes>(lanes, children, kSha256BlockBytes);
    take_node_padding<kLanes>(lanes);
    for (std::size_t i = 0; i < kLanes; ++i) {
        store_hash(lanes[i], parents[i]);
    }
}

template <std::size_t kLanes>
[[gnu::target("sha,sse4.1")]] void compress_lanes(Sha256State* states, const std::uint8_t* blocks,
                                                  std::size_t count) {
    Lanes<kLanes> lanes;
    for (std::size_t i = 0; i < kLanes; ++i) {
        load_state(lanes[i], states[i]);
    }
    for (std::size_t block = 0; block < count; ++block) {
        take_blocks<kLanes>(lanes, blocks + kSha256BlockBytes * block, kSha256BlockBytes * count);
    }
    for (std::size_t i = 0; i < kLanes; ++i) {
        store_state(lanes[i], states[i]);
    }
}

[[gnu::target("sha,sse4.1")]] Hash256 digest(ByteView message) {
    Lanes<1> lanes;
    begin(lanes[0]);
    ByteView rest = message;
    for (; rest.size() >= kSha256BlockBytes; rest = rest.subspan(kSha256BlockBytes)) {
        take_blocks<1>(lanes, rest.data(), 0);
    }
    std::array<std::uint8_t, padded_bytes(kSha256BlockBytes - 1)> room;
    const std::span tail = std::span(room).first(padded_bytes(rest.size()));
    std::ranges::copy(rest, tail.begin());
    pad_message(tail, rest.size(), message.size());
    for (std::size_t at = 0; at < tail.size(); at += kSha256BlockBytes) {
        take_blocks<1>(lanes, tail.data() + at, 0);
    }
    Hash256 hash;
    store_hash(lanes[0], hash);
    return hash;
}

[[gnu::target("sha,sse4.1")]] Hash256 blocks(const std::uint8_t* blocks, std::size_t count) {
    Lanes<1> lanes;
    begin(lanes[0]);
    for (std::size_t i = 0; i < count; ++i) {
        take_blocks<1>(lanes, blocks + kSha256BlockBytes * i, 0);
    }
    Hash256 hash;
    store_hash(lanes[0], hash);
    return hash;
}

[[gnu::target("sha,sse4.1")]] Hash256 pair(const Hash256& left, const Hash256& right) {
    std::array<std::uint8_t, kSha256BlockBytes> message;
    std::ranges::copy(left.bytes, message.begin());
    std::ranges::copy(right.bytes, message.begin() + 32);
    Hash256 parent;
    hash_nodes<1>(message.data(), &parent);
    return parent;
}

void pairs(std::span<const Hash256> nodes, std::span<Hash256> parents) {
    static_assert(sizeof(Hash256) == kSha256BlockBytes / 2);
    std::size_t i = 0;
    for (; i + kInterleaved <= parents.size(); i += kInterleaved) {
        hash_nodes<kInterleaved>(nodes[2 * i].bytes.data(), &parents[i]);
    }
    switch (parents.size() - i) {
        case 3: hash_nodes<3>(nodes[2 * i].bytes.data(), &parents[i]); break;
        case 2: hash_nodes<2>(nodes[2 * i].bytes.data(), &parents[i]); break;
        case 1: hash_nodes<1>(nodes[2 * i].bytes.data(), &parents[i]); break;
        default: break;
    }
}

void compress(std::span<Sha256State> states, const std::uint8_t* blocks, std::size_t count) {
    const std::size_t stride = kSha256BlockBytes * count;
    std::size_t i = 0;
    for (; i + kInterleaved <= states.size(); i += kInterleaved) {
        compress_lanes<kInterleaved>(&states[i], blocks + stride * i, count);
    }
    blocks += stride * i;
    switch (states.size() - i) {
        case 3: compress_lanes<3>(&states[i], blocks, count); break;
        case 2: compress_lanes<2>(&states[i], blocks, count); break;
        case 1: compress_lanes<1>(&states[i], blocks, count); break;
        default: break;
    }
}

}  // namespace

const Sha256Kernel* sha_ni_kernel() {
    static constexpr Sha256Kernel kKernel{"sha-ni", digest, blocks, pair, pairs, compress};
    return processor().has_sha ? &kKernel : nullptr;
}

}  // namespace lockstep::merkle

#else

namespace lockstep::merkle {

const Sha256Kernel* sha_ni_kernel() {
    return nullptr;
}

}  // namespace lockstep::merkle

#endif
