#pragma once

// Handlers of numeric instructions. Fields: 0 the result's slot, 1 and 2 the operands; a constant takes
// fields 2 and 3.

#include "vm/interpreter/opcode_class.hpp"
#include "vm/interpreter/operand.hpp"

namespace lockstep::vm {

inline constexpr std::size_t kNumericWords = 2;

template <Opcode opcode, Form form>
struct BinaryHandler {
    static Next execute(Registers& r) {
        constexpr bool kFloat = takes_f64(opcode);
        const std::uint64_t a = operand<first_source(form), kFloat>(r, 1);
        std::uint64_t b = 0;
        if constexpr (second_source(form) == Source::constant) {
            b = static_cast<std::uint64_t>(signed_wide_field(r.record, 2));
        } else {
            b = operand<second_source(form), kFloat>(r, 2);
        }
        const Numeric numeric = evaluate<opcode>(a, b);
        if constexpr (may_trap(opcode)) {
            if (numeric.trap != Trap::none) [[unlikely]] {
                return leave(r, Leaving::trap, static_cast<std::uint32_t>(numeric.trap));
            }
        }
        put<gives_f64(opcode)>(r, numeric.value);
        return go_on(r, kNumericWords);
    }
};

template <Opcode opcode, Source source>
struct UnaryHandler {
    static Next execute(Registers& r) {
        const Numeric numeric = evaluate<opcode>(operand<source, takes_f64(opcode)>(r, 1), 0);
        if constexpr (may_trap(opcode)) {
            if (numeric.trap != Trap::none) [[unlikely]] {
                return leave(r, Leaving::trap, static_cast<std::uint32_t>(numeric.trap));
            }
        }
        put<gives_f64(opcode)>(r, numeric.value);
        return go_on(r, kNumericWords);
    }
};

/// Of an instruction of two operands. Of floats there are no forms with constants.
[[nodiscard]] Handler* binary_handler(Opcode opcode, Form form);
[[nodiscard]] Handler* integer_handler(Opcode opcode, Form form);
[[nodiscard]] Handler* float_handler(Opcode opcode, Form form);
/// Of an instruction of one operand.
[[nodiscard]] Handler* unary_handler(Opcode opcode, Source source);

}  // namespace lockstep::vm
