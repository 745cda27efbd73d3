// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Chain} from "../merkle/Chain.sol";
import {HashMismatch, Part} from "../types/Errors.sol";
import {Machine} from "../types/Machine.sol";

/// @title Suspended frames: a chain
library Frames {
    /// @notice Suspends the running frame and starts one with zero locals.
    function pushFrame(Machine memory machine, uint256 returnPc, uint256 depth) internal view {
        machine.state.callers = Chain.frameLink(machine.state.callers, machine.state.locals, returnPc);
        machine.state.locals = machine.zeros.plain(depth);
    }

    /// @notice Opens and resumes the caller's frame.
    function popFrame(Machine memory machine) internal view returns (uint256 returnPc) {
        bytes32 previous = machine.bundle.readWord();
        bytes32 locals = machine.bundle.readWord();
        returnPc = machine.bundle.readUint(4);
        bytes32 link = Chain.frameLink(previous, locals, returnPc);
        bytes32 committed = machine.state.callers;
        if (link != committed) revert HashMismatch(Part.Callers, committed, link);
        machine.state.callers = previous;
        machine.state.locals = locals;
    }
}
