// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Cursor} from "../BundleReader.sol";
import {DomainTag} from "../merkle/DomainTag.sol";
import {Sha256} from "../merkle/Sha256.sol";

/// @dev The fields of the state message (docs/spec/state.md, section 3). Those shorter than a word are always within
/// their width: whoever computes them masks.
struct StateRecord {
    bytes32 image;
    bytes32 environment;
    bytes32 valueStack;
    bytes32 locals;
    bytes32 callers;
    uint256 status;
    uint256 code;
    uint256 pc;
    uint256 callDepth;
    uint256 slotsUsed;
    uint256 steps;
    uint256 gasLeft;
}

using StateRecords for StateRecord global;

library StateRecords {
    uint256 internal constant RUNNING = 0;
    uint256 internal constant HALTED = 1;
    uint256 internal constant TRAPPED = 2;

    function read(Cursor memory bundle) internal pure returns (StateRecord memory state) {
        state.image = bundle.readWord();
        state.environment = bundle.readWord();
        state.valueStack = bundle.readWord();
        state.locals = bundle.readWord();
        state.callers = bundle.readWord();
        state.status = bundle.readUint(1);
        state.code = bundle.readUint(4);
        state.pc = bundle.readUint(4);
        state.callDepth = bundle.readUint(4);
        state.slotsUsed = bundle.readUint(4);
        state.steps = bundle.readUint(8);
        state.gasLeft = bundle.readUint(8);
    }

    /// @notice The state root.
    function root(StateRecord memory state) internal view returns (bytes32) {
        uint256 registers = (state.status << 128) | (state.code << 96) | (state.pc << 64) | (state.callDepth << 32)
            | state.slotsUsed;
        uint256 counters = (state.steps << 64) | state.gasLeft;
        return Sha256.digest(
            abi.encodePacked(
                DomainTag.STATE,
                state.image,
                state.environment,
                state.valueStack,
                state.locals,
                state.callers,
                bytes17(bytes32(registers << 120)),
                bytes16(bytes32(counters << 128))
            )
        );
    }
}
