#include "dispute/local_game.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "dispute/step_verifier.hpp"

namespace lockstep::dispute {

namespace {

std::uint64_t power(std::uint64_t base, unsigned exponent) {
    std::uint64_t result = 1;
    for (unsigned i = 0; i < exponent; ++i) {
        result *= base;
    }
    return result;
}

/// What is left to be disputed: the parties agree on `agreed` at `begin`, and say different things
/// about the end.
struct Interval {
    Step begin;
    StateRoot agreed;
    StateRoot claimed;
    StateRoot countered;
};

std::expected<Round, GameError> ask(trace::TraceProvider& defender,
                                    trace::TraceProvider& challenger, Step begin,
                                    std::uint64_t stride, std::uint64_t k) {
    Round round{.begin = begin,
                .stride = stride,
                .claimed = defender.roots(begin + stride, stride, k - 1),
                .countered = challenger.roots(begin + stride, stride, k - 1),
                .first_difference = 0};
    if (round.claimed.size() != k - 1 || round.countered.size() != k - 1) {
        return std::unexpected(GameError::bad_answer);
    }
    const auto [difference, _] = std::ranges::mismatch(round.claimed, round.countered);
    round.first_difference = static_cast<std::size_t>(difference - round.claimed.begin()) + 1;
    return round;
}

/// The part of the interval at whose end the parties first differ.
Interval narrow(const Interval& interval, const Round& round) {
    const std::size_t part = round.first_difference - 1;
    Interval narrowed = interval;
    narrowed.begin = round.begin + part * round.stride;
    if (part > 0) {
        narrowed.agreed = round.claimed[part - 1];
    }
    if (part < round.claimed.size()) {
        narrowed.claimed = round.claimed[part];
        narrowed.countered = round.countered[part];
    }
    return narrowed;
}

/// Both parties may prove the step; the first bundle that proves something from the agreed root
/// decides.
std::expected<Verdict, GameError> decide(trace::TraceProvider& defender,
                                         trace::TraceProvider& challenger,
                                         const Interval& disputed) {
    for (trace::TraceProvider* prover : {&challenger, &defender}) {
        Bytes bundle = prover->bundle(disputed.begin);
        const auto proven = verify_step(disputed.agreed, bundle);
        if (proven) {
            return Verdict{.step = disputed.begin,
                           .agreed = disputed.agreed,
                           .claimed = disputed.claimed,
                           .countered = disputed.countered,
                           .proven = *proven,
                           .bundle = std::move(bundle),
                           .defender_lied = *proven != disputed.claimed,
                           .challenger_lied = *proven != disputed.countered};
        }
    }
    return std::unexpected(GameError::unprovable);
}

}  // namespace

unsigned round_count(std::uint64_t steps, std::uint64_t k) {
    unsigned rounds = 0;
    for (std::uint64_t covered = 1; covered < steps; covered *= k) {
        ++rounds;
    }
    return rounds;
}

std::expected<LocalGame, GameError> play(trace::TraceProvider& defender,
                                         trace::TraceProvider& challenger, std::uint64_t k,
                                         const std::function<void(const Round&)>& after_round) {
    if (k < 2 || k > kMaxArity) {
        return std::unexpected(GameError::bad_arity);
    }
    const std::uint64_t steps = std::clamp<std::uint64_t>(
        std::max(defender.length(), challenger.length()).value, 1, kMaxTraceSteps);
    const unsigned rounds = round_count(steps, k);
    const std::uint64_t length = power(k, rounds);
    Interval disputed{.begin = Step(0),
                      .agreed = defender.root(Step(0)),
                      .claimed = defender.root(Step(length)),
                      .countered = challenger.root(Step(length))};
    if (disputed.agreed != challenger.root(Step(0))) {
        return std::unexpected(GameError::start_disputed);
    }
    if (disputed.claimed == disputed.countered) {
        return std::unexpected(GameError::nothing_disputed);
    }
    LocalGame game;
    for (std::uint64_t stride = length / k; game.rounds.size() < rounds; stride /= k) {
        LOCKSTEP_TRY(Round round, ask(defender, challenger, disputed.begin, stride, k));
        disputed = narrow(disputed, round);
        if (after_round) {
            after_round(round);
        }
        game.rounds.push_back(std::move(round));
    }
    LOCKSTEP_TRY(game.verdict, decide(defender, challenger, disputed));
    return game;
}

}  // namespace lockstep::dispute
