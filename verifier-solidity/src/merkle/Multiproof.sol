// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Cursor} from "../BundleReader.sol";
import {BadBitmap, BadFlag, HashMismatch, LeafOutOfTree, Part, TreeTooDeep} from "../types/Errors.sol";
import {Limits} from "../types/Limits.sol";
import {Bits} from "./Bits.sol";
import {DomainTag} from "./DomainTag.sol";
import {Leaf} from "./Leaf.sol";
import {Sha256} from "./Sha256.sol";
import {ZeroHash, ZeroHashes} from "./ZeroHash.sol";

/// @dev One or two leaves of a tree with all that is needed to compute the root above them. The leaves and the
/// charged flags may be changed.
struct Opening {
    uint256 depth;
    /// Whether it is a memory tree, whose nodes at the chunk level are wrapped.
    bool wrapped;
    /// The leaves' indices; the same where there is one leaf, else the second is the greater.
    uint256 first;
    uint256 second;
    bytes32 firstLeaf;
    bytes32 secondLeaf;
    /// Memory trees only: the flags of the leaves' chunks; the same where they are in one chunk.
    uint256 firstCharged;
    uint256 secondCharged;
    /// Bit j: whether sibling j is in the bundle.
    uint256 bitmap;
    /// Where the siblings stand in the calldata.
    uint256 siblings;
    ZeroHashes zeros;
}

using Multiproof for Opening global;

