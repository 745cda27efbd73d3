// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ValueStack} from "../state/ValueStack.sol";
import {Variables} from "../state/Variables.sol";
import {Instruction} from "../types/Instruction.sol";
import {Machine} from "../types/Machine.sol";
import {Opcodes} from "../types/Opcodes.sol";
import {Outcome, Outcomes} from "../types/Outcome.sol";
import {asU32} from "./Control.sol";

/// @title Parametric and variable instructions
/// @dev Twin: vm/instructions/variable.hpp.
library Variable {
    using ValueStack for Machine;
    using Variables for Machine;

    function execute(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        uint256 opcode = instruction.opcode();
        if (opcode == Opcodes.CONST) return const_(machine, instruction);
        if (opcode == Opcodes.DROP) return drop();
        if (opcode == Opcodes.DROP_UNDER) return dropUnder(machine);
        if (opcode == Opcodes.SELECT) return select(machine);
        if (opcode == Opcodes.LOCAL_GET) return localGet(machine, instruction);
        if (opcode == Opcodes.LOCAL_SET) return localSet(machine, instruction);
        if (opcode == Opcodes.LOCAL_TEE) return localTee(machine, instruction);
        if (opcode == Opcodes.GLOBAL_GET) return globalGet(machine, instruction);
        assert(opcode == Opcodes.GLOBAL_SET);
        return globalSet(machine, instruction);
    }

    /// @dev a: the slot. i32 and f32 constants are zero-extended, references are index + 1 or 0 for null.
    function const_(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        machine.push(instruction.a());
        return Outcomes.next();
    }

    /// @dev b: how many values. They are operands, so that they are off the stack already.
    function drop() internal pure returns (Outcome) {
        return Outcomes.next();
    }

    /// @dev Drops b values under the topmost; as in drop, they are off the stack already.
    function dropUnder(Machine memory machine) internal view returns (Outcome) {
        machine.push(machine.pop());
        return Outcomes.next();
    }

    function select(Machine memory machine) internal view returns (Outcome) {
        uint256 condition = asU32(machine.pop());
        uint256 second = machine.pop();
        uint256 first = machine.pop();
        machine.push(condition != 0 ? first : second);
        return Outcomes.next();
    }

    /// @dev b: index, c: depth of the frame's locals tree; so for local_set and local_tee.
    function localGet(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        machine.push(machine.getLocal(instruction.b(), instruction.c()));
        return Outcomes.next();
    }

    function localSet(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        uint256 value = machine.pop();
        machine.setLocal(instruction.b(), instruction.c(), value);
        return Outcomes.next();
    }

    function localTee(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        uint256 value = machine.pop();
        machine.setLocal(instruction.b(), instruction.c(), value);
        machine.push(value);
        return Outcomes.next();
    }

    /// @dev b: index, c: depth of the globals tree; so for global_set.
    function globalGet(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        machine.push(machine.getGlobal(instruction.b(), instruction.c()));
        return Outcomes.next();
    }

    function globalSet(Machine memory machine, Instruction instruction) internal view returns (Outcome) {
        uint256 value = machine.pop();
        machine.setGlobal(instruction.b(), instruction.c(), value);
        return Outcomes.next();
    }
}
