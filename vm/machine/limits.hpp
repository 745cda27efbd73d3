#pragma once

// What bounds a running machine. All of it is part of the specification (docs/spec/determinism.md):
// no limit is left to the host. What bounds a module is in vm/module/limits.hpp.

#include <cstdint>

namespace lockstep::vm {

/// Suspended frames.
inline constexpr std::uint32_t kMaxCallDepth = 65'536;
/// Slots reserved by all frames together: locals, scratch locals and operand heights.
inline constexpr std::uint32_t kMaxSlots = 1U << 20U;
/// Bytes of input and of output.
inline constexpr std::uint64_t kMaxInputBytes = 0xFFFF'FFFF;
inline constexpr std::uint64_t kMaxOutputBytes = 0xFFFF'FFFF;
/// Gas limit of a run; steps <= gas limit + 1, so that a trace fits in 2^40 states.
inline constexpr std::uint64_t kMaxGasLimit = (1ULL << 40U) - 2;
/// Arguments of the function that a run starts.
inline constexpr std::uint32_t kMaxEntryArguments = 32;

}  // namespace lockstep::vm
