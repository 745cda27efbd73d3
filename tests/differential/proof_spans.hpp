#pragma once

#include <cstddef>
#include <vector>

#include "merkle/multiproof.hpp"
#include "tests/differential/step_case.hpp"

namespace lockstep::differential {

/// A multiproof within a bundle.
struct ProofSpan {
    std::size_t begin = 0;
    std::size_t end = 0;
    merkle::Opening opening;
};

/// All multiproofs in the bundle of the case's first step, in their order.
[[nodiscard]] std::vector<ProofSpan> proof_spans(const StepCase& step_case);

}  // namespace lockstep::differential
