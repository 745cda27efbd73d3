// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {vm} from "./Vm.sol";

/// @title What the tests expect; a test that reverts has failed
library Expect {
    bytes4 internal constant PANIC = 0x4e487b71;

    error Failed(string reason);
    error Differs(string what, uint256 actual, uint256 expected);
    error WordDiffers(string what, bytes32 actual, bytes32 expected);

    function that(bool condition, string memory reason) internal pure {
        if (!condition) revert Failed(reason);
    }

    function equal(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert Differs(what, actual, expected);
    }

    function equal(bytes32 actual, bytes32 expected, string memory what) internal pure {
        if (actual != expected) revert WordDiffers(what, actual, expected);
    }

    /// @notice The error of a call that must have been reverted by one of our errors: neither a panic, nor nothing.
    function ownError(bool success, bytes4 selector, uint256 size, string memory what) internal pure {
        if (success) revert Failed(string.concat(what, ": was accepted"));
        if (size < 4) revert Failed(string.concat(what, ": reverted without an error"));
        if (selector == PANIC) revert Failed(string.concat(what, ": panicked"));
    }
}
