#pragma once

// The host module `lockstep`. Twin: verifier-solidity/src/instructions/Host.sol. The bulk ones
// proceed as in bulk.hpp.

#include <algorithm>
#include <cstdint>

#include "vm/instructions/bulk.hpp"
#include "vm/instructions/outcome.hpp"
#include "vm/instructions/state_access.hpp"
#include "vm/machine/gas.hpp"
#include "vm/machine/limits.hpp"
#include "vm/program/instruction.hpp"

namespace lockstep::vm {

template <StateAccess A>
Outcome input_size(A& access, const Instruction& /*instruction*/) {
    access.open_io();
    access.push(access.input_length());
    return Outcome::next();
}

/// Operands: destination in memory, offset in the input, length. Reading past the end traps.
template <StateAccess A>
Outcome input_read(A& access, const Instruction& instruction) {
    const std::uint32_t length = as_u32(access.pop());
    const std::uint32_t source = as_u32(access.pop());
    const std::uint32_t destination = as_u32(access.pop());
    access.open_io();
    if (std::uint64_t{source} + length > access.input_length()) {
        return Outcome::trap(Trap::out_of_bounds_input_read);
    }
    open_memory(access, instruction);
    if (std::uint64_t{destination} + length > memory_bytes(access)) {
        return Outcome::trap(Trap::out_of_bounds_memory_access);
    }
    if (length == 0) {
        return Outcome::next();
    }
    const auto count = static_cast<std::uint32_t>(std::min(
        forward_run(source, length, kLeafBytes), forward_run(destination, length, kLeafBytes)));
    const Range written{destination, count};
    access.open_memory_bytes(written, {});
    if (!spend_for_leaf(access, written)) {
        return Outcome::trap(Trap::out_of_gas);
    }
    access.open_input({source, count});
    access.copy_input(destination, {source, count});
    if (count == length) {
        return Outcome::next();
    }
    access.push(destination + count);
    access.push(source + count);
    access.push(length - count);
    return Outcome::stay();
}

/// Operands: source in memory, length. Appends to the output.
template <StateAccess A>
Outcome output_write(A& access, const Instruction& instruction) {
    const std::uint32_t length = as_u32(access.pop());
    const std::uint32_t source = as_u32(access.pop());
    access.open_io();
    open_memory(access, instruction);
    if (std::uint64_t{source} + length > memory_bytes(access)) {
        return Outcome::trap(Trap::out_of_bounds_memory_access);
    }
    if (access.output_length() > kMaxOutputBytes - length) {
        return Outcome::trap(Trap::output_too_large);
    }
    if (length == 0) {
        return Outcome::next();
    }
    const auto count = static_cast<std::uint32_t>(
        std::min(forward_run(source, length, kLeafBytes),
                 forward_run(access.output_length(), length, kLeafBytes)));
    access.open_memory_bytes({source, count}, {});
    if (!spend(access, kOutputLeafGas)) {
        return Outcome::trap(Trap::out_of_gas);
    }
    access.open_output({access.output_length(), count});
    access.append_output({source, count});
    if (count == length) {
        return Outcome::next();
    }
    access.push(source + count);
    access.push(length - count);
    return Outcome::stay();
}

/// Operand: the exit code.
template <StateAccess A>
Outcome halt(A& access, const Instruction& /*instruction*/) {
    return Outcome::halt(as_u32(access.pop()));
}

}  // namespace lockstep::vm
