#pragma once

// Functions of one numeric instruction, whose operands come from and whose result goes to any place
// that a compiler may keep values in.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "vm/module/types.hpp"
#include "vm/module/wasm_instruction.hpp"

namespace lockstep::jit_test {

struct NumericOpcode {
    vm::WasmOpcode opcode{};
    std::string_view text;
    std::vector<vm::ValueType> parameters;  // one or two
    vm::ValueType result = vm::ValueType::i32;
};

/// All of WebAssembly's but the constants.
[[nodiscard]] const std::vector<NumericOpcode>& numeric_opcodes();

/// Where an operand comes from.
enum class Source : std::uint8_t {
    constant,
    local,
    changed_local,  // set to something else before the instruction
    after_call,     // on the stack while another function runs
    after_join,     // on the stack where two ways meet
    load,
    integer,     // of integer arithmetic, whatever its type
    floating,    // of float instructions that keep NaNs as they are, whatever its type
    arithmetic,  // of float arithmetic: any NaN has become the canonical one
    call,        // a function's result
    tee,
    selected,
    global,
    loaded_local,  // set from memory, and used as the other kind of number
};
inline constexpr unsigned kSources = 14;

/// Where the result goes.
enum class Target : std::uint8_t {
    result,
    local,
    operand_local,  // the local of the first operand whose type it has
    tee,
    memory,
    narrow_memory,  // some of its bytes
    condition,      // of an i32; else the result
    select_condition,
    zero_condition,  // negated, of a branch
    global,
    argument,
    branch,        // with it, over another operand
    select,        // one of its operands
    other_select,  // the same, but the result is what is not chosen
    bits,          // of an integer of its size
};
inline constexpr unsigned kTargets = 15;

struct NumericVariant {
    std::vector<Source> sources;
    Target target{};
    std::vector<std::uint64_t> constants;  // of an operand from Source::constant
    unsigned integers_below = 0;           // other operands in registers
    unsigned floats_below = 0;
    bool crowded = false;  // other locals are used more often
    unsigned calls = 0;    // in the function, so that locals are worth no register
};

struct Pair {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
};

/// A module with a function `f<driver(i)>` for each variant i: from a pair's number to another's it
/// passes the pairs to the variant's function, and stores the results. Global 0 holds the number of the
/// pair it is at.
[[nodiscard]] Bytes numeric_module(const NumericOpcode& opcode,
                                   const std::vector<NumericVariant>& variants,
                                   const std::vector<Pair>& pairs);
[[nodiscard]] std::string driver(std::size_t variant, std::size_t variants);

}  // namespace lockstep::jit_test