/// @title Multiproofs of one or two leaves (docs/spec/bundle.md, section 2)
/// @dev Twin: merkle/multiproof.hpp.
library Multiproof {
    /// @notice Reads an opening of one leaf of a plain tree and compares its root.
    function openLeaf(Cursor memory bundle, ZeroHashes zeros, uint256 depth, uint256 index, bytes32 root, Part part)
        internal
        view
        returns (Opening memory)
    {
        return openLeaves(bundle, zeros, false, depth, index, index, root, part);
    }

    /// @notice Reads an opening of the leaves `first` <= `second` and compares its root.
    function openLeaves(
        Cursor memory bundle,
        ZeroHashes zeros,
        bool wrapped,
        uint256 depth,
        uint256 first,
        uint256 second,
        bytes32 root,
        Part part
    ) internal view returns (Opening memory opening) {
        bytes32 computed;
        (opening, computed) = read(bundle, zeros, wrapped, depth, first, second);
        if (computed != root) revert HashMismatch(part, root, computed);
    }

    /// @notice Reads an opening of the leaves `first` <= `second` and computes its root.
    function read(Cursor memory bundle, ZeroHashes zeros, bool wrapped, uint256 depth, uint256 first, uint256 second)
        internal
        view
        returns (Opening memory opening, bytes32 root)
    {
        if (depth > Limits.MAX_TREE_DEPTH) revert TreeTooDeep(depth, Limits.MAX_TREE_DEPTH);
        if (second >> depth != 0) revert LeafOutOfTree(second, depth);
        opening.depth = depth;
        opening.wrapped = wrapped;
        opening.first = first;
        opening.second = second;
        opening.zeros = zeros;
        opening.firstLeaf = bundle.readWord();
        if (first != second) opening.secondLeaf = bundle.readWord();
        if (wrapped) _readFlags(bundle, opening);
        _readBitmap(bundle, opening);
        uint256 end;
        (root, end) = _climb(opening);
        bundle.moveTo(end);
    }

    /// @notice The root with the opening's current leaves and flags.
    function computeRoot(Opening memory opening) internal view returns (bytes32 root) {
        (root,) = _climb(opening);
    }

    /// @notice The leaf with this index, one of the opening's.
    function leafAt(Opening memory opening, uint256 index) internal pure returns (bytes32) {
        return index == opening.first ? opening.firstLeaf : opening.secondLeaf;
    }

    function setLeaf(Opening memory opening, uint256 index, bytes32 leaf) internal pure {
        if (index == opening.first) opening.firstLeaf = leaf;
        else opening.secondLeaf = leaf;
    }

    /// @notice The slot with this index in the tree's leaves, in one of the opening's.
    function slotAt(Opening memory opening, uint256 index) internal pure returns (uint256) {
        return Leaf.slotAt(opening.leafAt(index / Leaf.SLOTS), index % Leaf.SLOTS);
    }

    function setSlot(Opening memory opening, uint256 index, uint256 value) internal pure {
        uint256 leaf = index / Leaf.SLOTS;
        opening.setLeaf(leaf, Leaf.withSlot(opening.leafAt(leaf), index % Leaf.SLOTS, value));
    }

    function _readFlags(Cursor memory bundle, Opening memory opening) private pure {
        opening.firstCharged = _readFlag(bundle);
        bool oneChunk = (opening.first ^ opening.second) >> ZeroHash.CHUNK_LEVEL == 0;
        opening.secondCharged = oneChunk ? opening.firstCharged : _readFlag(bundle);
    }

    function _readFlag(Cursor memory bundle) private pure returns (uint256 flag) {
        flag = bundle.readUint(1);
        if (flag > 1) revert BadFlag(flag);
    }

    function _readBitmap(Cursor memory bundle, Opening memory opening) private pure {
        unchecked {
            uint256 count = siblingCount(opening.depth, opening.first, opening.second);
            uint256 size = (count + 7) / 8;
            if (size != 0) {
                // Little-endian: bit j is bit j % 8 of byte j / 8.
                opening.bitmap = Leaf.reverse64(bundle.readUint(size) << (64 - 8 * size));
                if (opening.bitmap >> count != 0) revert BadBitmap(opening.bitmap, count);
            }
            opening.siblings = bundle.position;
        }
    }

    /// @notice How many nodes beside the leaves `first` <= `second` are needed to compute the root; at most 62.
    function siblingCount(uint256 depth, uint256 first, uint256 second) internal pure returns (uint256) {
        unchecked {
            if (first == second) return depth;
            // Two ways up to the level where they are siblings of each other, one above it.
            return depth - 1 + Bits.highest(first ^ second);
        }
    }

    /// @dev The root, and where the siblings end in the calldata.
    function _climb(Opening memory opening) private view returns (bytes32 node, uint256 next) {
        uint256 bitmap = opening.bitmap;
        uint256 level = 0;
        next = opening.siblings;
        node = opening.firstLeaf;
        if (opening.first != opening.second) (node, level, bitmap, next) = _climbToMeeting(opening);
        uint256 index = opening.first >> level;
        if (opening.wrapped && level <= ZeroHash.CHUNK_LEVEL) {
            uint256 below = opening.zeros.levels(false);
            (node, bitmap, next) = Sha256.climb(node, index, level, ZeroHash.CHUNK_LEVEL, below, bitmap, next);
            node = chunkNode(node, opening.firstCharged);
            index = opening.first >> ZeroHash.CHUNK_LEVEL;
            level = ZeroHash.CHUNK_LEVEL;
        }
        uint256 zeros = opening.zeros.levels(opening.wrapped);
        (node, bitmap, next) = Sha256.climb(node, index, level, opening.depth, zeros, bitmap, next);
    }

    /// @dev Both ways up to their first common node.
    function _climbToMeeting(Opening memory opening)
        private
        view
        returns (bytes32 node, uint256 level, uint256 bitmap, uint256 next)
    {
        // Where the two nodes are siblings of each other.
        uint256 meeting = Bits.highest(opening.first ^ opening.second);
        bytes32 second = opening.secondLeaf;
        uint256 zeros = opening.zeros.levels(false);
        node = opening.firstLeaf;
        bitmap = opening.bitmap;
        next = opening.siblings;
        if (opening.wrapped && meeting >= ZeroHash.CHUNK_LEVEL) {
            level = ZeroHash.CHUNK_LEVEL;
            (node, second, bitmap, next) =
                Sha256.climbTwo(node, second, opening.first, opening.second, 0, level, zeros, bitmap, next);
            node = chunkNode(node, opening.firstCharged);
            second = chunkNode(second, opening.secondCharged);
            zeros = opening.zeros.levels(true);
        }
        (node, second, bitmap, next) = Sha256.climbTwo(
            node, second, opening.first >> level, opening.second >> level, level, meeting, zeros, bitmap, next
        );
        return (Sha256.pair(node, second), meeting + 1, bitmap, next);
    }

    /// @notice The node at the chunk level of a memory tree.
    function chunkNode(bytes32 chunkRoot, uint256 charged) internal view returns (bytes32) {
        return Sha256.tagged(DomainTag.MEMORY_CHUNK, chunkRoot, charged, 1);
    }
}
