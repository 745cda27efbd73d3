// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(unsafe-typecast, incorrect-shift)

import {Opcodes} from "../src/types/Opcodes.sol";
import {Expect} from "./Expect.sol";

/// @dev What processors and libraries are known to get wrong.
enum Fault {
    None,
    TiesAway,
    LostSticky, // what is behind the first digit cut off is forgotten
    NeverUp,
    RoundsTwice, // first to 64 bits, as the x87 does
    RoundsSubnormalsTwice, // first to the full precision
    FlushesSubnormals,
    NegativeNan, // as x86 makes it
    NanOfOperand, // as x86 does: the first NaN's bits
    OverflowsToGreatest,
    EqualZeros // in min and max, as x86 does: the second operand
}

/// @title Float instructions in another way, by bits and loops, with a fault if so wished
/// @dev Checks the vectors and is checked by them: without a fault it must agree with each, with one it must not.
contract SlowFloat {
    /// @dev (-1)^negative * significand * 2^exponent, and less than one unit more where inexact.
    struct Exact {
        bool negative;
        bool inexact;
        uint256 significand;
        int256 exponent;
    }

    struct Shape {
        uint256 fraction;
        uint256 maxField;
    }

    /// @notice Whether it knows the instruction; the others have nothing to round.
    function knows(uint256 opcode) external pure returns (bool) {
        if (opcode >= Opcodes.F32_SQRT && opcode <= Opcodes.F32_MAX) return true;
        if (opcode >= Opcodes.F64_SQRT && opcode <= Opcodes.F64_MAX) return true;
        return opcode >= Opcodes.F32_CONVERT_I32_S && opcode <= Opcodes.F64_PROMOTE_F32;
    }

    function evaluate(Fault fault, uint256 opcode, uint256 a, uint256 b) external pure returns (uint256) {
        if (opcode >= Opcodes.F32_CONVERT_I32_S) return _convert(fault, opcode, a);
        Shape memory shape = _shape(opcode >= Opcodes.F64_SQRT);
        if (opcode >= Opcodes.F64_SQRT) opcode -= Opcodes.F64_SQRT - Opcodes.F32_SQRT;
        else (a, b) = (uint32(a), uint32(b));
        if (_isNan(shape, a)) return _nan(fault, shape, a);
        if (opcode == Opcodes.F32_SQRT) return _sqrt(fault, shape, a);
        if (_isNan(shape, b)) return _nan(fault, shape, b);
        if (opcode == Opcodes.F32_SUB) b ^= _sign(shape);
        if (opcode == Opcodes.F32_ADD || opcode == Opcodes.F32_SUB) return _add(fault, shape, a, b);
        if (opcode == Opcodes.F32_MUL) return _mul(fault, shape, a, b);
        if (opcode == Opcodes.F32_DIV) return _div(fault, shape, a, b);
        if (opcode == Opcodes.F32_MIN) return _less(fault, shape, a, b) ? a : b;
        Expect.equal(opcode, Opcodes.F32_MAX, "an opcode that it knows");
        return _less(fault, shape, b, a) ? a : b;
    }

    function _round(Fault fault, bool isF64, Exact memory exact) private pure returns (uint256) {
        Shape memory shape = _shape(isF64);
        uint256 sign = exact.negative ? _sign(shape) : 0;
        int256 least = _least(shape);
        uint256 precision = shape.fraction + 1;
        if (fault == Fault.RoundsTwice) _cut(fault, exact, 64, type(int256).min);
        if (fault == Fault.RoundsSubnormalsTwice) _cut(fault, exact, precision, type(int256).min);
        _cut(fault, exact, precision, least);
        (uint256 significand, int256 exponent) = (exact.significand, exact.exponent);
        if (significand == 0) return sign;
        while (significand >> shape.fraction == 0 && exponent > least) {
            significand <<= 1;
            --exponent;
        }
        while (significand >> precision != 0) {
            significand >>= 1;
            ++exponent;
        }
        if (significand >> shape.fraction == 0) return fault == Fault.FlushesSubnormals ? sign : sign | significand;
        uint256 field = uint256(exponent - least) + 1;
        if (field >= shape.maxField) {
            return fault == Fault.OverflowsToGreatest ? sign | (_infinity(shape) - 1) : sign | _infinity(shape);
        }
        return sign | (field << shape.fraction) | (significand - (1 << shape.fraction));
    }

    /// @dev Cuts the significand to so many bits, or to the unit 2^least, and rounds it.
    function _cut(Fault fault, Exact memory exact, uint256 bits, int256 least) private pure {
        uint256 significand = exact.significand;
        uint256 drop = 0;
        while (significand >> (bits + drop + 16) != 0) drop += 16;
        while (significand >> (bits + drop) != 0) ++drop;
        while (exact.exponent + int256(drop) + 16 < least && drop < 234) drop += 16;
        while (exact.exponent + int256(drop) < least && drop < 250) ++drop;
        if (drop == 0) return;
        bool half = (significand >> (drop - 1)) & 1 == 1;
        bool more = exact.inexact || significand << (257 - drop) != 0;
        if (fault == Fault.LostSticky) more = false;
        uint256 kept = significand >> drop;
        bool up = half && (more || kept & 1 == 1 || fault == Fault.TiesAway) && fault != Fault.NeverUp;
        exact.significand = up ? kept + 1 : kept;
        exact.exponent += int256(drop);
        // What is too small for any digit is zero, whatever the power of two.
        if (exact.exponent < least) exact.exponent = least;
        exact.inexact = false;
    }

    function _add(Fault fault, Shape memory shape, uint256 a, uint256 b) private pure returns (uint256) {
        if (_isInfinite(shape, a)) return _isInfinite(shape, b) && a != b ? _nan(fault, shape, 0) : a;
        if (_isInfinite(shape, b)) return b;
        Exact memory x = _exact(shape, a);
        Exact memory y = _exact(shape, b);
        if (x.exponent < y.exponent) (x, y) = (y, x);
        uint256 apart = uint256(x.exponent - y.exponent);
        if (apart > 190) {
            // y is less than one unit of x with 190 zeros appended.
            x.inexact = y.significand != 0;
            y.significand = x.inexact && x.negative != y.negative ? 1 : 0;
            apart = 190;
        }
        x.exponent -= int256(apart);
        int256 sum = _signed(x.negative, x.significand << apart) + _signed(y.negative, y.significand);
        if (sum == 0) return a & b & _sign(shape);
        x.negative = sum < 0;
        x.significand = uint256(sum < 0 ? -sum : sum);
        return _round(fault, shape.fraction == 52, x);
    }

    function _mul(Fault fault, Shape memory shape, uint256 a, uint256 b) private pure returns (uint256) {
        uint256 sign = (a ^ b) & _sign(shape);
        bool isZero = _isZero(shape, a) || _isZero(shape, b);
        if (_isInfinite(shape, a) || _isInfinite(shape, b)) {
            return isZero ? _nan(fault, shape, 0) : sign | _infinity(shape);
        }
        Exact memory x = _exact(shape, a);
        Exact memory y = _exact(shape, b);
        x.negative = sign != 0;
        x.significand *= y.significand;
        x.exponent += y.exponent;
        return _round(fault, shape.fraction == 52, x);
    }

    function _div(Fault fault, Shape memory shape, uint256 a, uint256 b) private pure returns (uint256) {
        uint256 sign = (a ^ b) & _sign(shape);
        if (_isInfinite(shape, a)) return _isInfinite(shape, b) ? _nan(fault, shape, 0) : sign | _infinity(shape);
        if (_isInfinite(shape, b)) return sign;
        if (_isZero(shape, b)) return _isZero(shape, a) ? _nan(fault, shape, 0) : sign | _infinity(shape);
        Exact memory x = _exact(shape, a);
        Exact memory y = _exact(shape, b);
        x.negative = sign != 0;
        x.exponent -= y.exponent + 160;
        x.significand <<= 160;
        x.inexact = x.significand % y.significand != 0;
        x.significand /= y.significand;
        return _round(fault, shape.fraction == 52, x);
    }

    function _sqrt(Fault fault, Shape memory shape, uint256 a) private pure returns (uint256) {
        if (_isZero(shape, a) || a == _infinity(shape)) return a;
        if (a & _sign(shape) != 0) return _nan(fault, shape, 0);
        Exact memory x = _exact(shape, a);
        uint256 shift = x.exponent % 2 == 0 ? 120 : 121;
        uint256 square = x.significand << shift;
        x.exponent = (x.exponent - int256(shift)) / 2;
        uint256 root = 0;
        for (uint256 bit = 1 << 90; bit != 0; bit >>= 1) {
            if ((root | bit) * (root | bit) <= square) root |= bit;
        }
        x.significand = root;
        x.inexact = root * root != square;
        return _round(fault, shape.fraction == 52, x);
    }

    function _convert(Fault fault, uint256 opcode, uint256 a) private pure returns (uint256) {
        bool isF64 = opcode >= Opcodes.F64_CONVERT_I32_S;
        if (opcode == Opcodes.F32_DEMOTE_F64 || opcode == Opcodes.F64_PROMOTE_F32) {
            return _convertFloat(fault, isF64, a);
        }
        uint256 number = opcode - (isF64 ? Opcodes.F64_CONVERT_I32_S : Opcodes.F32_CONVERT_I32_S);
        int256 integer = int256(number < 2 ? uint32(a) : a);
        if (number == 0) integer = int32(uint32(a));
        if (number == 2) integer = int64(uint64(a));
        return _round(fault, isF64, Exact(integer < 0, false, uint256(integer < 0 ? -integer : integer), 0));
    }

    function _convertFloat(Fault fault, bool isF64, uint256 a) private pure returns (uint256) {
        Shape memory from = _shape(!isF64);
        Shape memory to = _shape(isF64);
        if (isF64) a = uint32(a);
        uint256 sign = a & _sign(from) == 0 ? 0 : _sign(to);
        if (_isNan(from, a)) return _nan(fault, to, isF64 ? a << 29 : a >> 29);
        if (_isInfinite(from, a)) return sign | _infinity(to);
        return _round(fault, isF64, _exact(from, a));
    }

    function _less(Fault fault, Shape memory shape, uint256 a, uint256 b) private pure returns (bool) {
        int256 orderA = _signed(a & _sign(shape) != 0, a & (_sign(shape) - 1));
        int256 orderB = _signed(b & _sign(shape) != 0, b & (_sign(shape) - 1));
        if (orderA == 0 && orderB == 0 && fault != Fault.EqualZeros) return a > b;
        return orderA < orderB;
    }

    function _nan(Fault fault, Shape memory shape, uint256 operand) private pure returns (uint256) {
        uint256 nan = _infinity(shape) | (1 << (shape.fraction - 1));
        if (fault == Fault.NegativeNan) return nan | _sign(shape);
        return fault == Fault.NanOfOperand ? operand | nan : nan;
    }

    function _exact(Shape memory shape, uint256 a) private pure returns (Exact memory x) {
        uint256 field = (a >> shape.fraction) & shape.maxField;
        x.negative = a & _sign(shape) != 0;
        x.significand = a & ((1 << shape.fraction) - 1);
        x.exponent = _least(shape);
        if (field != 0) {
            x.significand += 1 << shape.fraction;
            x.exponent += int256(field - 1);
        }
    }

    function _shape(bool isF64) private pure returns (Shape memory) {
        return isF64 ? Shape(52, 2047) : Shape(23, 255);
    }

    /// @dev The exponent of the least number.
    function _least(Shape memory shape) private pure returns (int256) {
        return 1 - int256(shape.maxField / 2) - int256(shape.fraction);
    }

    function _sign(Shape memory shape) private pure returns (uint256) {
        return (shape.maxField + 1) << shape.fraction;
    }

    function _infinity(Shape memory shape) private pure returns (uint256) {
        return shape.maxField << shape.fraction;
    }

    function _isNan(Shape memory shape, uint256 a) private pure returns (bool) {
        return a & (_sign(shape) - 1) > _infinity(shape);
    }

    function _isInfinite(Shape memory shape, uint256 a) private pure returns (bool) {
        return a & (_sign(shape) - 1) == _infinity(shape);
    }

    function _isZero(Shape memory shape, uint256 a) private pure returns (bool) {
        return a & (_sign(shape) - 1) == 0;
    }

    function _signed(bool negative, uint256 magnitude) private pure returns (int256) {
        return negative ? -int256(magnitude) : int256(magnitude);
    }
}
