// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Expect} from "./Expect.sol";
import {vm} from "./Vm.sol";

/// @dev A file of vectors in memory, and where the reader stands in it.
struct VectorFile {
    bytes data;
    uint256 position;
}

using VectorFiles for VectorFile global;

/// @title Reads files of vectors: four letters that say of what, their number in four bytes, and they themselves
library VectorFiles {
    /// @notice Opens the file that an environment variable names, or that at `otherwise`; fails where there is none.
    function open(string memory variable, string memory otherwise, bytes4 letters)
        internal
        view
        returns (VectorFile memory file, uint256 count)
    {
        string memory path = vm.envOr(variable, otherwise);
        Expect.that(vm.exists(path), string.concat("no vectors: ", path, " does not exist (", variable, ")"));
        return openPath(path, letters);
    }

    /// @notice Opens the file at a path.
    function openPath(string memory path, bytes4 letters)
        internal
        view
        returns (VectorFile memory file, uint256 count)
    {
        file.data = vm.readFileBinary(path);
        Expect.that(bytes4(uint32(file.readUint(4))) == letters, string.concat(path, " is of another kind"));
        count = file.readUint(4);
        Expect.that(count != 0, string.concat(path, " has no vectors"));
    }

    function readWord(VectorFile memory file) internal pure returns (bytes32) {
        return wordAt(file.skip(32));
    }

    function readUint(VectorFile memory file, uint256 size) internal pure returns (uint256) {
        return uint256(wordAt(file.skip(size))) >> (256 - 8 * size);
    }

    function readBytes(VectorFile memory file, uint256 size) internal pure returns (bytes memory slice) {
        uint256 begin = file.skip(size);
        slice = new bytes(size);
        assembly ("memory-safe") {
            mcopy(add(slice, 0x20), begin, size)
        }
    }

    function readLabel(VectorFile memory file) internal pure returns (string memory) {
        return string(file.readBytes(file.readUint(1)));
    }

    /// @notice Skips bytes and returns where in memory they stand.
    function skip(VectorFile memory file, uint256 size) internal pure returns (uint256 begin) {
        bytes memory data = file.data;
        uint256 position = file.position;
        Expect.that(position + size <= data.length, "the file of vectors is cut short");
        file.position = position + size;
        assembly ("memory-safe") {
            begin := add(add(data, 0x20), position)
        }
    }

    function finish(VectorFile memory file) internal pure {
        Expect.equal(file.position, file.data.length, "size of the file of vectors");
    }

    function wordAt(uint256 place) internal pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(place)
        }
    }
}
