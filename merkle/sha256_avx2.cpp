// SHA-256 of eight messages at once with AVX2: each register holds one word of all of them. The
// functions are compiled for these instructions one by one and called only where processor() has found
// them.

#include "merkle/sha256_kernel.hpp"
#include "merkle/sha256_processor.hpp"

#if defined(__x86_64__)

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <immintrin.h>

#include "merkle/sha256_schedule.hpp"

namespace lockstep::merkle {

namespace {

constexpr std::size_t kLanes = 8;
/// With fewer messages than that left, OpenSSL is faster than a pass with idle lanes. Where there are
/// SHA extensions a pass is never faster than they are, so that this kernel is not used but by name.
constexpr std::size_t kFewestInPass = 3;

/// One word of each message.
using Word = __m256i;
/// Sixteen of each message, or of the schedule. (No std::array: g++ warns of those of registers.)
struct Words {
    Word at[16];
};
struct State {
    Word at[8];
};
using Sources = std::array<const std::uint8_t*, kLanes>;
using Targets = std::array<std::uint8_t*, kLanes>;

[[gnu::target("avx2"), gnu::always_inline]] inline Word xor_of(Word a, Word b) {
    return _mm256_xor_si256(a, b);
}

[[gnu::target("avx2"), gnu::always_inline]] inline Word xor_of(Word a, Word b, Word c) {
    return xor_of(xor_of(a, b), c);
}

template <int kBits>
[[gnu::target("avx2"), gnu::always_inline]] inline Word rotated(Word word) {
    return _mm256_or_si256(_mm256_srli_epi32(word, kBits), _mm256_slli_epi32(word, 32 - kBits));
}

[[gnu::target("avx2"), gnu::always_inline]] inline Word sum(Word a, Word b) {
    return _mm256_add_epi32(a, b);
}

/// Round t of 64; `word` is the schedule's with the constant added. Instead of moving the state by a
/// place, the places are counted from t.
template <std::size_t t>
[[gnu::target("avx2"), gnu::always_inline]] inline void round(State& state, Word word) {
    const auto at = [](std::size_t place) { return (place + 64 - t) % 8; };
    const Word a = state.at[at(0)];
    const Word e = state.at[at(4)];
    Word& d = state.at[at(3)];
    Word& h = state.at[at(7)];
    const Word sigma1 = xor_of(rotated<6>(e), rotated<11>(e), rotated<25>(e));
    const Word f = state.at[at(5)];
    const Word g = state.at[at(6)];
    const Word choice = xor_of(g, _mm256_and_si256(e, xor_of(f, g)));
    const Word sigma0 = xor_of(rotated<2>(a), rotated<13>(a), rotated<22>(a));
    const Word b = state.at[at(1)];
    const Word c = state.at[at(2)];
    const Word majority = xor_of(b, _mm256_and_si256(xor_of(a, b), xor_of(b, c)));
    const Word first = sum(sum(h, word), sum(sigma1, choice));
    d = sum(d, first);
    h = sum(first, sum(sigma0, majority));
}

/// The schedule's word for round t, in place of that for round t - 16.
template <std::size_t t>
[[gnu::target("avx2"), gnu::always_inline]] inline void next_word(Words& words) {
    const Word early = words.at[(t + 1) % 16];
    const Word late = words.at[(t + 14) % 16];
    const Word sigma0 = xor_of(rotated<7>(early), rotated<18>(early), _mm256_srli_epi32(early, 3));
    const Word sigma1 = xor_of(rotated<17>(late), rotated<19>(late), _mm256_srli_epi32(late, 10));
    words.at[t] = sum(sum(words.at[t], words.at[(t + 9) % 16]), sum(sigma0, sigma1));
}

/// Sixteen rounds by the words as they are.
template <std::size_t... t>
[[gnu::target("avx2"), gnu::always_inline]] inline void first_rounds(State& state,
                                                                     const Words& words,
                                                                     std::index_sequence<t...>) {
    (round<t>(state, sum(words.at[t], _mm256_set1_epi32(static_cast<int>(kRoundConstants[t])))),
     ...);
}

/// Sixteen rounds by the sixteen words after the given ones.
template <std::size_t... t>
[[gnu::target("avx2"), gnu::always_inline]] inline void next_rounds(State& state, Words& words,
                                                                    const std::uint32_t* constants,
                                                                    std::index_sequence<t...>) {
    ((next_word<t>(words),
      round<t>(state, sum(words.at[t], _mm256_set1_epi32(static_cast<int>(constants[t]))))),
     ...);
}

template <std::size_t... t>
[[gnu::target("avx2"), gnu::always_inline]] inline void constant_rounds(
    State& state, const std::uint32_t* schedule, std::index_sequence<t...>) {
    (round<t>(state, _mm256_set1_epi32(static_cast<int>(schedule[t]))), ...);
}

[[gnu::target("avx2"), gnu::always_inline]] inline void add_state(State& state,
                                                                  const State& before) {
#pragma GCC unroll 16
    for (std::size_t i = 0; i < std::size(state.at); ++i) {
        state.at[i] = sum(state.at[i], before.at[i]);
    }
}

/// Of each 128 bits of four registers, as a matrix of four words by four: row i becomes column i.
[[gnu::target("avx2"), gnu::always_inline]] inline void transpose(Word& r0, Word& r1, Word& r2,
                                                                  Word& r3) {
    const Word low01 = _mm256_unpacklo_epi32(r0, r1);
    const Word high01 = _mm256_unpackhi_epi32(r0, r1);
    const Word low23 = _mm256_unpacklo_epi32(r2, r3);
    const Word high23 = _mm256_unpackhi_epi32(r2, r3);
    r0 = _mm256_unpacklo_epi64(low01, low23);
    r1 = _mm256_unpackhi_epi64(low01, low23);
    r2 = _mm256_unpacklo_epi64(high01, high23);
    r3 = _mm256_unpackhi_epi64(high01, high23);
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m128i load_half(const std::uint8_t* from) {
    return _mm_loadu_si128(static_cast<const __m128i*>(static_cast<const void*>(from)));
}

/// 16 bytes of each of the messages i and 4 + i.
[[gnu::target("avx2"), gnu::always_inline]] inline Word load_row(const Sources& sources,
                                                                 std::size_t offset,
                                                                 std::size_t i) {
    const Word row = _mm256_castsi128_si256(load_half(sources[i] + offset));
    return _mm256_inserti128_si256(row, load_half(sources[4 + i] + offset), 1);
}

/// Four words of each message, from `offset` bytes after its source, to four registers.
[[gnu::target("avx2"), gnu::always_inline]] inline void load_words(const Sources& sources,
                                                                   std::size_t offset,
                                                                   Word* words) {
#pragma GCC unroll 16
    for (std::size_t i = 0; i < 4; ++i) {
        words[i] = load_row(sources, offset, i);
    }
    transpose(words[0], words[1], words[2], words[3]);
}

[[gnu::target("avx2"), gnu::always_inline]] inline void store_half(std::uint8_t* to,
                                                                   __m128i value) {
    _mm_storeu_si128(static_cast<__m128i*>(static_cast<void*>(to)), value);
}

[[gnu::target("avx2"), gnu::always_inline]] inline void store_words(const Targets& targets,
                                                                    std::size_t offset,
                                                                    Word* words) {
    transpose(words[0], words[1], words[2], words[3]);
#pragma GCC unroll 16
    for (std::size_t i = 0; i < 4; ++i) {
        store_half(targets[i] + offset, _mm256_castsi256_si128(words[i]));
        store_half(targets[4 + i] + offset, _mm256_extracti128_si256(words[i], 1));
    }
}

/// Between words as numbers and as the bytes that are hashed.
[[gnu::target("avx2"), gnu::always_inline]] inline Word swap_bytes(Word words) {
    return _mm256_shuffle_epi8(words, _mm256_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203,
                                                        0x0c0d0e0f08090a0b, 0x0405060700010203));
}

/// Takes in the block of each message that begins `offset` bytes after its source.
[[gnu::target("avx2"), gnu::always_inline]] inline void take_blocks(State& state,
                                                                    const Sources& sources,
                                                                    std::size_t offset) {
    const State before = state;
    constexpr auto kSixteen = std::make_index_sequence<16>();
    Words words;
#pragma GCC unroll 16
    for (std::size_t i = 0; i < std::size(words.at); i += 4) {
        load_words(sources, offset + 4 * i, &words.at[i]);
    }
#pragma GCC unroll 16
    for (Word& word : words.at) {
        word = swap_bytes(word);
    }
    first_rounds(state, words, kSixteen);
    for (std::size_t t = 16; t < kRoundConstants.size(); t += 16) {
        next_rounds(state, words, &kRoundConstants[t], kSixteen);
    }
    add_state(state, before);
}

[[gnu::target("avx2"), gnu::always_inline]] inline void take_node_padding(State& state) {
    const State before = state;
    for (std::size_t t = 0; t < kNodePadding.size(); t += 16) {
        constant_rounds(state, &kNodePadding[t], std::make_index_sequence<16>());
    }
    add_state(state, before);
}

[[gnu::target("avx2")]] void hash_nodes(const Sources& nodes, const Targets& parents) {
    State state;
#pragma GCC unroll 16
    for (std::size_t i = 0; i < std::size(state.at); ++i) {
        state.at[i] = _mm256_set1_epi32(static_cast<int>(kSha256Initial[i]));
    }
    take_blocks(state, nodes, 0);
    take_node_padding(state);
#pragma GCC unroll 16
    for (Word& word : state.at) {
        word = swap_bytes(word);
    }
    store_words(parents, 0, state.at);
    store_words(parents, 16, &state.at[4]);
}

[[gnu::target("avx2")]] void compress_lanes(const Sources& before, const Targets& after,
                                            const Sources& blocks, std::size_t count) {
    State state;
    load_words(before, 0, state.at);
    load_words(before, 16, &state.at[4]);
    for (std::size_t i = 0; i < count; ++i) {
        take_blocks(state, blocks, kSha256BlockBytes * i);
    }
    store_words(after, 0, state.at);
    store_words(after, 16, &state.at[4]);
}

/// What takes single messages, and those too few for a pass.
const Sha256Kernel& narrow_kernel() {
    return sha_ni_kernel() != nullptr ? *sha_ni_kernel() : openssl_kernel();
}

void pairs(std::span<const Hash256> nodes, std::span<Hash256> parents) {
    Sources sources;
    Targets targets;
    Hash256 idle;
    while (parents.size() >= kFewestInPass) {
        const std::size_t used = std::min(kLanes, parents.size());
        for (std::size_t i = 0; i < kLanes; ++i) {
            sources[i] = nodes[i < used ? 2 * i : 0].bytes.data();
            targets[i] = i < used ? parents[i].bytes.data() : idle.bytes.data();
        }
        hash_nodes(sources, targets);
        nodes = nodes.subspan(2 * used);
        parents = parents.subspan(used);
    }
    narrow_kernel().pairs(nodes, parents);
}

std::uint8_t* bytes_of(Sha256State& state) {
    return static_cast<std::uint8_t*>(static_cast<void*>(state.data()));
}

void compress(std::span<Sha256State> states, const std::uint8_t* blocks, std::size_t count) {
    Sources sources;
    Sources before;
    Targets after;
    Sha256State idle{};
    while (states.size() >= kFewestInPass) {
        const std::size_t used = std::min(kLanes, states.size());
        for (std::size_t i = 0; i < kLanes; ++i) {
            sources[i] = blocks + (i < used ? kSha256BlockBytes * count * i : 0);
            after[i] = bytes_of(i < used ? states[i] : idle);
            before[i] = after[i];
        }
        compress_lanes(before, after, sources, count);
        states = states.subspan(used);
        blocks += kSha256BlockBytes * count * used;
    }
    narrow_kernel().compress(states, blocks, count);
}

}  // namespace

const Sha256Kernel* avx2_kernel() {
    if (!processor().has_avx2) {
        return nullptr;
    }
    static const Sha256Kernel kernel{
        "avx2",  narrow_kernel().digest, narrow_kernel().blocks, narrow_kernel().pair, pairs,
        compress};
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
