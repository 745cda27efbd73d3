#pragma once

#include "tests/differential/jit/numeric_modules.hpp"
#include "tests/random_modules/instruction_writer.hpp"

namespace lockstep::jit_test {

using random_modules::InstructionWriter;

// Globals of a numeric module.
inline constexpr std::uint32_t kPairGlobal = 0;  // i32
inline constexpr std::uint32_t kMixGlobal = 1;   // i64
/// And one of each type from here on, in the order of kTypes.
inline constexpr std::uint32_t kTypedGlobals = 2;

// Functions of a numeric module; an identity of each type comes after the one that does nothing.
inline constexpr std::uint32_t kNothing = 0;
inline constexpr std::uint32_t kIdentities = 1;
inline constexpr std::uint32_t kFirstVariant = 5;

inline constexpr std::uint32_t kRecordBytes = 32;  // of a pair: both, the result, room for anything

inline constexpr vm::ValueType kTypes[] = {vm::ValueType::i32, vm::ValueType::i64,
                                           vm::ValueType::f32, vm::ValueType::f64};
/// Its place in kTypes.
[[nodiscard]] std::uint32_t number_of(vm::ValueType type);

/// The second operand's type, also where there is none.
[[nodiscard]] vm::ValueType second_type(const NumericOpcode& opcode);

/// The body of a variant's function, which takes a pair and its record's address.
[[nodiscard]] Bytes numeric_function(const NumericOpcode& opcode, const NumericVariant& variant);

/// Those of a type without and with 32-bit numbers.
[[nodiscard]] vm::WasmOpcode load_of(vm::ValueType type);
[[nodiscard]] vm::WasmOpcode store_of(vm::ValueType type);

}  // namespace lockstep::jit_test
