// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// forge-lint: disable-start(unsafe-typecast)

import {OneStepVerifier} from "../src/OneStepVerifier.sol";
import {Opcodes} from "../src/types/Opcodes.sol";
import {Deployment} from "./Deployment.sol";
import {Expect} from "./Expect.sol";
import {vm} from "./Vm.sol";

/// @title States and images that no program of ours has: an answer or one of our errors, at a bounded cost
/// @dev The images are of one leaf of code with any immediates; all that an instruction opens is consistent, up to
/// records whose roots nobody knows.
contract GarbageTest {
    uint256 private constant GAS = 500_000;
    /// @dev Each run tries one opcode of so many.
    uint256 private constant STRIDE = 8;

    uint256[] private _opcodes;
    OneStepVerifier private verifier;

    function setUp() public {
        verifier = Deployment.verifier();
        for (uint256 code = 0x100; code < 0x800; ++code) {
            (bool exists,) = Opcodes.find(code);
            if (exists) _opcodes.push(code);
        }
    }

    function test_any_bytes(bytes32 pre, bytes calldata bundle) public view {
        Expect.that(!_verify(pre, bundle), "accepted");
    }

    function test_any_instruction(uint256 seed, uint64 a, uint32 b, uint16 c) public view {
        for (uint256 i = (seed >> 250) % STRIDE; i < _opcodes.length; i += STRIDE) {
            _checkInstruction(_opcodes[i], seed, a, b, c);
            _checkInstruction(_opcodes[i], seed, a % 70000, b % 7, c % 34);
        }
    }

    function test_drops_of_more_than_there_is(uint32 b) public view {
        vm.assume(b > 100);
        _checkInstruction(Opcodes.DROP, 0, 0, b, 0);
        _checkInstruction(Opcodes.DROP_UNDER, 0, 0, b, 0);
    }

    function test_states_of_an_unknown_status(uint8 status) public view {
        vm.assume(status > 2);
        bytes memory state = abi.encodePacked(new bytes(160), status, new bytes(32));
        Expect.that(!_verify(_hash(0x01, state), state), "accepted");
    }

    function _checkInstruction(uint256 opcode, uint256 seed, uint64 a, uint32 b, uint16 c) private view {
        bytes32 leaf = bytes32(abi.encodePacked(uint16(opcode), c, b, a, uint16(opcode), c, b, a));
        bytes32 program = keccak256("program");
        bytes32 image = _hash(0x09, abi.encodePacked(uint16(1), uint8(0), leaf, program));
        (bytes memory operands, bytes32 values) = _operands(opcode, seed);
        (bytes memory openings, bytes32 environment) = _openings(seed);
        bytes memory state = abi.encodePacked(
            image, environment, values, bytes32(0), bytes32(0), uint8(0), uint32(0), uint32(seed & 1), _counters(seed)
        );
        bytes memory bundle = abi.encodePacked(state, uint8(0), program, leaf, operands);
        bytes32 pre = _hash(0x01, state);
        _verify(pre, bundle);
        _verify(pre, abi.encodePacked(bundle, openings));
        _verify(pre, abi.encodePacked(bundle, openings, new bytes(200)));
    }

    /// @dev The operands, some of them small, and the head of the stack that they are.
    function _operands(uint256 opcode, uint256 seed) private pure returns (bytes memory operands, bytes32 link) {
        (, uint256 pops) = Opcodes.find(opcode);
        if (pops == 0) return ("", keccak256("values"));
        for (uint256 i = 0; i < pops; ++i) {
            uint64 value = uint64(uint256(keccak256(abi.encode(seed, i))));
            if (seed >> (i + 1) & 1 == 1) value %= 100;
            link = _hash(0x05, abi.encodePacked(link, value));
            operands = abi.encodePacked(value, operands);
        }
        operands = abi.encodePacked(bytes32(0), operands);
    }

    /// @dev An environment with records of any sizes, and what opens it up to the memory's or the io's record.
    function _openings(uint256 seed) private pure returns (bytes memory, bytes32) {
        bytes memory memoryRecord =
            abi.encodePacked(keccak256("memory"), uint32(seed >> 8), seed & 32 == 0 ? uint32(seed >> 40) : uint32(9));
        bytes memory io = abi.encodePacked(bytes32(seed), uint64(seed >> 72), bytes32(seed), uint64(seed >> 136));
        bytes memory message =
            abi.encodePacked(_hash(0x03, memoryRecord), keccak256("globals"), keccak256("tables"), _hash(0x08, io));
        bytes memory openings = seed & 64 == 0 ? abi.encodePacked(message, memoryRecord) : abi.encodePacked(message, io);
        return (openings, _hash(0x02, message));
    }

    /// @dev Call depth, slots used, steps and gas.
    function _counters(uint256 seed) private pure returns (bytes memory) {
        if (seed & 128 == 0) return abi.encodePacked(type(uint192).max);
        return abi.encodePacked(uint32(seed >> 100), uint32(seed >> 132), uint64(seed >> 164), uint64(seed >> 200));
    }

    function _hash(uint8 tag, bytes memory message) private pure returns (bytes32) {
        return sha256(abi.encodePacked(tag, message));
    }

    function _verify(bytes32 pre, bytes memory bundle) private view returns (bool success) {
        bytes memory answer;
        (success, answer) =
            address(verifier).staticcall{gas: GAS}(abi.encodeCall(OneStepVerifier.verify, (pre, bundle)));
        if (success) Expect.equal(answer.length, 32, "size of the answer");
        else Expect.ownError(false, bytes4(answer), answer.length, "garbage");
    }
}
