#pragma once

// Control instructions. Twin: verifier-solidity/src/instructions/Control.sol.

#include <algorithm>
#include <cstdint>

#include "vm/instructions/outcome.hpp"
#include "vm/instructions/state_access.hpp"
#include "vm/machine/limits.hpp"
#include "vm/program/instruction.hpp"

namespace lockstep::vm {

/// The i32 in a slot.
[[nodiscard]] constexpr std::uint32_t as_u32(std::uint64_t slot) {
    return static_cast<std::uint32_t>(slot);
}

template <StateAccess A>
Outcome charge(A& access, const Instruction& instruction) {
    if (access.gas() < instruction.a) {
        return Outcome::trap(Trap::out_of_gas);
    }
    access.set_gas(access.gas() - instruction.a);
    return Outcome::next();
}

template <StateAccess A>
Outcome jump_if(A& access, const Instruction& instruction) {
    return as_u32(access.pop()) != 0 ? Outcome::jump(instruction.b) : Outcome::next();
}

template <StateAccess A>
Outcome jump_unless(A& access, const Instruction& instruction) {
    return as_u32(access.pop()) == 0 ? Outcome::jump(instruction.b) : Outcome::next();
}

/// b rows and a default row of `jump` follow.
template <StateAccess A>
Outcome jump_table(A& access, const Instruction& instruction) {
    const std::uint32_t row = std::min(as_u32(access.pop()), instruction.b);
    return Outcome::jump(access.pc() + 1 + row);
}

/// Enters the function at `entry` with zeroed locals; its arguments are still on the value stack.
template <StateAccess A>
Outcome enter_function(A& access, std::uint32_t entry, std::uint32_t slots, unsigned depth) {
    if (access.call_depth() >= kMaxCallDepth ||
        std::uint64_t{access.slots_used()} + slots > kMaxSlots) {
        return Outcome::trap(Trap::call_stack_exhausted);
    }
    access.push_frame(access.pc() + 1, depth);
    access.set_call_depth(access.call_depth() + 1);
    access.set_slots_used(access.slots_used() + slots);
    return Outcome::jump(entry);
}

/// a: frame slots, b: entry, c: depth of the locals tree.
template <StateAccess A>
Outcome call(A& access, const Instruction& instruction) {
    return enter_function(access, instruction.b, static_cast<std::uint32_t>(instruction.a),
                          instruction.c);
}

/// Calls the function that the initial state names on top of the value stack (a reference).
template <StateAccess A>
Outcome invoke(A& access, const Instruction& /*instruction*/) {
    access.open_function(static_cast<std::uint32_t>(access.pop() - 1));
    return enter_function(access, access.function_entry(), access.function_slots(),
                          access.function_locals_depth());
}

/// b: canonical index of the expected type.
template <StateAccess A>
Outcome call_reference(A& access, const Instruction& instruction) {
    const std::uint64_t reference = access.pop();
    if (reference == 0) {
        return Outcome::trap(Trap::uninitialized_element);
    }
    access.open_function(static_cast<std::uint32_t>(reference - 1));
    if (access.function_type() != instruction.b) {
        return Outcome::trap(Trap::indirect_call_type_mismatch);
    }
    return enter_function(access, access.function_entry(), access.function_slots(),
                          access.function_locals_depth());
}

/// a: the frame's slots, released here. Results stay on the value stack.
template <StateAccess A>
Outcome return_(A& access, const Instruction& instruction) {
    if (access.call_depth() == 0) {
        return Outcome::finish();
    }
    const std::uint32_t return_pc = access.pop_frame();
    access.set_call_depth(access.call_depth() - 1);
    access.set_slots_used(access.slots_used() - static_cast<std::uint32_t>(instruction.a));
    return Outcome::jump(return_pc);
}

}  // namespace lockstep::vm
