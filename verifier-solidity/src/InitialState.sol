// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DomainTag} from "./merkle/DomainTag.sol";
import {Sha256} from "./merkle/Sha256.sol";
import {Programs} from "./state/Programs.sol";
import {Streams} from "./state/Streams.sol";
import {ValueStack} from "./state/ValueStack.sol";
import {
    BadArgument,
    BadGasLimit,
    BadInputLength,
    HashMismatch,
    NoFunction,
    Part,
    WrongArgumentCount
} from "./types/Errors.sol";
import {Limits} from "./types/Limits.sol";
import {FunctionRecord, Io, Machine, Program} from "./types/Machine.sol";

/// @title The state in which a run begins (docs/spec/state.md, section 7)
library InitialState {
    using Programs for Machine;
    using ValueStack for Machine;

    uint256 private constant KIND_BITS32 = 0;
    uint256 private constant KIND_FUNCREF = 3;

    /// @notice Reads what is behind the image, up to the function, and sets memories, globals and tables from it.
    function openImage(Machine memory machine, bytes32 image) internal view returns (Program memory program) {
        uint256 codeDepth = Programs.readCodeDepth(machine.bundle);
        bytes32 codeRoot = machine.bundle.readWord();
        program = Programs.readProgram(machine.bundle);
        program.initial = _readInitial(machine);
        bytes32 computed = Programs.imageHash(codeDepth, codeRoot, Programs.hash(program));
        if (computed != image) revert HashMismatch(Part.Image, image, computed);
        machine.state.image = image;
    }

    /// @notice Opens the function and checks that these are arguments for it.
    function checkArguments(
        Machine memory machine,
        Program memory program,
        uint256 functionIndex,
        uint64[] calldata arguments
    ) internal view {
        FunctionRecord memory callee = machine.readFunction(program, functionIndex);
        if (callee.entry == 0) revert NoFunction(functionIndex);
        uint256 count = arguments.length;
        if (count != callee.parameters || count > Limits.MAX_ENTRY_ARGUMENTS) {
            revert WrongArgumentCount(count, callee.parameters);
        }
        for (uint256 i = 0; i < count; ++i) {
            uint256 kind = (callee.parameterKinds >> (2 * i)) & 3;
            bool tooWide = kind == KIND_BITS32 && arguments[i] > type(uint32).max;
            bool notNull = kind == KIND_FUNCREF && arguments[i] != 0;
            if (tooWide || notNull) revert BadArgument(i, kind, arguments[i]);
        }
    }

    function setInput(Machine memory machine, bytes32 inputRoot, uint256 inputLength) internal view {
        if (inputLength > Limits.MAX_INPUT_BYTES) revert BadInputLength(inputLength);
        bytes32 outputRoot = machine.zeros.plain(Limits.IO_DEPTH);
        machine.environment.io =
            Streams.hash(Io({inputRoot: inputRoot, inputLength: inputLength, outputRoot: outputRoot, outputLength: 0}));
    }

    function setGas(Machine memory machine, uint256 limit) internal pure {
        if (limit > Limits.MAX_GAS_LIMIT) revert BadGasLimit(limit);
        machine.state.gasLeft = limit;
    }

    /// @notice Pushes the arguments, the first one first, and the function's reference.
    function pushArguments(Machine memory machine, uint256 functionIndex, uint64[] calldata arguments) internal view {
        for (uint256 i = 0; i < arguments.length; ++i) {
            machine.push(arguments[i]);
        }
        machine.push(functionIndex + 1);
    }

    /// @dev Reads the fields of the initial message and returns its hash.
    function _readInitial(Machine memory machine) private view returns (bytes32) {
        bytes32 memories = machine.bundle.readWord();
        bytes32 globals = machine.bundle.readWord();
        bytes32 tables = machine.bundle.readWord();
        machine.environment.memories = memories;
        machine.environment.globals = globals;
        machine.environment.tables = tables;
        return Sha256.digest(abi.encodePacked(DomainTag.INITIAL, memories, globals, tables));
    }
}
