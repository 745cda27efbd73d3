// Bundles that prove nothing: whatever is changed, left out, added or exchanged.

#include <array>
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "dispute/step_verifier.hpp"
#include "merkle/zero_hash.hpp"
#include "tests/differential/proof_spans.hpp"
#include "tests/differential/recording.hpp"
#include "tests/differential/step_cases.hpp"
#include "tests/differential/synthetic_steps.hpp"

namespace lockstep::differential {
namespace {

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

struct Sample {
    std::vector<StepCase> cases;
    std::vector<RecordedStep> steps;
};

/// Numeric instructions are alike: one case in so many is enough but in deep runs.
const Sample& sample() {
    static const Sample all = [] {
        constexpr std::size_t kNumericRarity = 20;
        Sample chosen;
        std::size_t numeric = 0;
        for (StepCase& step_case : all_step_cases()) {
            const bool is_numeric =
                vm::traits(step_case.before.status == vm::Status::running ? step_case.opcode
                                                                          : vm::Opcode::unreachable)
                    .family == vm::Family::numeric;
            if (is_numeric && !is_deep() && ++numeric % kNumericRarity != 0) {
                continue;
            }
            for (RecordedStep& step : record(step_case)) {
                chosen.steps.push_back(std::move(step));
            }
            chosen.cases.push_back(std::move(step_case));
        }
        for (RecordedStep& step : synthetic_steps()) {
            chosen.steps.push_back(std::move(step));
        }
        return chosen;
    }();
    return all;
}

void expect_rejected(const StateRoot& pre, ByteView bundle, const std::string& label,
                     const std::string& change) {
    const auto proven = dispute::verify_step(pre, bundle);
    EXPECT_FALSE(proven.has_value()) << label << ": " << change;
}

TEST(Rejection, NoByteCanBeChanged) {
    std::mt19937 random(1);
    for (const RecordedStep& step : sample().steps) {
        Bytes bundle = step.bundle;
        for (std::size_t at = 0; at < bundle.size(); ++at) {
            const unsigned first = is_deep() ? 0 : static_cast<unsigned>(random() % 8);
            const unsigned last = is_deep() ? 7 : first;
            for (unsigned bit = first; bit <= last; ++bit) {
                bundle[at] = static_cast<std::uint8_t>(bundle[at] ^ (1U << bit));
                expect_rejected(step.pre, bundle, step.label, "byte " + std::to_string(at));
                bundle[at] = step.bundle[at];
            }
        }
    }
}

TEST(Rejection, NothingCanBeCutOffOrAdded) {
    for (const RecordedStep& step : sample().steps) {
        const ByteView bundle = step.bundle;
        for (std::size_t length = 0; length < bundle.size(); ++length) {
            expect_rejected(step.pre, bundle.first(length), step.label,
                            "cut to " + std::to_string(length));
        }
        for (const std::uint8_t added : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{0xFF}}) {
            Bytes longer = step.bundle;
            longer.push_back(added);
            expect_rejected(step.pre, longer, step.label, "a byte appended");
        }
    }
}

TEST(Rejection, BundlesProveNothingAboutOtherStates) {
    const std::vector<RecordedStep>& steps = sample().steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const RecordedStep& other = steps[(i + 1) % steps.size()];
        const auto proven = dispute::verify_step(other.pre, steps[i].bundle);
        ASSERT_FALSE(proven.has_value()) << steps[i].label;
        const auto* wrong = std::get_if<dispute::WrongPre>(&proven.error());
        ASSERT_NE(wrong, nullptr);
        EXPECT_EQ(wrong->proven_from, steps[i].pre);
    }
}

/// The end of one bundle behind the beginning of another.
TEST(Rejection, BundlesCannotBeMixed) {
    const std::vector<RecordedStep>& steps = sample().steps;
    for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
        const Bytes& front = steps[i].bundle;
        const Bytes& back = steps[i + 1].bundle;
        for (const std::size_t at : {std::size_t{193}, std::size_t{226}, front.size() - 32}) {
            if (at >= front.size() || at >= back.size()) {
                continue;
            }
            Bytes mixed(front.begin(), front.begin() + static_cast<std::ptrdiff_t>(at));
            mixed.insert(mixed.end(), back.begin() + static_cast<std::ptrdiff_t>(at), back.end());
            // The same part of the same program, or the same last sibling, is no change.
            if (mixed != front) {
                expect_rejected(steps[i].pre, mixed, steps[i].label, "other end");
            }
        }
    }
}

/// A bundle in which one multiproof is written otherwise.
Bytes with_proof(const Bytes& bundle, const ProofSpan& span, const Bytes& proof) {
    Bytes changed(bundle.begin(), bundle.begin() + static_cast<std::ptrdiff_t>(span.begin));
    changed.insert(changed.end(), proof.begin(), proof.end());
    changed.insert(changed.end(), bundle.begin() + static_cast<std::ptrdiff_t>(span.end),
                   bundle.end());
    return changed;
}

std::size_t bitmap_bytes(const merkle::Opening& opening) {
    return (opening.siblings.size() + 7) / 8;
}

/// Where the bitmap begins, from the beginning of the proof.
std::size_t bitmap_offset(const merkle::Opening& opening) {
    return 32 * opening.leaves.size() + opening.charged.size();
}

