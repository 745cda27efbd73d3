// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Instruction} from "../../src/types/Instruction.sol";
import {UnknownOpcode} from "../../src/types/Errors.sol";
import {Opcodes} from "../../src/types/Opcodes.sol";
import {Expect} from "../Expect.sol";
import {vm} from "../Vm.sol";

/// @title The generated lookup and the fields of instructions
contract OpcodesTest {
    function test_pops_of_some() public pure {
        _expectPops(Opcodes.UNREACHABLE, 0);
        _expectPops(Opcodes.JUMP_TABLE, 1);
        _expectPops(Opcodes.SELECT, 3);
        _expectPops(Opcodes.DROP, 0);
        _expectPops(Opcodes.DROP_UNDER, 1);
        _expectPops(Opcodes.I64_LOAD32_U, 1);
        _expectPops(Opcodes.I64_STORE32, 2);
        _expectPops(Opcodes.MEMORY_INIT, 4);
        _expectPops(Opcodes.TABLE_INIT, 4);
        _expectPops(Opcodes.TABLE_GROW, 3);
        _expectPops(Opcodes.I32_EQZ, 1);
        _expectPops(Opcodes.I64_ROTR, 2);
        _expectPops(Opcodes.I64_EXTEND32_S, 1);
        _expectPops(Opcodes.OUTPUT_WRITE, 2);
        _expectPops(Opcodes.HALT, 1);
    }

    function test_all_are_of_a_family() public pure {
        for (uint256 code = 0; code < 0x10000; ++code) {
            (bool exists, uint256 pops) = Opcodes.find(code);
            uint256 family = code >> 8;
            if (exists) Expect.that(family >= Opcodes.FAMILY_CONTROL && family <= Opcodes.FAMILY_HOST, "family");
            else Expect.equal(pops, 0, "pops of no opcode");
        }
    }

    function test_fields_of_an_instruction(uint16 opcode, uint16 c, uint32 b, uint64 a) public pure {
        Instruction instruction = Instruction.wrap(uint128(bytes16(abi.encodePacked(opcode, c, b, a))));
        Expect.equal(instruction.opcode(), opcode, "opcode");
        Expect.equal(instruction.c(), c, "c");
        Expect.equal(instruction.b(), b, "b");
        Expect.equal(instruction.a(), a, "a");
    }

    function test_drops_pop_as_many_as_b_says(uint32 b) public view {
        Expect.equal(this.popCount(_make(Opcodes.DROP, b)), b, "drop");
        Expect.equal(this.popCount(_make(Opcodes.DROP_UNDER, b)), uint256(b) + 1, "drop_under");
        Expect.equal(this.popCount(_make(Opcodes.SELECT, b)), 3, "select");
    }

    function test_unknown_opcodes_are_rejected(uint16 code) public {
        (bool exists,) = Opcodes.find(code);
        vm.assume(!exists);
        vm.expectRevert(abi.encodeWithSelector(UnknownOpcode.selector, uint256(code)));
        this.popCount(_make(code, 0));
    }

    function popCount(Instruction instruction) external pure returns (uint256) {
        return instruction.popCount();
    }

    function _make(uint256 opcode, uint32 b) private pure returns (Instruction) {
        return Instruction.wrap(uint128((opcode << 112) | (uint256(b) << 64)));
    }

    function _expectPops(uint256 code, uint256 expected) private pure {
        (bool exists, uint256 pops) = Opcodes.find(code);
        Expect.that(exists, "exists");
        Expect.equal(pops, expected, "pops");
    }
}
