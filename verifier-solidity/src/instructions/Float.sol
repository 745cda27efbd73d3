// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bits} from "../merkle/Bits.sol";
import {UnknownOpcode} from "../types/Errors.sol";
import {Format, Formats} from "../types/Format.sol";
import {Opcodes} from "../types/Opcodes.sol";
import {Trap} from "../types/Trap.sol";
import {asU32} from "./Control.sol";

/// @title Floating-point instructions: pure functions on the bits of numbers
/// @dev Twin: vm/instructions/float.hpp, where the processor computes. Here `add`, `mul`, `div`, `sqrt` and `convert`
/// make their exact results, an integer times a power of two, and `Formats.round` is all that rounds. Operands have
/// the width of their format, and so do results.
/// https://webassembly.github.io/spec/core/exec/numerics.html#floating-point-operations
library Float {
    /// @dev A number further away from another is less than a quarter of its last place: their sum is the other one.
    uint256 private constant MAX_ALIGNMENT = 64;
    /// @dev With so many zeros appended to the dividend the quotient of two significands has at least 55 bits.
    uint256 private constant QUOTIENT_BITS = 107;
    /// @dev Numbers from 2^110 to 2^112 - 1 have roots of 56 bits.
    uint256 private constant SQUARE_BITS = 110;

    /// @dev How many values integers have.
    uint256 private constant VALUES32 = 1 << 32;
    uint256 private constant VALUES64 = 1 << 64;

    function eq(Format format, uint256 a, uint256 b) internal pure returns (bool) {
        return !format.isAnyNan(a, b) && format.order(a) == format.order(b);
    }

    function ne(Format format, uint256 a, uint256 b) internal pure returns (bool) {
        return !eq(format, a, b);
    }

    function lt(Format format, uint256 a, uint256 b) internal pure returns (bool) {
        return !format.isAnyNan(a, b) && format.order(a) < format.order(b);
    }

    function gt(Format format, uint256 a, uint256 b) internal pure returns (bool) {
        return lt(format, b, a);
    }

    function le(Format format, uint256 a, uint256 b) internal pure returns (bool) {
        return !format.isAnyNan(a, b) && format.order(a) <= format.order(b);
    }

    function ge(Format format, uint256 a, uint256 b) internal pure returns (bool) {
        return le(format, b, a);
    }

    /// @dev Only the sign changes, that of a NaN too; so in neg and copysign.
    function abs(Format format, uint256 a) internal pure returns (uint256) {
        return format.magnitude(a);
    }

    function neg(Format format, uint256 a) internal pure returns (uint256) {
        return a ^ format.signBit();
    }

    function ceil(Format format, uint256 a) internal pure returns (uint256) {
        unchecked {
            if (format.isNan(a)) return format.nan();
            (uint256 whole, uint256 rest,, uint256 one) = format.split(format.magnitude(a));
            uint256 sign = a & format.signBit();
            if (rest != 0 && sign == 0) whole += one;
            return sign | whole;
        }
    }

    function floor(Format format, uint256 a) internal pure returns (uint256) {
        unchecked {
            if (format.isNan(a)) return format.nan();
            (uint256 whole, uint256 rest,, uint256 one) = format.split(format.magnitude(a));
            uint256 sign = a & format.signBit();
            if (rest != 0 && sign != 0) whole += one;
            return sign | whole;
        }
    }

    function trunc(Format format, uint256 a) internal pure returns (uint256) {
        if (format.isNan(a)) return format.nan();
        (uint256 whole,,,) = format.split(format.magnitude(a));
        return (a & format.signBit()) | whole;
    }

    /// @dev Ties go to the even one.
    function nearest(Format format, uint256 a) internal pure returns (uint256) {
        unchecked {
            if (format.isNan(a)) return format.nan();
            (uint256 whole, uint256 rest, uint256 half, uint256 one) = format.split(format.magnitude(a));
            if (rest > half || (rest == half && whole & one != 0)) whole += one;
            return (a & format.signBit()) | whole;
        }
    }

    function sqrt(Format format, uint256 a) internal pure returns (uint256) {
        unchecked {
            uint256 infinity = format.infinity();
            if (a >= infinity) return a == infinity || a == format.signBit() ? a : format.nan();
            if (a == 0) return a;
            (uint256 square, uint256 exponent) = Formats.unpack(format.fractionBits(), a);
            uint256 shift = SQUARE_BITS - Bits.highestNear(square, format.fractionBits());
            // The power of two must be a square, too: the unit aside, exponent - shift must be even.
            exponent += format.unit();
            shift += (exponent + shift) & 1;
            square <<= shift;
            uint256 root = integerRoot(square);
            if (root * root != square) root |= 1;
            // An exponent may be negative; it wraps, here as everywhere.
            // forge-lint: disable-next-line(unsafe-typecast)
            return format.round(0, root, uint256(int256(exponent - shift) / 2), SQUARE_BITS / 2);
        }
    }

    function add(Format format, uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 signBit = format.signBit();
            uint256 magnitudeA = a & (signBit - 1);
            uint256 magnitudeB = b & (signBit - 1);
            if (magnitudeA < magnitudeB) (a, b, magnitudeA, magnitudeB) = (b, a, magnitudeB, magnitudeA);
            uint256 infinity = format.infinity();
            if (magnitudeA >= infinity) {
                return magnitudeA > infinity || (magnitudeB == infinity && a != b) ? format.nan() : a;
            }
            (uint256 significandA, uint256 exponentA) = Formats.unpack(format.fractionBits(), magnitudeA);
            (uint256 significandB, uint256 exponentB) = Formats.unpack(format.fractionBits(), magnitudeB);
            uint256 apart = exponentA - exponentB;
            if (apart > MAX_ALIGNMENT) return a;
            significandA <<= apart;
            uint256 significand = (a ^ b) < signBit ? significandA + significandB : significandA - significandB;
            if (significand == 0) return a & b & signBit;
            uint256 highest = Bits.highestNear(significand, format.fractionBits() + apart);
            return format.round(a & signBit, significand, exponentA - apart, highest);
        }
    }

    function sub(Format format, uint256 a, uint256 b) internal pure returns (uint256) {
        return add(format, a, b ^ format.signBit());
    }

    function mul(Format format, uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 signBit = format.signBit();
            uint256 infinity = format.infinity();
            uint256 sign = (a ^ b) & signBit;
            a &= signBit - 1;
            b &= signBit - 1;
            if (a >= infinity || b >= infinity) {
                return a > infinity || b > infinity || a == 0 || b == 0 ? format.nan() : sign | infinity;
            }
            (uint256 significandA, uint256 exponentA) = Formats.unpack(format.fractionBits(), a);
            (uint256 significandB, uint256 exponentB) = Formats.unpack(format.fractionBits(), b);
            uint256 product = significandA * significandB;
            if (product == 0) return sign;
            uint256 highest = Bits.highestNear(product, 2 * format.fractionBits());
            return format.round(sign, product, exponentA + exponentB - format.unit(), highest);
        }
    }

    function div(Format format, uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 signBit = format.signBit();
            uint256 infinity = format.infinity();
            uint256 sign = (a ^ b) & signBit;
            a &= signBit - 1;
            b &= signBit - 1;
            if (a >= infinity || b >= infinity) {
                if (a > infinity || b > infinity || a == b) return format.nan();
                return a == infinity ? sign | infinity : sign;
            }
            if (b == 0) return a == 0 ? format.nan() : sign | infinity;
            if (a == 0) return sign;
            (uint256 significandA, uint256 exponentA) = Formats.unpack(format.fractionBits(), a);
            (uint256 significandB, uint256 exponentB) = Formats.unpack(format.fractionBits(), b);
            uint256 quotient = stickyQuotient(significandA << QUOTIENT_BITS, significandB);
            uint256 exponent = exponentA - exponentB + format.unit() - QUOTIENT_BITS;
            return format.round(sign, quotient, exponent, Bits.highestNear(quotient, QUOTIENT_BITS - 1));
        }
    }

    /// @dev Equal ones differ at most in the sign: -0 is less than +0.
    function min(Format format, uint256 a, uint256 b) internal pure returns (uint256) {
        if (format.isAnyNan(a, b)) return format.nan();
        int256 orderA = format.order(a);
        int256 orderB = format.order(b);
        return orderA < orderB ? a : orderA > orderB ? b : a | b;
    }

    function max(Format format, uint256 a, uint256 b) internal pure returns (uint256) {
        if (format.isAnyNan(a, b)) return format.nan();
        int256 orderA = format.order(a);
        int256 orderB = format.order(b);
        return orderA > orderB ? a : orderA < orderB ? b : a & b;
    }

    function copysign(Format format, uint256 a, uint256 b) internal pure returns (uint256) {
        return format.magnitude(a) | (b & format.signBit());
    }

    /// @dev To an integer with so many values.
    function truncate(Format format, uint256 a, bool isUnsigned, uint256 values)
        internal
        pure
        returns (uint256 value, Trap trap)
    {
        (value, trap) = toNearestInteger(format, a, isUnsigned, values);
        if (trap != Trap.None) value = 0;
    }

    /// @dev truncate_saturating of the twin.
    function saturate(Format format, uint256 a, bool isUnsigned, uint256 values) internal pure returns (uint256 value) {
        (value,) = toNearestInteger(format, a, isUnsigned, values);
    }

    /// @dev Of an integer with so many values.
    function convertInteger(Format format, uint256 a, bool isUnsigned, uint256 values) internal pure returns (uint256) {
        unchecked {
            uint256 sign = 0;
            if (!isUnsigned && a >= values >> 1) (a, sign) = (values - a, format.signBit());
            return a == 0 ? 0 : format.round(sign, a, format.unit(), Bits.highest(a));
        }
    }

    /// @dev Of a number of the other format.
    function convert(Format format, uint256 a, Format from) internal pure returns (uint256) {
        unchecked {
            uint256 magnitude = from.magnitude(a);
            uint256 sign = a < from.signBit() ? 0 : format.signBit();
            uint256 infinity = from.infinity();
            if (magnitude >= infinity) return magnitude > infinity ? format.nan() : sign | format.infinity();
            if (magnitude == 0) return sign;
            (uint256 significand, uint256 exponent) = Formats.unpack(from.fractionBits(), magnitude);
            uint256 highest = Bits.highestNear(significand, from.fractionBits());
            return format.round(sign, significand, exponent + format.unit() - from.unit(), highest);
        }
    }

    /// @dev Opcodes from F32_EQ to F64_GE. Those of f64 are in the order of those of f32; so in evaluateArithmetic.
    function evaluateComparison(uint256 opcode, uint256 a, uint256 b) internal pure returns (uint256 value) {
        unchecked {
            Format format = Formats.F64;
            if (opcode < Opcodes.F64_EQ) (format, a, b) = (Formats.F32, asU32(a), asU32(b));
            else opcode -= Opcodes.F64_EQ - Opcodes.F32_EQ;
            bool holds;
            if (opcode == Opcodes.F32_EQ) holds = eq(format, a, b);
            else if (opcode == Opcodes.F32_NE) holds = ne(format, a, b);
            else if (opcode == Opcodes.F32_LT) holds = lt(format, a, b);
            else if (opcode == Opcodes.F32_GT) holds = gt(format, a, b);
            else if (opcode == Opcodes.F32_LE) holds = le(format, a, b);
            else holds = ge(format, a, b);
            value = holds ? 1 : 0;
        }
    }

    /// @dev Opcodes from F32_ABS to F64_COPYSIGN; those of one operand ignore b.
    function evaluateArithmetic(uint256 opcode, uint256 a, uint256 b) internal pure returns (uint256 value) {
        unchecked {
            Format format = Formats.F64;
            if (opcode < Opcodes.F64_ABS) (format, a, b) = (Formats.F32, asU32(a), asU32(b));
            else opcode -= Opcodes.F64_ABS - Opcodes.F32_ABS;
            if (opcode >= Opcodes.F32_DIV) {
                if (opcode == Opcodes.F32_DIV) value = div(format, a, b);
                else if (opcode == Opcodes.F32_MIN) value = min(format, a, b);
                else if (opcode == Opcodes.F32_MAX) value = max(format, a, b);
                else value = copysign(format, a, b);
            } else if (opcode >= Opcodes.F32_ADD) {
                if (opcode == Opcodes.F32_SUB) value = sub(format, a, b);
                else if (opcode == Opcodes.F32_ADD) value = add(format, a, b);
                else value = mul(format, a, b);
            } else if (opcode >= Opcodes.F32_TRUNC) {
                if (opcode == Opcodes.F32_SQRT) value = sqrt(format, a);
                else if (opcode == Opcodes.F32_NEAREST) value = nearest(format, a);
                else value = trunc(format, a);
            } else {
                if (opcode == Opcodes.F32_FLOOR) value = floor(format, a);
                else if (opcode == Opcodes.F32_CEIL) value = ceil(format, a);
                else if (opcode == Opcodes.F32_NEG) value = neg(format, a);
                else value = abs(format, a);
            }
        }
    }

    /// @dev Opcodes from I32_TRUNC_F32_S to I64_TRUNC_F64_U but for those of integers alone.
    function evaluateTruncation(uint256 opcode, uint256 a) internal pure returns (uint256, Trap) {
        if (opcode < Opcodes.I64_TRUNC_F32_S) {
            if (opcode == Opcodes.I32_TRUNC_F32_S) return truncate(Formats.F32, asU32(a), false, VALUES32);
            if (opcode == Opcodes.I32_TRUNC_F32_U) return truncate(Formats.F32, asU32(a), true, VALUES32);
            if (opcode == Opcodes.I32_TRUNC_F64_S) return truncate(Formats.F64, a, false, VALUES32);
            if (opcode == Opcodes.I32_TRUNC_F64_U) return truncate(Formats.F64, a, true, VALUES32);
        } else {
            if (opcode == Opcodes.I64_TRUNC_F32_S) return truncate(Formats.F32, asU32(a), false, VALUES64);
            if (opcode == Opcodes.I64_TRUNC_F32_U) return truncate(Formats.F32, asU32(a), true, VALUES64);
            if (opcode == Opcodes.I64_TRUNC_F64_S) return truncate(Formats.F64, a, false, VALUES64);
            if (opcode == Opcodes.I64_TRUNC_F64_U) return truncate(Formats.F64, a, true, VALUES64);
        }
        revert UnknownOpcode(opcode);
    }

    /// @dev Opcodes from I32_TRUNC_SAT_F32_S to I64_TRUNC_SAT_F64_U.
    function evaluateSaturation(uint256 opcode, uint256 a) internal pure returns (uint256) {
        if (opcode < Opcodes.I64_TRUNC_SAT_F32_S) {
            if (opcode == Opcodes.I32_TRUNC_SAT_F32_S) return saturate(Formats.F32, asU32(a), false, VALUES32);
            if (opcode == Opcodes.I32_TRUNC_SAT_F32_U) return saturate(Formats.F32, asU32(a), true, VALUES32);
            if (opcode == Opcodes.I32_TRUNC_SAT_F64_S) return saturate(Formats.F64, a, false, VALUES32);
            if (opcode == Opcodes.I32_TRUNC_SAT_F64_U) return saturate(Formats.F64, a, true, VALUES32);
        } else {
            if (opcode == Opcodes.I64_TRUNC_SAT_F32_S) return saturate(Formats.F32, asU32(a), false, VALUES64);
            if (opcode == Opcodes.I64_TRUNC_SAT_F32_U) return saturate(Formats.F32, asU32(a), true, VALUES64);
            if (opcode == Opcodes.I64_TRUNC_SAT_F64_S) return saturate(Formats.F64, a, false, VALUES64);
            if (opcode == Opcodes.I64_TRUNC_SAT_F64_U) return saturate(Formats.F64, a, true, VALUES64);
        }
        revert UnknownOpcode(opcode);
    }

    /// @dev Opcodes from F32_CONVERT_I32_S to F64_PROMOTE_F32.
    function evaluateConversion(uint256 opcode, uint256 a) internal pure returns (uint256) {
        if (opcode < Opcodes.F64_CONVERT_I32_S) {
            if (opcode == Opcodes.F32_DEMOTE_F64) return convert(Formats.F32, a, Formats.F64);
            if (opcode == Opcodes.F32_CONVERT_I32_S) return convertInteger(Formats.F32, asU32(a), false, VALUES32);
            if (opcode == Opcodes.F32_CONVERT_I32_U) return convertInteger(Formats.F32, asU32(a), true, VALUES32);
            if (opcode == Opcodes.F32_CONVERT_I64_S) return convertInteger(Formats.F32, a, false, VALUES64);
            if (opcode == Opcodes.F32_CONVERT_I64_U) return convertInteger(Formats.F32, a, true, VALUES64);
        } else {
            if (opcode == Opcodes.F64_PROMOTE_F32) return convert(Formats.F64, asU32(a), Formats.F32);
            if (opcode == Opcodes.F64_CONVERT_I32_S) return convertInteger(Formats.F64, asU32(a), false, VALUES32);
            if (opcode == Opcodes.F64_CONVERT_I32_U) return convertInteger(Formats.F64, asU32(a), true, VALUES32);
            if (opcode == Opcodes.F64_CONVERT_I64_S) return convertInteger(Formats.F64, a, false, VALUES64);
            if (opcode == Opcodes.F64_CONVERT_I64_U) return convertInteger(Formats.F64, a, true, VALUES64);
        }
        revert UnknownOpcode(opcode);
    }

    /// @notice The number cut to a whole one, in the bits of an integer with so many values; or the nearest of these, 0
    /// for NaN, and why it is none of them.
    function toNearestInteger(Format format, uint256 a, bool isUnsigned, uint256 values)
        internal
        pure
        returns (uint256 value, Trap trap)
    {
        unchecked {
            if (format.isNan(a)) return (0, Trap.InvalidConversion);
            bool isNegative = a >= format.signBit();
            uint256 greatest = isNegative ? 0 : values - 1;
            if (!isUnsigned) greatest = isNegative ? values >> 1 : (values >> 1) - 1;
            value = format.toInteger(format.magnitude(a));
            if (value > greatest) (value, trap) = (greatest, Trap.IntegerOverflow);
            if (isNegative) value = (values - value) & (values - 1);
        }
    }

    /// @notice The quotient, with its last bit set where something remains.
    function stickyQuotient(uint256 dividend, uint256 divisor) internal pure returns (uint256 quotient) {
        assembly ("memory-safe") {
            quotient := or(div(dividend, divisor), gt(mod(dividend, divisor), 0))
        }
    }

    /// @notice The root, rounded down, of a number from 2^110 to 2^112 - 1.
    /// @dev A line that errs by less than 3.2 % is good to 2^-95 after four of Newton's steps. None of them goes below
    /// the root rounded down, because (y + x / y) / 2 is never less than the root of x.
    function integerRoot(uint256 square) internal pure returns (uint256 root) {
        assembly ("memory-safe") {
            root := shr(5, mul(11, add(shr(55, square), shl(56, 1))))
            root := shr(1, add(root, div(square, root)))
            root := shr(1, add(root, div(square, root)))
            root := shr(1, add(root, div(square, root)))
            root := shr(1, add(root, div(square, root)))
            root := sub(root, gt(mul(root, root), square))
        }
    }
}
