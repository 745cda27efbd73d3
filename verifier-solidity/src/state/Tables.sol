// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bits} from "../merkle/Bits.sol";
import {DomainTag} from "../merkle/DomainTag.sol";
import {Leaf} from "../merkle/Leaf.sol";
import {Multiproof, Opening} from "../merkle/Multiproof.sol";
import {Sha256} from "../merkle/Sha256.sol";
import {HashMismatch, Part} from "../types/Errors.sol";
import {Machine, Table} from "../types/Machine.sol";
import {Environments} from "./Environments.sol";

/// @title Tables: their records, and the leaves of slots that a step touches
library Tables {
    using Environments for Machine;

    /// @notice Opens the record of table `index`; `depth` is that of the tables tree.
    function openTable(Machine memory machine, uint256 index, uint256 depth)
        internal
        view
        returns (Table memory table)
    {
        return _readTable(machine, _openRecords(machine, index, index, depth), index);
    }

    /// @notice Opens the records of two tables, which may be the same.
    function openTables(Machine memory machine, uint256 x, uint256 y, uint256 depth)
        internal
        view
        returns (Table memory tableX, Table memory tableY)
    {
        if (x <= y) {
            Opening memory records = _openRecords(machine, x, y, depth);
            tableX = _readTable(machine, records, x);
            tableY = x == y ? tableX : _readTable(machine, records, y);
        } else {
            (tableY, tableX) = openTables(machine, y, x, depth);
        }
    }

    /// @notice Opens the leaf that holds slot `index`.
    function openSlots(Machine memory machine, Table memory table, uint256 index) internal view {
        _openLeaves(machine, table, index / Leaf.SLOTS, index / Leaf.SLOTS);
    }

    /// @notice Opens the leaf that holds a slot to write and the one that holds a slot to read.
    function openSlotsForCopy(Machine memory machine, Table memory to, uint256 written, Table memory from, uint256 read)
        internal
        view
    {
        uint256 x = written / Leaf.SLOTS;
        uint256 y = read / Leaf.SLOTS;
        if (to.index != from.index) {
            _openLeaves(machine, to, x, x);
            _openLeaves(machine, from, y, y);
        } else {
            // It is the same object then.
            (x, y) = x <= y ? (x, y) : (y, x);
            _openLeaves(machine, to, x, y);
        }
    }

    /// @notice Brings the environment up to date with a table whose slots were opened.
    function closeTable(Machine memory machine, Table memory table) internal view {
        table.root = table.slots.computeRoot();
        table.records.setLeaf(table.index, hash(table));
        machine.environment.tables = table.records.computeRoot();
        machine.environment.changed = true;
    }

    function hash(Table memory table) internal view returns (bytes32) {
        return Sha256.tagged(DomainTag.TABLE_RECORD, table.root, (table.size << 32) | table.maximum, 8);
    }

    function _openRecords(Machine memory machine, uint256 first, uint256 second, uint256 depth)
        private
        view
        returns (Opening memory)
    {
        machine.openEnvironment();
        bytes32 root = machine.environment.tables;
        return Multiproof.openLeaves(machine.bundle, machine.zeros, false, depth, first, second, root, Part.Tables);
    }

    function _readTable(Machine memory machine, Opening memory records, uint256 index)
        private
        view
        returns (Table memory table)
    {
        table.records = records;
        table.index = index;
        table.root = machine.bundle.readWord();
        table.size = machine.bundle.readUint(4);
        table.maximum = machine.bundle.readUint(4);
        bytes32 committed = records.leafAt(index);
        bytes32 computed = hash(table);
        if (computed != committed) revert HashMismatch(Part.TableRecord, committed, computed);
    }

    function _openLeaves(Machine memory machine, Table memory table, uint256 first, uint256 second) private view {
        uint256 depth = Bits.slotDepth(table.maximum);
        table.slots = Multiproof.openLeaves(
            machine.bundle, machine.zeros, false, depth, first, second, table.root, Part.TableSlots
        );
    }
}
