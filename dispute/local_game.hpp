#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <vector>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "trace/trace_provider.hpp"

namespace lockstep::dispute {

/// One split of the search: both parties give their roots at begin + j * stride for j = 1 .. k - 1.
struct Round {
    Step begin;                        // agreed
    std::uint64_t stride = 0;          // steps; k * stride is the length that is split
    std::vector<StateRoot> claimed;    // by the defender of the claim
    std::vector<StateRoot> countered;  // by the challenger
    std::size_t first_difference = 0;  // the least j at which they differ; k if only the ends do
};

/// A dispute narrowed to one step and decided.
struct Verdict {
    Step step;            // the disputed one
    StateRoot agreed;     // before it
    StateRoot claimed;    // after it, says the defender
    StateRoot countered;  // after it, says the challenger
    StateRoot proven;     // after it, by the proof
    Bytes bundle;         // the proof
    bool defender_lied = false;
    bool challenger_lied = false;
};

struct LocalGame {
    std::vector<Round> rounds;
    Verdict verdict;
};

enum class GameError : std::uint8_t {
    bad_arity,         // k < 2 or k > kMaxArity
    start_disputed,    // the parties differ on the initial state: that needs no search
    nothing_disputed,  // the parties agree on the last state
    bad_answer,        // a party gives another number of roots than it was asked for
    unprovable,        // neither party's bundle proves the disputed step
};

inline constexpr std::uint64_t kMaxArity = 1024;
/// A trace has at most 2^40 states after the first.
inline constexpr std::uint64_t kMaxTraceSteps = std::uint64_t{1} << 40U;

/// The least r with k^r >= steps: the rounds of a search over so many steps.
[[nodiscard]] unsigned round_count(std::uint64_t steps, std::uint64_t k);

/// Plays a dispute between two parties to its end, in this process: k-ary search over the longer of
/// the two traces (at most kMaxTraceSteps; padded to k^rounds, the last state repeating), then the
/// proof of the first step at which they differ. Each root is asked for once: a party is held to what
/// it said. `after_round` may be empty.
[[nodiscard]] std::expected<LocalGame, GameError> play(
    trace::TraceProvider& defender, trace::TraceProvider& challenger, std::uint64_t k,
    const std::function<void(const Round&)>& after_round = {});

}  // namespace lockstep::dispute
