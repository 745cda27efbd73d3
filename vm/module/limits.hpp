#pragma once

// What a module may ask for at most. Every count in a module is compared with its limit here, and
// with the bytes left, before anything is allocated for it. A module beyond a limit is refused with
// LoadErrorCode::limit_exceeded, the limit's name (kMaxTypes is max_types) and its value.

#include <cstdint>

namespace lockstep::vm {

inline constexpr std::uint32_t kMaxModuleBytes = 64U << 20U;

inline constexpr std::uint32_t kMaxTypes = 100'000;
inline constexpr std::uint32_t kMaxImports = 100'000;
/// Imported and defined ones together, like the next three.
inline constexpr std::uint32_t kMaxFunctions = 100'000;
inline constexpr std::uint32_t kMaxTables = 256;
/// More is another feature (multi-memory), refused as unsupported.
inline constexpr std::uint32_t kMaxMemories = 1;
inline constexpr std::uint32_t kMaxGlobals = 100'000;
inline constexpr std::uint32_t kMaxExports = 100'000;
inline constexpr std::uint32_t kMaxElementSegments = 100'000;
inline constexpr std::uint32_t kMaxDataSegments = 100'000;

/// In one segment, and in all segments of a module together.
inline constexpr std::uint32_t kMaxElementsPerSegment = 1'000'000;
inline constexpr std::uint32_t kMaxElements = 10'000'000;
/// The closing `end` not counted.
inline constexpr std::uint32_t kMaxConstExpressionInstructions = 1'000;

/// Of one function type.
inline constexpr std::uint32_t kMaxParameters = 1'000;
inline constexpr std::uint32_t kMaxResults = 1'000;

/// A table's initial size, in elements.
inline constexpr std::uint32_t kMaxTableElements = 1U << 20U;
/// The initial sizes of a module's tables together, in elements: they are allocated at the start,
/// before any gas is paid.
inline constexpr std::uint32_t kMaxInitialElements = 4 * kMaxTableElements;
/// A memory's initial and maximum size, in pages of 64 KiB: the specification's own bound.
inline constexpr std::uint32_t kMaxMemoryPages = 65'536;

/// Of one function: the bytes of its code entry after the size (locals and body).
inline constexpr std::uint32_t kMaxFunctionBodyBytes = 7'654'321;
/// Of one function, parameters included.
inline constexpr std::uint32_t kMaxLocals = 50'000;
/// Labels in scope at once in one function, its own included.
inline constexpr std::uint32_t kMaxBlockNesting = 10'000;
/// Of one br_table, its default target not counted.
inline constexpr std::uint32_t kMaxBrTableTargets = 65'520;
/// Values on one function's operand stack at once.
inline constexpr std::uint32_t kMaxOperandHeight = 100'000;

/// The types that the validator compares for the lists of blocks, calls and branches are, in the
/// functions up to and with the current one, at most kMaxValidationWorkPerByte times the bytes of
/// their bodies plus kMaxValidationWorkBase: a block type of 1000 parameters takes but two bytes.
inline constexpr std::uint32_t kMaxValidationWorkPerByte = 64;
inline constexpr std::uint32_t kMaxValidationWorkBase = 1U << 20U;

}  // namespace lockstep::vm
