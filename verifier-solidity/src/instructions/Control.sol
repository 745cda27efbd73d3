// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Frames} from "../state/Frames.sol";
import {Programs} from "../state/Programs.sol";
import {ValueStack} from "../state/ValueStack.sol";
import {Instruction} from "../types/Instruction.sol";
import {Limits} from "../types/Limits.sol";
import {FunctionRecord, Machine} from "../types/Machine.sol";
import {Opcodes} from "../types/Opcodes.sol";
import {Outcome, Outcomes} from "../types/Outcome.sol";
import {StateRecord} from "../types/StateRecord.sol";
import {Trap} from "../types/Trap.sol";

/// @dev The i32 in a slot.
function asU32(uint256 slot) pure returns (uint256) {
    return slot & 0xFFFFFFFF;
}

/// @title Control instructions
/// @dev Twin: vm/instructions/control.hpp.
library Control {
    using Frames for Machine;
    using Programs for Machine;
    using ValueStack for Machine;

    function execute(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        uint256 opcode = instruction.opcode();
        if (opcode == Opcodes.CHARGE) return charge(machine, instruction);
        if (opcode == Opcodes.JUMP) return Outcomes.jump(instruction.b());
        if (opcode == Opcodes.JUMP_IF) return jumpIf(machine, instruction);
        if (opcode == Opcodes.JUMP_UNLESS) return jumpUnless(machine, instruction);
        if (opcode == Opcodes.JUMP_TABLE) return jumpTable(machine, instruction);
        if (opcode == Opcodes.CALL) return call(machine, instruction);
        if (opcode == Opcodes.INVOKE) return invoke(machine);
        if (opcode == Opcodes.CALL_REFERENCE) return callReference(machine, instruction);
        if (opcode == Opcodes.RETURN) return return_(machine, instruction);
        assert(opcode == Opcodes.UNREACHABLE);
        return Outcomes.trap(Trap.Unreachable);
    }

    function charge(Machine memory machine, Instruction instruction) internal pure returns (Outcome) {
        unchecked {
            if (machine.state.gasLeft < instruction.a()) return Outcomes.trap(Trap.OutOfGas);
            machine.state.gasLeft -= instruction.a();
            return Outcomes.next();
        }
    }

    function jumpIf(Machine memory machine, Instruction instruction) internal pure returns (Outcome) {
        return asU32(machine.pop()) != 0 ? Outcomes.jump(instruction.b()) : Outcomes.next();
    }

    function jumpUnless(Machine memory machine, Instruction instruction) internal pure returns (Outcome) {
        return asU32(machine.pop()) == 0 ? Outcomes.jump(instruction.b()) : Outcomes.next();
    }

    /// @dev b rows and a default row of `jump` follow.
    function jumpTable(Machine memory machine, Instruction instruction) internal pure returns (Outcome) {
        unchecked {
            uint256 row = asU32(machine.pop());
            if (row > instruction.b()) row = instruction.b();
            return Outcomes.jump(machine.state.pc + 1 + row);
        }
    }

    /// @dev Enters the function at `entry` with zeroed locals; its arguments are still on the value stack.
    function enterFunction(Machine memory machine, uint256 entry, uint256 slots, uint256 depth)
        internal
        view
        returns (Outcome)
    {
        unchecked {
            StateRecord memory state = machine.state;
            if (state.callDepth >= Limits.MAX_CALL_DEPTH || state.slotsUsed + slots > Limits.MAX_SLOTS) {
                return Outcomes.trap(Trap.CallStackExhausted);
            }
            machine.pushFrame(asU32(state.pc + 1), depth);
            state.callDepth += 1;
            state.slotsUsed += slots;
            return Outcomes.jump(entry);
        }
    }

    /// @dev a: frame slots, b: entry, c: depth of the locals tree.
    function call(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        return enterFunction(machine, instruction.b(), asU32(instruction.a()), instruction.c());
    }

    /// @dev Calls the function that the initial state names on top of the value stack (a reference).
    function invoke(Machine memory machine) internal view returns (Outcome) {
        FunctionRecord memory callee = machine.openFunction(_functionIndex(machine.pop()));
        return enterFunction(machine, callee.entry, callee.slots, callee.localsDepth);
    }

    /// @dev b: canonical index of the expected type.
    function callReference(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        uint256 ref = machine.pop();
        if (ref == 0) return Outcomes.trap(Trap.UninitializedElement);
        FunctionRecord memory callee = machine.openFunction(_functionIndex(ref));
        if (callee.typeIndex != instruction.b()) return Outcomes.trap(Trap.IndirectCallTypeMismatch);
        return enterFunction(machine, callee.entry, callee.slots, callee.localsDepth);
    }

    /// @dev a: the frame's slots, released here. Results stay on the value stack.
    function return_(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        unchecked {
            if (machine.state.callDepth == 0) return Outcomes.finish();
            uint256 returnPc = machine.popFrame();
            machine.state.callDepth -= 1;
            machine.state.slotsUsed = asU32(machine.state.slotsUsed - asU32(instruction.a()));
            return Outcomes.jump(returnPc);
        }
    }

    function _functionIndex(uint256 ref) private pure returns (uint256) {
        unchecked {
            return asU32(ref - 1);
        }
    }
}
