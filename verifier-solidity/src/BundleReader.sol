// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TrailingBytes, Truncated} from "./types/Errors.sol";

/// @dev Where the reader stands, and where what it reads ends; both are positions in the calldata.
struct Cursor {
    uint256 position;
    uint256 end;
}

using BundleReader for Cursor global;

/// @title Reads the fields of a bundle one after the other
/// @dev Nothing behind the end is ever used, and `finish` demands that all has been read.
library BundleReader {
    function open(bytes calldata bundle) internal pure returns (Cursor memory cursor) {
        assembly ("memory-safe") {
            mstore(cursor, bundle.offset)
            mstore(add(cursor, 0x20), add(bundle.offset, bundle.length))
        }
    }

    function readWord(Cursor memory cursor) internal pure returns (bytes32) {
        return wordAt(cursor.skip(32));
    }

    /// @notice A big-endian integer of `size` bytes, 1 to 32.
    function readUint(Cursor memory cursor, uint256 size) internal pure returns (uint256) {
        unchecked {
            return uint256(wordAt(cursor.skip(size))) >> (256 - 8 * size);
        }
    }

    /// @notice Skips a field of `size` bytes, at most 2^64, and returns where it begins.
    function skip(Cursor memory cursor, uint256 size) internal pure returns (uint256 begin) {
        unchecked {
            begin = cursor.position;
            cursor.moveTo(begin + size);
        }
    }

    function moveTo(Cursor memory cursor, uint256 position) internal pure {
        if (position > cursor.end) revert Truncated(position, cursor.end);
        cursor.position = position;
    }

    function finish(Cursor memory cursor) internal pure {
        if (cursor.position != cursor.end) revert TrailingBytes(cursor.position, cursor.end);
    }

    /// @notice The 32 bytes of calldata at a position, with zeros for those behind its end.
    function wordAt(uint256 position) internal pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := calldataload(position)
        }
    }
}
