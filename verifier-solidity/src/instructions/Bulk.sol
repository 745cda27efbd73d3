// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Leaf} from "../merkle/Leaf.sol";
import {Opening} from "../merkle/Multiproof.sol";
import {LinearMemory} from "../state/LinearMemory.sol";
import {Programs} from "../state/Programs.sol";
import {ValueStack} from "../state/ValueStack.sol";
import {Gas} from "../types/Gas.sol";
import {Instruction} from "../types/Instruction.sol";
import {Machine} from "../types/Machine.sol";
import {Opcodes} from "../types/Opcodes.sol";
import {Outcome, Outcomes} from "../types/Outcome.sol";
import {Trap} from "../types/Trap.sol";
import {asU32} from "./Control.sol";
import {memoryBytes, openMemory, spend} from "./Memory.sol";

/// @dev How much of `length` from `begin` up lies in its first leaf.
function forwardRun(uint256 begin, uint256 length, uint256 leaf) pure returns (uint256) {
    unchecked {
        return lesser(length, leaf - begin % leaf);
    }
}

/// @dev How much of the last `length` before `end` lies in its last leaf; end > 0.
function backwardRun(uint256 end, uint256 length, uint256 leaf) pure returns (uint256) {
    unchecked {
        return lesser(length, (end - 1) % leaf + 1);
    }
}

function lesser(uint256 x, uint256 y) pure returns (uint256) {
    return x < y ? x : y;
}

/// @dev Charges one leaf of work that writes `count` opened bytes of memory from `begin` on.
function spendForLeaf(Machine memory machine, Opening memory leaves, uint256 begin, uint256 count) pure returns (bool) {
    unchecked {
        return spend(machine, Gas.BULK_LEAF + Gas.DIRTY_CHUNK * LinearMemory.unchargedChunks(leaves, begin, count));
    }
}

/// @title Bulk memory instructions
/// @dev Twin: vm/instructions/bulk.hpp. The operands on the value stack are the loop variables. Each step checks the
/// bounds of all that is left (so they can fail only before the first write), handles at most one leaf of the source
/// and one of the destination, and either updates the operands and stays, or pops them for good. A length of zero
/// takes one step that only checks the bounds.
library Bulk {
    using LinearMemory for Machine;
    using LinearMemory for Opening;
    using Programs for Machine;
    using ValueStack for Machine;

    function execute(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        uint256 opcode = instruction.opcode();
        if (opcode == Opcodes.MEMORY_FILL) return memoryFill(machine, instruction);
        if (opcode == Opcodes.MEMORY_COPY) return memoryCopy(machine, instruction);
        assert(opcode == Opcodes.MEMORY_INIT);
        return memoryInit(machine, instruction);
    }

    /// @dev Operands: destination, byte, length.
    function memoryFill(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        unchecked {
            uint256 length = asU32(machine.pop());
            uint256 value = machine.pop();
            uint256 destination = asU32(machine.pop());
            openMemory(machine, instruction);
            if (destination + length > memoryBytes(machine)) return Outcomes.trap(Trap.OutOfBoundsMemoryAccess);
            if (length == 0) return Outcomes.next();
            uint256 count = forwardRun(destination, length, Leaf.BYTES);
            Opening memory leaves = machine.openMemoryBytes(destination, count);
            if (!spendForLeaf(machine, leaves, destination, count)) return Outcomes.trap(Trap.OutOfGas);
            machine.fillMemory(leaves, destination, count, value & 0xFF);
            if (count == length) return Outcomes.next();
            machine.push(asU32(destination + count));
            machine.push(value);
            machine.push(length - count);
            return Outcomes.stay();
        }
    }

    /// @dev Operands: destination, source, length. Copies run backward exactly when destination > source.
    function memoryCopy(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        unchecked {
            uint256 length = asU32(machine.pop());
            uint256 source = asU32(machine.pop());
            uint256 destination = asU32(machine.pop());
            openMemory(machine, instruction);
            uint256 size = memoryBytes(machine);
            if (source + length > size || destination + length > size) {
                return Outcomes.trap(Trap.OutOfBoundsMemoryAccess);
            }
            if (length == 0) return Outcomes.next();
            bool backward = destination > source;
            uint256 count = copyRun(destination, source, length, Leaf.BYTES);
            uint256 skipped = backward ? length - count : 0;
            Opening memory leaves = machine.openMemoryForCopy(destination + skipped, source + skipped);
            if (!spendForLeaf(machine, leaves, destination + skipped, count)) return Outcomes.trap(Trap.OutOfGas);
            machine.writeMemory(leaves, destination + skipped, count, leaves.readMemory(source + skipped));
            if (count == length) return Outcomes.next();
            machine.push(backward ? destination : asU32(destination + count));
            machine.push(backward ? source : asU32(source + count));
            machine.push(length - count);
            return Outcomes.stay();
        }
    }

    /// @dev Operands: destination, source, length, bytes left in the segment. a: where the segment begins in the data
    /// pool.
    function memoryInit(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        unchecked {
            uint256 available = asU32(machine.pop());
            uint256 length = asU32(machine.pop());
            uint256 source = asU32(machine.pop());
            uint256 destination = asU32(machine.pop());
            openMemory(machine, instruction);
            if (source + length > available || destination + length > memoryBytes(machine)) {
                return Outcomes.trap(Trap.OutOfBoundsMemoryAccess);
            }
            if (length == 0) return Outcomes.next();
            uint256 pool = asU32(instruction.a()) + source;
            uint256 count = lesser(forwardRun(pool, length, Leaf.BYTES), forwardRun(destination, length, Leaf.BYTES));
            Opening memory leaves = machine.openMemoryBytes(destination, count);
            if (!spendForLeaf(machine, leaves, destination, count)) return Outcomes.trap(Trap.OutOfGas);
            machine.writeMemory(leaves, destination, count, machine.openData(pool));
            if (count == length) return Outcomes.next();
            machine.push(asU32(destination + count));
            machine.push(asU32(source + count));
            machine.push(length - count);
            machine.push(available);
            return Outcomes.stay();
        }
    }

    /// @dev How much of a copy one step handles, with `leaf` bytes or slots to a leaf; length > 0.
    function copyRun(uint256 destination, uint256 source, uint256 length, uint256 leaf)
        internal
        pure
        returns (uint256)
    {
        unchecked {
            if (destination > source) {
                return
                    lesser(backwardRun(source + length, length, leaf), backwardRun(destination + length, length, leaf));
            }
            return lesser(forwardRun(source, length, leaf), forwardRun(destination, length, leaf));
        }
    }
}
