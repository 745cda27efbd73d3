// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Bytes and slots in a leaf of 32 bytes
/// @dev Byte 0 is the most significant of the word. A run of bytes is a word that has them in front.
library Leaf {
    uint256 internal constant BYTES = 32;
    uint256 internal constant SLOTS = 4;

    /// @notice The leaf with `count` bytes from `offset` on replaced by the first `count` bytes of `run`.
    /// count <= 32, offset < 32; what does not fit is left out.
    function splice(bytes32 leaf, uint256 offset, uint256 count, bytes32 run) internal pure returns (bytes32) {
        unchecked {
            bytes32 mask = ~(bytes32(type(uint256).max) >> (8 * count)) >> (8 * offset);
            return (leaf & ~mask) | ((run >> (8 * offset)) & mask);
        }
    }

    /// @notice The bytes from `offset` on, offset < 32, followed by those of the next leaf.
    function runFrom(bytes32 leaf, bytes32 nextLeaf, uint256 offset) internal pure returns (bytes32) {
        unchecked {
            return (leaf << (8 * offset)) | (nextLeaf >> (256 - 8 * offset));
        }
    }

    /// @notice The slot at `position`, 0 to 3.
    function slotAt(bytes32 leaf, uint256 position) internal pure returns (uint256) {
        unchecked {
            return (uint256(leaf) >> (192 - 64 * position)) & type(uint64).max;
        }
    }

    /// @notice The leaf with the slot at `position`, 0 to 3, replaced.
    function withSlot(bytes32 leaf, uint256 position, uint256 value) internal pure returns (bytes32) {
        unchecked {
            uint256 shift = 192 - 64 * position;
            uint256 mask = uint256(type(uint64).max) << shift;
            return bytes32((uint256(leaf) & ~mask) | (value << shift));
        }
    }

    /// @notice The 64-bit integer with the bytes in the opposite order.
    function reverse64(uint256 value) internal pure returns (uint256) {
        value = ((value & 0x00FF00FF00FF00FF) << 8) | ((value >> 8) & 0x00FF00FF00FF00FF);
        value = ((value & 0x0000FFFF0000FFFF) << 16) | ((value >> 16) & 0x0000FFFF0000FFFF);
        return ((value & 0xFFFFFFFF) << 32) | (value >> 32);
    }
}
