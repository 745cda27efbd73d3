#pragma once

// The dynamic part of the gas schedule (docs/spec/gas.md); the static prices are in opcodes.def.

#include <cstdint>

namespace lockstep::vm {

/// Version of the instruction set, its semantics, the gas schedule and all commitments together.
/// It is hashed into the image.
inline constexpr std::uint16_t kSpecVersion = 1;

/// First write of a run to a 4 KiB chunk of memory: what its Merklization costs.
inline constexpr std::uint64_t kDirtyChunkGas = 1024;
/// One page of a successful memory.grow.
inline constexpr std::uint64_t kGrowPageGas = 256;
/// One leaf (32 bytes of memory, four slots of a table) handled by a bulk instruction.
inline constexpr std::uint64_t kBulkLeafGas = 4;
/// One leaf handled by output_write.
inline constexpr std::uint64_t kOutputLeafGas = 16;
/// Frame slots that one unit of gas in a function's first charge reserves.
inline constexpr std::uint64_t kFrameSlotsPerGas = 8;

}  // namespace lockstep::vm
