// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DomainTag} from "../merkle/DomainTag.sol";
import {Leaf} from "../merkle/Leaf.sol";
import {Multiproof, Opening} from "../merkle/Multiproof.sol";
import {Sha256} from "../merkle/Sha256.sol";
import {HashMismatch, Part} from "../types/Errors.sol";
import {Limits} from "../types/Limits.sol";
import {Io, Machine} from "../types/Machine.sol";
import {Environments} from "./Environments.sol";

/// @title Input and output
library Streams {
    using Environments for Machine;

    function openIo(Machine memory machine) internal view returns (Io memory io) {
        machine.openEnvironment();
        io.inputRoot = machine.bundle.readWord();
        io.inputLength = machine.bundle.readUint(8);
        io.outputRoot = machine.bundle.readWord();
        io.outputLength = machine.bundle.readUint(8);
        bytes32 committed = machine.environment.io;
        bytes32 computed = hash(io);
        if (computed != committed) revert HashMismatch(Part.Io, committed, computed);
    }

    /// @notice Opens the leaf of the input that holds byte `begin` and returns its bytes from there on, in front.
    function openInput(Machine memory machine, Io memory io, uint256 begin) internal view returns (bytes32 run) {
        Opening memory opening = _open(machine, begin, io.inputRoot, Part.Input);
        return Leaf.runFrom(opening.firstLeaf, 0, begin % Leaf.BYTES);
    }

    /// @notice Opens the leaf in which the output ends.
    function openOutput(Machine memory machine, Io memory io) internal view returns (Opening memory) {
        return _open(machine, io.outputLength, io.outputRoot, Part.Output);
    }

    /// @notice Writes the first `count` bytes of the run behind the output's end, all in the opened leaf, and brings the
    /// environment up to date.
    function appendOutput(Machine memory machine, Io memory io, Opening memory opening, uint256 count, bytes32 run)
        internal
        view
    {
        unchecked {
            opening.firstLeaf = Leaf.splice(opening.firstLeaf, io.outputLength % Leaf.BYTES, count, run);
            io.outputRoot = opening.computeRoot();
            io.outputLength += count;
            machine.environment.io = hash(io);
            machine.environment.changed = true;
        }
    }

    function hash(Io memory io) internal view returns (bytes32) {
        return Sha256.digest(
            abi.encodePacked(
                DomainTag.IO,
                io.inputRoot,
                bytes8(bytes32(io.inputLength << 192)),
                io.outputRoot,
                bytes8(bytes32(io.outputLength << 192))
            )
        );
    }

    function _open(Machine memory machine, uint256 begin, bytes32 root, Part part)
        private
        view
        returns (Opening memory)
    {
        return Multiproof.openLeaf(machine.bundle, machine.zeros, Limits.IO_DEPTH, begin / Leaf.BYTES, root, part);
    }
}
