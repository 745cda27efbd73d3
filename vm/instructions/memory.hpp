#pragma once

// Loads, stores, memory_size and memory_grow. Twin: verifier-solidity/src/instructions/Memory.sol.

#include <cstdint>

#include "vm/instructions/control.hpp"
#include "vm/instructions/outcome.hpp"
#include "vm/instructions/state_access.hpp"
#include "vm/machine/gas.hpp"
#include "vm/program/instruction.hpp"

namespace lockstep::vm {

inline constexpr std::uint64_t kPageBytes = 65'536;

/// Takes `amount` from the gas left; false, and nothing taken, where that is less.
template <StateAccess A>
[[nodiscard]] bool spend(A& access, std::uint64_t amount) {
    if (access.gas() < amount) {
        return false;
    }
    access.set_gas(access.gas() - amount);
    return true;
}

template <StateAccess A>
[[nodiscard]] std::uint64_t memory_bytes(A& access) {
    return access.memory_pages() * kPageBytes;
}

/// Opens the memory that the instruction is about. b: the memory, c: depth of the memories tree.
template <StateAccess A>
void open_memory(A& access, const Instruction& instruction) {
    access.open_memory(instruction.b, instruction.c);
}

/// Sign-extends the low `size` bytes of a value to 64 bits.
[[nodiscard]] constexpr std::uint64_t sign_extend(std::uint64_t value, unsigned size) {
    const unsigned shift = 64 - 8 * size;
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value << shift) >> shift);
}

/// a: offset. The slot holds the zero-extended value.
template <unsigned size, StateAccess A>
Outcome load_unsigned(A& access, const Instruction& instruction) {
    const std::uint64_t address = std::uint64_t{as_u32(access.pop())} + as_u32(instruction.a);
    open_memory(access, instruction);
    if (address + size > memory_bytes(access)) {
        return Outcome::trap(Trap::out_of_bounds_memory_access);
    }
    access.open_memory_bytes({address, size}, {});
    access.push(access.load(address, size));
    return Outcome::next();
}

/// a: offset. Sign-extends to an i32 (bits 32) or an i64 (bits 64).
template <unsigned size, unsigned bits, StateAccess A>
Outcome load_signed(A& access, const Instruction& instruction) {
    const std::uint64_t address = std::uint64_t{as_u32(access.pop())} + as_u32(instruction.a);
    open_memory(access, instruction);
    if (address + size > memory_bytes(access)) {
        return Outcome::trap(Trap::out_of_bounds_memory_access);
    }
    access.open_memory_bytes({address, size}, {});
    const std::uint64_t value = sign_extend(access.load(address, size), size);
    access.push(bits == 32 ? as_u32(value) : value);
    return Outcome::next();
}

/// a: offset. Bounds, then the charge for both chunks of a straddling store, then the write.
template <unsigned size, StateAccess A>
Outcome store(A& access, const Instruction& instruction) {
    const std::uint64_t value = access.pop();
    const std::uint64_t address = std::uint64_t{as_u32(access.pop())} + as_u32(instruction.a);
    open_memory(access, instruction);
    if (address + size > memory_bytes(access)) {
        return Outcome::trap(Trap::out_of_bounds_memory_access);
    }
    access.open_memory_bytes({address, size}, {});
    if (!spend(access, kDirtyChunkGas * access.uncharged_chunks({address, size}))) {
        return Outcome::trap(Trap::out_of_gas);
    }
    access.store(address, size, value);
    return Outcome::next();
}

template <StateAccess A>
Outcome memory_size(A& access, const Instruction& instruction) {
    open_memory(access, instruction);
    access.push(access.memory_pages());
    return Outcome::next();
}

/// A failing grow pushes -1 and costs nothing more.
template <StateAccess A>
Outcome memory_grow(A& access, const Instruction& instruction) {
    const std::uint32_t delta = as_u32(access.pop());
    open_memory(access, instruction);
    const std::uint32_t pages = access.memory_pages();
    if (std::uint64_t{pages} + delta > access.memory_max_pages()) {
        access.push(0xFFFF'FFFF);
        return Outcome::next();
    }
    if (!spend(access, kGrowPageGas * delta)) {
        return Outcome::trap(Trap::out_of_gas);
    }
    access.set_memory_pages(pages + delta);
    access.push(pages);
    return Outcome::next();
}

}  // namespace lockstep::vm
