#pragma once

// Bulk memory instructions. Twin: verifier-solidity/src/instructions/Bulk.sol.
//
// The operands on the value stack are the loop variables. Each step checks the bounds of all that is
// left (so they can fail only before the first write), handles at most one leaf of the source and one
// of the destination, and either updates the operands and stays, or pops them for good. A length of
// zero takes one step that only checks the bounds.

#include <algorithm>
#include <cstdint>

#include "vm/instructions/memory.hpp"
#include "vm/instructions/outcome.hpp"
#include "vm/instructions/state_access.hpp"
#include "vm/machine/gas.hpp"
#include "vm/program/instruction.hpp"

namespace lockstep::vm {

inline constexpr std::uint64_t kLeafBytes = 32;

/// How much of `length` from `begin` up lies in its first leaf.
[[nodiscard]] constexpr std::uint64_t forward_run(std::uint64_t begin, std::uint64_t length,
                                                  std::uint64_t leaf) {
    return std::min(length, leaf - begin % leaf);
}

/// How much of the last `length` before `end` lies in its last leaf; end > 0.
[[nodiscard]] constexpr std::uint64_t backward_run(std::uint64_t end, std::uint64_t length,
                                                   std::uint64_t leaf) {
    return std::min(length, (end - 1) % leaf + 1);
}

/// Charges one leaf of work that writes `written` of memory.
template <StateAccess A>
[[nodiscard]] bool spend_for_leaf(A& access, Range written) {
    return spend(access, kBulkLeafGas + kDirtyChunkGas * access.uncharged_chunks(written));
}

/// Operands: destination, byte, length.
template <StateAccess A>
Outcome memory_fill(A& access, const Instruction& instruction) {
    const std::uint32_t length = as_u32(access.pop());
    const std::uint64_t value = access.pop();
    const std::uint32_t destination = as_u32(access.pop());
    open_memory(access, instruction);
    if (std::uint64_t{destination} + length > memory_bytes(access)) {
        return Outcome::trap(Trap::out_of_bounds_memory_access);
    }
    if (length == 0) {
        return Outcome::next();
    }
    const auto count = static_cast<std::uint32_t>(forward_run(destination, length, kLeafBytes));
    const Range written{destination, count};
    access.open_memory_bytes(written, {});
    if (!spend_for_leaf(access, written)) {
        return Outcome::trap(Trap::out_of_gas);
    }
    access.fill_memory(written, value & 0xFF);
    if (count == length) {
        return Outcome::next();
    }
    access.push(destination + count);
    access.push(value);
    access.push(length - count);
    return Outcome::stay();
}

/// Operands: destination, source, length. Copies run backward exactly when destination > source.
template <StateAccess A>
Outcome memory_copy(A& access, const Instruction& instruction) {
    const std::uint32_t length = as_u32(access.pop());
    const std::uint32_t source = as_u32(access.pop());
    const std::uint32_t destination = as_u32(access.pop());
    open_memory(access, instruction);
    const std::uint64_t bytes = memory_bytes(access);
    if (std::uint64_t{source} + length > bytes || std::uint64_t{destination} + length > bytes) {
        return Outcome::trap(Trap::out_of_bounds_memory_access);
    }
    if (length == 0) {
        return Outcome::next();
    }
    const bool backward = destination > source;
    const std::uint64_t count =
        backward ? std::min(backward_run(std::uint64_t{source} + length, length, kLeafBytes),
                            backward_run(std::uint64_t{destination} + length, length, kLeafBytes))
                 : std::min(forward_run(source, length, kLeafBytes),
                            forward_run(destination, length, kLeafBytes));
    const std::uint64_t skipped = backward ? length - count : 0;
    const Range written{destination + skipped, count};
    const Range read{source + skipped, count};
    access.open_memory_bytes(written, read);
    if (!spend_for_leaf(access, written)) {
        return Outcome::trap(Trap::out_of_gas);
    }
    access.copy_memory(written.begin, read);
    if (count == length) {
        return Outcome::next();
    }
    access.push(backward ? destination : destination + count);
    access.push(backward ? source : source + count);
    access.push(length - count);
    return Outcome::stay();
}

/// Operands: destination, source, length, bytes left in the segment. a: where the segment begins in
/// the data pool.
template <StateAccess A>
Outcome memory_init(A& access, const Instruction& instruction) {
    const std::uint32_t available = as_u32(access.pop());
    const std::uint32_t length = as_u32(access.pop());
    const std::uint32_t source = as_u32(access.pop());
    const std::uint32_t destination = as_u32(access.pop());
    open_memory(access, instruction);
    if (std::uint64_t{source} + length > available ||
        std::uint64_t{destination} + length > memory_bytes(access)) {
        return Outcome::trap(Trap::out_of_bounds_memory_access);
    }
    if (length == 0) {
        return Outcome::next();
    }
    const std::uint64_t pool = std::uint64_t{as_u32(instruction.a)} + source;
    const auto count = static_cast<std::uint32_t>(std::min(
        forward_run(pool, length, kLeafBytes), forward_run(destination, length, kLeafBytes)));
    const Range written{destination, count};
    access.open_memory_bytes(written, {});
    if (!spend_for_leaf(access, written)) {
        return Outcome::trap(Trap::out_of_gas);
    }
    access.open_data({pool, count});
    access.copy_data(destination, {pool, count});
    if (count == length) {
        return Outcome::next();
    }
    access.push(destination + count);
    access.push(source + count);
    access.push(length - count);
    access.push(available);
    return Outcome::stay();
}

}  // namespace lockstep::vm
