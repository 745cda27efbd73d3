#pragma once

// Parametric and variable instructions. Twin: verifier-solidity/src/instructions/Variable.sol.

#include <cstdint>

#include "vm/instructions/control.hpp"
#include "vm/instructions/outcome.hpp"
#include "vm/instructions/state_access.hpp"
#include "vm/program/instruction.hpp"

namespace lockstep::vm {

/// a: the slot. i32 and f32 constants are zero-extended, references are index + 1 or 0 for null.
template <StateAccess A>
Outcome const_(A& access, const Instruction& instruction) {
    access.push(instruction.a);
    return Outcome::next();
}

/// b: how many values.
template <StateAccess A>
Outcome drop(A& access, const Instruction& instruction) {
    for (std::uint32_t i = 0; i < instruction.b; ++i) {
        access.pop();
    }
    return Outcome::next();
}

/// Drops b values under the topmost.
template <StateAccess A>
Outcome drop_under(A& access, const Instruction& instruction) {
    const std::uint64_t kept = access.pop();
    for (std::uint32_t i = 0; i < instruction.b; ++i) {
        access.pop();
    }
    access.push(kept);
    return Outcome::next();
}

template <StateAccess A>
Outcome select(A& access, const Instruction& /*instruction*/) {
    const std::uint32_t condition = as_u32(access.pop());
    const std::uint64_t second = access.pop();
    const std::uint64_t first = access.pop();
    access.push(condition != 0 ? first : second);
    return Outcome::next();
}

/// b: index, c: depth of the frame's locals tree; so for local_set and local_tee.
template <StateAccess A>
Outcome local_get(A& access, const Instruction& instruction) {
    access.push(access.local(instruction.b, instruction.c));
    return Outcome::next();
}

template <StateAccess A>
Outcome local_set(A& access, const Instruction& instruction) {
    const std::uint64_t value = access.pop();
    access.set_local(instruction.b, instruction.c, value);
    return Outcome::next();
}

template <StateAccess A>
Outcome local_tee(A& access, const Instruction& instruction) {
    const std::uint64_t value = access.pop();
    access.set_local(instruction.b, instruction.c, value);
    access.push(value);
    return Outcome::next();
}

/// b: index, c: depth of the globals tree; so for global_set.
template <StateAccess A>
Outcome global_get(A& access, const Instruction& instruction) {
    access.push(access.global(instruction.b, instruction.c));
    return Outcome::next();
}

template <StateAccess A>
Outcome global_set(A& access, const Instruction& instruction) {
    const std::uint64_t value = access.pop();
    access.set_global(instruction.b, instruction.c, value);
    return Outcome::next();
}

}  // namespace lockstep::vm
