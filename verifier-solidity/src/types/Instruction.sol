// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Opcodes} from "./Opcodes.sol";
import {UnknownOpcode} from "./Errors.sol";

/// @dev One lowered instruction, 16 bytes: opcode 2, c 2, b 4, a 8. Twin: vm/program/instruction.hpp.
type Instruction is uint128;

using Instructions for Instruction global;

library Instructions {
    function opcode(Instruction instruction) internal pure returns (uint256) {
        return uint256(Instruction.unwrap(instruction)) >> 112;
    }

    function c(Instruction instruction) internal pure returns (uint256) {
        return (uint256(Instruction.unwrap(instruction)) >> 96) & 0xFFFF;
    }

    function b(Instruction instruction) internal pure returns (uint256) {
        return (uint256(Instruction.unwrap(instruction)) >> 64) & 0xFFFFFFFF;
    }

    function a(Instruction instruction) internal pure returns (uint256) {
        return uint256(Instruction.unwrap(instruction)) & 0xFFFFFFFFFFFFFFFF;
    }

    /// @notice How many values the instruction pops in one step. Reverts where there is no such opcode.
    function popCount(Instruction instruction) internal pure returns (uint256) {
        unchecked {
            uint256 code = instruction.opcode();
            (bool exists, uint256 pops) = Opcodes.find(code);
            if (!exists) revert UnknownOpcode(code);
            bool drops = code == Opcodes.DROP || code == Opcodes.DROP_UNDER;
            return drops ? pops + instruction.b() : pops;
        }
    }
}
