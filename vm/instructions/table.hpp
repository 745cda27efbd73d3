#pragma once

// Table instructions. Twin: verifier-solidity/src/instructions/Table.sol.
//
// Immediates: b the table's index, c the depth of the tables tree. Bulk ones proceed as in bulk.hpp,
// with leaves of four slots.

#include <algorithm>
#include <cstdint>

#include "vm/instructions/bulk.hpp"
#include "vm/instructions/outcome.hpp"
#include "vm/instructions/state_access.hpp"
#include "vm/machine/gas.hpp"
#include "vm/program/instruction.hpp"

namespace lockstep::vm {

inline constexpr std::uint64_t kLeafSlots = 4;

/// Pushes a slot of a table, or traps with `out_of_bounds`.
template <StateAccess A>
Outcome read_table(A& access, const Instruction& instruction, Trap out_of_bounds) {
    const std::uint32_t index = as_u32(access.pop());
    access.open_table(instruction.b, instruction.c);
    if (index >= access.table_size(instruction.b)) {
        return Outcome::trap(out_of_bounds);
    }
    access.open_table_slots(instruction.b, {index, 1});
    access.push(access.table_slot(instruction.b, index));
    return Outcome::next();
}

template <StateAccess A>
Outcome table_get(A& access, const Instruction& instruction) {
    return read_table(access, instruction, Trap::out_of_bounds_table_access);
}

/// The first half of call_indirect; call_reference is the second.
template <StateAccess A>
Outcome table_element(A& access, const Instruction& instruction) {
    return read_table(access, instruction, Trap::undefined_element);
}

template <StateAccess A>
Outcome table_set(A& access, const Instruction& instruction) {
    const std::uint64_t value = access.pop();
    const std::uint32_t index = as_u32(access.pop());
    access.open_table(instruction.b, instruction.c);
    if (index >= access.table_size(instruction.b)) {
        return Outcome::trap(Trap::out_of_bounds_table_access);
    }
    access.open_table_slots(instruction.b, {index, 1});
    access.set_table_slot(instruction.b, index, value);
    return Outcome::next();
}

template <StateAccess A>
Outcome table_size(A& access, const Instruction& instruction) {
    access.open_table(instruction.b, instruction.c);
    access.push(access.table_size(instruction.b));
    return Outcome::next();
}

/// Operands: value, number of new slots, how many of them are filled already. The size is set, and
/// the old one pushed, by the last step. A failing grow pushes -1 and costs nothing more.
template <StateAccess A>
Outcome table_grow(A& access, const Instruction& instruction) {
    const std::uint32_t filled = as_u32(access.pop());
    const std::uint32_t delta = as_u32(access.pop());
    const std::uint64_t value = access.pop();
    access.open_table(instruction.b, instruction.c);
    const std::uint32_t size = access.table_size(instruction.b);
    if (std::uint64_t{size} + delta > access.table_max(instruction.b)) {
        access.push(0xFFFF'FFFF);
        return Outcome::next();
    }
    if (delta == 0) {
        access.push(size);
        return Outcome::next();
    }
    const std::uint32_t begin = size + filled;
    const std::uint32_t left = filled < delta ? delta - filled : 0;  // 0 in no state of ours
    const auto count = static_cast<std::uint32_t>(forward_run(begin, left, kLeafSlots));
    access.open_table_slots(instruction.b, {begin, count});
    if (!spend(access, kBulkLeafGas)) {
        return Outcome::trap(Trap::out_of_gas);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        access.set_table_slot(instruction.b, begin + i, value);
    }
    if (filled + count == delta) {
        access.set_table_size(instruction.b, size + delta);
        access.push(size);
        return Outcome::next();
    }
    access.push(value);
    access.push(delta);
    access.push(filled + count);
    return Outcome::stay();
}

/// Operands: first slot, value, length.
template <StateAccess A>
Outcome table_fill(A& access, const Instruction& instruction) {
    const std::uint32_t length = as_u32(access.pop());
    const std::uint64_t value = access.pop();
    const std::uint32_t destination = as_u32(access.pop());
    access.open_table(instruction.b, instruction.c);
    if (std::uint64_t{destination} + length > access.table_size(instruction.b)) {
        return Outcome::trap(Trap::out_of_bounds_table_access);
    }
    if (length == 0) {
        return Outcome::next();
    }
    const auto count = static_cast<std::uint32_t>(forward_run(destination, length, kLeafSlots));
    access.open_table_slots(instruction.b, {destination, count});
    if (!spend(access, kBulkLeafGas)) {
        return Outcome::trap(Trap::out_of_gas);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        access.set_table_slot(instruction.b, destination + i, value);
    }
    if (count == length) {
        return Outcome::next();
    }
    access.push(destination + count);
    access.push(value);
    access.push(length - count);
    return Outcome::stay();
}

/// b: destination table, a: source table. Operands: destination, source, length. Runs backward
/// exactly when destination > source, whichever the tables.
template <StateAccess A>
Outcome table_copy(A& access, const Instruction& instruction) {
    const std::uint32_t length = as_u32(access.pop());
    const std::uint32_t source = as_u32(access.pop());
    const std::uint32_t destination = as_u32(access.pop());
    const std::uint32_t to = instruction.b;
    const auto from = static_cast<std::uint32_t>(instruction.a);
    access.open_tables(to, from, instruction.c);
    if (std::uint64_t{source} + length > access.table_size(from) ||
        std::uint64_t{destination} + length > access.table_size(to)) {
        return Outcome::trap(Trap::out_of_bounds_table_access);
    }
    if (length == 0) {
        return Outcome::next();
    }
    const bool backward = destination > source;
    const std::uint64_t run =
        backward ? std::min(backward_run(std::uint64_t{source} + length, length, kLeafSlots),
                            backward_run(std::uint64_t{destination} + length, length, kLeafSlots))
                 : std::min(forward_run(source, length, kLeafSlots),
                            forward_run(destination, length, kLeafSlots));
    const auto count = static_cast<std::uint32_t>(run);
    const std::uint32_t skipped = backward ? length - count : 0;
    const std::uint64_t write = std::uint64_t{destination} + skipped;
    const std::uint64_t read = std::uint64_t{source} + skipped;
    access.open_table_slots_for_copy(to, {write, count}, from, {read, count});
    if (!spend(access, kBulkLeafGas)) {
        return Outcome::trap(Trap::out_of_gas);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t at = backward ? count - 1 - i : i;
        access.set_table_slot(to, write + at, access.table_slot(from, read + at));
    }
    if (count == length) {
        return Outcome::next();
    }
    access.push(backward ? destination : destination + count);
    access.push(backward ? source : source + count);
    access.push(length - count);
    return Outcome::stay();
}

/// Operands: destination, source, length, elements left in the segment. a: where the segment begins
/// in the element pool.
template <StateAccess A>
Outcome table_init(A& access, const Instruction& instruction) {
    const std::uint32_t available = as_u32(access.pop());
    const std::uint32_t length = as_u32(access.pop());
    const std::uint32_t source = as_u32(access.pop());
    const std::uint32_t destination = as_u32(access.pop());
    access.open_table(instruction.b, instruction.c);
    if (std::uint64_t{source} + length > available ||
        std::uint64_t{destination} + length > access.table_size(instruction.b)) {
        return Outcome::trap(Trap::out_of_bounds_table_access);
    }
    if (length == 0) {
        return Outcome::next();
    }
    const std::uint64_t pool = std::uint64_t{as_u32(instruction.a)} + source;
    const auto count = static_cast<std::uint32_t>(std::min(
        forward_run(pool, length, kLeafSlots), forward_run(destination, length, kLeafSlots)));
    access.open_table_slots(instruction.b, {destination, count});
    if (!spend(access, kBulkLeafGas)) {
        return Outcome::trap(Trap::out_of_gas);
    }
    access.open_elements({pool, count});
    for (std::uint32_t i = 0; i < count; ++i) {
        access.set_table_slot(instruction.b, destination + i, access.element(pool + i));
    }
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
