#pragma once

// Handlers of instructions that are rare, or long: all operands are in their slots, the semantics of
// vm/instructions do the rest.

#include "vm/interpreter/registers.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm {

/// Fields 0 and 1: the pc, field 2: the slot behind the topmost operand.
inline constexpr std::size_t kRareWords = 2;
/// The same of one that ends its superblock; word 2: what is spent on the way from the next instruction
/// to the next branch.
inline constexpr std::size_t kRareEndWords = 3;

/// Null where the opcode is none of them.
[[nodiscard]] Handler* rare_handler(Opcode opcode);

}  // namespace lockstep::vm
