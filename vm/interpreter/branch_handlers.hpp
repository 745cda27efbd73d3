#pragma once

// Handlers of branches within a function. A branch spends what the way from its target to the next
// branch costs, and so does falling through; only what is branched to is a place where the limits
// are looked at.

#include "vm/interpreter/opcode_class.hpp"
#include "vm/interpreter/operand.hpp"

namespace lockstep::vm {

/// Fields 2 and 3: distance in words from the record to the target's. Word 2: what is spent on the way
/// from there.
inline constexpr std::size_t kJumpWords = 3;
/// The same, and word 3: what is spent on the way from the next record.
inline constexpr std::size_t kBranchWords = 4;
/// Fields 2 and 3: rows but the last. A row is two words: the distance, and what is spent.
inline constexpr std::size_t kTableWords = 2;
inline constexpr std::size_t kRowWords = 2;

/// Of a comparison, fields 0 and 1 the operands, or of a condition in field 0: branches where it is
/// `sense`.
[[nodiscard]] Handler* comparing_branch_handler(Opcode opcode, Form form, bool sense);
[[nodiscard]] Handler* branch_handler(Source condition, bool sense);
[[nodiscard]] Handler* jump_handler();
/// Field 0: the index.
[[nodiscard]] Handler* jump_table_handler(Source index);

}  // namespace lockstep::vm
