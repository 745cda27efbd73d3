// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(unsafe-typecast)

import {Sha256} from "../../src/merkle/Sha256.sol";
import {ZeroHash, ZeroHashes} from "../../src/merkle/ZeroHash.sol";
import {ExplicitZeroSibling, Sha256Failed} from "../../src/types/Errors.sol";
import {Expect} from "../Expect.sol";
import {vm} from "../Vm.sol";

/// @title The assembly over the precompile against plain Solidity
contract Sha256Test {
    address private constant PRECOMPILE = address(2);

    function test_digest(bytes memory message) public view {
        Expect.equal(Sha256.digest(message), sha256(message), "digest");
    }

    function test_pair(bytes32 left, bytes32 right) public view {
        Expect.equal(Sha256.pair(left, right), sha256(abi.encodePacked(left, right)), "pair");
    }

    function test_tagged(bytes1 tag, bytes32 word, uint256 suffix, uint256 size) public view {
        size %= 32;
        bytes memory message = abi.encodePacked(tag, word);
        for (uint256 i = 0; i < size; ++i) {
            message = abi.encodePacked(message, uint8(suffix >> (8 * (size - 1 - i))));
        }
        Expect.equal(Sha256.tagged(tag, word, suffix, size), sha256(message), "tagged");
    }

    function test_hashing_leaves_memory_as_it_is(bytes memory message, bytes32 word) public view {
        bytes32 before = keccak256(message);
        bytes memory fresh = new bytes(64);
        Sha256.digest(message);
        Sha256.pair(word, word);
        Sha256.tagged(0x05, word, type(uint256).max, 31);
        Expect.equal(keccak256(message), before, "message");
        Expect.equal(keccak256(fresh), keccak256(new bytes(64)), "fresh memory");
    }

    function test_climb(bytes32 node, uint256 index, uint256 level, uint256 top, uint256 bitmap, uint256 seed)
        public
        view
    {
        top %= 33;
        level %= top + 1;
        bytes memory siblings = _siblings(seed, 32);
        (bytes32 root, uint256 restOfBitmap, uint256 used) = this.climb(siblings, node, index, level, top, bitmap);
        (bytes32 expected, uint256 expectedUsed) = (node, 0);
        for (uint256 l = level; l < top; ++l) {
            bytes32 sibling = _zero(l);
            if ((bitmap >> (l - level)) & 1 == 1) sibling = _wordOf(siblings, expectedUsed++);
            bool isLeft = (index >> (l - level)) % 2 == 0;
            expected = sha256(isLeft ? abi.encodePacked(expected, sibling) : abi.encodePacked(sibling, expected));
        }
        Expect.equal(root, expected, "root");
        Expect.equal(restOfBitmap, bitmap >> (top - level), "bitmap");
        Expect.equal(used, 32 * expectedUsed, "bytes of siblings");
    }

    function test_climb_two(bytes32[2] memory nodes, uint256[2] memory indices, uint256 top, uint256 bitmap)
        public
        view
    {
        top %= 33;
        uint256 level = bitmap % (top + 1);
        bytes memory siblings = _siblings(bitmap, 64);
        (bytes32[2] memory roots, uint256 used) = this.climbTwo(siblings, nodes, indices, level, top, bitmap);
        (uint256 bits, uint256 expectedUsed) = (bitmap, 0);
        for (uint256 l = level; l < top; ++l) {
            for (uint256 i = 0; i < 2; ++i) {
                bytes32 sibling = bits % 2 == 1 ? _wordOf(siblings, expectedUsed++) : _zero(l);
                bool isLeft = indices[i] % 2 == 0;
                nodes[i] = sha256(isLeft ? abi.encodePacked(nodes[i], sibling) : abi.encodePacked(sibling, nodes[i]));
                indices[i] /= 2;
                bits /= 2;
            }
        }
        Expect.equal(roots[0], nodes[0], "first");
        Expect.equal(roots[1], nodes[1], "second");
        Expect.equal(used, 32 * expectedUsed, "bytes of siblings");
    }

    function test_explicit_zero_siblings_are_rejected(uint256 level, bytes32 node) public {
        level %= 32;
        bytes memory sibling = abi.encodePacked(_zero(level));
        vm.expectRevert(abi.encodeWithSelector(ExplicitZeroSibling.selector));
        this.climb(sibling, node, 0, level, level + 1, 1);
        vm.expectRevert(abi.encodeWithSelector(ExplicitZeroSibling.selector));
        this.climbTwo(sibling, [node, node], [uint256(0), 2], level, level + 1, 2);
    }

    function test_a_missing_precompile_is_noticed() public {
        vm.mockCall(PRECOMPILE, "", "");
        _expectFailures();
    }

    function test_a_failing_precompile_is_noticed() public {
        vm.mockCallRevert(PRECOMPILE, "", abi.encode(uint256(1)));
        _expectFailures();
    }

    function climb(bytes calldata siblings, bytes32 node, uint256 index, uint256 level, uint256 top, uint256 bitmap)
        external
        view
        returns (bytes32 root, uint256 restOfBitmap, uint256 used)
    {
        uint256 begin;
        assembly ("memory-safe") {
            begin := siblings.offset
        }
        uint256 zeros = ZeroHash.load().levels(false);
        (root, restOfBitmap, used) = Sha256.climb(node, index, level, top, zeros, bitmap, begin);
        used -= begin;
    }

    function climbTwo(
        bytes calldata siblings,
        bytes32[2] calldata nodes,
        uint256[2] calldata indices,
        uint256 level,
        uint256 top,
        uint256 bitmap
    ) external view returns (bytes32[2] memory roots, uint256 used) {
        uint256 begin;
        assembly ("memory-safe") {
            begin := siblings.offset
        }
        uint256 zeros = ZeroHash.load().levels(false);
        (roots[0], roots[1],, used) =
            Sha256.climbTwo(nodes[0], nodes[1], indices[0], indices[1], level, top, zeros, bitmap, begin);
        used -= begin;
    }

    function hashAll(uint256 which) external view {
        if (which == 0) Sha256.digest("");
        if (which == 1) Sha256.pair(0, 0);
        if (which == 2) Sha256.tagged(0x05, 0, 0, 8);
        if (which == 3) this.climb("", 0, 0, 0, 1, 0);
        if (which == 4) this.climbTwo("", [bytes32(0), 0], [uint256(0), 2], 0, 1, 0);
    }

    function _expectFailures() private {
        for (uint256 which = 0; which < 5; ++which) {
            vm.expectRevert(abi.encodeWithSelector(Sha256Failed.selector));
            this.hashAll(which);
        }
        vm.clearMockedCalls();
        Expect.equal(Sha256.digest(""), sha256(""), "the precompile is back");
    }

    function _siblings(uint256 seed, uint256 count) private pure returns (bytes memory siblings) {
        bytes32[] memory words = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            words[i] = keccak256(abi.encode(seed, i));
        }
        return abi.encodePacked(words);
    }

    function _wordOf(bytes memory data, uint256 i) private pure returns (bytes32 word) {
        for (uint256 j = 0; j < 32; ++j) {
            word |= bytes32(data[32 * i + j]) >> (8 * j);
        }
    }

    function _zero(uint256 level) private pure returns (bytes32 hash) {
        for (uint256 l = 0; l < level; ++l) {
            hash = sha256(abi.encodePacked(hash, hash));
        }
    }
}
