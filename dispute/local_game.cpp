#include "dispute/local_game.hpp"

#include <algorithm>

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

Round split(trace::TraceProvider& defender, trace::TraceProvider& challenger, Step begin,
            std::uint64_t stride, std::uint64_t k) {
    Round round{.begin = begin,
                .stride = stride,
                .claimed = defender.roots(begin + stride, stride, k - 1),
                .countered = challenger.roots(begin + stride, stride, k - 1),
                .first_difference = 0};
    const auto [difference, _] = std::ranges::mismatch(round.claimed, round.countered);
    round.first_difference = static_cast<std::size_t>(difference - round.claimed.begin()) + 1;
    return round;
}

/// Both parties may prove the step; the first bundle that proves something from the agreed root
/// decides.
std::expected<Verdict, GameError> decide(trace::TraceProvider& defender,
                                         trace::TraceProvider& challenger, Step step) {
    const StateRoot agreed = challenger.root(step);
    const StateRoot claimed = defender.root(step + 1);
    const StateRoot countered = challenger.root(step + 1);
    for (trace::TraceProvider* prover : {&challenger, &defender}) {
        Bytes bundle = prover->bundle(step);
        const auto proven = verify_step(agreed, bundle);
        if (proven) {
            return Verdict{.step = step,
                           .agreed = agreed,
                           .claimed = claimed,
                           .countered = countered,
                           .proven = *proven,
                           .bundle = std::move(bundle),
                           .defender_lied = *proven != claimed,
                           .challenger_lied = *proven != countered};
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
    if (defender.root(Step(0)) != challenger.root(Step(0))) {
        return std::unexpected(GameError::start_disputed);
    }
    if (defender.root(Step(length)) == challenger.root(Step(length))) {
        return std::unexpected(GameError::nothing_disputed);
    }
    LocalGame game;
    Step begin(0);
    for (std::uint64_t stride = length / k; game.rounds.size() < rounds; stride /= k) {
        game.rounds.push_back(split(defender, challenger, begin, stride, k));
        const Round& round = game.rounds.back();
        begin = begin + (round.first_difference - 1) * stride;
        if (after_round) {
            after_round(round);
        }
    }
    auto verdict = decide(defender, challenger, begin);
    if (!verdict) {
        return std::unexpected(verdict.error());
    }
    game.verdict = std::move(*verdict);
    return game;
}

}  // namespace lockstep::dispute
