// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Counting of bits
library Bits {
    /// @notice Zero bits above the highest set one; 256 for 0.
    /// @dev Halves the width that is left eight times. The instruction CLZ would do, but chains older than Osaka lack it.
    function leadingZeros(uint256 value) internal pure returns (uint256 count) {
        unchecked {
            if (value == 0) return 256;
            count = 255;
            for (uint256 width = 128; width != 0; width >>= 1) {
                uint256 upper = value >> width;
                if (upper != 0) {
                    value = upper;
                    count -= width;
                }
            }
        }
    }

    /// @notice The position of the highest set bit; value > 0.
    function highest(uint256 value) internal pure returns (uint256) {
        unchecked {
            return 255 - leadingZeros(value);
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
            return value <= 1 ? 0 : 256 - leadingZeros(value - 1);
        }
    }

    /// @notice Depth of a tree over `count` slots (docs/spec/state.md, section 2).
    function slotDepth(uint256 count) internal pure returns (uint256) {
        unchecked {
            return ceilLog2((count + 3) / 4);
        }
    }
}
