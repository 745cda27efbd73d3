// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bits} from "../merkle/Bits.sol";
import {ValueStack} from "../state/ValueStack.sol";
import {UnknownOpcode} from "../types/Errors.sol";
import {Instruction} from "../types/Instruction.sol";
import {Machine} from "../types/Machine.sol";
import {Opcodes} from "../types/Opcodes.sol";
import {Outcome, Outcomes} from "../types/Outcome.sol";
import {Trap} from "../types/Trap.sol";
import {asU32} from "./Control.sol";
import {asSigned, signExtend} from "./Memory.sol";
import {NumericCall} from "./NumericCall.sol";

/// @title Numeric instructions, and the pure functions on slots that those of integers are
/// @dev Twin: vm/instructions/numeric.hpp. The pure functions are called by the numeric unit. An i32 in a slot is
/// zero-extended; every result here keeps that. A division gives its result before it is cut to the width, or why there
/// is none.
/// https://webassembly.github.io/spec/core/exec/numerics.html
library Numeric {
    using ValueStack for Machine;

    uint256 private constant U64 = type(uint64).max;

    function execute(Machine memory machine, Instruction instruction, address unit) internal view returns (Outcome) {
        uint256 opcode = instruction.opcode();
        uint256 b = machine.operandCount() < 2 ? 0 : machine.pop();
        (uint256 value, Trap trap) = NumericCall.compute(unit, opcode, machine.pop(), b);
        return pushNumeric(machine, value, trap);
    }

    function divideSigned(int256 a, int256 b, int256 minimum) internal pure returns (uint256, Trap) {
        unchecked {
            if (b == 0) return (0, Trap.IntegerDivideByZero);
            if (a == minimum && b == -1) return (0, Trap.IntegerOverflow);
            return (_bits(a / b), Trap.None);
        }
    }

    function divideUnsigned(uint256 a, uint256 b) internal pure returns (uint256, Trap) {
        if (b == 0) return (0, Trap.IntegerDivideByZero);
        return (a / b, Trap.None);
    }

    function remainderSigned(int256 a, int256 b) internal pure returns (uint256, Trap) {
        if (b == 0) return (0, Trap.IntegerDivideByZero);
        return (_bits(a % b), Trap.None);
    }

    function remainderUnsigned(uint256 a, uint256 b) internal pure returns (uint256, Trap) {
        if (b == 0) return (0, Trap.IntegerDivideByZero);
        return (a % b, Trap.None);
    }

    /// @dev Integer instructions of one operand.
    function evaluateUnary(uint256 opcode, uint256 a) internal pure returns (uint256) {
        unchecked {
            uint256 narrow = asU32(a);
            if (opcode < Opcodes.I32_CLZ) {
                if (opcode == Opcodes.I32_EQZ) return _bit(narrow == 0);
                if (opcode == Opcodes.I64_EQZ) return _bit(a == 0);
            } else if (opcode < Opcodes.I32_WRAP_I64) {
                if (opcode == Opcodes.I32_CLZ) return Bits.leadingZeros(narrow) - 224;
                if (opcode == Opcodes.I32_CTZ) return narrow == 0 ? 32 : Bits.trailingZeros(narrow);
                if (opcode == Opcodes.I32_POPCNT) return Bits.count64(narrow);
                if (opcode == Opcodes.I64_CLZ) return Bits.leadingZeros(a) - 192;
                if (opcode == Opcodes.I64_CTZ) return a == 0 ? 64 : Bits.trailingZeros(a);
                if (opcode == Opcodes.I64_POPCNT) return Bits.count64(a);
            } else {
                if (opcode == Opcodes.I32_WRAP_I64) return narrow;
                if (opcode == Opcodes.I64_EXTEND_I32_S) return signExtend(a, 4);
                if (opcode == Opcodes.I64_EXTEND_I32_U) return narrow;
                if (opcode == Opcodes.I32_EXTEND8_S) return asU32(signExtend(a, 1));
                if (opcode == Opcodes.I32_EXTEND16_S) return asU32(signExtend(a, 2));
                if (opcode == Opcodes.I64_EXTEND8_S) return signExtend(a, 1);
                if (opcode == Opcodes.I64_EXTEND16_S) return signExtend(a, 2);
                if (opcode == Opcodes.I64_EXTEND32_S) return signExtend(a, 4);
            }
            revert UnknownOpcode(opcode);
        }
    }

    /// @dev Instructions of two i32 operands, which are below 2^32. The caller cuts the result to 32 bits.
    function evaluateI32(uint256 opcode, uint256 a, uint256 b) internal pure returns (uint256, Trap) {
        unchecked {
            if (opcode < Opcodes.I32_GT_S) {
                if (opcode == Opcodes.I32_EQ) return (_bit(a == b), Trap.None);
                if (opcode == Opcodes.I32_NE) return (_bit(a != b), Trap.None);
                if (opcode == Opcodes.I32_LT_S) return (_bit(asSigned(a, 4) < asSigned(b, 4)), Trap.None);
                if (opcode == Opcodes.I32_LT_U) return (_bit(a < b), Trap.None);
            } else if (opcode < Opcodes.I32_ADD) {
                if (opcode == Opcodes.I32_GT_S) return (_bit(asSigned(a, 4) > asSigned(b, 4)), Trap.None);
                if (opcode == Opcodes.I32_GT_U) return (_bit(a > b), Trap.None);
                if (opcode == Opcodes.I32_LE_S) return (_bit(asSigned(a, 4) <= asSigned(b, 4)), Trap.None);
                if (opcode == Opcodes.I32_LE_U) return (_bit(a <= b), Trap.None);
                if (opcode == Opcodes.I32_GE_S) return (_bit(asSigned(a, 4) >= asSigned(b, 4)), Trap.None);
                if (opcode == Opcodes.I32_GE_U) return (_bit(a >= b), Trap.None);
            } else if (opcode < Opcodes.I32_DIV_S) {
                if (opcode == Opcodes.I32_ADD) return (a + b, Trap.None);
                if (opcode == Opcodes.I32_SUB) return (a - b, Trap.None);
                if (opcode == Opcodes.I32_MUL) return (a * b, Trap.None);
            } else if (opcode < Opcodes.I32_AND) {
                int256 signedA = asSigned(a, 4);
                int256 signedB = asSigned(b, 4);
                if (opcode == Opcodes.I32_DIV_S) return divideSigned(signedA, signedB, type(int32).min);
                if (opcode == Opcodes.I32_DIV_U) return divideUnsigned(a, b);
                if (opcode == Opcodes.I32_REM_S) return remainderSigned(signedA, signedB);
                if (opcode == Opcodes.I32_REM_U) return remainderUnsigned(a, b);
            } else if (opcode < Opcodes.I32_SHL) {
                if (opcode == Opcodes.I32_AND) return (a & b, Trap.None);
                if (opcode == Opcodes.I32_OR) return (a | b, Trap.None);
                if (opcode == Opcodes.I32_XOR) return (a ^ b, Trap.None);
            } else {
                uint256 count = b % 32;
                if (opcode == Opcodes.I32_SHL) return (a << count, Trap.None);
                if (opcode == Opcodes.I32_SHR_S) return (_bits(asSigned(a, 4) >> count), Trap.None);
                if (opcode == Opcodes.I32_SHR_U) return (a >> count, Trap.None);
                if (opcode == Opcodes.I32_ROTL) return ((a << count) | (a >> (32 - count)), Trap.None);
                if (opcode == Opcodes.I32_ROTR) return ((a >> count) | (a << (32 - count)), Trap.None);
            }
            revert UnknownOpcode(opcode);
        }
    }

    /// @dev Instructions of two i64 operands. The caller cuts the result to 64 bits.
    function evaluateI64(uint256 opcode, uint256 a, uint256 b) internal pure returns (uint256, Trap) {
        unchecked {
            if (opcode < Opcodes.I64_GT_S) {
                if (opcode == Opcodes.I64_EQ) return (_bit(a == b), Trap.None);
                if (opcode == Opcodes.I64_NE) return (_bit(a != b), Trap.None);
                if (opcode == Opcodes.I64_LT_S) return (_bit(asSigned(a, 8) < asSigned(b, 8)), Trap.None);
                if (opcode == Opcodes.I64_LT_U) return (_bit(a < b), Trap.None);
            } else if (opcode < Opcodes.I64_ADD) {
                if (opcode == Opcodes.I64_GT_S) return (_bit(asSigned(a, 8) > asSigned(b, 8)), Trap.None);
                if (opcode == Opcodes.I64_GT_U) return (_bit(a > b), Trap.None);
                if (opcode == Opcodes.I64_LE_S) return (_bit(asSigned(a, 8) <= asSigned(b, 8)), Trap.None);
                if (opcode == Opcodes.I64_LE_U) return (_bit(a <= b), Trap.None);
                if (opcode == Opcodes.I64_GE_S) return (_bit(asSigned(a, 8) >= asSigned(b, 8)), Trap.None);
                if (opcode == Opcodes.I64_GE_U) return (_bit(a >= b), Trap.None);
            } else if (opcode < Opcodes.I64_DIV_S) {
                if (opcode == Opcodes.I64_ADD) return (a + b, Trap.None);
                if (opcode == Opcodes.I64_SUB) return (a - b, Trap.None);
                if (opcode == Opcodes.I64_MUL) return (a * b, Trap.None);
            } else if (opcode < Opcodes.I64_AND) {
                int256 signedA = asSigned(a, 8);
                int256 signedB = asSigned(b, 8);
                if (opcode == Opcodes.I64_DIV_S) return divideSigned(signedA, signedB, type(int64).min);
                if (opcode == Opcodes.I64_DIV_U) return divideUnsigned(a, b);
                if (opcode == Opcodes.I64_REM_S) return remainderSigned(signedA, signedB);
                if (opcode == Opcodes.I64_REM_U) return remainderUnsigned(a, b);
            } else if (opcode < Opcodes.I64_SHL) {
                if (opcode == Opcodes.I64_AND) return (a & b, Trap.None);
                if (opcode == Opcodes.I64_OR) return (a | b, Trap.None);
                if (opcode == Opcodes.I64_XOR) return (a ^ b, Trap.None);
            } else {
                uint256 count = b % 64;
                if (opcode == Opcodes.I64_SHL) return (a << count, Trap.None);
                if (opcode == Opcodes.I64_SHR_S) return (_bits(asSigned(a, 8) >> count), Trap.None);
                if (opcode == Opcodes.I64_SHR_U) return (a >> count, Trap.None);
                if (opcode == Opcodes.I64_ROTL) return ((a << count) | (a >> (64 - count)), Trap.None);
                if (opcode == Opcodes.I64_ROTR) return ((a >> count) | (a << (64 - count)), Trap.None);
            }
            revert UnknownOpcode(opcode);
        }
    }

    /// @dev Integer instructions but for those that convert; those of one operand ignore b.
    function evaluate(uint256 opcode, uint256 a, uint256 b) internal pure returns (uint256 value, Trap trap) {
        if (isI64(opcode)) {
            (value, trap) = evaluateI64(opcode, a, b);
            value &= U64;
        } else if (isI32(opcode)) {
            (value, trap) = evaluateI32(opcode, asU32(a), asU32(b));
            value = asU32(value);
        } else {
            value = evaluateUnary(opcode, a);
        }
    }

    function pushNumeric(Machine memory machine, uint256 value, Trap trap) internal view returns (Outcome) {
        if (trap != Trap.None) return Outcomes.trap(trap);
        machine.push(value);
        return Outcomes.next();
    }

    /// @dev Whether an integer instruction, none of those that convert, has two operands of 64 bits.
    function isI64(uint256 opcode) internal pure returns (bool) {
        return opcode < Opcodes.I32_CLZ ? opcode > Opcodes.I64_EQZ : opcode >= Opcodes.I64_ADD;
    }

    /// @dev The same of 32 bits.
    function isI32(uint256 opcode) internal pure returns (bool) {
        return opcode < Opcodes.I32_CLZ
            ? opcode < Opcodes.I64_EQZ && opcode > Opcodes.I32_EQZ
            : opcode < Opcodes.I64_CLZ && opcode >= Opcodes.I32_ADD;
    }

    /// @dev The two's complement.
    function _bits(int256 value) private pure returns (uint256) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint256(value);
    }

    function _bit(bool condition) private pure returns (uint256) {
        return condition ? 1 : 0;
    }
}
