// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BundleReader, Cursor} from "../src/BundleReader.sol";
import {OneStepVerifier} from "../src/OneStepVerifier.sol";
import {Bits} from "../src/merkle/Bits.sol";
import {Chain} from "../src/merkle/Chain.sol";
import {Leaf} from "../src/merkle/Leaf.sol";
import {Multiproof} from "../src/merkle/Multiproof.sol";
import {Sha256} from "../src/merkle/Sha256.sol";
import {ZeroHash, ZeroHashes} from "../src/merkle/ZeroHash.sol";
import {Programs} from "../src/state/Programs.sol";
import {
    BadBitmap,
    BadFlag,
    ExplicitZeroSibling,
    HashMismatch,
    Part,
    TrailingBytes,
    Truncated
} from "../src/types/Errors.sol";
import {StateRecord, StateRecords} from "../src/types/StateRecord.sol";
import {Deployment} from "./Deployment.sol";
import {Expect} from "./Expect.sol";

/// @dev The cheat codes that read pages and JSON.
interface PageReader {
    struct DirEntry {
        string errorMessage;
        string path;
        uint64 depth;
        bool isDir;
        bool isSymlink;
    }

    function readDir(string calldata path) external view returns (DirEntry[] memory);
    function readFile(string calldata path) external view returns (string memory);
    function contains(string calldata text, string calldata part) external pure returns (bool);
    function split(string calldata text, string calldata delimiter) external pure returns (string[] memory);
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonKeys(string calldata json, string calldata key) external pure returns (string[] memory);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonBytesArray(string calldata json, string calldata key) external pure returns (bytes[] memory);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonBytes32Array(string calldata json, string calldata key) external pure returns (bytes32[] memory);
}

