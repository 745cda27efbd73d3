// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Leaf} from "../merkle/Leaf.sol";
import {Opening} from "../merkle/Multiproof.sol";
import {LinearMemory} from "../state/LinearMemory.sol";
import {Streams} from "../state/Streams.sol";
import {ValueStack} from "../state/ValueStack.sol";
import {Gas} from "../types/Gas.sol";
import {Instruction} from "../types/Instruction.sol";
import {Limits} from "../types/Limits.sol";
import {Io, Machine} from "../types/Machine.sol";
import {Opcodes} from "../types/Opcodes.sol";
import {Outcome, Outcomes} from "../types/Outcome.sol";
import {Trap} from "../types/Trap.sol";
import {forwardRun, lesser, spendForLeaf} from "./Bulk.sol";
import {asU32} from "./Control.sol";
import {memoryBytes, openMemory, spend} from "./Memory.sol";

/// @title The host module `lockstep`
/// @dev Twin: vm/instructions/host.hpp. The bulk ones proceed as in Bulk.sol.
library Host {
    using LinearMemory for Machine;
    using LinearMemory for Opening;
    using Streams for Machine;
    using ValueStack for Machine;

    function execute(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        uint256 opcode = instruction.opcode();
        if (opcode == Opcodes.INPUT_SIZE) return inputSize(machine);
        if (opcode == Opcodes.INPUT_READ) return inputRead(machine, instruction);
        if (opcode == Opcodes.OUTPUT_WRITE) return outputWrite(machine, instruction);
        assert(opcode == Opcodes.HALT);
        return halt(machine);
    }

    function inputSize(Machine memory machine) internal view returns (Outcome) {
        machine.push(machine.openIo().inputLength);
        return Outcomes.next();
    }

    /// @dev Operands: destination in memory, offset in the input, length. Reading past the end traps.
    function inputRead(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        unchecked {
            uint256 length = asU32(machine.pop());
            uint256 source = asU32(machine.pop());
            uint256 destination = asU32(machine.pop());
            Io memory io = machine.openIo();
            if (source + length > io.inputLength) return Outcomes.trap(Trap.OutOfBoundsInputRead);
            openMemory(machine, instruction);
            if (destination + length > memoryBytes(machine)) return Outcomes.trap(Trap.OutOfBoundsMemoryAccess);
            if (length == 0) return Outcomes.next();
            uint256 count = lesser(forwardRun(source, length, Leaf.BYTES), forwardRun(destination, length, Leaf.BYTES));
            Opening memory leaves = machine.openMemoryBytes(destination, count);
            if (!spendForLeaf(machine, leaves, destination, count)) return Outcomes.trap(Trap.OutOfGas);
            machine.writeMemory(leaves, destination, count, machine.openInput(io, source));
            if (count == length) return Outcomes.next();
            machine.push(asU32(destination + count));
            machine.push(asU32(source + count));
            machine.push(length - count);
            return Outcomes.stay();
        }
    }

    /// @dev Operands: source in memory, length. Appends to the output.
    function outputWrite(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        unchecked {
            uint256 length = asU32(machine.pop());
            uint256 source = asU32(machine.pop());
            Io memory io = machine.openIo();
            openMemory(machine, instruction);
            if (source + length > memoryBytes(machine)) return Outcomes.trap(Trap.OutOfBoundsMemoryAccess);
            if (io.outputLength + length > Limits.MAX_OUTPUT_BYTES) return Outcomes.trap(Trap.OutputTooLarge);
            if (length == 0) return Outcomes.next();
            uint256 count =
                lesser(forwardRun(source, length, Leaf.BYTES), forwardRun(io.outputLength, length, Leaf.BYTES));
            Opening memory leaves = machine.openMemoryBytes(source, count);
            if (!spend(machine, Gas.OUTPUT_LEAF)) return Outcomes.trap(Trap.OutOfGas);
            Opening memory output = machine.openOutput(io);
            machine.appendOutput(io, output, count, leaves.readMemory(source));
            if (count == length) return Outcomes.next();
            machine.push(asU32(source + count));
            machine.push(length - count);
            return Outcomes.stay();
        }
    }

    /// @dev Operand: the exit code.
    function halt(Machine memory machine) internal pure returns (Outcome) {
        return Outcomes.halt(asU32(machine.pop()));
    }
}
