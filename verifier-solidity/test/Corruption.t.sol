// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(unsafe-typecast)

import {Expect} from "./Expect.sol";
import {StepVector, StepVectors} from "./StepVectors.sol";
import {vm} from "./Vm.sol";

/// @title No byte of a bundle can be changed, left out or added
/// @dev Whatever is done to a bundle, the contract must answer with one of its own errors: no root, no panic. The first
/// vector of each group is tried at every byte; with LOCKSTEP_DEEP=1 all vectors are, with more patterns.
contract CorruptionTest is StepVectors {
    uint256 private constant PATTERN_SAMPLE = 12;

    function test_no_byte_can_be_changed() public view {
        StepVector[] memory vectors = _sample();
        bytes memory buffer = newCallBuffer();
        for (uint256 i = 0; i < vectors.length; ++i) {
            _flipEachByte(buffer, vectors[i], 0x01);
        }
    }

    // A test each: all vectors in all patterns are more than forge has gas for in one.

    function test_no_byte_can_have_its_highest_bit_changed() public view {
        _flipEachByteOfSome(0x80);
    }

    function test_no_byte_can_be_inverted() public view {
        _flipEachByteOfSome(0xFF);
    }

    function test_no_byte_can_have_a_middle_bit_changed() public view {
        _flipEachByteOfSome(0x10);
    }

    function test_bundles_cannot_be_cut_short() public view {
        StepVector[] memory vectors = _sample();
        bytes memory buffer = newCallBuffer();
        for (uint256 i = 0; i < vectors.length; ++i) {
            uint256 callBytes = writeCall(buffer, vectors[i]);
            uint256 length = vectors[i].length;
            for (uint256 cut = 1; cut <= length; cut += cut < 70 ? 1 : 97) {
                setBundleLength(buffer, length - cut);
                _expectRejection(buffer, callBytes, vectors[i], "cut", cut);
            }
        }
    }

    function test_bundles_cannot_be_lengthened() public view {
        StepVector[] memory vectors = _sample();
        bytes memory buffer = newCallBuffer();
        for (uint256 i = 0; i < vectors.length; ++i) {
            uint256 callBytes = writeCall(buffer, vectors[i]);
            for (uint256 more = 1; more <= 65; more += more < 34 ? 1 : 31) {
                setBundleLength(buffer, vectors[i].length + more);
                _expectRejection(buffer, callBytes + 96, vectors[i], "added", more);
            }
        }
    }

    function test_bundles_prove_nothing_about_other_states() public view {
        StepVector[] memory vectors = _sample();
        bytes memory buffer = newCallBuffer();
        for (uint256 i = 0; i + 1 < vectors.length; ++i) {
            StepVector memory vector = vectors[i];
            vector.pre = vectors[i + 1].pre;
            _expectRejection(buffer, writeCall(buffer, vector), vector, "other state", i);
        }
    }

    /// @dev Also sees to it that the calls may cost more than one test is given.
    function _sample() private view returns (StepVector[] memory vectors) {
        vm.pauseGasMetering();
        vectors = loadVectors();
        if (!vm.envOr("LOCKSTEP_DEEP", false)) vectors = firstOfEachGroup(vectors);
    }

    function _flipEachByteOfSome(uint8 bits) private view {
        StepVector[] memory vectors = _sample();
        bytes memory buffer = newCallBuffer();
        uint256 step = vm.envOr("LOCKSTEP_DEEP", false) ? 1 : (vectors.length + PATTERN_SAMPLE - 1) / PATTERN_SAMPLE;
        for (uint256 i = 0; i < vectors.length; i += step) {
            _flipEachByte(buffer, vectors[i], bits);
        }
    }

    function _flipEachByte(bytes memory buffer, StepVector memory vector, uint8 bits) private view {
        uint256 callBytes = writeCall(buffer, vector);
        for (uint256 position = 0; position < vector.length; ++position) {
            flip(buffer, position, bits);
            _expectRejection(buffer, callBytes, vector, "flipped byte", position);
            flip(buffer, position, bits);
        }
    }

    function _expectRejection(
        bytes memory buffer,
        uint256 callBytes,
        StepVector memory vector,
        string memory change,
        uint256 number
    ) private view {
        (bool success, bytes32 word, uint256 size,) = call(buffer, callBytes);
        bytes4 selector = bytes4(word);
        if (!success && size >= 4 && selector != Expect.PANIC) return;
        string memory what = string.concat(vector.label, ", ", change, " ", vm.toString(number));
        Expect.ownError(success, selector, size, what);
    }
}
