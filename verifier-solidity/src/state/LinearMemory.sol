// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bits} from "../merkle/Bits.sol";
import {DomainTag} from "../merkle/DomainTag.sol";
import {Leaf} from "../merkle/Leaf.sol";
import {Multiproof, Opening} from "../merkle/Multiproof.sol";
import {Sha256} from "../merkle/Sha256.sol";
import {HashMismatch, Part} from "../types/Errors.sol";
import {Machine, MemoryRecord} from "../types/Machine.sol";
import {Environments} from "./Environments.sol";

/// @title Linear memory: its record, and the one or two leaves that a step touches
/// @dev A step opens leaves of memory at most once. A `run` is a word that has the bytes in front.
library LinearMemory {
    using Environments for Machine;

    uint256 private constant CHUNK_BYTES = 4096;
    uint256 private constant CHUNK_LEAVES = 128;
    uint256 private constant PAGE_LEVEL = 11;

    /// @notice Opens the record of memory `index`; `depth` is that of the memories tree.
    function openMemory(Machine memory machine, uint256 index, uint256 depth) internal view {
        machine.openEnvironment();
        bytes32 committed = machine.environment.memories;
        MemoryRecord memory record = machine.memoryRecord;
        if (depth > 0) {
            record.isOneOfMany = true;
            record.index = index;
            record.records = Multiproof.openLeaves(
                machine.bundle, machine.zeros, false, depth, index, index, committed, Part.Memories
            );
            committed = record.records.firstLeaf;
        }
        record.root = machine.bundle.readWord();
        record.pages = machine.bundle.readUint(4);
        record.maximum = machine.bundle.readUint(4);
        bytes32 computed = _hash(record);
        if (computed != committed) revert HashMismatch(Part.MemoryRecord, committed, computed);
    }

    function memoryPages(Machine memory machine) internal pure returns (uint256) {
        return machine.memoryRecord.pages;
    }

    function memoryMaximum(Machine memory machine) internal pure returns (uint256) {
        return machine.memoryRecord.maximum;
    }

    function setMemoryPages(Machine memory machine, uint256 pages) internal view {
        machine.memoryRecord.pages = pages;
        _foldRecord(machine);
    }

    /// @notice Opens the bytes [begin, begin + length), which lie in at most two leaves; length > 0.
    function openMemoryBytes(Machine memory machine, uint256 begin, uint256 length)
        internal
        view
        returns (Opening memory)
    {
        unchecked {
            return _openLeaves(machine, begin / Leaf.BYTES, (begin + length - 1) / Leaf.BYTES);
        }
    }

    /// @notice Opens the leaf that holds the bytes to write and the one that holds those to read.
    function openMemoryForCopy(Machine memory machine, uint256 written, uint256 read)
        internal
        view
        returns (Opening memory)
    {
        uint256 x = written / Leaf.BYTES;
        uint256 y = read / Leaf.BYTES;
        return x <= y ? _openLeaves(machine, x, y) : _openLeaves(machine, y, x);
    }

    /// @notice How many of the chunks that an opened range touches have not been charged.
    function unchargedChunks(Opening memory leaves, uint256 begin, uint256 length) internal pure returns (uint256) {
        unchecked {
            uint256 low = begin / CHUNK_BYTES;
            uint256 high = (begin + length - 1) / CHUNK_BYTES;
            uint256 uncharged = 1 - _charged(leaves, low);
            return low == high ? uncharged : uncharged + 1 - _charged(leaves, high);
        }
    }

    /// @notice The opened bytes from `begin` on: as many as the opening of the range promised.
    function readMemory(Opening memory leaves, uint256 begin) internal pure returns (bytes32 run) {
        unchecked {
            uint256 index = begin / Leaf.BYTES;
            bytes32 nextLeaf = leaves.second == index + 1 ? leaves.secondLeaf : bytes32(0);
            return Leaf.runFrom(leaves.leafAt(index), nextLeaf, begin % Leaf.BYTES);
        }
    }

    /// @notice Writes the first `count` bytes of the run to an opened range and marks its chunks charged.
    function writeMemory(Machine memory machine, Opening memory leaves, uint256 begin, uint256 count, bytes32 run)
        internal
        view
    {
        unchecked {
            uint256 index = begin / Leaf.BYTES;
            uint256 offset = begin % Leaf.BYTES;
            leaves.setLeaf(index, Leaf.splice(leaves.leafAt(index), offset, count, run));
            _charge(leaves, begin / CHUNK_BYTES);
            if (offset + count > Leaf.BYTES) {
                uint256 done = Leaf.BYTES - offset;
                leaves.secondLeaf = Leaf.splice(leaves.secondLeaf, 0, count - done, run << (8 * done));
                _charge(leaves, (begin + count - 1) / CHUNK_BYTES);
            }
            machine.memoryRecord.root = leaves.computeRoot();
            _foldRecord(machine);
        }
    }

    /// @notice A little-endian integer of `size` bytes, at most 8, in an opened range.
    function load(Opening memory leaves, uint256 begin, uint256 size) internal pure returns (uint256) {
        unchecked {
            uint256 value = Leaf.reverse64(uint256(readMemory(leaves, begin)) >> 192);
            return value & (type(uint256).max >> (256 - 8 * size));
        }
    }

    function store(Machine memory machine, Opening memory leaves, uint256 begin, uint256 size, uint256 value)
        internal
        view
    {
        writeMemory(machine, leaves, begin, size, bytes32(Leaf.reverse64(value) << 192));
    }

    /// @notice Fills an opened range with a byte.
    function fillMemory(Machine memory machine, Opening memory leaves, uint256 begin, uint256 count, uint256 value)
        internal
        view
    {
        unchecked {
            writeMemory(machine, leaves, begin, count, bytes32(value * (type(uint256).max / 0xFF)));
        }
    }

    function _hash(MemoryRecord memory record) private view returns (bytes32) {
        return Sha256.tagged(DomainTag.MEMORY_RECORD, record.root, (record.pages << 32) | record.maximum, 8);
    }

    /// @dev Brings the environment up to date with the record.
    function _foldRecord(Machine memory machine) private view {
        MemoryRecord memory record = machine.memoryRecord;
        bytes32 memories = _hash(record);
        if (record.isOneOfMany) {
            record.records.setLeaf(record.index, memories);
            memories = record.records.computeRoot();
        }
        machine.environment.memories = memories;
        machine.environment.changed = true;
    }

    function _openLeaves(Machine memory machine, uint256 first, uint256 second) private view returns (Opening memory) {
        MemoryRecord memory record = machine.memoryRecord;
        uint256 depth = PAGE_LEVEL + Bits.ceilLog2(record.maximum);
        return
            Multiproof.openLeaves(machine.bundle, machine.zeros, true, depth, first, second, record.root, Part.Memory);
    }

    function _charged(Opening memory leaves, uint256 chunk) private pure returns (uint256) {
        return chunk == leaves.first / CHUNK_LEAVES ? leaves.firstCharged : leaves.secondCharged;
    }

    function _charge(Opening memory leaves, uint256 chunk) private pure {
        if (chunk == leaves.first / CHUNK_LEAVES) leaves.firstCharged = 1;
        if (chunk == leaves.second / CHUNK_LEAVES) leaves.secondCharged = 1;
    }
}
