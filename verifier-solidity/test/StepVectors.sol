// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OneStepVerifier} from "../src/OneStepVerifier.sol";
import {Opcodes} from "../src/types/Opcodes.sol";
import {Deployment} from "./Deployment.sol";
import {Expect} from "./Expect.sol";
import {VectorFile, VectorFiles} from "./VectorFile.sol";
import {vm} from "./Vm.sol";

/// @dev One step that another implementation has made. `bundle` is where its bytes stand in memory.
struct StepVector {
    bytes32 pre;
    bytes32 post;
    /// The opcode, the outcome and what is special, with slashes between them; the first two make the group.
    string label;
    string group;
    uint256 bundle;
    uint256 length;
}

/// @title The vectors that the C++ tests write: states, their successors and the proof bundles between them
/// @dev The file, big-endian: "LSV1" | count 4 | then for each vector pre 32 | post 32 | label length 1 | label | bundle
/// length 4 | bundle. It is held in memory as it is; calls are made from one buffer, so that memory does not grow.
abstract contract StepVectors {
    uint256 private constant MAX_BUNDLE_BYTES = 16384;
    /// @dev Selector, two words, the length of the bundle.
    uint256 internal constant CALL_HEADER_BYTES = 100;

    OneStepVerifier internal verifier;

    function setUp() public virtual {
        verifier = Deployment.verifier();
    }

    /// @notice The vectors; fails where the file is missing.
    function loadVectors() internal view returns (StepVector[] memory vectors) {
        (VectorFile memory file, uint256 count) =
            VectorFiles.open("LOCKSTEP_VECTORS", "../tests/vectors/steps.bin", "LSV1");
        return readVectors(file, count);
    }

    /// @notice The vectors of a file that has been opened.
    function readVectors(VectorFile memory file, uint256 count) internal pure returns (StepVector[] memory vectors) {
        vectors = new StepVector[](count);
        for (uint256 i = 0; i < count; ++i) {
            StepVector memory vector = vectors[i];
            vector.pre = file.readWord();
            vector.post = file.readWord();
            vector.label = file.readLabel();
            vector.group = _groupOf(vector.label);
            vector.length = file.readUint(4);
            vector.bundle = file.skip(vector.length);
        }
        file.finish();
    }

    /// @notice Fails where the verifier does not give the successor of one of the vectors.
    function expectSuccessors(StepVector[] memory vectors) internal view {
        bytes memory buffer = newCallBuffer();
        for (uint256 i = 0; i < vectors.length; ++i) {
            (bool success, bytes32 word, uint256 size,) = call(buffer, writeCall(buffer, vectors[i]));
            if (!success || size != 32 || word != vectors[i].post) _failSuccessor(i, vectors[i], success, word);
        }
    }

    /// @notice The first vector of each group.
    function firstOfEachGroup(StepVector[] memory vectors) internal pure returns (StepVector[] memory firsts) {
        firsts = new StepVector[](vectors.length);
        uint256 count = 0;
        for (uint256 i = 0; i < vectors.length; ++i) {
            bytes32 group = keccak256(bytes(vectors[i].group));
            uint256 j = 0;
            while (j < count && keccak256(bytes(firsts[j].group)) != group) ++j;
            if (j == count) firsts[count++] = vectors[i];
        }
        assembly ("memory-safe") {
            mstore(firsts, count)
        }
    }

    /// @notice A buffer that holds the call of `verify` with any bundle.
    function newCallBuffer() internal pure returns (bytes memory) {
        return new bytes(CALL_HEADER_BYTES + MAX_BUNDLE_BYTES);
    }

    /// @notice Puts the call of `verify` into the buffer and returns its length. The bundle, from CALL_HEADER_BYTES on,
    /// can be changed after that.
    function writeCall(bytes memory buffer, StepVector memory vector) internal pure returns (uint256 callBytes) {
        uint256 length = vector.length;
        Expect.that(length <= MAX_BUNDLE_BYTES, "bundle longer than the buffer");
        bytes4 selector = OneStepVerifier.verify.selector;
        bytes32 pre = vector.pre;
        uint256 bundle = vector.bundle;
        callBytes = CALL_HEADER_BYTES + (length + 31) / 32 * 32;
        assembly ("memory-safe") {
            let header := add(buffer, 0x20)
            mstore(add(header, sub(callBytes, 0x20)), 0)
            mstore(header, selector)
            mstore(add(header, 4), pre)
            mstore(add(header, 36), 64)
            mstore(add(header, 68), length)
            mcopy(add(header, 100), bundle, length)
        }
    }

    /// @notice Changes the length of the bundle in a call.
    function setBundleLength(bytes memory buffer, uint256 length) internal pure {
        assembly ("memory-safe") {
            mstore(add(buffer, 100), length)
        }
    }

    /// @notice Changes bits of a byte of the bundle in a call.
    function flip(bytes memory buffer, uint256 position, uint8 bits) internal pure {
        buffer[CALL_HEADER_BYTES + position] ^= bytes1(bits);
    }

    /// @notice Calls the verifier. `word` is the root, or begins with the selector of the error; `size` is that of all
    /// that was returned.
    function call(bytes memory buffer, uint256 callBytes)
        internal
        view
        returns (bool success, bytes32 word, uint256 size, uint256 gasUsed)
    {
        address target = address(verifier);
        assembly ("memory-safe") {
            mstore(0x00, 0)
            gasUsed := gas()
            success := staticcall(gas(), target, add(buffer, 0x20), callBytes, 0x00, 0x20)
            gasUsed := sub(gasUsed, gas())
            size := returndatasize()
            word := mload(0x00)
        }
    }

    /// @notice The opcode of a vector's step, 0 where the machine is not running.
    function opcodeOf(StepVector memory vector) internal pure returns (uint256) {
        uint256 pc = _uintAt(vector.bundle + 165, 4);
        if (_uintAt(vector.bundle + 160, 1) != 0) return 0;
        uint256 opcode = _uintAt(vector.bundle + 226 + 16 * (pc % 2), 2);
        (bool exists,) = Opcodes.find(opcode);
        Expect.that(exists, string.concat(vector.label, ": no opcode where it should be"));
        return opcode;
    }

    function _failSuccessor(uint256 i, StepVector memory vector, bool success, bytes32 word) private pure {
        string memory what = string.concat("vector ", vm.toString(i), " (", vector.label, ")");
        if (!success) what = string.concat(what, " is rejected: ", vm.toString(word));
        Expect.equal(word, vector.post, what);
    }

    /// @dev What is in front of the second slash.
    function _groupOf(string memory label) private pure returns (string memory) {
        bytes memory text = bytes(label);
        uint256 slashes = 0;
        uint256 length = 0;
        while (length < text.length && (text[length] != "/" || ++slashes < 2)) ++length;
        bytes memory group = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(group, 0x20), add(text, 0x20), length)
        }
        return string(group);
    }

    function _uintAt(uint256 place, uint256 size) private pure returns (uint256) {
        return uint256(VectorFiles.wordAt(place)) >> (256 - 8 * size);
    }
}
