// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ExplicitZeroSibling, Sha256Failed} from "../types/Errors.sol";

/// @title SHA-256 by the precompile
/// @dev Every call checks its success and the size of what it returns: where there is no precompile, a call succeeds
/// and returns nothing. The messages of at most 64 bytes are put together in the scratch space.
library Sha256 {
    function digest(bytes memory message) internal view returns (bytes32 hash) {
        bool ok;
        assembly ("memory-safe") {
            ok := staticcall(gas(), 2, add(message, 0x20), mload(message), 0x00, 0x20)
            ok := and(ok, eq(returndatasize(), 0x20))
            hash := mload(0x00)
        }
        if (!ok) revert Sha256Failed();
    }

    /// @notice The inner node above two children.
    function pair(bytes32 left, bytes32 right) internal view returns (bytes32 hash) {
        bool ok;
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            ok := staticcall(gas(), 2, 0x00, 0x40, 0x00, 0x20)
            ok := and(ok, eq(returndatasize(), 0x20))
            hash := mload(0x00)
        }
        if (!ok) revert Sha256Failed();
    }

    /// @notice The hash of tag, word and the low `size` bytes of `suffix`, at most 31.
    function tagged(bytes1 tag, bytes32 word, uint256 suffix, uint256 size) internal view returns (bytes32 hash) {
        bool ok;
        assembly ("memory-safe") {
            mstore(add(size, 0x01), suffix)
            mstore(0x01, word)
            mstore8(0x00, byte(0, tag))
            ok := staticcall(gas(), 2, 0x00, add(size, 0x21), 0x00, 0x20)
            ok := and(ok, eq(returndatasize(), 0x20))
            hash := mload(0x00)
        }
        if (!ok) revert Sha256Failed();
    }

    /// @notice Goes up from a node at `level` to level `top`. Siblings are taken from the calldata at `next` where the
    /// lowest bit of the bitmap is set, else from the zero hashes; both are returned as they are after that.
    /// @param zeros Where the zero hash of level 0 would stand in memory.
    function climb(bytes32 node, uint256 index, uint256 level, uint256 top, uint256 zeros, uint256 bitmap, uint256 next)
        internal
        view
        returns (bytes32, uint256, uint256)
    {
        bool ok = true;
        bool explicitZero;
        assembly ("memory-safe") {
            let end := add(zeros, shl(5, top))
            zeros := add(zeros, shl(5, level))
            for {} lt(zeros, end) { zeros := add(zeros, 0x20) } {
                let sibling := mload(zeros)
                if and(bitmap, 1) {
                    explicitZero := or(explicitZero, eq(sibling, calldataload(next)))
                    sibling := calldataload(next)
                    next := add(next, 0x20)
                }
                let side := shl(5, and(index, 1))
                mstore(side, node)
                mstore(xor(side, 0x20), sibling)
                ok := and(ok, staticcall(gas(), 2, 0x00, 0x40, 0x00, 0x20))
                ok := and(ok, eq(returndatasize(), 0x20))
                node := mload(0x00)
                index := shr(1, index)
                bitmap := shr(1, bitmap)
            }
        }
        if (!ok) revert Sha256Failed();
        if (explicitZero) revert ExplicitZeroSibling();
        return (node, bitmap, next);
    }

    /// @notice Goes up from two nodes of `level`, which are on different ways to level `top`. Siblings as in climb, at
    /// each level first that of the first node.
    function climbTwo(
        bytes32 node,
        bytes32 other,
        uint256 index,
        uint256 otherIndex,
        uint256 level,
        uint256 top,
        uint256 zeros,
        uint256 bitmap,
        uint256 next
    ) internal view returns (bytes32, bytes32, uint256, uint256) {
        bool ok = true;
        bool explicitZero;
        assembly ("memory-safe") {
            let end := add(zeros, shl(5, top))
            zeros := add(zeros, shl(5, level))
            // Each round makes one parent and exchanges the nodes; every second one goes up a level.
            for { let rise := 0x20 } lt(zeros, end) { zeros := add(zeros, rise) } {
                let sibling := mload(zeros)
                if and(bitmap, 1) {
                    explicitZero := or(explicitZero, eq(sibling, calldataload(next)))
                    sibling := calldataload(next)
                    next := add(next, 0x20)
                }
                let side := shl(5, and(index, 1))
                mstore(side, node)
                mstore(xor(side, 0x20), sibling)
                ok := and(ok, staticcall(gas(), 2, 0x00, 0x40, 0x00, 0x20))
                ok := and(ok, eq(returndatasize(), 0x20))
                node := other
                other := mload(0x00)
                let parentIndex := shr(1, index)
                index := otherIndex
                otherIndex := parentIndex
                bitmap := shr(1, bitmap)
                rise := xor(rise, 0x20)
            }
        }
        if (!ok) revert Sha256Failed();
        if (explicitZero) revert ExplicitZeroSibling();
        return (node, other, bitmap, next);
    }
}
