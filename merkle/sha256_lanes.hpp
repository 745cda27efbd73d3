#pragma once

// SHA-256 of as many messages at once as a register has lanes of 32 bits, each register holding one word
// of all of them. This is what the kernels that work so have in common, and a part of each one's source.
//
// A kernel defines LOCKSTEP_LANES_TARGET before it includes this: the attribute for the instructions that
// it is compiled for, since a function is inlined only where its own are a part of the caller's. Whatever
// has the attribute is a template over `Lanes`, a type in the kernel's unnamed namespace, so that no other
// source's functions can be taken for it when the program is linked. `Lanes` says what differs:
//   Word                            one word of each message
//   kLanes                          how many messages those are
//   fewest_in_pass()                with fewer messages than that left, narrow_kernel() is faster
//   xor_of, sum, choice, majority, rotated<bits>, shifted<bits>
//                                   FIPS 180-4's operations; `shifted` is to the right
//   everywhere                      the same number for all messages
//   low_words, high_words           of each 128 bits of two registers the low or high two words of both,
//                                   in turn; low_pairs, high_pairs: the same of one pair of words each
//   load_row, store_row             16 bytes of each of the messages i, 4 + i and so on
//   swap_bytes                      between words as numbers and as the bytes that are hashed

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include <immintrin.h>

#include "merkle/sha256_kernel.hpp"
#include "merkle/sha256_schedule.hpp"

#if !defined(LOCKSTEP_LANES_TARGET)
#error "LOCKSTEP_LANES_TARGET must name the instructions that the kernel is compiled for"
#endif

