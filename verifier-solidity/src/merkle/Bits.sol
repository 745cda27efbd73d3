// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Counting of bits
library Bits {
    /// @notice Zero bits above the highest set one; 256 for 0.
    function leadingZeros(uint256 value) internal pure returns (uint256) {
        unchecked {
            return value == 0 ? 256 : 255 - highest(value);
        }
    }

    /// @notice The position of the highest set bit; 0 for 0.
    /// @dev Six halvings leave four bits to look up: byte i of the table is the position in i. The instruction CLZ
    /// would do, but chains older than Osaka lack it.
    function highest(uint256 value) internal pure returns (uint256 position) {
        assembly ("memory-safe") {
            position := shl(7, gt(value, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF))
            position := or(position, shl(6, gt(shr(position, value), 0xFFFFFFFFFFFFFFFF)))
            position := or(position, shl(5, gt(shr(position, value), 0xFFFFFFFF)))
            position := or(position, shl(4, gt(shr(position, value), 0xFFFF)))
            position := or(position, shl(3, gt(shr(position, value), 0xFF)))
            position := or(position, shl(2, gt(shr(position, value), 0xF)))
            let table := 0x0000010102020202030303030303030300000000000000000000000000000000
            position := or(position, byte(shr(position, value), table))
        }
    }

    /// @notice The position of the highest set bit; value > 0. Cheap where the guess is right, or one too low.
    function highestNear(uint256 value, uint256 guess) internal pure returns (uint256 position) {
        unchecked {
            uint256 above = value >> guess;
            position = above - 1 < 3 ? guess + (above >> 1) : highest(value);
        }
    }

    /// @notice Zero bits below the lowest set one; value > 0.
    function trailingZeros(uint256 value) internal pure returns (uint256) {
        unchecked {
            return highest(value & (~value + 1));
        }
    }

    /// @notice Set bits; value < 2^64.
    function count64(uint256 value) internal pure returns (uint256) {
        unchecked {
            value -= (value >> 1) & 0x5555555555555555;
            value = (value & 0x3333333333333333) + ((value >> 2) & 0x3333333333333333);
            value = (value + (value >> 4)) & 0x0F0F0F0F0F0F0F0F;
            return ((value * 0x0101010101010101) >> 56) & 0x7F;
        }
    }

    /// @notice The least d with 2^d >= value; 0 for 0.
    function ceilLog2(uint256 value) internal pure returns (uint256) {
        unchecked {
            return value <= 1 ? 0 : 1 + highest(value - 1);
        }
    }

    /// @notice Depth of a tree over `count` slots (docs/spec/state.md, section 2).
    function slotDepth(uint256 count) internal pure returns (uint256) {
        unchecked {
            return ceilLog2((count + 3) / 4);
        }
    }
}
