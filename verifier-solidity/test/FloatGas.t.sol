// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {NumericUnit} from "../src/NumericUnit.sol";
import {Opcodes} from "../src/types/Opcodes.sol";
import {Trap} from "../src/types/Trap.sol";
import {Deployment} from "./Deployment.sol";
import {Expect} from "./Expect.sol";
import {FloatRow, FloatRows} from "./FloatRows.sol";
import {vm} from "./Vm.sol";

/// @dev A call of it costs what the call of a unit costs that computes nothing.
contract EmptyUnit {
    function compute(uint16, uint64 a, uint64) external pure returns (uint64, Trap) {
        return (a, Trap.None);
    }
}

/// @title What float instructions cost: the figures in snapshots/floats.json
/// @dev LOCKSTEP_UPDATE_SNAPSHOTS=1 writes the file; otherwise it must be as it would be written. The figures are of
/// all the vectors of an instruction, most of which are hard cases. Gas is what the unit spends on the operation and on
/// finding it by its opcode, without what a call of any unit costs.
contract FloatGasTest {
    string private constant SNAPSHOT = "snapshots/floats.json";
    uint256 private constant AIM_FOR_MEAN = 1000;
    uint256 private constant AIM_FOR_ANY = 1300;

    struct Figures {
        uint256 rows;
        uint256 total;
        uint256 greatest;
    }

    function test_float_instructions_cost_what_the_snapshot_says() public {
        string memory json = _toJson(_measure());
        if (vm.envOr("LOCKSTEP_UPDATE_SNAPSHOTS", false)) {
            vm.writeFile(SNAPSHOT, json);
        } else {
            Expect.that(vm.exists(SNAPSHOT), "snapshots/floats.json is missing: run with LOCKSTEP_UPDATE_SNAPSHOTS=1");
            bool same = keccak256(bytes(vm.readFile(SNAPSHOT))) == keccak256(bytes(json));
            Expect.that(same, "costs differ from snapshots/floats.json: run with LOCKSTEP_UPDATE_SNAPSHOTS=1 and look");
        }
    }

    function _measure() private returns (Figures[] memory figures) {
        address unit = address(Deployment.numericUnit());
        address empty = address(new EmptyUnit());
        (bytes memory file, uint256 count) = FloatRows.load();
        FloatRow memory row;
        figures = new Figures[](256);
        FloatRows.read(file, 0, row);
        uint256 overhead = _gasOf(empty, row);
        for (uint256 i = 0; i < count; ++i) {
            FloatRows.read(file, i, row);
            uint256 gasUsed = _gasOf(unit, row) - overhead;
            Figures memory one = figures[row.opcode & 0xFF];
            ++one.rows;
            one.total += gasUsed;
            if (gasUsed > one.greatest) one.greatest = gasUsed;
        }
    }

    /// @dev Of a call to a warm address.
    function _gasOf(address target, FloatRow memory row) private view returns (uint256 gasUsed) {
        bytes4 selector = NumericUnit.compute.selector;
        bool success;
        assembly ("memory-safe") {
            let message := mload(0x40)
            mstore(message, selector)
            mstore(add(message, 0x04), mload(row))
            mstore(add(message, 0x24), mload(add(row, 0x20)))
            mstore(add(message, 0x44), mload(add(row, 0x40)))
            pop(balance(target))
            gasUsed := gas()
            success := staticcall(gas(), target, message, 0x64, 0x00, 0x40)
            gasUsed := sub(gasUsed, gas())
        }
        if (!success) Expect.that(false, FloatRows.describe(row));
    }

    /// @dev Names and order are those of the table in docs/spec/opcodes.md.
    function _toJson(Figures[] memory figures) private view returns (string memory json) {
        string[] memory lines = vm.split(vm.readFile("../docs/spec/opcodes.md"), "\n| `06");
        json = "{";
        bool isFirst = true;
        for (uint256 i = 1; i < lines.length; ++i) {
            string[] memory cells = vm.split(lines[i], "`");
            Figures memory one = figures[_parseByte(cells[0])];
            if (one.rows == 0) continue;
            json = string.concat(json, isFirst ? "\n" : ",\n", _line(cells[2], one));
            isFirst = false;
        }
        return string.concat(json, "\n}\n");
    }

    function _line(string memory name, Figures memory one) private pure returns (string memory) {
        uint256 mean = one.total / one.rows;
        Expect.that(mean < AIM_FOR_MEAN, string.concat(name, ": its mean is ", vm.toString(mean)));
        Expect.that(one.greatest < AIM_FOR_ANY, string.concat(name, ": its greatest is ", vm.toString(one.greatest)));
        return string.concat(
            '  "', name, '": {"mean_gas": ', vm.toString(mean), ', "greatest_gas": ', vm.toString(one.greatest), "}"
        );
    }

    function _parseByte(string memory digits) private pure returns (uint256 number) {
        bytes memory text = bytes(digits);
        Expect.equal(text.length, 2, "the digits of an opcode's number");
        for (uint256 i = 0; i < 2; ++i) {
            uint256 digit = uint8(text[i]);
            number = 16 * number + (digit < 58 ? digit - 48 : digit - 87);
        }
    }
}
