#pragma once

// Handlers of a load and the instruction that takes its result, or of an instruction and the store of its
// result, in one record.

#include "vm/interpreter/memory_handlers.hpp"
#include "vm/interpreter/pair_handlers.hpp"

namespace lockstep::vm {

inline constexpr std::size_t kAccessPairWords = 3;

/// Fields as of the load, of which the address is plain or plus a constant; field 6: the other operand of
/// the second instruction, a constant of 16 bits or a slot. Null where there is none.
[[nodiscard]] Handler* load_pair_handler(Opcode load, Address address, Source part, Opcode second,
                                         Other other);

/// Fields: 0 the first operand, 1 the address, 2 and 3 the offset, 4 the second operand, a constant of 16
/// bits or a slot. Null where there is none.
[[nodiscard]] Handler* store_pair_handler(Opcode first, Form form, Opcode store);

}  // namespace lockstep::vm
