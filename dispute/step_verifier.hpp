#pragma once

#include <cstdint>
#include <expected>
#include <variant>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "trace/witness.hpp"

namespace lockstep::dispute {

/// The bundle proves a step from another state.
struct WrongPre {
    StateRoot proven_from;
};

using VerifyError = std::variant<trace::WitnessFailure, WrongPre>;

/// What OneStepVerifier.verify does on chain: the root after the step from `pre` that the bundle
/// proves, or why it proves none (docs/spec/step.md).
[[nodiscard]] std::expected<StateRoot, VerifyError> verify_step(const StateRoot& pre,
                                                                ByteView bundle);

}  // namespace lockstep::dispute
