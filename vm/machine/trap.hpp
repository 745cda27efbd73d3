#pragma once

#include <cstdint>
#include <string_view>

namespace lockstep::vm {

/// Why a program trapped: a closed list, and part of the state (docs/spec/state.md). Where the
/// WebAssembly specification has the trap, the comment holds its words.
enum class Trap : std::uint32_t {
    none = 0,
    unreachable = 1,                  // unreachable
    integer_divide_by_zero = 2,       // integer divide by zero
    integer_overflow = 3,             // integer overflow
    invalid_conversion = 4,           // invalid conversion to integer
    out_of_bounds_memory_access = 5,  // out of bounds memory access
    out_of_bounds_table_access = 6,   // out of bounds table access
    undefined_element = 7,            // undefined element
    uninitialized_element = 8,        // uninitialized element
    indirect_call_type_mismatch = 9,  // indirect call type mismatch
    call_stack_exhausted = 10,        // call stack exhausted
    out_of_gas = 11,
    out_of_bounds_input_read = 12,
    output_too_large = 13,
};

/// The enumerator's name, as printed by the command line and named in the specification.
[[nodiscard]] constexpr std::string_view trap_name(Trap trap) {
    switch (trap) {
        case Trap::none: return "none";
        case Trap::unreachable: return "unreachable";
        case Trap::integer_divide_by_zero: return "integer_divide_by_zero";
        case Trap::integer_overflow: return "integer_overflow";
        case Trap::invalid_conversion: return "invalid_conversion";
        case Trap::out_of_bounds_memory_access: return "out_of_bounds_memory_access";
        case Trap::out_of_bounds_table_access: return "out_of_bounds_table_access";
        case Trap::undefined_element: return "undefined_element";
        case Trap::uninitialized_element: return "uninitialized_element";
        case Trap::indirect_call_type_mismatch: return "indirect_call_type_mismatch";
        case Trap::call_stack_exhausted: return "call_stack_exhausted";
        case Trap::out_of_gas: return "out_of_gas";
        case Trap::out_of_bounds_input_read: return "out_of_bounds_input_read";
        case Trap::output_too_large: return "output_too_large";
    }
    return "unknown";
}

/// Status of a machine. Only a running machine's successor differs from itself.
enum class Status : std::uint8_t { running = 0, halted = 1, trapped = 2 };

}  // namespace lockstep::vm
