// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev A binary format of IEEE 754, in one word: in the lowest 64 bits its infinity, in the next 64 its sign bit, in
/// the next 120 its unit, above them how many bits a fraction has. The least magnitude is 2^-unit; a number is given as
/// an integer, the significand, times 2^(exponent - unit).
type Format is uint256;

using Formats for Format global;

library Formats {
    Format internal constant F32 = Format.wrap((23 << 248) | (149 << 128) | (0x80000000 << 64) | 0x7F800000);
    Format internal constant F64 =
        Format.wrap((52 << 248) | (1074 << 128) | (0x8000000000000000 << 64) | 0x7FF0000000000000);

    /// @dev More zeros than `round` ever has to append to a significand.
    uint256 private constant SPARE_BITS = 64;

    function infinity(Format format) internal pure returns (uint256) {
        return Format.unwrap(format) & type(uint64).max;
    }

    function signBit(Format format) internal pure returns (uint256) {
        return (Format.unwrap(format) >> 64) & type(uint64).max;
    }

    function unit(Format format) internal pure returns (uint256) {
        return (Format.unwrap(format) >> 128) & 0xFFFF;
    }

    function fractionBits(Format format) internal pure returns (uint256) {
        return Format.unwrap(format) >> 248;
    }

    /// @notice The NaN that arithmetic makes: positive, and of its fraction only the highest bit set.
    function nan(Format format) internal pure returns (uint256) {
        unchecked {
            // forge-lint: disable-next-line(incorrect-shift)
            return format.infinity() | (1 << (format.fractionBits() - 1));
        }
    }

    /// @notice What is below the sign bit. Its bits order as the numbers do.
    function magnitude(Format format, uint256 a) internal pure returns (uint256) {
        unchecked {
            return a & (format.signBit() - 1);
        }
    }

    function isNan(Format format, uint256 a) internal pure returns (bool) {
        return format.magnitude(a) > format.infinity();
    }

    function isAnyNan(Format format, uint256 a, uint256 b) internal pure returns (bool) {
        return format.isNan(a) || format.isNan(b);
    }

    /// @notice An integer that orders as the number does; both zeros are 0. Not for NaN.
    function order(Format format, uint256 a) internal pure returns (int256) {
        unchecked {
            uint256 sign = format.signBit();
            // forge-lint: disable-next-line(unsafe-typecast)
            return int256(a < sign ? a : sign - a);
        }
    }

    /// @notice A finite magnitude as a significand, of at most bits + 1 bits, and an exponent. The bits are those of the
    /// format's fraction: given these alone, it is so short that the compiler puts it where it is called.
    function unpack(uint256 bits, uint256 finite) internal pure returns (uint256 significand, uint256 exponent) {
        assembly ("memory-safe") {
            // Subnormal numbers have the exponent of the next ones, and those the hidden bit.
            exponent := shr(bits, finite)
            exponent := sub(exponent, gt(exponent, 0))
            significand := sub(finite, shl(bits, exponent))
        }
    }

    /// @notice A magnitude cut to an integer; infinity, and where that is 2^64 or more, some integer of 2^64 or more.
    function toInteger(Format format, uint256 number) internal pure returns (uint256 integer) {
        unchecked {
            (uint256 significand, uint256 exponent) = unpack(format.fractionBits(), number);
            uint256 one = format.unit();
            if (exponent < one) integer = significand >> (one - exponent);
            else integer = significand << (exponent - one < 64 ? exponent - one : 64);
        }
    }

    /// @notice A magnitude cut to a whole number; what that cuts off, and what half of one is in its terms; what is to
    /// be added for the next whole number: bits of which the lowest is set where this one is odd. Not for NaN.
    function split(Format format, uint256 number)
        internal
        pure
        returns (uint256 whole, uint256 rest, uint256 half, uint256 one)
    {
        unchecked {
            uint256 bits = format.fractionBits();
            uint256 exponent = number >> bits;
            uint256 wholeExponent = format.unit() + 1; // from which on all numbers are whole
            uint256 bias = wholeExponent - bits; // the exponent of 1
            if (exponent >= wholeExponent) {
                (whole, half) = (number, 1);
            } else if (exponent < bias) {
                (rest, half, one) = (number, (bias - 1) << bits, bias << bits);
            } else {
                // forge-lint: disable-next-line(incorrect-shift)
                one = 1 << (wholeExponent - exponent);
                half = one >> 1;
                rest = number & (one - 1);
                whole = number - rest;
            }
        }
    }

    /// @notice The number nearest to a positive one, of two equally near the one with an even last bit; with this sign.
    /// @dev The significand is below 2^160. Where digits of the exact number are missing behind its last one, that one
    /// is set, and the significand has two bits more than those of the format, or further ones.
    /// @param highest The position of the significand's highest bit.
    function round(Format format, uint256 sign, uint256 significand, uint256 exponent, uint256 highest)
        internal
        pure
        returns (uint256)
    {
        unchecked {
            uint256 bits = format.fractionBits();
            // The exponent of the last place of the result. Subnormal numbers share the least one.
            uint256 place = exponent + highest - bits;
            // forge-lint: disable-next-line(unsafe-typecast)
            if (int256(place) < 0) place = 0;
            significand <<= SPARE_BITS;
            uint256 drop = place - exponent + SPARE_BITS;
            uint256 isOdd = (significand >> drop) & 1;
            // forge-lint: disable-next-line(incorrect-shift)
            significand = (significand + (1 << (drop - 1)) - 1 + isOdd) >> drop;
            // Above subnormal numbers the hidden bit adds the one that the exponent lacks.
            uint256 rounded = significand + (place << bits);
            uint256 most = format.infinity();
            return sign | (rounded < most ? rounded : most);
        }
    }
}
