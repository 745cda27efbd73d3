// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Opcodes} from "../src/types/Opcodes.sol";
import {Expect} from "./Expect.sol";
import {vm} from "./Vm.sol";

/// @dev What a processor makes of a float instruction; the result is 0 where it traps.
struct FloatRow {
    uint256 opcode;
    uint256 a;
    uint256 b;
    uint256 result;
    uint256 trap;
}

/// @title The float vectors that the C++ tests write, as rows of 27 bytes
/// @dev Big-endian: opcode 2 | operand a 8 | operand b 8, or 0 | result 8 | trap 1.
library FloatRows {
    uint256 private constant BYTES = 27;

    /// @notice The file; fails where there is none, or it does not hold whole rows.
    function load() internal view returns (bytes memory file, uint256 count) {
        string memory path = vm.envOr("LOCKSTEP_FLOAT_VECTORS", "../build/release/vectors/floats.bin");
        Expect.that(vm.exists(path), string.concat("no vectors: ", path, " (LOCKSTEP_FLOAT_VECTORS)"));
        file = vm.readFileBinary(path);
        Expect.equal(file.length % BYTES, 0, "size of the file of float vectors");
        count = file.length / BYTES;
    }

    /// @notice Reads a row into one that there is, so that memory does not grow.
    function read(bytes memory file, uint256 index, FloatRow memory row) internal pure {
        uint256 word;
        assembly ("memory-safe") {
            word := mload(add(add(file, 0x20), mul(index, BYTES)))
        }
        row.opcode = word >> 240;
        row.a = (word >> 176) & type(uint64).max;
        row.b = (word >> 112) & type(uint64).max;
        row.result = (word >> 48) & type(uint64).max;
        row.trap = (word >> 40) & 0xFF;
    }

    /// @notice Whether the opcode is that of a float instruction.
    function isFloat(uint256 opcode) internal pure returns (bool) {
        (bool exists,) = Opcodes.find(opcode);
        bool isOfIntegers = opcode == Opcodes.I32_WRAP_I64 || opcode == Opcodes.I64_EXTEND_I32_S
            || opcode == Opcodes.I64_EXTEND_I32_U || opcode > Opcodes.F64_PROMOTE_F32
            || (opcode >= Opcodes.I32_EQZ && opcode < Opcodes.F32_EQ)
            || (opcode >= Opcodes.I32_CLZ && opcode < Opcodes.F32_ABS);
        return exists && opcode >> 8 == Opcodes.FAMILY_NUMERIC && !isOfIntegers;
    }

    /// @notice Where free memory begins.
    function markMemory() internal pure returns (uint256 mark) {
        assembly ("memory-safe") {
            mark := mload(0x40)
        }
    }

    /// @notice Gives back what has been taken since, so that memory does not grow with the rows.
    function freeMemory(uint256 mark) internal pure {
        assembly ("memory-safe") {
            mstore(0x40, mark)
        }
    }

    function describe(FloatRow memory row) internal pure returns (string memory) {
        return string.concat(
            "opcode ",
            vm.toString(bytes32(row.opcode)),
            " of ",
            vm.toString(bytes32(row.a)),
            ", ",
            vm.toString(bytes32(row.b))
        );
    }
}
