// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Float} from "./instructions/Float.sol";
import {Numeric} from "./instructions/Numeric.sol";
import {UnknownOpcode} from "./types/Errors.sol";
import {Opcodes} from "./types/Opcodes.sol";
import {Trap} from "./types/Trap.sol";

/// @title Computes numeric instructions for OneStepVerifier, which has no room for them
/// @notice Stateless: its answers depend on its arguments alone. It reverts where there is no such numeric opcode.
contract NumericUnit {
    /// @notice The result of a numeric instruction, or why it traps; then the value is 0.
    /// @param a The operand, of two the one that was pushed first.
    /// @param b The second operand; instructions of one operand ignore it.
    function compute(uint16 opcode, uint64 a, uint64 b) external pure returns (uint64 value, Trap trap) {
        uint256 wide;
        (wide, trap) = _evaluate(opcode, a, b);
        // forge-lint: disable-next-line(unsafe-typecast)
        value = uint64(wide);
    }

    /// @dev The value is below 2^64, and 0 where there is a trap.
    function _evaluate(uint256 opcode, uint256 a, uint256 b) private pure returns (uint256 value, Trap trap) {
        if (opcode >= Opcodes.F32_ABS) {
            if (opcode <= Opcodes.F64_COPYSIGN) value = Float.evaluateArithmetic(opcode, a, b);
            else (value, trap) = _convert(opcode, a);
        } else if (opcode >= Opcodes.F32_EQ) {
            if (opcode <= Opcodes.F64_GE) value = Float.evaluateComparison(opcode, a, b);
            else (value, trap) = Numeric.evaluate(opcode, a, b);
        } else if (opcode >= Opcodes.I32_EQZ) {
            (value, trap) = Numeric.evaluate(opcode, a, b);
        } else {
            value = Float.evaluateSaturation(opcode, a);
        }
    }

    /// @dev The opcodes above F64_COPYSIGN.
    function _convert(uint256 opcode, uint256 a) private pure returns (uint256 value, Trap trap) {
        if (opcode >= Opcodes.I64_TRUNC_F32_S) {
            if (opcode > Opcodes.F64_PROMOTE_F32) value = Numeric.evaluateUnary(opcode, a);
            else if (opcode > Opcodes.I64_TRUNC_F64_U) value = Float.evaluateConversion(opcode, a);
            else (value, trap) = Float.evaluateTruncation(opcode, a);
        } else {
            bool isOfIntegers = opcode < Opcodes.I32_TRUNC_F32_S || opcode > Opcodes.I32_TRUNC_F64_U;
            if (isOfIntegers) value = Numeric.evaluateUnary(opcode, a);
            else (value, trap) = Float.evaluateTruncation(opcode, a);
        }
    }
}
