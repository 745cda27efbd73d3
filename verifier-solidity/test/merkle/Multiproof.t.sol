// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(unsafe-typecast, incorrect-shift)

import {BundleReader, Cursor} from "../../src/BundleReader.sol";
import {Multiproof, Opening} from "../../src/merkle/Multiproof.sol";
import {ZeroHash} from "../../src/merkle/ZeroHash.sol";
import {
    BadBitmap,
    BadFlag,
    ExplicitZeroSibling,
    LeafOutOfTree,
    TrailingBytes,
    TreeTooDeep,
    Truncated
} from "../../src/types/Errors.sol";
import {Expect} from "../Expect.sol";
import {vm} from "../Vm.sol";

/// @title Multiproofs against a tree that is held whole, and proofs made by the letter of docs/spec/bundle.md
contract MultiproofTest {
    /// @dev All nodes of a small tree; flags are those of a memory tree's chunks.
    struct Tree {
        bool wrapped;
        uint256 depth;
        bytes32[][] levels;
        uint8[] flags;
    }

    function test_plain_trees(uint256 seed, uint256 depth, uint256 i, uint256 j) public view {
        _check(_randomTree(seed, depth % 7, false), i, j);
    }

    function test_memory_trees(uint256 seed, uint256 i, uint256 j) public view {
        _check(_randomTree(seed, 7 + seed % 3, true), i, j);
    }

    function test_leaves_of_one_chunk_and_of_neighbours() public view {
        Tree memory tree = _randomTree(7, 9, true);
        uint256[2][8] memory pairs = [
            [uint256(0), 0],
            [uint256(0), 1],
            [uint256(1), 2],
            [uint256(0), 127],
            [uint256(127), 128],
            [uint256(255), 256],
            [uint256(0), 511],
            [uint256(130), 400]
        ];
        for (uint256 k = 0; k < pairs.length; ++k) {
            _check(tree, pairs[k][0], pairs[k][1]);
        }
    }

    function test_a_tree_of_depth_0_is_its_leaf(bytes32 leaf) public view {
        (bytes32 root,,) = this.read(abi.encodePacked(leaf), false, 0, 0, 0);
        Expect.equal(root, leaf, "root");
    }

    function test_explicit_zero_siblings_are_rejected() public {
        vm.expectRevert(abi.encodeWithSelector(ExplicitZeroSibling.selector));
        this.read(abi.encodePacked(bytes32(uint256(1)), uint8(1), bytes32(0)), false, 1, 0, 0);
    }

    function test_set_bits_beyond_the_siblings_are_rejected() public {
        for (uint256 bit = 3; bit < 8; ++bit) {
            vm.expectRevert(abi.encodeWithSelector(BadBitmap.selector, 1 << bit, 3));
            this.read(abi.encodePacked(bytes32(uint256(1)), uint8(1 << bit)), false, 3, 0, 0);
        }
    }

    function test_flags_above_1_are_rejected(uint8 flag) public {
        vm.assume(flag > 1);
        vm.expectRevert(abi.encodeWithSelector(BadFlag.selector, flag));
        this.read(abi.encodePacked(bytes32(0), flag, bytes2(0)), true, 11, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(BadFlag.selector, flag));
        this.read(abi.encodePacked(bytes32(0), bytes32(0), uint8(0), flag, bytes3(0)), true, 11, 0, 128);
    }

    function test_leaves_outside_the_tree_are_rejected(uint256 depth, uint256 index) public {
        depth %= 33;
        vm.assume(index >> depth != 0);
        vm.expectRevert(abi.encodeWithSelector(LeafOutOfTree.selector, index, depth));
        this.read(new bytes(2000), false, depth, 0, index);
    }

    function test_trees_deeper_than_32_are_rejected(uint256 depth) public {
        vm.assume(depth > 32);
        vm.expectRevert(abi.encodeWithSelector(TreeTooDeep.selector, depth, 32));
        this.read(new bytes(2000), false, depth, 0, 0);
    }

    function test_no_byte_more_or_less(uint256 seed, uint256 i, uint256 j) public {
        Tree memory tree = _randomTree(seed, 5, false);
        (i, j) = _order(i % 32, j % 32);
        bytes memory proof = _prove(tree, i, j);
        vm.expectPartialRevert(TrailingBytes.selector);
        this.read(abi.encodePacked(proof, uint8(0)), false, 5, i, j);
        assembly ("memory-safe") {
            mstore(proof, sub(mload(proof), 1))
        }
        vm.expectPartialRevert(Truncated.selector);
        this.read(proof, false, 5, i, j);
    }

    function read(bytes calldata proof, bool wrapped, uint256 depth, uint256 first, uint256 second)
        external
        view
        returns (bytes32 root, bytes32 firstLeaf, bytes32 secondLeaf)
    {
        Cursor memory cursor = BundleReader.open(proof);
        Opening memory opening;
        (opening, root) = Multiproof.read(cursor, ZeroHash.load(), wrapped, depth, first, second);
        cursor.finish();
        return (root, opening.leafAt(first), opening.leafAt(second));
    }

    /// @dev The root after both leaves were replaced and their chunks charged.
    function update(bytes calldata proof, Tree calldata tree, uint256[2] calldata indices, bytes32[2] calldata leaves)
        external
        view
        returns (bytes32 root)
    {
        Cursor memory cursor = BundleReader.open(proof);
        (Opening memory opening,) =
            Multiproof.read(cursor, ZeroHash.load(), tree.wrapped, tree.depth, indices[0], indices[1]);
        opening.setLeaf(indices[0], leaves[0]);
        opening.setLeaf(indices[1], leaves[1]);
        opening.firstCharged = 1;
        opening.secondCharged = 1;
        return opening.computeRoot();
    }

    function _check(Tree memory tree, uint256 i, uint256 j) private view {
        uint256 size = 1 << tree.depth;
        (i, j) = _order(i % size, j % size);
        bytes memory proof = _prove(tree, i, j);
        (bytes32 root, bytes32 first, bytes32 second) = this.read(proof, tree.wrapped, tree.depth, i, j);
        Expect.equal(root, tree.levels[tree.depth][0], "root");
        Expect.equal(first, tree.levels[0][i], "first leaf");
        Expect.equal(second, tree.levels[0][j], "second leaf");
        bytes32[2] memory leaves = [keccak256("new"), keccak256("other")];
        if (i == j) leaves[0] = leaves[1];
        bytes32 updated = this.update(proof, tree, [i, j], leaves);
        (tree.levels[0][i], tree.levels[0][j]) = (leaves[0], leaves[1]);
        if (tree.wrapped) (tree.flags[i >> 7], tree.flags[j >> 7]) = (1, 1);
        _hashLevels(tree);
        Expect.equal(updated, tree.levels[tree.depth][0], "root after the change");
    }

    function _order(uint256 i, uint256 j) private pure returns (uint256, uint256) {
        return i <= j ? (i, j) : (j, i);
    }

    function _randomTree(uint256 seed, uint256 depth, bool wrapped) private pure returns (Tree memory tree) {
        tree.wrapped = wrapped;
        tree.depth = depth;
        tree.levels = new bytes32[][](depth + 1);
        for (uint256 level = 0; level <= depth; ++level) {
            tree.levels[level] = new bytes32[](1 << (depth - level));
        }
        for (uint256 i = 0; i < 1 << depth; ++i) {
            bytes32 random = keccak256(abi.encode(seed, i));
            // Runs of zero leaves, so that there are zero hashes at several levels.
            if (uint256(random) % 3 == 0 && uint256(keccak256(abi.encode(seed, i / 8))) % 2 == 0) {
                tree.levels[0][i] = random;
            }
        }
        if (wrapped) {
            tree.flags = new uint8[](1 << (depth - 7));
            for (uint256 i = 0; i < tree.flags.length; ++i) {
                tree.flags[i] = uint8(uint256(keccak256(abi.encode(seed, "flag", i))) % 2);
            }
        }
        _hashLevels(tree);
    }

    function _hashLevels(Tree memory tree) private pure {
        for (uint256 level = 1; level <= tree.depth; ++level) {
            for (uint256 i = 0; i < tree.levels[level].length; ++i) {
                bytes32[] memory below = tree.levels[level - 1];
                bytes32 node = sha256(abi.encodePacked(below[2 * i], below[2 * i + 1]));
                if (tree.wrapped && level == 7) node = sha256(abi.encodePacked(bytes1(0x07), node, tree.flags[i]));
                tree.levels[level][i] = node;
            }
        }
    }

    function _zero(bool wrapped, uint256 level) private pure returns (bytes32) {
        return wrapped && level >= 7 ? ZeroHash.load().wrapped(level) : ZeroHash.load().plain(level);
    }

    function _prove(Tree memory tree, uint256 i, uint256 j) private pure returns (bytes memory proof) {
        proof = abi.encodePacked(tree.levels[0][i]);
        if (i != j) proof = abi.encodePacked(proof, tree.levels[0][j]);
        if (tree.wrapped) {
            proof = abi.encodePacked(proof, tree.flags[i >> 7]);
            if (i >> 7 != j >> 7) proof = abi.encodePacked(proof, tree.flags[j >> 7]);
        }
        uint256 count = 0;
        uint256 bitmap = 0;
        bytes memory siblings;
        for (uint256 level = 0; level < tree.depth; ++level) {
            for (uint256 k = 0; k < tree.levels[level].length; ++k) {
                bool needed = ((k ^ 1) == i >> level || (k ^ 1) == j >> level) && k != i >> level && k != j >> level;
                if (!needed) continue;
                bytes32 sibling = tree.levels[level][k];
                if (sibling != _zero(tree.wrapped, level)) {
                    bitmap |= 1 << count;
                    siblings = abi.encodePacked(siblings, sibling);
                }
                ++count;
            }
        }
        for (uint256 k = 0; k < count; k += 8) {
            proof = abi.encodePacked(proof, uint8(bitmap >> k));
        }
        return abi.encodePacked(proof, siblings);
    }
}
