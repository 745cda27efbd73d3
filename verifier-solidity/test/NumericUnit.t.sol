// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(unsafe-typecast)

import {NumericUnit} from "../src/NumericUnit.sol";
import {UnknownOpcode} from "../src/types/Errors.sol";
import {Opcodes} from "../src/types/Opcodes.sol";
import {Trap} from "../src/types/Trap.sol";
import {Deployment} from "./Deployment.sol";
import {Expect} from "./Expect.sol";

/// @title What the numeric unit answers, and what it refuses
contract NumericUnitTest {
    NumericUnit private _unit;

    function setUp() public {
        _unit = Deployment.numericUnit();
    }

    function test_it_computes_the_numeric_opcodes_and_no_others() public view {
        for (uint256 opcode = 0; opcode < 0x10000; ++opcode) {
            // All of its family, and a sample of the others.
            if (opcode >> 8 != Opcodes.FAMILY_NUMERIC && opcode & 0x1F != 7) continue;
            (bool exists,) = Opcodes.find(opcode);
            (bool success, bytes memory answer) = _call(opcode, 6, 3);
            bool isNumeric = exists && opcode >> 8 == Opcodes.FAMILY_NUMERIC;
            Expect.that(success == isNumeric, "numeric opcodes are computed");
            if (success) Expect.equal(answer.length, 64, "two words");
            else Expect.equal(keccak256(answer), keccak256(_unknown(opcode)), "unknown opcode");
        }
    }

    function test_answers_are_in_range(uint64 a, uint64 b) public view {
        for (uint256 opcode = 0x600; opcode < 0x700; ++opcode) {
            (bool exists,) = Opcodes.find(opcode);
            if (!exists) continue;
            (uint64 value, Trap trap) = _unit.compute(uint16(opcode), a, b);
            bool traps = trap != Trap.None;
            Expect.that(!traps || value == 0, "no value with a trap");
            bool isKnown =
                trap == Trap.IntegerDivideByZero || trap == Trap.IntegerOverflow || trap == Trap.InvalidConversion;
            Expect.that(!traps || isKnown, "a trap of numeric instructions");
        }
    }

    function test_operands_beyond_their_width_are_refused(uint256 beyond) public view {
        uint256 number = beyond | (1 << 64);
        (bool success,) = _call(Opcodes.I64_ADD, number, 1);
        Expect.that(!success, "first operand");
        (success,) = _call(Opcodes.I64_ADD, 1, number);
        Expect.that(!success, "second operand");
        (success,) = _call(Opcodes.I64_ADD | (1 << 16), 1, 1);
        Expect.that(!success, "opcode");
    }

    function _call(uint256 opcode, uint256 a, uint256 b) private view returns (bool, bytes memory) {
        return address(_unit).staticcall(abi.encodeWithSelector(NumericUnit.compute.selector, opcode, a, b));
    }

    function _unknown(uint256 opcode) private pure returns (bytes memory) {
        return abi.encodeWithSelector(UnknownOpcode.selector, opcode);
    }
}
