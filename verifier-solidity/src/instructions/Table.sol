// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Leaf} from "../merkle/Leaf.sol";
import {Opening} from "../merkle/Multiproof.sol";
import {Programs} from "../state/Programs.sol";
import {Tables} from "../state/Tables.sol";
import {ValueStack} from "../state/ValueStack.sol";
import {BadGrow} from "../types/Errors.sol";
import {Gas} from "../types/Gas.sol";
import {Instruction} from "../types/Instruction.sol";
import {Machine, Table as OpenTable} from "../types/Machine.sol";
import {Opcodes} from "../types/Opcodes.sol";
import {Outcome, Outcomes} from "../types/Outcome.sol";
import {Trap} from "../types/Trap.sol";
import {Bulk, forwardRun, lesser} from "./Bulk.sol";
import {asU32} from "./Control.sol";
import {spend} from "./Memory.sol";

/// @title Table instructions
/// @dev Twin: vm/instructions/table.hpp. Immediates: b the table's index, c the depth of the tables tree. Bulk ones
/// proceed as in Bulk.sol, with leaves of four slots.
library Table {
    using Programs for Machine;
    using Tables for Machine;
    using ValueStack for Machine;

    function execute(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        uint256 opcode = instruction.opcode();
        if (opcode == Opcodes.TABLE_GET) return tableGet(machine, instruction);
        if (opcode == Opcodes.TABLE_ELEMENT) return tableElement(machine, instruction);
        if (opcode == Opcodes.TABLE_SET) return tableSet(machine, instruction);
        if (opcode == Opcodes.TABLE_SIZE) return tableSize(machine, instruction);
        if (opcode == Opcodes.TABLE_GROW) return tableGrow(machine, instruction);
        if (opcode == Opcodes.TABLE_FILL) return tableFill(machine, instruction);
        if (opcode == Opcodes.TABLE_COPY) return tableCopy(machine, instruction);
        assert(opcode == Opcodes.TABLE_INIT);
        return tableInit(machine, instruction);
    }

    /// @dev Pushes a slot of a table, or traps with `outOfBounds`.
    function readTable(Machine memory machine, Instruction instruction, Trap outOfBounds)
        internal
        view
        returns (Outcome)
    {
        uint256 index = asU32(machine.pop());
        OpenTable memory table = machine.openTable(instruction.b(), instruction.c());
        if (index >= table.size) return Outcomes.trap(outOfBounds);
        machine.openSlots(table, index);
        machine.push(table.slots.slotAt(index));
        return Outcomes.next();
    }

    function tableGet(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        return readTable(machine, instruction, Trap.OutOfBoundsTableAccess);
    }

    /// @dev The first half of call_indirect; call_reference is the second.
    function tableElement(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        return readTable(machine, instruction, Trap.UndefinedElement);
    }

    function tableSet(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        uint256 value = machine.pop();
        uint256 index = asU32(machine.pop());
        OpenTable memory table = machine.openTable(instruction.b(), instruction.c());
        if (index >= table.size) return Outcomes.trap(Trap.OutOfBoundsTableAccess);
        machine.openSlots(table, index);
        table.slots.setSlot(index, value);
        machine.closeTable(table);
        return Outcomes.next();
    }

    function tableSize(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        machine.push(machine.openTable(instruction.b(), instruction.c()).size);
        return Outcomes.next();
    }

    /// @dev Operands: value, number of new slots, how many of them are filled already. The size is set, and the old
    /// one pushed, by the last step. A failing grow pushes -1 and costs nothing more.
    function tableGrow(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        unchecked {
            uint256 filled = asU32(machine.pop());
            uint256 delta = asU32(machine.pop());
            uint256 value = machine.pop();
            OpenTable memory table = machine.openTable(instruction.b(), instruction.c());
            uint256 size = table.size;
            if (size + delta > table.maximum) {
                machine.push(0xFFFFFFFF);
                return Outcomes.next();
            }
            if (delta == 0) {
                machine.push(size);
                return Outcomes.next();
            }
            if (filled >= delta) revert BadGrow(delta, filled);
            uint256 begin = size + filled;
            uint256 count = forwardRun(begin, delta - filled, Leaf.SLOTS);
            machine.openSlots(table, begin);
            if (!spend(machine, Gas.BULK_LEAF)) return Outcomes.trap(Trap.OutOfGas);
            for (uint256 i = 0; i < count; ++i) {
                table.slots.setSlot(begin + i, value);
            }
            if (filled + count == delta) table.size = size + delta;
            machine.closeTable(table);
            if (filled + count == delta) {
                machine.push(size);
                return Outcomes.next();
            }
            machine.push(value);
            machine.push(delta);
            machine.push(filled + count);
            return Outcomes.stay();
        }
    }

    /// @dev Operands: first slot, value, length.
    function tableFill(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        unchecked {
            uint256 length = asU32(machine.pop());
            uint256 value = machine.pop();
            uint256 destination = asU32(machine.pop());
            OpenTable memory table = machine.openTable(instruction.b(), instruction.c());
            if (destination + length > table.size) return Outcomes.trap(Trap.OutOfBoundsTableAccess);
            if (length == 0) return Outcomes.next();
            uint256 count = forwardRun(destination, length, Leaf.SLOTS);
            machine.openSlots(table, destination);
            if (!spend(machine, Gas.BULK_LEAF)) return Outcomes.trap(Trap.OutOfGas);
            for (uint256 i = 0; i < count; ++i) {
                table.slots.setSlot(destination + i, value);
            }
            machine.closeTable(table);
            if (count == length) return Outcomes.next();
            machine.push(asU32(destination + count));
            machine.push(value);
            machine.push(length - count);
            return Outcomes.stay();
        }
    }

    /// @dev b: destination table, a: source table. Operands: destination, source, length. Runs backward exactly when
    /// destination > source, whichever the tables.
    function tableCopy(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        unchecked {
            uint256 length = asU32(machine.pop());
            uint256 source = asU32(machine.pop());
            uint256 destination = asU32(machine.pop());
            (OpenTable memory to, OpenTable memory from) =
                machine.openTables(instruction.b(), asU32(instruction.a()), instruction.c());
            if (source + length > from.size || destination + length > to.size) {
                return Outcomes.trap(Trap.OutOfBoundsTableAccess);
            }
            if (length == 0) return Outcomes.next();
            bool backward = destination > source;
            uint256 count = Bulk.copyRun(destination, source, length, Leaf.SLOTS);
            uint256 skipped = backward ? length - count : 0;
            machine.openSlotsForCopy(to, destination + skipped, from, source + skipped);
            if (!spend(machine, Gas.BULK_LEAF)) return Outcomes.trap(Trap.OutOfGas);
            for (uint256 i = 0; i < count; ++i) {
                uint256 offset = skipped + (backward ? count - 1 - i : i);
                to.slots.setSlot(destination + offset, from.slots.slotAt(source + offset));
            }
            machine.closeTable(to);
            if (count == length) return Outcomes.next();
            machine.push(backward ? destination : asU32(destination + count));
            machine.push(backward ? source : asU32(source + count));
            machine.push(length - count);
            return Outcomes.stay();
        }
    }

    /// @dev Operands: destination, source, length, elements left in the segment. a: where the segment begins in the
    /// element pool.
    function tableInit(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        unchecked {
            uint256 available = asU32(machine.pop());
            uint256 length = asU32(machine.pop());
            uint256 source = asU32(machine.pop());
            uint256 destination = asU32(machine.pop());
            OpenTable memory table = machine.openTable(instruction.b(), instruction.c());
            if (source + length > available || destination + length > table.size) {
                return Outcomes.trap(Trap.OutOfBoundsTableAccess);
            }
            if (length == 0) return Outcomes.next();
            uint256 pool = asU32(instruction.a()) + source;
            uint256 count = lesser(forwardRun(pool, length, Leaf.SLOTS), forwardRun(destination, length, Leaf.SLOTS));
            machine.openSlots(table, destination);
            if (!spend(machine, Gas.BULK_LEAF)) return Outcomes.trap(Trap.OutOfGas);
            Opening memory elements = machine.openElements(pool);
            for (uint256 i = 0; i < count; ++i) {
                table.slots.setSlot(destination + i, elements.slotAt(pool + i));
            }
            machine.closeTable(table);
            if (count == length) return Outcomes.next();
            machine.push(asU32(destination + count));
            machine.push(asU32(source + count));
            machine.push(length - count);
            machine.push(available);
            return Outcomes.stay();
        }
    }
}
