// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(unsafe-typecast, incorrect-shift)

import {Numeric} from "../../src/instructions/Numeric.sol";
import {asSigned, signExtend} from "../../src/instructions/Memory.sol";
import {Opcodes} from "../../src/types/Opcodes.sol";
import {Trap} from "../../src/types/Trap.sol";
import {Expect} from "../Expect.sol";
import {vm} from "../Vm.sol";

/// @title The numeric instructions against Solidity's own integers of 32 and 64 bits
contract NumericTest {
    uint64[] private _edges = [
        0,
        1,
        2,
        7,
        31,
        32,
        33,
        63,
        64,
        65,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x7FFFFFFF,
        0x80000000,
        0x80000001,
        0xFFFFFFFE,
        0xFFFFFFFF,
        0x100000000,
        0x1FFFFFFFF,
        0x7FFFFFFFFFFFFFFF,
        0x8000000000000000,
        0x8000000000000001,
        0xFFFFFFFF00000000,
        0xFFFFFFFFFFFFFFFE,
        0xFFFFFFFFFFFFFFFF
    ];

    function test_i32(uint32 a, uint32 b) public pure {
        _checkI32(a, b);
    }

    function test_i64(uint64 a, uint64 b) public pure {
        _checkI64(a, b);
    }

    function test_unary(uint64 a) public pure {
        _checkUnary(a);
    }

    function test_edges() public view {
        for (uint256 i = 0; i < _edges.length; ++i) {
            _checkUnary(_edges[i]);
            for (uint256 j = 0; j < _edges.length; ++j) {
                _checkI32(uint32(_edges[i]), uint32(_edges[j]));
                _checkI64(_edges[i], _edges[j]);
            }
        }
    }

    function test_division_by_zero_traps(uint64 a) public pure {
        uint256[4] memory narrow = [Opcodes.I32_DIV_S, Opcodes.I32_DIV_U, Opcodes.I32_REM_S, Opcodes.I32_REM_U];
        uint256[4] memory wide = [Opcodes.I64_DIV_S, Opcodes.I64_DIV_U, Opcodes.I64_REM_S, Opcodes.I64_REM_U];
        for (uint256 i = 0; i < 4; ++i) {
            (, Trap trap) = Numeric.evaluateI32(narrow[i], uint32(a), 0);
            Expect.that(trap == Trap.IntegerDivideByZero, "i32 by zero");
            (, trap) = Numeric.evaluateI64(wide[i], a, 0);
            Expect.that(trap == Trap.IntegerDivideByZero, "i64 by zero");
        }
    }

    function test_the_one_overflow_traps_and_its_remainder_is_zero() public pure {
        (, Trap trap) = Numeric.evaluateI32(Opcodes.I32_DIV_S, 0x80000000, 0xFFFFFFFF);
        Expect.that(trap == Trap.IntegerOverflow, "i32.div_s");
        (, trap) = Numeric.evaluateI64(Opcodes.I64_DIV_S, 1 << 63, type(uint64).max);
        Expect.that(trap == Trap.IntegerOverflow, "i64.div_s");
        _expectI32(Opcodes.I32_REM_S, 0x80000000, 0xFFFFFFFF, 0);
        _expectI64(Opcodes.I64_REM_S, 1 << 63, type(uint64).max, 0);
    }

    function test_widths_of_each_opcode() public pure {
        for (uint256 opcode = Opcodes.I32_EQZ; opcode <= Opcodes.I64_ROTR; ++opcode) {
            (bool exists, uint256 pops) = Opcodes.find(opcode);
            if (!exists || (opcode >= Opcodes.F32_EQ && opcode <= Opcodes.F64_GE)) continue;
            bool i64 = (opcode >= Opcodes.I64_EQZ && opcode <= Opcodes.I64_GE_U)
                || (opcode >= Opcodes.I64_CLZ && opcode <= Opcodes.I64_ROTR);
            Expect.that(Numeric.isI64(opcode) == (pops == 2 && i64), "two operands of 64 bits");
            Expect.that(Numeric.isI32(opcode) == (pops == 2 && !i64), "two operands of 32 bits");
        }
    }

    function test_as_signed(uint64 value) public pure {
        Expect.equal(uint256(asSigned(value, 1)), uint256(int256(int8(uint8(value)))), "8 bits");
        Expect.equal(uint256(asSigned(value, 2)), uint256(int256(int16(uint16(value)))), "16 bits");
        Expect.equal(uint256(asSigned(value, 4)), uint256(int256(int32(uint32(value)))), "32 bits");
        Expect.equal(uint256(asSigned(value, 8)), uint256(int256(int64(value))), "64 bits");
        Expect.equal(signExtend(value, 2), uint64(int64(int16(uint16(value)))), "16 bits to 64");
    }

    function _checkI32(uint32 a, uint32 b) private pure {
        unchecked {
            (int32 s, int32 t) = (int32(a), int32(b));
            _expectI32(Opcodes.I32_EQ, a, b, _bit(a == b));
            _expectI32(Opcodes.I32_NE, a, b, _bit(a != b));
            _expectI32(Opcodes.I32_LT_S, a, b, _bit(s < t));
            _expectI32(Opcodes.I32_LT_U, a, b, _bit(a < b));
            _expectI32(Opcodes.I32_GT_S, a, b, _bit(s > t));
            _expectI32(Opcodes.I32_GT_U, a, b, _bit(a > b));
            _expectI32(Opcodes.I32_LE_S, a, b, _bit(s <= t));
            _expectI32(Opcodes.I32_LE_U, a, b, _bit(a <= b));
            _expectI32(Opcodes.I32_GE_S, a, b, _bit(s >= t));
            _expectI32(Opcodes.I32_GE_U, a, b, _bit(a >= b));
            _expectI32(Opcodes.I32_ADD, a, b, a + b);
            _expectI32(Opcodes.I32_SUB, a, b, a - b);
            _expectI32(Opcodes.I32_MUL, a, b, a * b);
            _expectI32(Opcodes.I32_AND, a, b, a & b);
            _expectI32(Opcodes.I32_OR, a, b, a | b);
            _expectI32(Opcodes.I32_XOR, a, b, a ^ b);
            _expectI32(Opcodes.I32_SHL, a, b, a << (b % 32));
            _expectI32(Opcodes.I32_SHR_S, a, b, uint32(s >> (b % 32)));
            _expectI32(Opcodes.I32_SHR_U, a, b, a >> (b % 32));
            _expectI32(Opcodes.I32_ROTL, a, b, uint32(_rotate(a, b % 32, 32)));
            _expectI32(Opcodes.I32_ROTR, a, b, uint32(_rotate(a, 32 - b % 32, 32)));
            if (b == 0) return;
            _expectI32(Opcodes.I32_DIV_U, a, b, a / b);
            _expectI32(Opcodes.I32_REM_U, a, b, a % b);
            if (s == type(int32).min && t == -1) return;
            _expectI32(Opcodes.I32_DIV_S, a, b, uint32(s / t));
            _expectI32(Opcodes.I32_REM_S, a, b, uint32(s % t));
        }
    }

    function _checkI64(uint64 a, uint64 b) private pure {
        unchecked {
            (int64 s, int64 t) = (int64(a), int64(b));
            _expectI64(Opcodes.I64_EQ, a, b, _bit(a == b));
            _expectI64(Opcodes.I64_NE, a, b, _bit(a != b));
            _expectI64(Opcodes.I64_LT_S, a, b, _bit(s < t));
            _expectI64(Opcodes.I64_LT_U, a, b, _bit(a < b));
            _expectI64(Opcodes.I64_GT_S, a, b, _bit(s > t));
            _expectI64(Opcodes.I64_GT_U, a, b, _bit(a > b));
            _expectI64(Opcodes.I64_LE_S, a, b, _bit(s <= t));
            _expectI64(Opcodes.I64_LE_U, a, b, _bit(a <= b));
            _expectI64(Opcodes.I64_GE_S, a, b, _bit(s >= t));
            _expectI64(Opcodes.I64_GE_U, a, b, _bit(a >= b));
            _expectI64(Opcodes.I64_ADD, a, b, a + b);
            _expectI64(Opcodes.I64_SUB, a, b, a - b);
            _expectI64(Opcodes.I64_MUL, a, b, a * b);
            _expectI64(Opcodes.I64_AND, a, b, a & b);
            _expectI64(Opcodes.I64_OR, a, b, a | b);
            _expectI64(Opcodes.I64_XOR, a, b, a ^ b);
            _expectI64(Opcodes.I64_SHL, a, b, a << (b % 64));
            _expectI64(Opcodes.I64_SHR_S, a, b, uint64(s >> (b % 64)));
            _expectI64(Opcodes.I64_SHR_U, a, b, a >> (b % 64));
            _expectI64(Opcodes.I64_ROTL, a, b, uint64(_rotate(a, b % 64, 64)));
            _expectI64(Opcodes.I64_ROTR, a, b, uint64(_rotate(a, 64 - b % 64, 64)));
            if (b == 0) return;
            _expectI64(Opcodes.I64_DIV_U, a, b, a / b);
            _expectI64(Opcodes.I64_REM_U, a, b, a % b);
            if (s == type(int64).min && t == -1) return;
            _expectI64(Opcodes.I64_DIV_S, a, b, uint64(s / t));
            _expectI64(Opcodes.I64_REM_S, a, b, uint64(s % t));
        }
    }

    function _checkUnary(uint64 a) private pure {
        uint32 narrow = uint32(a);
        _expectUnary(Opcodes.I32_EQZ, a, _bit(narrow == 0));
        _expectUnary(Opcodes.I64_EQZ, a, _bit(a == 0));
        _expectUnary(Opcodes.I32_CLZ, a, _leading(narrow, 32));
        _expectUnary(Opcodes.I64_CLZ, a, _leading(a, 64));
        _expectUnary(Opcodes.I32_CTZ, a, _trailing(narrow, 32));
        _expectUnary(Opcodes.I64_CTZ, a, _trailing(a, 64));
        _expectUnary(Opcodes.I32_POPCNT, a, _ones(narrow));
        _expectUnary(Opcodes.I64_POPCNT, a, _ones(a));
        _expectUnary(Opcodes.I32_WRAP_I64, a, narrow);
        _expectUnary(Opcodes.I64_EXTEND_I32_S, a, uint64(int64(int32(narrow))));
        _expectUnary(Opcodes.I64_EXTEND_I32_U, a, narrow);
        _expectUnary(Opcodes.I32_EXTEND8_S, a, uint32(int32(int8(uint8(a)))));
        _expectUnary(Opcodes.I32_EXTEND16_S, a, uint32(int32(int16(uint16(a)))));
        _expectUnary(Opcodes.I64_EXTEND8_S, a, uint64(int64(int8(uint8(a)))));
        _expectUnary(Opcodes.I64_EXTEND16_S, a, uint64(int64(int16(uint16(a)))));
        _expectUnary(Opcodes.I64_EXTEND32_S, a, uint64(int64(int32(narrow))));
    }

    function _expectUnary(uint256 opcode, uint256 a, uint256 expected) private pure {
        if (Numeric.evaluateUnary(opcode, a) != expected) _fail(opcode, a, 0);
    }

    /// @dev The instruction cuts the value to its width.
    function _expectI32(uint256 opcode, uint32 a, uint32 b, uint32 expected) private pure {
        (uint256 value, Trap trap) = Numeric.evaluateI32(opcode, a, b);
        if (uint32(value) != expected || trap != Trap.None) _fail(opcode, a, b);
    }

    function _expectI64(uint256 opcode, uint64 a, uint64 b, uint64 expected) private pure {
        (uint256 value, Trap trap) = Numeric.evaluateI64(opcode, a, b);
        if (uint64(value) != expected || trap != Trap.None) _fail(opcode, a, b);
    }

    function _fail(uint256 opcode, uint256 a, uint256 b) private pure {
        string memory operands = string.concat(vm.toString(a), ", ", vm.toString(b));
        Expect.that(false, string.concat("opcode ", vm.toString(opcode), " of ", operands));
    }

    function _bit(bool condition) private pure returns (uint32) {
        return condition ? 1 : 0;
    }

    /// @dev Rotates to the left, bit by bit.
    function _rotate(uint256 value, uint256 count, uint256 width) private pure returns (uint256) {
        for (uint256 i = 0; i < count; ++i) {
            value = ((value << 1) | (value >> (width - 1))) & ((1 << width) - 1);
        }
        return value;
    }

    function _leading(uint256 value, uint256 width) private pure returns (uint256 count) {
        while (count < width && (value >> (width - 1 - count)) & 1 == 0) ++count;
    }

    function _trailing(uint256 value, uint256 width) private pure returns (uint256 count) {
        while (count < width && (value >> count) & 1 == 0) ++count;
    }

    function _ones(uint256 value) private pure returns (uint256 count) {
        for (; value != 0; value >>= 1) {
            count += value & 1;
        }
    }
}
