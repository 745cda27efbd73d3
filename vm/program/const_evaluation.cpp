#include "vm/program/const_evaluation.hpp"

#include <vector>

#include "base/check.hpp"

namespace lockstep::vm {

namespace {

std::uint64_t low_32_bits(std::uint64_t value) {
    return value & 0xFFFF'FFFF;
}

/// Null where the instruction is not arithmetic.
using Arithmetic = std::uint64_t (*)(std::uint64_t, std::uint64_t);

Arithmetic arithmetic_of(WasmOpcode opcode) {
    using Slot = std::uint64_t;
    switch (opcode) {
        case WasmOpcode::i32_add: return [](Slot a, Slot b) { return low_32_bits(a + b); };
        case WasmOpcode::i32_sub: return [](Slot a, Slot b) { return low_32_bits(a - b); };
        case WasmOpcode::i32_mul: return [](Slot a, Slot b) { return low_32_bits(a * b); };
        case WasmOpcode::i64_add: return [](Slot a, Slot b) { return a + b; };
        case WasmOpcode::i64_sub: return [](Slot a, Slot b) { return a - b; };
        case WasmOpcode::i64_mul: return [](Slot a, Slot b) { return a * b; };
        default: return nullptr;
    }
}

}  // namespace

std::uint64_t evaluate(const ConstInstruction& instruction, const ConstScope& scope) {
    switch (instruction.opcode) {
        case WasmOpcode::i32_const:
        case WasmOpcode::i64_const:
        case WasmOpcode::f32_const:
        case WasmOpcode::f64_const: return instruction.bits;
        case WasmOpcode::ref_null: return 0;
        case WasmOpcode::ref_func:
            LOCKSTEP_CHECK(instruction.bits < scope.functions.size());
            return std::uint64_t{scope.functions[instruction.bits]} + 1;
        case WasmOpcode::global_get:
            LOCKSTEP_CHECK(instruction.bits < scope.globals.size());
            return scope.globals[instruction.bits];
        default: LOCKSTEP_CHECK(false);
    }
}

std::uint64_t evaluate(const ConstExpression& expression, const ConstScope& scope) {
    std::vector<std::uint64_t> stack;
    for (const ConstInstruction& instruction : expression.instructions) {
        const Arithmetic arithmetic = arithmetic_of(instruction.opcode);
        if (arithmetic == nullptr) {
            stack.push_back(evaluate(instruction, scope));
            continue;
        }
        LOCKSTEP_CHECK(stack.size() >= 2);
        const std::uint64_t right = stack.back();
        stack.pop_back();
        stack.back() = arithmetic(stack.back(), right);
    }
    LOCKSTEP_CHECK(stack.size() == 1);
    return stack.back();
}

}  // namespace lockstep::vm
