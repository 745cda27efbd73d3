// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Opening} from "../merkle/Multiproof.sol";
import {LinearMemory} from "../state/LinearMemory.sol";
import {ValueStack} from "../state/ValueStack.sol";
import {Gas} from "../types/Gas.sol";
import {Instruction} from "../types/Instruction.sol";
import {Limits} from "../types/Limits.sol";
import {Machine} from "../types/Machine.sol";
import {Opcodes} from "../types/Opcodes.sol";
import {Outcome, Outcomes} from "../types/Outcome.sol";
import {Trap} from "../types/Trap.sol";
import {asU32} from "./Control.sol";

/// @dev Takes `amount` from the gas left; false, and nothing taken, where that is less.
function spend(Machine memory machine, uint256 amount) pure returns (bool) {
    unchecked {
        if (machine.state.gasLeft < amount) return false;
        machine.state.gasLeft -= amount;
        return true;
    }
}

/// @dev Opens the memory that the instruction is about. b: the memory, c: depth of the memories tree.
function openMemory(Machine memory machine, Instruction instruction) view {
    LinearMemory.openMemory(machine, instruction.b(), instruction.c());
}

function memoryBytes(Machine memory machine) pure returns (uint256) {
    unchecked {
        return LinearMemory.memoryPages(machine) * Limits.PAGE_BYTES;
    }
}

/// @dev Sign-extends the low `size` bytes of a value, 1 to 8, to 64 bits.
function signExtend(uint256 value, uint256 size) pure returns (uint256) {
    return uint256(asSigned(value, size)) & type(uint64).max;
}

/// @dev The signed integer in the low `size` bytes of a value, 1 to 8.
function asSigned(uint256 value, uint256 size) pure returns (int256 result) {
    assembly ("memory-safe") {
        result := signextend(sub(size, 1), value)
    }
}

/// @title Loads, stores, memory_size and memory_grow
/// @dev Twin: vm/instructions/memory.hpp.
library Memory {
    using LinearMemory for Machine;
    using LinearMemory for Opening;
    using ValueStack for Machine;

    function execute(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        uint256 opcode = instruction.opcode();
        if (opcode == Opcodes.MEMORY_SIZE) return memorySize(machine, instruction);
        if (opcode == Opcodes.MEMORY_GROW) return memoryGrow(machine, instruction);
        if (opcode >= Opcodes.I32_STORE) return store(machine, instruction, _storeSize(opcode));
        (uint256 size, uint256 signedBits) = _loadShape(opcode);
        if (signedBits == 0) return loadUnsigned(machine, instruction, size);
        return loadSigned(machine, instruction, size, signedBits);
    }

    /// @dev a: offset. The slot holds the zero-extended value.
    function loadUnsigned(Machine memory machine, Instruction instruction, uint256 size)
        internal
        view
        returns (Outcome)
    {
        unchecked {
            uint256 begin = asU32(machine.pop()) + asU32(instruction.a());
            openMemory(machine, instruction);
            if (begin + size > memoryBytes(machine)) return Outcomes.trap(Trap.OutOfBoundsMemoryAccess);
            Opening memory leaves = machine.openMemoryBytes(begin, size);
            machine.push(leaves.load(begin, size));
            return Outcomes.next();
        }
    }

    /// @dev a: offset. Sign-extends to an i32 (bits 32) or an i64 (bits 64).
    function loadSigned(Machine memory machine, Instruction instruction, uint256 size, uint256 bits)
        internal
        view
        returns (Outcome)
    {
        unchecked {
            uint256 begin = asU32(machine.pop()) + asU32(instruction.a());
            openMemory(machine, instruction);
            if (begin + size > memoryBytes(machine)) return Outcomes.trap(Trap.OutOfBoundsMemoryAccess);
            Opening memory leaves = machine.openMemoryBytes(begin, size);
            uint256 value = signExtend(leaves.load(begin, size), size);
            machine.push(bits == 32 ? asU32(value) : value);
            return Outcomes.next();
        }
    }

    /// @dev a: offset. Bounds, then the charge for both chunks of a straddling store, then the write.
    function store(Machine memory machine, Instruction instruction, uint256 size) internal view returns (Outcome) {
        unchecked {
            uint256 value = machine.pop();
            uint256 begin = asU32(machine.pop()) + asU32(instruction.a());
            openMemory(machine, instruction);
            if (begin + size > memoryBytes(machine)) return Outcomes.trap(Trap.OutOfBoundsMemoryAccess);
            Opening memory leaves = machine.openMemoryBytes(begin, size);
            if (!spend(machine, Gas.DIRTY_CHUNK * leaves.unchargedChunks(begin, size))) {
                return Outcomes.trap(Trap.OutOfGas);
            }
            machine.store(leaves, begin, size, value);
            return Outcomes.next();
        }
    }

    function memorySize(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        openMemory(machine, instruction);
        machine.push(machine.memoryPages());
        return Outcomes.next();
    }

    /// @dev A failing grow pushes -1 and costs nothing more.
    function memoryGrow(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        unchecked {
            uint256 delta = asU32(machine.pop());
            openMemory(machine, instruction);
            uint256 pages = machine.memoryPages();
            if (pages + delta > machine.memoryMaximum()) {
                machine.push(0xFFFFFFFF);
                return Outcomes.next();
            }
            if (!spend(machine, Gas.GROW_PAGE * delta)) return Outcomes.trap(Trap.OutOfGas);
            machine.setMemoryPages(pages + delta);
            machine.push(pages);
            return Outcomes.next();
        }
    }

    /// @dev Bytes that a load reads, and the width to which it sign-extends, 0 where it does not.
    function _loadShape(uint256 opcode) private pure returns (uint256 size, uint256 signedBits) {
        if (opcode == Opcodes.I32_LOAD) return (4, 0);
        if (opcode == Opcodes.I64_LOAD) return (8, 0);
        if (opcode == Opcodes.I32_LOAD8_S) return (1, 32);
        if (opcode == Opcodes.I32_LOAD8_U) return (1, 0);
        if (opcode == Opcodes.I32_LOAD16_S) return (2, 32);
        if (opcode == Opcodes.I32_LOAD16_U) return (2, 0);
        if (opcode == Opcodes.I64_LOAD8_S) return (1, 64);
        if (opcode == Opcodes.I64_LOAD8_U) return (1, 0);
        if (opcode == Opcodes.I64_LOAD16_S) return (2, 64);
        if (opcode == Opcodes.I64_LOAD16_U) return (2, 0);
        if (opcode == Opcodes.I64_LOAD32_S) return (4, 64);
        assert(opcode == Opcodes.I64_LOAD32_U);
        return (4, 0);
    }

    /// @dev Bytes that a store writes.
    function _storeSize(uint256 opcode) private pure returns (uint256) {
        if (opcode == Opcodes.I32_STORE) return 4;
        if (opcode == Opcodes.I64_STORE) return 8;
        if (opcode == Opcodes.I32_STORE8) return 1;
        if (opcode == Opcodes.I32_STORE16) return 2;
        if (opcode == Opcodes.I64_STORE8) return 1;
        if (opcode == Opcodes.I64_STORE16) return 2;
        assert(opcode == Opcodes.I64_STORE32);
        return 4;
    }
}
