// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BundleReader} from "../BundleReader.sol";
import {Chain} from "../merkle/Chain.sol";
import {HashMismatch, Part} from "../types/Errors.sol";
import {Machine} from "../types/Machine.sol";

/// @title The value stack: a chain whose topmost values are in the bundle
library ValueStack {
    uint256 private constant VALUE_BYTES = 8;

    /// @notice Reads the link under the topmost `count` values and these values, topmost first.
    function readOperands(Machine memory machine, uint256 count) internal view {
        if (count == 0) return;
        bytes32 under = machine.bundle.readWord();
        bytes32 link = under;
        unchecked {
            uint256 first = machine.bundle.skip(VALUE_BYTES * count);
            for (uint256 next = machine.bundle.position; next != first;) {
                next -= VALUE_BYTES;
                link = Chain.valueLink(link, _valueAt(next));
            }
            machine.operand = first;
        }
        bytes32 committed = machine.state.valueStack;
        if (link != committed) revert HashMismatch(Part.ValueStack, committed, link);
        machine.state.valueStack = under;
    }

    /// @notice How many operands are left, as long as nothing else has been read.
    function operandCount(Machine memory machine) internal pure returns (uint256) {
        unchecked {
            return (machine.bundle.position - machine.operand) / VALUE_BYTES;
        }
    }

    /// @notice The next of the operands.
    function pop(Machine memory machine) internal pure returns (uint256 value) {
        unchecked {
            value = _valueAt(machine.operand);
            machine.operand += VALUE_BYTES;
        }
    }

    /// @notice Pushes a value below 2^64, after all pops.
    function push(Machine memory machine, uint256 value) internal view {
        machine.state.valueStack = Chain.valueLink(machine.state.valueStack, value);
    }

    function _valueAt(uint256 position) private pure returns (uint256) {
        return uint256(BundleReader.wordAt(position)) >> 192;
    }
}
