#pragma once

// What bounds a program (docs/spec/program.md). What bounds a module is in vm/module/limits.hpp, what
// bounds a running machine in vm/machine/limits.hpp.

#include <algorithm>
#include <cstdint>

#include "vm/machine/limits.hpp"
#include "vm/module/limits.hpp"

namespace lockstep::vm {

/// Lowered instructions, so that a code tree has a depth of at most 24.
inline constexpr std::uint32_t kMaxCodeInstructions = 1U << 25U;
/// Lowered instructions of a module of n bytes: kMaxInstructionsBase + n * kMaxInstructionsPerByte.
inline constexpr std::uint32_t kMaxInstructionsBase = 4'096;
inline constexpr std::uint32_t kMaxInstructionsPerByte = 16;

/// Modules of one program, and all their tables. The limits on the bytes, functions, globals,
/// segments, elements and initial elements of a module hold for all modules together, too.
inline constexpr std::uint32_t kMaxLinkedModules = 1'000;
inline constexpr std::uint32_t kMaxLinkedTables = 4'096;

/// Values that one `drop` or `drop_under` drops, beside the one that drop_under keeps.
inline constexpr std::uint32_t kMaxDroppedValues = 8;
/// Operands that lowering pushes beside those of the WebAssembly instruction, at once.
inline constexpr std::uint32_t kMaxExtraOperands = 1;

/// What a table without a maximum may grow to, in elements.
inline constexpr std::uint32_t kMaxTableSize = kMaxTableElements;

// Any one frame fits: its locals, scratch locals and operands.
static_assert(kMaxLocals + std::max(kMaxParameters, kMaxResults) + kMaxOperandHeight +
                  kMaxExtraOperands <=
              kMaxSlots);

/// The most instructions that a module of `module_bytes` bytes may be lowered to.
[[nodiscard]] constexpr std::uint64_t max_instructions(std::uint64_t module_bytes) {
    return std::min<std::uint64_t>(kMaxCodeInstructions,
                                   kMaxInstructionsBase + module_bytes * kMaxInstructionsPerByte);
}

}  // namespace lockstep::vm
