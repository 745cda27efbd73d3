// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Trap} from "./Trap.sol";

/// @dev What one step does to the program counter and the status: kind above bit 32, a 32-bit value below.
/// Twin: vm/instructions/outcome.hpp.
type Outcome is uint256;

using Outcomes for Outcome global;

library Outcomes {
    enum Kind {
        Next, // pc + 1
        Jump, // to the value
        Stay, // a bulk instruction with work left
        Halt, // the value is the exit code; empties the stacks
        Finish, // the entry function has returned: halted with exit code 0, results on the stack
        Trap // the value is the trap; empties the stacks
    }

    function next() internal pure returns (Outcome) {
        return _make(Kind.Next, 0);
    }

    function jump(uint256 target) internal pure returns (Outcome) {
        return _make(Kind.Jump, target & 0xFFFFFFFF);
    }

    function stay() internal pure returns (Outcome) {
        return _make(Kind.Stay, 0);
    }

    function halt(uint256 code) internal pure returns (Outcome) {
        return _make(Kind.Halt, code);
    }

    function finish() internal pure returns (Outcome) {
        return _make(Kind.Finish, 0);
    }

    function trap(Trap why) internal pure returns (Outcome) {
        return _make(Kind.Trap, uint256(why));
    }

    function kind(Outcome outcome) internal pure returns (Kind) {
        return Kind(Outcome.unwrap(outcome) >> 32);
    }

    function value(Outcome outcome) internal pure returns (uint256) {
        return Outcome.unwrap(outcome) & 0xFFFFFFFF;
    }

    function _make(Kind kind_, uint256 value_) private pure returns (Outcome) {
        return Outcome.wrap((uint256(kind_) << 32) | value_);
    }
}
