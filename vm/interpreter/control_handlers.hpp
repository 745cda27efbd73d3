#pragma once

// Handlers of calls and returns, of variables, and of what has no instruction.

#include "vm/interpreter/operand.hpp"

namespace lockstep::vm {

// Field 0: the slot; field 1: the one that is copied, or fields 2 and 3 or word 2: the constant.
inline constexpr std::size_t kCopyWords = 2;
inline constexpr std::size_t kLongConstantWords = 3;
[[nodiscard]] Handler* copy_handler();
/// The same for fields 2 and 3, after fields 0 and 1.
[[nodiscard]] Handler* copy_two_handler();
[[nodiscard]] Handler* constant_handler();
[[nodiscard]] Handler* long_constant_handler();

/// Field 0: the first slot; field 1: how many, at least 1.
inline constexpr std::size_t kZeroWords = 2;
[[nodiscard]] Handler* zero_handler(std::uint32_t count);

/// Fields: 0 the result's slot, 1 and 2 the operands, 3 the condition.
inline constexpr std::size_t kSelectWords = 2;
[[nodiscard]] Handler* select_handler(Source condition);

/// Field 0: the slot, fields 2 and 3: the global's index.
inline constexpr std::size_t kGlobalWords = 2;
[[nodiscard]] Handler* global_get_handler();
[[nodiscard]] Handler* global_set_handler();

/// Fields 0 and 1: index of the words of the callee's entry; field 2: distance of its frame. The site
/// follows.
inline constexpr std::size_t kCallWords = 2;
[[nodiscard]] Handler* call_handler();
/// Field 0: the reference, fields 2 and 3: the type, field 1: distance of the frame. The site follows.
[[nodiscard]] Handler* call_reference_handler();
/// The same, after a table_element whose index is in the slot of field 0; the upper half of the site's
/// word 1 is the table.
[[nodiscard]] Handler* call_element_handler();

/// Fields 2 and 3: slots of the frame. Field 0: the result's slot, or the first result's; field 1: how
/// many they are; word 2: the constant.
[[nodiscard]] Handler* return_handler(std::uint32_t results, Source source);

/// Leaves where the credit is used up, after it has spent word 1, or without spending.
inline constexpr std::size_t kChargeWords = 2;
[[nodiscard]] Handler* charge_handler();
inline constexpr std::size_t kCheckWords = 1;
[[nodiscard]] Handler* check_handler();
/// Leaves the threaded code in any case: what follows is for the one-instruction interpreter.
inline constexpr std::size_t kLeaveWords = 1;
[[nodiscard]] Handler* leave_handler();
/// Behind the site of a frame that none above it called from here.
[[nodiscard]] Handler* outermost_handler();

}  // namespace lockstep::vm
