#pragma once

// Handlers of two instructions in one record, of which the second takes the first one's result. Which
// there are was chosen from profiles of programs (docs/adr/0016-threaded-code.md).

#include "vm/interpreter/operand.hpp"

namespace lockstep::vm {

/// Where the second instruction's other operand is.
enum class Other : std::uint8_t {
    second,    // in a slot
    constant,  // of 16 bits
    first,     // in a slot; the first one's result is the second operand
};
inline constexpr std::size_t kOthers = 3;

/// Fields: 0 the result's slot, 1 and 2 the first one's operands, 3 the second one's; constants have 16
/// bits. Null where there is none.
inline constexpr std::size_t kPairWords = 2;
[[nodiscard]] Handler* pair_handler(Opcode first, Form form, Opcode second, Other other);
[[nodiscard]] Handler* pair_handler_i32(Opcode first, Form form, Opcode second, Other other);
[[nodiscard]] Handler* pair_handler_i64(Opcode first, Form form, Opcode second, Other other);
[[nodiscard]] Handler* pair_handler_f64(Opcode first, Form form, Opcode second, Other other);

/// An i32_add and a branch that compares its result. Fields as of a comparing branch, but 0: the sum's slot;
/// 1: what it is compared with. Word 4, fields 0 and 1 of it: the operands of the sum. Null where there is
/// none; the second operand of each is in a slot or a constant.
inline constexpr std::size_t kCountingWords = 5;
[[nodiscard]] Handler* counting_branch_handler(Opcode comparison, Source added, Source compared);

/// Two times an i32_add of a constant of 16 bits to a slot. Fields: slot, constant, slot, constant.
inline constexpr std::size_t kTwoSumsWords = 2;
[[nodiscard]] Handler* two_sums_handler();

}  // namespace lockstep::vm
