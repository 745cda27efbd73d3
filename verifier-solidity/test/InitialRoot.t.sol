// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(unsafe-typecast, incorrect-shift)

import {OneStepVerifier} from "../src/OneStepVerifier.sol";
import {
    BadArgument,
    BadGasLimit,
    BadInputLength,
    HashMismatch,
    LeafOutOfTree,
    NoFunction,
    TrailingBytes,
    Truncated,
    WrongArgumentCount
} from "../src/types/Errors.sol";
import {Deployment} from "./Deployment.sol";
import {Expect} from "./Expect.sol";
import {VectorFile, VectorFiles} from "./VectorFile.sol";
import {vm} from "./Vm.sol";

/// @title The states in which runs begin, as C++ computes them, and what must be refused
/// @dev The file, big-endian: "LSI1" | count 4 | then for each vector label length 1 | label | image 32 | function 4 |
/// argument count 1 | arguments, 8 each | input root 32 | input length 8 | gas limit 8 | root 32 | opening length 4 |
/// opening.
contract InitialRootTest {
    struct Start {
        string label;
        bytes32 image;
        uint32 functionIndex;
        uint64[] arguments;
        bytes32 inputRoot;
        uint64 inputLength;
        uint64 gasLimit;
        bytes32 root;
        bytes opening;
    }

    /// @dev Where the function's leaf stands in an opening, and in the leaf the kinds of the parameters.
    uint256 private constant LEAF = 228;
    uint256 private constant KINDS = 17;

    OneStepVerifier private verifier;

    function setUp() public {
        verifier = Deployment.verifier();
    }

    function test_every_vector_has_its_root() public view {
        Start[] memory starts = _load();
        for (uint256 i = 0; i < starts.length; ++i) {
            Expect.equal(_root(starts[i]), starts[i].root, starts[i].label);
        }
    }

    function test_every_field_is_in_the_root() public view {
        Start[] memory starts = _load();
        for (uint256 i = 0; i < starts.length; ++i) {
            Start memory start = starts[i];
            start.inputRoot ^= bytes32(uint256(1));
            Expect.that(_root(start) != start.root, "input root");
            start.inputRoot ^= bytes32(uint256(1));
            start.inputLength ^= 1;
            Expect.that(_root(start) != start.root, "input length");
            start.inputLength ^= 1;
            start.gasLimit = start.gasLimit == 0 ? 1 : start.gasLimit - 1;
            Expect.that(_root(start) != start.root, "gas limit");
        }
    }

    function test_no_byte_of_an_opening_can_be_changed() public view {
        Start[] memory starts = _load();
        vm.pauseGasMetering();
        uint8[3] memory patterns = [0x01, 0x80, 0xFF];
        for (uint256 i = 0; i < starts.length; ++i) {
            bytes memory opening = starts[i].opening;
            for (uint256 j = 0; j < opening.length; ++j) {
                bytes1 pattern = bytes1(patterns[(i + j) % 3]);
                opening[j] ^= pattern;
                _expectRefusal(starts[i], string.concat("byte ", vm.toString(j)));
                opening[j] ^= pattern;
            }
        }
    }

    function test_openings_are_consumed_exactly() public view {
        Start[] memory starts = _load();
        for (uint256 i = 0; i < starts.length; ++i) {
            bytes memory whole = starts[i].opening;
            starts[i].opening = abi.encodePacked(whole, uint8(0));
            Expect.that(_refusal(starts[i]) == TrailingBytes.selector, "a byte too many");
            for (uint256 length = 0; length < whole.length; length += 1 + length / 16) {
                starts[i].opening = _front(whole, length);
                Expect.that(_refusal(starts[i]) == Truncated.selector, "bytes too few");
            }
        }
    }

    function test_another_function_is_refused() public view {
        Start[] memory starts = _load();
        for (uint256 i = 0; i < starts.length; ++i) {
            uint256 depth = uint8(starts[i].opening[33]);
            starts[i].functionIndex ^= 1;
            bytes4 selector = _refusal(starts[i]);
            Expect.that(selector == (depth == 0 ? LeafOutOfTree.selector : HashMismatch.selector), starts[i].label);
            starts[i].functionIndex = uint32(1 << depth);
            Expect.that(_refusal(starts[i]) == LeafOutOfTree.selector, starts[i].label);
        }
    }

    function test_other_images_are_refused() public view {
        Start[] memory starts = _load();
        for (uint256 i = 0; i < starts.length; ++i) {
            starts[i].image ^= bytes32(uint256(1) << i % 256);
            Expect.that(_refusal(starts[i]) == HashMismatch.selector, starts[i].label);
        }
    }

    function test_wrong_argument_counts_are_refused() public view {
        Start[] memory starts = _load();
        for (uint256 i = 0; i < starts.length; ++i) {
            uint64[] memory arguments = starts[i].arguments;
            starts[i].arguments = new uint64[](arguments.length + 1);
            Expect.that(_refusal(starts[i]) == WrongArgumentCount.selector, "one more");
            if (arguments.length == 0) continue;
            starts[i].arguments = new uint64[](arguments.length - 1);
            Expect.that(_refusal(starts[i]) == WrongArgumentCount.selector, "one less");
        }
    }

    function test_arguments_must_be_of_their_kinds() public view {
        Start[] memory starts = _load();
        uint256[4] memory tried;
        for (uint256 i = 0; i < starts.length; ++i) {
            for (uint256 j = 0; j < starts[i].arguments.length; ++j) {
                ++tried[_checkArgument(starts[i], j)];
            }
        }
        for (uint256 kind = 0; kind < 4; ++kind) {
            Expect.that(tried[kind] != 0, "a kind of which there is no argument");
        }
    }

    function test_limits() public view {
        Start[] memory starts = _load();
        starts[0].gasLimit = (1 << 40) - 2;
        _root(starts[0]);
        starts[0].gasLimit = (1 << 40) - 1;
        Expect.that(_refusal(starts[0]) == BadGasLimit.selector, "gas limit");
        starts[0].gasLimit = 0;
        starts[0].inputLength = type(uint32).max;
        _root(starts[0]);
        starts[0].inputLength = 1 << 32;
        Expect.that(_refusal(starts[0]) == BadInputLength.selector, "input length");
    }

    /// @dev An image of one function whose record has the entry 0, which is that of no function.
    function test_functions_without_an_entry_are_refused() public view {
        bytes32 globals = keccak256("globals");
        bytes32 initial = sha256(abi.encodePacked(bytes1(0x0b), keccak256("memories"), globals, bytes32(0)));
        bytes memory front = abi.encodePacked(uint8(0), uint8(0), uint8(0), bytes32(0), bytes32(0), bytes32(0));
        bytes32 program = sha256(abi.encodePacked(bytes1(0x0a), bytes3(0), new bytes(96), initial));
        Start memory start;
        start.image = sha256(abi.encodePacked(bytes1(0x09), uint16(1), uint8(0), bytes32(0), program));
        start.opening = abi.encodePacked(uint8(0), bytes32(0), front, keccak256("memories"), globals, new bytes(64));
        Expect.that(_refusal(start) == NoFunction.selector, "no function");
    }

    function _checkArgument(Start memory start, uint256 j) private view returns (uint256 kind) {
        uint256 kinds = 0;
        for (uint256 k = 0; k < 8; ++k) {
            kinds = (kinds << 8) | uint8(start.opening[LEAF + KINDS + k]);
        }
        kind = (kinds >> (2 * j)) & 3;
        uint64 argument = start.arguments[j];
        start.arguments[j] = 1;
        if (kind == 3) Expect.that(_refusal(start) == BadArgument.selector, "a funcref that is not null");
        else _root(start);
        start.arguments[j] = 1 << 32;
        if (kind == 0) Expect.that(_refusal(start) == BadArgument.selector, "32 bits");
        else if (kind != 3) Expect.that(argument == 1 << 32 || _root(start) != start.root, "64 bits");
        start.arguments[j] = argument;
    }

    function _load() private view returns (Start[] memory starts) {
        (VectorFile memory file, uint256 count) =
            VectorFiles.open("LOCKSTEP_INITIAL_VECTORS", "../tests/vectors/initial.bin", "LSI1");
        starts = new Start[](count);
        for (uint256 i = 0; i < count; ++i) {
            Start memory start = starts[i];
            start.label = file.readLabel();
            start.image = file.readWord();
            start.functionIndex = uint32(file.readUint(4));
            start.arguments = new uint64[](file.readUint(1));
            for (uint256 j = 0; j < start.arguments.length; ++j) {
                start.arguments[j] = uint64(file.readUint(8));
            }
            start.inputRoot = file.readWord();
            start.inputLength = uint64(file.readUint(8));
            start.gasLimit = uint64(file.readUint(8));
            start.root = file.readWord();
            start.opening = file.readBytes(file.readUint(4));
        }
        file.finish();
    }

    function _root(Start memory start) private view returns (bytes32) {
        return verifier.initialRoot(
            start.image,
            start.functionIndex,
            start.arguments,
            start.inputRoot,
            start.inputLength,
            start.gasLimit,
            start.opening
        );
    }

    /// @dev The selector of the error with which the start is refused; fails where it is not.
    function _refusal(Start memory start) private view returns (bytes4) {
        try this.root(start) returns (bytes32) {
            revert Expect.Failed(string.concat(start.label, ": was accepted"));
        } catch (bytes memory reason) {
            return bytes4(reason);
        }
    }

    function _expectRefusal(Start memory start, string memory what) private view {
        uint256 memoryEnd = _memoryEnd();
        bytes4 selector = _refusal(start);
        Expect.ownError(false, selector, 4, string.concat(start.label, ", ", what));
        Expect.that(selector != bytes4(0), "reverted without an error");
        _resetMemory(memoryEnd);
    }

    function root(Start calldata start) external view returns (bytes32) {
        return _root(start);
    }

    function _front(bytes memory data, uint256 length) private pure returns (bytes memory front) {
        front = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(front, 0x20), add(data, 0x20), length)
        }
    }

    function _memoryEnd() private pure returns (uint256 end) {
        assembly ("memory-safe") {
            end := mload(0x40)
        }
    }

    /// @dev Gives back the memory that was allocated since `end` was the end of it, so that loops don't exhaust it.
    function _resetMemory(uint256 end) private pure {
        assembly ("memory-safe") {
            mstore(0x40, end)
        }
    }
}
