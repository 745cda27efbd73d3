// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {NumericUnit} from "../NumericUnit.sol";
import {BadNumericResult, NumericUnitFailed} from "../types/Errors.sol";
import {Trap} from "../types/Trap.sol";

/// @title Calls the numeric unit
/// @dev Nothing leads to a state but an answer of exactly two words, a value of 64 bits and a trap that numeric
/// instructions have, or none. Where the unit runs out of gas its call fails, and with it the whole.
library NumericCall {
    /// @dev The traps of numeric instructions, and none: a bit each.
    // forge-lint: disable-start(incorrect-shift)
    uint256 private constant TRAPS = (1 << uint256(Trap.None)) | (1 << uint256(Trap.IntegerDivideByZero))
        | (1 << uint256(Trap.IntegerOverflow)) | (1 << uint256(Trap.InvalidConversion));
    // forge-lint: disable-end(incorrect-shift)

    function compute(address unit, uint256 opcode, uint256 a, uint256 b) internal view returns (uint256 value, Trap) {
        bytes4 selector = NumericUnit.compute.selector;
        bool ok;
        uint256 trap;
        assembly ("memory-safe") {
            let message := mload(0x40)
            mstore(message, selector)
            mstore(add(message, 0x04), opcode)
            mstore(add(message, 0x24), a)
            mstore(add(message, 0x44), b)
            ok := staticcall(gas(), unit, message, 0x64, 0x00, 0x40)
            ok := and(ok, eq(returndatasize(), 0x40))
            value := mload(0x00)
            trap := mload(0x20)
        }
        if (!ok) revert NumericUnitFailed();
        if (value > type(uint64).max || (TRAPS >> trap) & 1 == 0) revert BadNumericResult(value, trap);
        // forge-lint: disable-next-line(unsafe-typecast)
        return (value, Trap(trap));
    }
}
