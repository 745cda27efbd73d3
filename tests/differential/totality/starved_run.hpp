#pragma once

// Runs that end for lack of gas: each charge of each charging run, with too little left for it.

#include <cstdint>
#include <vector>

#include "tests/differential/totality/ending.hpp"

namespace lockstep::differential {

/// A step that takes gas.
struct Charge {
    Step step;
    vm::Opcode opcode = vm::Opcode::charge;
    std::uint64_t spent_before = 0;
    std::uint64_t amount = 0;
};

/// The charges of a run, in order.
[[nodiscard]] std::vector<Charge> charges_of(const TotalityCase& run);

/// A run that has `left` gas, less than the amount, when it comes to the charge.
struct StarvedRun {
    TotalityCase ample;  // the same run with gas enough
    Charge charge;
    std::uint64_t left = 0;
    TotalityCase ending;
};

/// One unit too little for each charge; nothing at all for those of more than one unit; and for those
/// of two chunks what one of them takes.
[[nodiscard]] std::vector<StarvedRun> starved_runs();

}  // namespace lockstep::differential
