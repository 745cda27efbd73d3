#pragma once

// The float instructions by integers alone, after the definitions of IEEE 754 and of WebAssembly: each
// gives the exact result, an integer times a power of two, to one function that rounds. What the
// processor computes is compared with this, and the contracts' vectors come from here.

#include <cstdint>
#include <span>

#include "vm/machine/trap.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::differential {

struct FloatResult {
    std::uint64_t value = 0;  // a slot; 0 with a trap
    vm::Trap trap = vm::Trap::none;

    // How it came about, for counting what a set of operands covers.
    bool inexact = false;
    bool tie = false;  // exactly between two neighbours
    bool above_tie =
        false;  // a tie but for a 2^-16th of the neighbours' distance, or the last digit
    bool below_tie = false;   // the same, on the other side
    bool subnormal = false;   // or 0 where the exact result is not
    bool overflowed = false;  // from finite operands
};

struct FloatOperation {
    vm::Opcode opcode{};
    /// One operand: b is ignored.
    FloatResult (*evaluate)(std::uint64_t a, std::uint64_t b) = nullptr;
};

/// All float instructions, in the order of their codes.
[[nodiscard]] std::span<const FloatOperation> float_operations();

}  // namespace lockstep::differential
