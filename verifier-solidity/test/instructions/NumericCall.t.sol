// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(unsafe-typecast)

import {NumericUnit} from "../../src/NumericUnit.sol";
import {BadNumericResult, NoNumericUnit, NumericUnitFailed} from "../../src/types/Errors.sol";
import {Opcodes} from "../../src/types/Opcodes.sol";
import {Trap} from "../../src/types/Trap.sol";
import {Deployment} from "../Deployment.sol";
import {Expect} from "../Expect.sol";
import {StepVector, StepVectors} from "../StepVectors.sol";
import {vm} from "../Vm.sol";

/// @dev Answers every call with what it has been given, or reverts with that.
contract FixedAnswer {
    bytes public answer;
    bool public reverts;

    function set(bytes calldata answer_, bool reverts_) external {
        answer = answer_;
        reverts = reverts_;
    }

    fallback() external {
        bytes memory data = answer;
        bool isRevert = reverts;
        assembly ("memory-safe") {
            if isRevert { revert(add(data, 0x20), mload(data)) }
            return(add(data, 0x20), mload(data))
        }
    }
}

/// @dev Consumes all gas.
contract EndlessUnit {
    fallback() external {
        while (true) {}
    }
}

contract InvalidUnit {
    fallback() external {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// @dev Checks its message, and answers 42.
contract CheckingUnit {
    bytes32 private immutable _expected;

    constructor(bytes memory message) {
        _expected = keccak256(message);
    }

    fallback(bytes calldata message) external returns (bytes memory) {
        Expect.equal(keccak256(message), _expected, "message");
        return abi.encode(uint256(42), uint256(0));
    }
}

/// @title The verifier's call of its numeric unit: whatever the unit does, the verifier answers rightly or not at all
contract NumericCallTest is StepVectors {
    uint256 private constant GAS = 1_000_000;

    FixedAnswer private _fixed;
    /// @dev The call of an addition.
    bytes private _addition;

    function setUp() public override {
        super.setUp();
        _fixed = new FixedAnswer();
        _addition = _message(_find("i64_add/success"));
    }

    function test_a_unit_without_code_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(NoNumericUnit.selector, address(0x1234)));
        Deployment.verifier(address(0x1234));
        vm.expectRevert(abi.encodeWithSelector(NoNumericUnit.selector, address(0)));
        Deployment.verifier(address(0));
    }

    function test_the_unit_is_the_one_given() public {
        NumericUnit unit = Deployment.numericUnit();
        Expect.that(Deployment.verifier(address(unit)).numericUnit() == address(unit), "unit");
    }

    function test_a_unit_that_loses_its_code_is_noticed() public {
        address unit = verifier.numericUnit();
        vm.etch(unit, "");
        _expectFailure("no code");
    }

    function test_a_unit_that_reverts_is_noticed() public {
        _useAnswer(abi.encode(uint256(1), uint256(0)), true);
        _expectFailure("reverts with two words");
        _useAnswer("", true);
        _expectFailure("reverts with nothing");
    }

    function test_answers_of_another_size_are_refused() public {
        bytes memory words = abi.encode(uint256(1), uint256(0), uint256(0));
        for (uint256 size = 0; size <= words.length; ++size) {
            if (size == 64) continue;
            bytes memory answer = new bytes(size);
            for (uint256 i = 0; i < size; ++i) {
                answer[i] = words[i];
            }
            _useAnswer(answer, false);
            _expectFailure("size");
        }
    }

    function test_values_of_more_than_64_bits_are_refused() public {
        _expectBadResult(1 << 64, 0);
        _expectBadResult(type(uint256).max, 0);
        _expectBadResult(1 << 255, uint256(Trap.IntegerOverflow));
        _useAnswer(abi.encode(type(uint64).max, uint256(0)), false);
        (bool success,,) = _call();
        Expect.that(success, "64 bits are a value");
    }

    function test_traps_of_other_instructions_are_refused() public {
        for (uint256 trap = 0; trap < 300; ++trap) {
            bool isNumeric = trap == uint256(Trap.None) || trap == uint256(Trap.IntegerDivideByZero)
                || trap == uint256(Trap.IntegerOverflow) || trap == uint256(Trap.InvalidConversion);
            if (!isNumeric) {
                _expectBadResult(0, trap);
                continue;
            }
            _useAnswer(abi.encode(uint256(0), trap), false);
            (bool success,,) = _call();
            Expect.that(success, "a trap of numeric instructions");
        }
        _expectBadResult(0, 1 << 128);
        _expectBadResult(0, (1 << 255) | uint256(Trap.IntegerOverflow));
        _expectBadResult(0, type(uint256).max);
    }

    function test_a_unit_that_consumes_all_gas_is_noticed() public {
        verifier = Deployment.verifier(address(new EndlessUnit()));
        _expectFailure("endless");
        verifier = Deployment.verifier(address(new InvalidUnit()));
        _expectFailure("invalid instruction");
    }

    /// @dev Wherever the gas runs out, in the unit too: an error, or the root; never another root.
    function test_too_little_gas_is_never_another_root() public view {
        StepVector memory vector = _find("i64_div_s/success");
        bytes memory data = _message(vector);
        uint256 successes = 0;
        for (uint256 gasGiven = 1000; gasGiven < 40000; gasGiven += 23) {
            (bool success, bytes memory answer) = address(verifier).staticcall{gas: gasGiven}(data);
            if (!success) continue;
            ++successes;
            Expect.equal(answer.length, 32, "size");
            Expect.equal(bytes32(answer), vector.post, "root");
        }
        Expect.that(successes > 10, "enough gas");
    }

    function test_two_operands_are_passed_in_their_order() public {
        _expectMessage("i64_sub/success", Opcodes.I64_SUB);
    }

    function test_two_floats_are_passed_in_their_order() public {
        _expectMessage("f64_div/success", Opcodes.F64_DIV);
    }

    function test_one_operand_is_passed_alone() public {
        _expectMessage("f32_demote_f64/success", Opcodes.F32_DEMOTE_F64);
    }

    /// @dev The operands stand behind the link in the bundle, the last one first.
    function _expectMessage(string memory group, uint256 opcode) private {
        StepVector memory vector = _find(group);
        (, uint256 pops) = Opcodes.find(opcode);
        uint256 operands = vector.bundle + vector.length - 8 * pops;
        uint256 last = _uint64At(operands);
        uint256 first = pops == 1 ? last : _uint64At(operands + 8);
        bytes memory message = abi.encodeWithSelector(NumericUnit.compute.selector, opcode, first, pops == 1 ? 0 : last);
        verifier = Deployment.verifier(address(new CheckingUnit(message)));
        (bool success, bytes memory answer) = address(verifier).staticcall{gas: GAS}(_message(vector));
        Expect.that(success, string.concat(group, ": another message"));
        Expect.equal(answer.length, 32, "size");
    }

    function _expectBadResult(uint256 value, uint256 trap) private {
        _useAnswer(abi.encode(value, trap), false);
        (bool success, bytes32 word, bytes memory answer) = _call();
        bytes memory expected = abi.encodeWithSelector(BadNumericResult.selector, value, trap);
        Expect.that(!success, "accepted");
        Expect.equal(bytes32(bytes4(word)), bytes32(BadNumericResult.selector), "error");
        Expect.equal(keccak256(answer), keccak256(expected), "what the error says");
    }

    function _expectFailure(string memory what) private view {
        (bool success, bytes32 word, bytes memory answer) = _call();
        Expect.that(!success, string.concat(what, ": accepted"));
        Expect.equal(bytes32(bytes4(word)), bytes32(NumericUnitFailed.selector), what);
        Expect.equal(answer.length, 4, what);
    }

    function _useAnswer(bytes memory answer, bool reverts) private {
        _fixed.set(answer, reverts);
        if (verifier.numericUnit() != address(_fixed)) verifier = Deployment.verifier(address(_fixed));
    }

    function _call() private view returns (bool success, bytes32 word, bytes memory answer) {
        (success, answer) = address(verifier).staticcall{gas: GAS}(_addition);
        word = bytes32(answer);
    }

    function _message(StepVector memory vector) private pure returns (bytes memory message) {
        message = newCallBuffer();
        uint256 size = writeCall(message, vector);
        assembly ("memory-safe") {
            mstore(message, size)
        }
    }

    function _find(string memory group) private view returns (StepVector memory) {
        StepVector[] memory vectors = loadVectors();
        for (uint256 i = 0; i < vectors.length; ++i) {
            if (keccak256(bytes(vectors[i].group)) == keccak256(bytes(group))) return vectors[i];
        }
        revert(string.concat("no vector of ", group));
    }

    function _uint64At(uint256 place) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(192, mload(place))
        }
    }
}