void expect_error(const StateRoot& pre, const Bytes& bundle, trace::WitnessError error,
                  const std::string& label) {
    const auto proven = dispute::verify_step(pre, bundle);
    ASSERT_FALSE(proven.has_value()) << label;
    const auto* failure = std::get_if<trace::WitnessFailure>(&proven.error());
    ASSERT_NE(failure, nullptr) << label;
    EXPECT_EQ(trace::witness_error_name(failure->error), trace::witness_error_name(error)) << label;
}

/// Calls `change(proof, span)` for each multiproof of each case; what it returns must be rejected so.
template <typename Change>
std::size_t change_proofs(trace::WitnessError error, const Change& change) {
    std::size_t changed = 0;
    for (const StepCase& step_case : sample().cases) {
        const RecordedStep step = record(step_case).front();
        for (const ProofSpan& span : proof_spans(step_case)) {
            const Bytes proof(step.bundle.begin() + static_cast<std::ptrdiff_t>(span.begin),
                              step.bundle.begin() + static_cast<std::ptrdiff_t>(span.end));
            const Bytes other = change(proof, span);
            if (other != proof) {
                ++changed;
                expect_error(step.pre, with_proof(step.bundle, span, other), error, step.label);
            }
        }
    }
    return changed;
}

/// The siblings that are in a proof, by their place in the bitmap.
std::vector<std::size_t> explicit_siblings(const Bytes& proof, const ProofSpan& span) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < span.opening.siblings.size(); ++i) {
        if ((proof[bitmap_offset(span.opening) + i / 8] >> (i % 8) & 1U) != 0) {
            places.push_back(i);
        }
    }
    return places;
}

TEST(Rejection, ZeroSiblingsCannotBeSpelledOut) {
    const auto spell_out = [](const Bytes& proof, const ProofSpan& span) {
        const std::vector<std::size_t> present = explicit_siblings(proof, span);
        for (std::size_t i = 0; i < span.opening.siblings.size(); ++i) {
            const auto at = std::ranges::lower_bound(present, i);
            if (at != present.end() && *at == i) {
                continue;
            }
            Bytes longer = proof;
            const std::size_t bitmap = bitmap_offset(span.opening);
            longer[bitmap + i / 8] |= static_cast<std::uint8_t>(1U << (i % 8));
            const std::size_t before = static_cast<std::size_t>(at - present.begin());
            const auto place =
                longer.begin() +
                static_cast<std::ptrdiff_t>(bitmap + bitmap_bytes(span.opening) + 32 * before);
            const Hash256& zero = span.opening.siblings[i];
            longer.insert(place, zero.bytes.begin(), zero.bytes.end());
            return longer;
        }
        return proof;
    };
    EXPECT_GT(change_proofs(trace::WitnessError::non_canonical_sibling, spell_out), 300U);
}

TEST(Rejection, BitsPastTheSiblingsMustBeClear) {
    const auto set_bit = [](const Bytes& proof, const ProofSpan& span) {
        Bytes other = proof;
        if (span.opening.siblings.size() % 8 != 0) {
            other[bitmap_offset(span.opening) + bitmap_bytes(span.opening) - 1] |= 0x80U;
        }
        return other;
    };
    EXPECT_GT(change_proofs(trace::WitnessError::non_zero_padding, set_bit), 300U);
}

TEST(Rejection, ChargedFlagsAre0Or1) {
    const auto set_flag = [](const Bytes& proof, const ProofSpan& span) {
        Bytes other = proof;
        if (!span.opening.charged.empty()) {
            other[32 * span.opening.leaves.size()] |= 2U;
        }
        return other;
    };
    EXPECT_GT(change_proofs(trace::WitnessError::bad_flag, set_flag), 100U);
}

/// Which hash fails to match depends on the tree; none may match.
TEST(Rejection, SiblingsAndLeavesCannotBeSwapped) {
    std::size_t swapped = 0;
    for (const StepCase& step_case : sample().cases) {
        const RecordedStep step = record(step_case).front();
        for (const ProofSpan& span : proof_spans(step_case)) {
            const std::size_t siblings = bitmap_offset(span.opening) + bitmap_bytes(span.opening);
            for (const std::size_t first : {std::size_t{0}, siblings}) {
                Bytes bundle = step.bundle;
                const std::size_t at = span.begin + first;
                if (at + 64 > span.end || (first == 0 && span.opening.leaves.size() < 2)) {
                    continue;
                }
                const auto begin = bundle.begin() + static_cast<std::ptrdiff_t>(at);
                std::swap_ranges(begin, begin + 32, begin + 32);
                if (bundle != step.bundle) {
                    ++swapped;
                    expect_rejected(step.pre, bundle, step.label, "swapped");
                }
            }
        }
    }
    EXPECT_GT(swapped, 200U);
}

TEST(Rejection, ArbitraryEndsProveNothing) {
    std::mt19937 random(2);
    for (const RecordedStep& step : sample().steps) {
        for (int round = 0; round < (is_deep() ? 200 : 6); ++round) {
            Bytes bundle = step.bundle;
            const std::size_t from = random() % bundle.size();
            for (std::size_t i = from; i < bundle.size(); ++i) {
                bundle[i] = static_cast<std::uint8_t>(random());
            }
            if (bundle != step.bundle) {
                expect_rejected(step.pre, bundle, step.label, "arbitrary end");
            }
        }
    }
}

}  // namespace
}  // namespace lockstep::differential