namespace lockstep::merkle {

inline constexpr std::size_t kBlockWords = 16;
inline constexpr std::size_t kStateWords = 8;

/// Sixteen words of each message, or of the schedule. (No std::array: g++ warns of those of registers.)
template <typename Lanes>
struct LaneWords {
    typename Lanes::Word at[kBlockWords];
};
template <typename Lanes>
struct LaneState {
    typename Lanes::Word at[kStateWords];
};
template <typename Lanes>
using LaneSources = std::array<const std::uint8_t*, Lanes::kLanes>;
template <typename Lanes>
using LaneTargets = std::array<std::uint8_t*, Lanes::kLanes>;

// All x86-64 processors have what these two need.

[[gnu::always_inline]] inline __m128i load_four_words(const std::uint8_t* from) {
    return _mm_loadu_si128(static_cast<const __m128i*>(static_cast<const void*>(from)));
}

[[gnu::always_inline]] inline void store_four_words(std::uint8_t* to, __m128i value) {
    _mm_storeu_si128(static_cast<__m128i*>(static_cast<void*>(to)), value);
}

/// Round t of 64; `word` is the schedule's with the constant added. Instead of moving the state by a
/// place, the places are counted from t.
template <std::size_t t, typename Lanes>
[[LOCKSTEP_LANES_TARGET, gnu::always_inline]] inline void lane_round(LaneState<Lanes>& state,
                                                                     typename Lanes::Word word) {
    using Word = typename Lanes::Word;
    const auto at = [](std::size_t place) { return (place + 64 - t) % 8; };
    const Word a = state.at[at(0)];
    const Word e = state.at[at(4)];
    Word& d = state.at[at(3)];
    Word& h = state.at[at(7)];
    const Word sigma1 = Lanes::xor_of(Lanes::template rotated<6>(e), Lanes::template rotated<11>(e),
                                      Lanes::template rotated<25>(e));
    const Word choice = Lanes::choice(e, state.at[at(5)], state.at[at(6)]);
    const Word sigma0 = Lanes::xor_of(Lanes::template rotated<2>(a), Lanes::template rotated<13>(a),
                                      Lanes::template rotated<22>(a));
    const Word majority = Lanes::majority(a, state.at[at(1)], state.at[at(2)]);
    const Word first = Lanes::sum(Lanes::sum(h, word), Lanes::sum(sigma1, choice));
    d = Lanes::sum(d, first);
    h = Lanes::sum(first, Lanes::sum(sigma0, majority));
}

/// The schedule's word for round t, in place of that for round t - 16.
template <std::size_t t, typename Lanes>
[[LOCKSTEP_LANES_TARGET, gnu::always_inline]] inline void next_lane_word(LaneWords<Lanes>& words) {
    using Word = typename Lanes::Word;
    const Word early = words.at[(t + 1) % 16];
    const Word late = words.at[(t + 14) % 16];
    const Word sigma0 =
        Lanes::xor_of(Lanes::template rotated<7>(early), Lanes::template rotated<18>(early),
                      Lanes::template shifted<3>(early));
    const Word sigma1 =
        Lanes::xor_of(Lanes::template rotated<17>(late), Lanes::template rotated<19>(late),
                      Lanes::template shifted<10>(late));
    words.at[t] =
        Lanes::sum(Lanes::sum(words.at[t], words.at[(t + 9) % 16]), Lanes::sum(sigma0, sigma1));
}

/// Sixteen rounds by the words as they are.
template <typename Lanes, std::size_t... t>
[[LOCKSTEP_LANES_TARGET, gnu::always_inline]] inline void first_lane_rounds(
    LaneState<Lanes>& state, const LaneWords<Lanes>& words, std::index_sequence<t...>) {
    (lane_round<t>(state, Lanes::sum(words.at[t], Lanes::everywhere(kRoundConstants[t]))), ...);
}

/// Sixteen rounds by the sixteen words after the given ones.
template <typename Lanes, std::size_t... t>
[[LOCKSTEP_LANES_TARGET, gnu::always_inline]] inline void next_lane_rounds(
    LaneState<Lanes>& state, LaneWords<Lanes>& words, const std::uint32_t* constants,
    std::index_sequence<t...>) {
    ((next_lane_word<t>(words),
      lane_round<t>(state, Lanes::sum(words.at[t], Lanes::everywhere(constants[t])))),
     ...);
}

template <typename Lanes, std::size_t... t>
[[LOCKSTEP_LANES_TARGET, gnu::always_inline]] inline void constant_lane_rounds(
    LaneState<Lanes>& state, const std::uint32_t* schedule, std::index_sequence<t...>) {
    (lane_round<t>(state, Lanes::everywhere(schedule[t])), ...);
}

template <typename Lanes>
[[LOCKSTEP_LANES_TARGET, gnu::always_inline]] inline void add_lane_state(
    LaneState<Lanes>& state, const LaneState<Lanes>& before) {
#pragma GCC unroll 16
    for (std::size_t i = 0; i < kStateWords; ++i) {
        state.at[i] = Lanes::sum(state.at[i], before.at[i]);
    }
}

/// Of each 128 bits of four registers, as a matrix of four words by four: row i becomes column i.
template <typename Lanes>
[[LOCKSTEP_LANES_TARGET, gnu::always_inline]] inline void transpose_lanes(
    typename Lanes::Word* rows) {
    using Word = typename Lanes::Word;
    const Word low01 = Lanes::low_words(rows[0], rows[1]);
    const Word high01 = Lanes::high_words(rows[0], rows[1]);
    const Word low23 = Lanes::low_words(rows[2], rows[3]);
    const Word high23 = Lanes::high_words(rows[2], rows[3]);
    rows[0] = Lanes::low_pairs(low01, low23);
    rows[1] = Lanes::high_pairs(low01, low23);
    rows[2] = Lanes::low_pairs(high01, high23);
    rows[3] = Lanes::high_pairs(high01, high23);
}

/// Four words of each message, from `offset` bytes after its source, to four registers.
template <typename Lanes>
[[LOCKSTEP_LANES_TARGET, gnu::always_inline]] inline void load_lane_words(
    const LaneSources<Lanes>& sources, std::size_t offset, typename Lanes::Word* words) {
#pragma GCC unroll 16
    for (std::size_t i = 0; i < 4; ++i) {
        words[i] = Lanes::load_row(&sources[i], offset);
    }
    transpose_lanes<Lanes>(words);
}

template <typename Lanes>
[[LOCKSTEP_LANES_TARGET, gnu::always_inline]] inline void store_lane_words(
    const LaneTargets<Lanes>& targets, std::size_t offset, typename Lanes::Word* words) {
    transpose_lanes<Lanes>(words);
#pragma GCC unroll 16
    for (std::size_t i = 0; i < 4; ++i) {
        Lanes::store_row(&targets[i], offset, words[i]);
    }
}

/// Takes in the block of each message that begins `offset` bytes after its source.
template <typename Lanes>
[[LOCKSTEP_LANES_TARGET, gnu::always_inline]] inline void take_lane_blocks(
    LaneState<Lanes>& state, const LaneSources<Lanes>& sources, std::size_t offset) {
    const LaneState<Lanes> before = state;
    constexpr auto kSixteen = std::make_index_sequence<16>();
    LaneWords<Lanes> words;
#pragma GCC unroll 16
    for (std::size_t i = 0; i < kBlockWords; i += 4) {
        load_lane_words<Lanes>(sources, offset + 4 * i, &words.at[i]);
    }
#pragma GCC unroll 16
    for (typename Lanes::Word& word : words.at) {
        word = Lanes::swap_bytes(word);
    }
    first_lane_rounds(state, words, kSixteen);
    for (std::size_t t = 16; t < kRoundConstants.size(); t += 16) {
        next_lane_rounds(state, words, &kRoundConstants[t], kSixteen);
    }
    add_lane_state(state, before);
}

template <typename Lanes>
[[LOCKSTEP_LANES_TARGET, gnu::always_inline]] inline void take_lane_node_padding(
    LaneState<Lanes>& state) {
    const LaneState<Lanes> before = state;
    for (std::size_t t = 0; t < kNodePadding.size(); t += 16) {
        constant_lane_rounds(state, &kNodePadding[t], std::make_index_sequence<16>());
    }
    add_lane_state(state, before);
}

template <typename Lanes>
[[LOCKSTEP_LANES_TARGET]] void hash_lane_nodes(const LaneSources<Lanes>& nodes,
                                               const LaneTargets<Lanes>& parents) {
    LaneState<Lanes> state;
#pragma GCC unroll 16
    for (std::size_t i = 0; i < kStateWords; ++i) {
        state.at[i] = Lanes::everywhere(kSha256Initial[i]);
    }
    take_lane_blocks(state, nodes, 0);
    take_lane_node_padding(state);
#pragma GCC unroll 16
    for (typename Lanes::Word& word : state.at) {
        word = Lanes::swap_bytes(word);
    }
    store_lane_words<Lanes>(parents, 0, state.at);
    store_lane_words<Lanes>(parents, 16, &state.at[4]);
}

template <typename Lanes>
[[LOCKSTEP_LANES_TARGET]] void compress_lanes(const LaneSources<Lanes>& before,
                                              const LaneTargets<Lanes>& after,
                                              const LaneSources<Lanes>& blocks, std::size_t count) {
    LaneState<Lanes> state;
    load_lane_words<Lanes>(before, 0, state.at);
    load_lane_words<Lanes>(before, 16, &state.at[4]);
    for (std::size_t i = 0; i < count; ++i) {
        take_lane_blocks(state, blocks, kSha256BlockBytes * i);
    }
    store_lane_words<Lanes>(after, 0, state.at);
    store_lane_words<Lanes>(after, 16, &state.at[4]);
}

// What follows runs on any processor.

/// What takes single messages, and those too few for a pass.
[[nodiscard]] inline const Sha256Kernel& narrow_kernel() {
    return sha_ni_kernel() != nullptr ? *sha_ni_kernel() : openssl_kernel();
}

template <typename Lanes>
void lane_pairs(std::span<const Hash256> nodes, std::span<Hash256> parents) {
    LaneSources<Lanes> sources;
    LaneTargets<Lanes> targets;
    Hash256 idle;
    const std::size_t fewest = Lanes::fewest_in_pass();
    while (parents.size() >= fewest) {
        const std::size_t used = std::min(Lanes::kLanes, parents.size());
        for (std::size_t i = 0; i < Lanes::kLanes; ++i) {
            sources[i] = nodes[i < used ? 2 * i : 0].bytes.data();
            targets[i] = i < used ? parents[i].bytes.data() : idle.bytes.data();
        }
        hash_lane_nodes<Lanes>(sources, targets);
        nodes = nodes.subspan(2 * used);
        parents = parents.subspan(used);
    }
    narrow_kernel().pairs(nodes, parents);
}

template <typename Lanes>
void compress_by_lanes(std::span<Sha256State> states, const std::uint8_t* blocks,
                       std::size_t count) {
    LaneSources<Lanes> sources;
    LaneSources<Lanes> before;
    LaneTargets<Lanes> after;
    Sha256State idle{};
    const std::size_t fewest = Lanes::fewest_in_pass();
    while (states.size() >= fewest) {
        const std::size_t used = std::min(Lanes::kLanes, states.size());
        for (std::size_t i = 0; i < Lanes::kLanes; ++i) {
            Sha256State& state = i < used ? states[i] : idle;
            sources[i] = blocks + (i < used ? kSha256BlockBytes * count * i : 0);
            after[i] = static_cast<std::uint8_t*>(static_cast<void*>(state.data()));
            before[i] = after[i];
        }
        compress_lanes<Lanes>(before, after, sources, count);
        states = states.subspan(used);
        blocks += kSha256BlockBytes * count * used;
    }
    narrow_kernel().compress(states, blocks, count);
}

/// The kernel of that name.
template <typename Lanes>
[[nodiscard]] Sha256Kernel lanes_kernel(std::string_view name) {
    return {name,
            narrow_kernel().digest,
            narrow_kernel().blocks,
            narrow_kernel().pair,
            lane_pairs<Lanes>,
            compress_by_lanes<Lanes>};
}

}  // namespace lockstep::merkle
