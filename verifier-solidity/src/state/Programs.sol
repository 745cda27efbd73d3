// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Cursor} from "../BundleReader.sol";
import {DomainTag} from "../merkle/DomainTag.sol";
import {Leaf} from "../merkle/Leaf.sol";
import {Multiproof, Opening} from "../merkle/Multiproof.sol";
import {Sha256} from "../merkle/Sha256.sol";
import {HashMismatch, Part, TreeTooDeep} from "../types/Errors.sol";
import {Gas} from "../types/Gas.sol";
import {Instruction} from "../types/Instruction.sol";
import {Limits} from "../types/Limits.sol";
import {FunctionRecord, Machine, Program} from "../types/Machine.sol";

/// @title What the image commits to: code, functions and the pools
library Programs {
    /// @notice Reads and checks the code's depth, the program hash and the instruction at pc.
    function fetch(Machine memory machine) internal view returns (Instruction) {
        uint256 codeDepth = readCodeDepth(machine.bundle);
        machine.programHash = machine.bundle.readWord();
        uint256 pc = machine.state.pc;
        (Opening memory opening, bytes32 codeRoot) =
            Multiproof.read(machine.bundle, machine.zeros, false, codeDepth, pc / 2, pc / 2);
        bytes32 computed = imageHash(codeDepth, codeRoot, machine.programHash);
        bytes32 committed = machine.state.image;
        if (computed != committed) revert HashMismatch(Part.Image, committed, computed);
        uint256 leaf = uint256(opening.firstLeaf);
        return Instruction.wrap(uint128(pc % 2 == 0 ? leaf >> 128 : leaf));
    }

    /// @notice Opens the record of a function.
    function openFunction(Machine memory machine, uint256 index) internal view returns (FunctionRecord memory) {
        return readFunction(machine, _openProgram(machine), index);
    }

    /// @notice Opens the leaf of the data pool that holds byte `begin` and returns its bytes from there on, in front.
    function openData(Machine memory machine, uint256 begin) internal view returns (bytes32 run) {
        Program memory program = _openProgram(machine);
        Opening memory opening = Multiproof.openLeaf(
            machine.bundle, machine.zeros, program.dataDepth, begin / Leaf.BYTES, program.data, Part.Data
        );
        return Leaf.runFrom(opening.firstLeaf, 0, begin % Leaf.BYTES);
    }

    /// @notice Opens the leaf of the element pool that holds slot `begin`.
    function openElements(Machine memory machine, uint256 begin) internal view returns (Opening memory) {
        Program memory program = _openProgram(machine);
        return Multiproof.openLeaf(
            machine.bundle, machine.zeros, program.elementsDepth, begin / Leaf.SLOTS, program.elements, Part.Elements
        );
    }

    function readCodeDepth(Cursor memory bundle) internal pure returns (uint256 depth) {
        depth = bundle.readUint(1);
        if (depth > Limits.MAX_CODE_DEPTH) revert TreeTooDeep(depth, Limits.MAX_CODE_DEPTH);
    }

    function imageHash(uint256 codeDepth, bytes32 codeRoot, bytes32 programHash) internal view returns (bytes32) {
        bytes3 header = bytes3(bytes32(((Gas.SPEC_VERSION << 8) | codeDepth) << 232));
        return Sha256.digest(abi.encodePacked(DomainTag.IMAGE, header, codeRoot, programHash));
    }

    /// @notice Reads the program message up to its last field.
    function readProgram(Cursor memory bundle) internal pure returns (Program memory program) {
        program.functionsDepth = _readDepth(bundle);
        program.dataDepth = _readDepth(bundle);
        program.elementsDepth = _readDepth(bundle);
        program.functions = bundle.readWord();
        program.data = bundle.readWord();
        program.elements = bundle.readWord();
    }

    function hash(Program memory program) internal view returns (bytes32) {
        uint256 depths = (program.functionsDepth << 16) | (program.dataDepth << 8) | program.elementsDepth;
        return Sha256.digest(
            abi.encodePacked(
                DomainTag.PROGRAM,
                bytes3(bytes32(depths << 232)),
                program.functions,
                program.data,
                program.elements,
                program.initial
            )
        );
    }

    /// @notice Opens a function's leaf (docs/spec/program.md, section 6).
    function readFunction(Machine memory machine, Program memory program, uint256 index)
        internal
        view
        returns (FunctionRecord memory)
    {
        Opening memory opening = Multiproof.openLeaf(
            machine.bundle, machine.zeros, program.functionsDepth, index, program.functions, Part.Functions
        );
        uint256 leaf = uint256(opening.firstLeaf);
        return FunctionRecord({
            typeIndex: leaf >> 224,
            entry: (leaf >> 192) & 0xFFFFFFFF,
            slots: (leaf >> 160) & 0xFFFFFFFF,
            parameters: (leaf >> 144) & 0xFFFF,
            localsDepth: (leaf >> 120) & 0xFF,
            parameterKinds: (leaf >> 56) & type(uint64).max
        });
    }

    function _openProgram(Machine memory machine) private view returns (Program memory program) {
        program = readProgram(machine.bundle);
        program.initial = machine.bundle.readWord();
        bytes32 committed = machine.programHash;
        bytes32 computed = hash(program);
        if (computed != committed) revert HashMismatch(Part.Program, committed, computed);
    }

    function _readDepth(Cursor memory bundle) private pure returns (uint256 depth) {
        depth = bundle.readUint(1);
        if (depth > Limits.MAX_TREE_DEPTH) revert TreeTooDeep(depth, Limits.MAX_TREE_DEPTH);
    }
}