/// @title The vectors at the end of each page of docs/spec
/// @dev tests/unit/spec checks the same vectors; those about modules and programs it checks alone. A vector of a kind
/// that is unknown here fails the test.
contract SpecVectorsTest {
    using BundleReader for Cursor;

    PageReader private constant reader = PageReader(address(uint160(uint256(keccak256("hevm cheat code")))));
    string private constant FOLDER = "../docs/spec/";

    OneStepVerifier private verifier;

    function setUp() public {
        verifier = Deployment.verifier();
    }

    function test_each_vector_of_the_pages_holds() public view {
        PageReader.DirEntry[] memory files = reader.readDir(FOLDER);
        uint256 pages = 0;
        for (uint256 i = 0; i < files.length; ++i) {
            if (!_hasVectors(files[i].path)) continue;
            ++pages;
            string memory page = _vectorsOf(reader.readFile(files[i].path));
            string[] memory names = reader.parseJsonKeys(page, "$");
            Expect.that(names.length != 0, files[i].path);
            for (uint256 j = 0; j < names.length; ++j) {
                // A call each, so that memory does not grow.
                this.checkVector(page, names[j]);
            }
        }
        Expect.that(pages >= 6, "there are pages without vectors");
    }

    function checkVector(string calldata page, string calldata name) external view {
        string memory kind = reader.parseJsonString(page, string.concat(".", name, ".check"));
        string memory path = string.concat(".", name, ".");
        if (_is(kind, "zero_hashes")) _checkZeroHashes(page, path);
        else if (_is(kind, "value_link")) _checkValueLink(page, path);
        else if (_is(kind, "frame_link")) _checkFrameLink(page, path);
        else if (_is(kind, "chunk_node")) _checkChunkNode(page, path);
        else if (_is(kind, "slot_tree")) _checkSlotTree(page, path);
        else if (_is(kind, "record")) _checkRecord(page, path);
        else if (_is(kind, "initial_root")) _checkInitialRoot(page, path);
        else if (_is(kind, "step")) _checkStep(page, path);
        else if (_is(kind, "numeric")) _checkNumeric(page, path);
        else if (_is(kind, "multiproof")) _checkMultiproof(page, path);
        else if (_is(kind, "rejected_multiproof")) _checkRejectedMultiproof(page, path);
        else if (_is(kind, "rejected_bundle")) _checkRejectedBundle(page, path);
        else Expect.that(_isOffChain(kind), string.concat(name, ": nothing checks ", kind));
    }

    /// @notice What no contract computes: modules and programs as wholes, and histories.
    function _isOffChain(string memory kind) private pure returns (bool) {
        return _isOfHistories(kind) || _is(kind, "image") || _is(kind, "lowering") || _is(kind, "gas")
            || _is(kind, "outcome") || _is(kind, "refused") || _is(kind, "limits");
    }

    function _isOfHistories(string memory kind) private pure returns (bool) {
        return _is(kind, "history") || _is(kind, "history_nodes") || _is(kind, "history_inclusion")
            || _is(kind, "rejected_history_inclusion") || _is(kind, "history_prefix")
            || _is(kind, "rejected_history_prefix") || _is(kind, "common_prefix") || _is(kind, "dissection")
            || _is(kind, "agreed_root") || _is(kind, "rejected_agreed_root");
    }

    function _checkZeroHashes(string calldata page, string memory path) private pure {
        ZeroHashes zeros = ZeroHash.load();
        bool isMemory = _is(_text(page, path, "shape"), "memory");
        uint256[] memory levels = reader.parseJsonUintArray(page, string.concat(path, "levels"));
        bytes32[] memory hashes = reader.parseJsonBytes32Array(page, string.concat(path, "hashes"));
        Expect.equal(levels.length, hashes.length, path);
        for (uint256 i = 0; i < levels.length; ++i) {
            Expect.equal(isMemory ? zeros.wrapped(levels[i]) : zeros.plain(levels[i]), hashes[i], path);
        }
    }

    function _checkValueLink(string calldata page, string memory path) private view {
        uint256 value = _number(page, path, "value");
        Expect.equal(Chain.valueLink(_word(page, path, "previous"), value), _word(page, path, "hash"), path);
    }

    function _checkFrameLink(string calldata page, string memory path) private view {
        bytes32 link = Chain.frameLink(
            _word(page, path, "previous"), _word(page, path, "locals"), _number(page, path, "return_pc")
        );
        Expect.equal(link, _word(page, path, "hash"), path);
    }

    function _checkChunkNode(string calldata page, string memory path) private view {
        bytes32 node = Multiproof.chunkNode(_word(page, path, "root"), _number(page, path, "charged"));
        Expect.equal(node, _word(page, path, "hash"), path);
    }

    function _checkSlotTree(string calldata page, string memory path) private view {
        uint256[] memory slots = reader.parseJsonUintArray(page, string.concat(path, "slots"));
        uint256 depth = _number(page, path, "depth");
        Expect.equal(Bits.slotDepth(slots.length), depth, path);
        bytes32[] memory nodes = new bytes32[](2 ** depth);
        for (uint256 i = 0; i < slots.length; ++i) {
            nodes[i / 4] = Leaf.withSlot(nodes[i / 4], i % 4, slots[i]);
        }
        for (uint256 count = nodes.length / 2; count != 0; count /= 2) {
            for (uint256 i = 0; i < count; ++i) {
                nodes[i] = Sha256.pair(nodes[2 * i], nodes[2 * i + 1]);
            }
        }
        Expect.equal(nodes[0], _word(page, path, "root"), path);
    }

    function _checkRecord(string calldata page, string memory path) private view {
        bytes memory tag = _bytes(page, path, "tag");
        bytes[] memory parts = reader.parseJsonBytesArray(page, string.concat(path, "fields"));
        bytes memory fields;
        for (uint256 i = 0; i < parts.length; ++i) {
            fields = bytes.concat(fields, parts[i]);
        }
        bytes32 expected = _word(page, path, "hash");
        Expect.equal(Sha256.digest(bytes.concat(tag, fields)), expected, path);
        if (tag[0] == 0x01) Expect.equal(this.stateRoot(fields), expected, path);
    }

    function _checkInitialRoot(string calldata page, string memory path) private view {
        uint256[] memory numbers = reader.parseJsonUintArray(page, string.concat(path, "arguments"));
        uint64[] memory arguments = new uint64[](numbers.length);
        for (uint256 i = 0; i < numbers.length; ++i) {
            arguments[i] = uint64(numbers[i]);
        }
        bytes32 root = verifier.initialRoot(
            _word(page, path, "image"),
            uint32(_number(page, path, "function")),
            arguments,
            _word(page, path, "input_root"),
            uint64(_number(page, path, "input_length")),
            uint64(_number(page, path, "gas_limit")),
            _bytes(page, path, "opening")
        );
        Expect.equal(root, _word(page, path, "root"), path);
    }

    function _checkStep(string calldata page, string memory path) private view {
        bytes32 post = verifier.verify(_word(page, path, "pre"), _bytes(page, path, "bundle"));
        Expect.equal(post, _word(page, path, "post"), path);
    }

    /// @dev Puts the instruction alone into a program, and its operands alone on the value stack.
    function _checkNumeric(string calldata page, string memory path) private view {
        bytes32 program = keccak256("a program");
        bytes32 code = bytes32(_number(page, path, "opcode") << 240);
        bytes[] memory operands = reader.parseJsonBytesArray(page, string.concat(path, "operands"));
        StateRecord memory state;
        state.image = Programs.imageHash(0, code, program);
        state.steps = 41;
        bytes memory popped;
        for (uint256 i = 0; i < operands.length; ++i) {
            state.valueStack = Chain.valueLink(state.valueStack, uint64(bytes8(operands[i])));
            popped = bytes.concat(operands[i], popped);
        }
        bytes memory record = abi.encodePacked(state.image, bytes32(0), state.valueStack, bytes32(0), bytes32(0));
        record = abi.encodePacked(record, bytes17(0), uint64(state.steps), uint64(0));
        bytes memory bundle = abi.encodePacked(record, uint8(0), program, code, Chain.EMPTY, popped);
        bytes32 post = verifier.verify(state.root(), bundle);
        state.steps = 42;
        if (reader.keyExistsJson(page, string.concat(path, "trap"))) {
            state.status = StateRecords.TRAPPED;
            state.code = _number(page, path, "trap");
            state.valueStack = Chain.EMPTY;
        } else {
            state.pc = 1;
            state.valueStack = Chain.valueLink(Chain.EMPTY, uint64(bytes8(_bytes(page, path, "result"))));
        }
        Expect.equal(post, state.root(), path);
    }

    function _checkMultiproof(string calldata page, string memory path) private view {
        (bool success, bytes memory answer) = _readMultiproof(page, path);
        Expect.that(success, path);
        Expect.equal(abi.decode(answer, (bytes32)), _word(page, path, "root"), path);
    }

    function _checkRejectedMultiproof(string calldata page, string memory path) private view {
        (bool success, bytes memory answer) = _readMultiproof(page, path);
        _expectError(success, answer, _text(page, path, "error"), path);
    }

    function _checkRejectedBundle(string calldata page, string memory path) private view {
        bytes memory call =
            abi.encodeCall(OneStepVerifier.verify, (_word(page, path, "pre"), _bytes(page, path, "bundle")));
        (bool success, bytes memory answer) = address(verifier).staticcall(call);
        _expectError(success, answer, _text(page, path, "error"), path);
    }

    function _readMultiproof(string calldata page, string memory path)
        private
        view
        returns (bool success, bytes memory answer)
    {
        uint256[] memory indices = reader.parseJsonUintArray(page, string.concat(path, "indices"));
        bytes memory call = abi.encodeCall(
            this.multiproofRoot,
            (
                _bytes(page, path, "proof"),
                _is(_text(page, path, "shape"), "memory"),
                _number(page, path, "depth"),
                indices[0],
                indices[indices.length - 1]
            )
        );
        return address(this).staticcall(call);
    }

    /// @notice The root that a multiproof gives, which must be consumed exactly.
    function multiproofRoot(bytes calldata proof, bool isMemory, uint256 depth, uint256 first, uint256 second)
        external
        view
        returns (bytes32 root)
    {
        Cursor memory cursor = BundleReader.open(proof);
        (, root) = Multiproof.read(cursor, ZeroHash.load(), isMemory, depth, first, second);
        cursor.finish();
    }

    /// @notice The root of a state given by its fields.
    function stateRoot(bytes calldata fields) external view returns (bytes32) {
        Cursor memory cursor = BundleReader.open(fields);
        StateRecord memory state = StateRecords.read(cursor);
        cursor.finish();
        return state.root();
    }

    function _expectError(bool success, bytes memory answer, string memory name, string memory path) private pure {
        Expect.that(!success && answer.length >= 4, path);
        bytes4 selector = bytes4(_wordAt(answer, 0));
        if (_is(name, "truncated")) return Expect.equal(selector, Truncated.selector, path);
        if (_is(name, "trailing_bytes")) return Expect.equal(selector, TrailingBytes.selector, path);
        if (_is(name, "bad_flag")) return Expect.equal(selector, BadFlag.selector, path);
        if (_is(name, "non_zero_padding")) return Expect.equal(selector, BadBitmap.selector, path);
        if (_is(name, "non_canonical_sibling")) return Expect.equal(selector, ExplicitZeroSibling.selector, path);
        Expect.equal(selector, HashMismatch.selector, path);
        Expect.equal(answer.length, 100, path);
        uint256 part = uint256(_wordAt(answer, 4));
        if (_is(name, "wrong_values")) return Expect.equal(part, uint256(Part.ValueStack), path);
        Expect.that(_is(name, "wrong_image"), string.concat(path, ": unknown error ", name));
        Expect.equal(part, uint256(Part.Image), path);
    }

    function _wordAt(bytes memory answer, uint256 position) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(answer, 0x20), position))
        }
    }

    /// @notice The JSON in the one fenced block under the heading "Vectors".
    function _vectorsOf(string memory markdown) private pure returns (string memory) {
        string[] memory halves = reader.split(markdown, "\n## Vectors\n");
        Expect.equal(halves.length, 2, "headings of vectors");
        string[] memory blocks = reader.split(halves[1], "\n```json\n");
        Expect.equal(blocks.length, 2, "blocks of vectors");
        return reader.split(blocks[1], "\n```\n")[0];
    }

    /// @dev The index has no vectors, and the table of opcodes is made from opcodes.def.
    function _hasVectors(string memory path) private pure returns (bool) {
        return
            reader.contains(path, ".md") && !reader.contains(path, "README.md") && !reader.contains(path, "opcodes.md");
    }

    function _text(string calldata page, string memory path, string memory field) private pure returns (string memory) {
        return reader.parseJsonString(page, string.concat(path, field));
    }

    function _number(string calldata page, string memory path, string memory field) private pure returns (uint256) {
        return reader.parseJsonUint(page, string.concat(path, field));
    }

    function _word(string calldata page, string memory path, string memory field) private pure returns (bytes32) {
        return reader.parseJsonBytes32(page, string.concat(path, field));
    }

    function _bytes(string calldata page, string memory path, string memory field) private pure returns (bytes memory) {
        return reader.parseJsonBytes(page, string.concat(path, field));
    }

    function _is(string memory text, string memory other) private pure returns (bool) {
        return keccak256(bytes(text)) == keccak256(bytes(other));
    }
}
