// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Opcodes} from "../src/types/Opcodes.sol";
import {Expect} from "./Expect.sol";
import {StepVector, StepVectors} from "./StepVectors.sol";
import {vm} from "./Vm.sol";

/// @title What it costs to prove a step: the aims, and the figures in snapshots/steps.json
/// @dev LOCKSTEP_UPDATE_SNAPSHOTS=1 writes the file; otherwise it must be as it would be written. A figure is the
/// greatest of all vectors of the group. Gas is that of a whole transaction that does nothing but call `verify`,
/// calldata at the prices of EIP-7623.
contract GasSnapshotTest is StepVectors {
    string private constant SNAPSHOT = "snapshots/steps.json";
    /// @dev EIP-2929: what a transaction's first call of the numeric unit costs more than those measured here.
    uint256 private constant COLD_UNIT = 2500;
    uint256 private constant AIM_WITHOUT_MEMORY = 120_000;
    uint256 private constant AIM_WITH_MEMORY = 150_000;
    uint256 private constant AIM_FOR_ANY = 200_000;

    struct Figures {
        string group;
        uint256 transactionGas;
        uint256 executionGas;
        uint256 bundleBytes;
    }

    /// @dev By the hash of the group: the place in the list plus one.
    mapping(bytes32 => uint256) private _places;
    string[] private _lines;

    function test_zero_bytes_are_counted(bytes memory data) public pure {
        uint256 expected = 0;
        for (uint256 i = 0; i < data.length; ++i) {
            if (data[i] == 0) ++expected;
        }
        Expect.equal(_zeroBytes(data, data.length), expected, "zero bytes");
    }

    function test_steps_cost_what_the_snapshot_says() public {
        string memory json = _toJson(_measure(loadVectors()));
        if (vm.envOr("LOCKSTEP_UPDATE_SNAPSHOTS", false)) {
            vm.writeFile(SNAPSHOT, json);
        } else {
            Expect.that(vm.exists(SNAPSHOT), "snapshots/steps.json is missing: run with LOCKSTEP_UPDATE_SNAPSHOTS=1");
            bool same = keccak256(bytes(vm.readFile(SNAPSHOT))) == keccak256(bytes(json));
            Expect.that(same, "costs differ from snapshots/steps.json: run with LOCKSTEP_UPDATE_SNAPSHOTS=1 and look");
        }
    }

    function _measure(StepVector[] memory vectors) private returns (Figures[] memory figures) {
        bytes memory buffer = newCallBuffer();
        call(buffer, writeCall(buffer, vectors[0])); // warms the address
        figures = new Figures[](vectors.length);
        uint256 count = 0;
        for (uint256 i = 0; i < vectors.length; ++i) {
            bytes32 key = keccak256(bytes(vectors[i].group));
            if (_places[key] == 0) {
                figures[count].group = vectors[i].group;
                _places[key] = ++count;
            }
            _measureOne(buffer, vectors[i], figures[_places[key] - 1]);
        }
        assembly ("memory-safe") {
            mstore(figures, count)
        }
    }

    function _measureOne(bytes memory buffer, StepVector memory vector, Figures memory figures) private view {
        uint256 callBytes = writeCall(buffer, vector);
        (bool success,,, uint256 gasUsed) = call(buffer, callBytes);
        if (opcodeOf(vector) >> 8 == Opcodes.FAMILY_NUMERIC) gasUsed += COLD_UNIT;
        Expect.that(success, string.concat(vector.label, ": is rejected"));
        uint256 transactionGas = _transactionGas(buffer, callBytes, gasUsed);
        string memory what = string.concat(vector.label, ": gas of a transaction is ", vm.toString(transactionGas));
        Expect.that(transactionGas < _aim(opcodeOf(vector)), what);
        figures.transactionGas = _greater(figures.transactionGas, transactionGas);
        figures.executionGas = _greater(figures.executionGas, gasUsed);
        figures.bundleBytes = _greater(figures.bundleBytes, vector.length);
    }

    /// @dev EIP-7623: a token is a zero byte or a quarter of another.
    function _transactionGas(bytes memory data, uint256 size, uint256 executionGas) private pure returns (uint256) {
        uint256 tokens = 4 * size - 3 * _zeroBytes(data, size);
        return 21000 + _greater(4 * tokens + executionGas, 10 * tokens);
    }

    function _aim(uint256 opcode) private pure returns (uint256) {
        uint256 family = opcode >> 8;
        if (family <= Opcodes.FAMILY_VARIABLE || family == Opcodes.FAMILY_NUMERIC) return AIM_WITHOUT_MEMORY;
        return family == Opcodes.FAMILY_MEMORY ? AIM_WITH_MEMORY : AIM_FOR_ANY;
    }

    /// @dev How many of the first `size` bytes are zero: a byte's high bit is set where it is, word by word.
    function _zeroBytes(bytes memory data, uint256 size) private pure returns (uint256 count) {
        uint256 low7 = type(uint256).max / 0xFF * 0x7F;
        for (uint256 position = 0; position < size; position += 32) {
            uint256 word;
            assembly ("memory-safe") {
                word := mload(add(add(data, 0x20), position))
            }
            if (size - position < 32) word |= type(uint256).max >> (8 * (size - position));
            uint256 zeros = ~(((word & low7) + low7) | word | low7);
            unchecked {
                count += ((zeros >> 7) * (type(uint256).max / 0xFF)) >> 248;
            }
        }
    }

    function _toJson(Figures[] memory figures) private returns (string memory) {
        for (uint256 i = 0; i < figures.length; ++i) {
            Figures memory one = figures[i];
            string memory numbers = string.concat(
                '{"transaction_gas": ',
                vm.toString(one.transactionGas),
                ', "execution_gas": ',
                vm.toString(one.executionGas),
                ', "bundle_bytes": ',
                vm.toString(one.bundleBytes),
                "}"
            );
            string memory comma = i + 1 < figures.length ? "," : "";
            _lines.push(string.concat('  "', one.group, '": ', numbers, comma, "\n"));
        }
        return string.concat("{\n", _join(0, _lines.length), "}\n");
    }

    function _join(uint256 begin, uint256 end) private view returns (string memory) {
        if (end - begin == 1) return _lines[begin];
        uint256 middle = (begin + end) / 2;
        return string.concat(_join(begin, middle), _join(middle, end));
    }

    function _greater(uint256 x, uint256 y) private pure returns (uint256) {
        return x > y ? x : y;
    }
}
