// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BundleReader, Cursor} from "../BundleReader.sol";
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

    uint256 private constant BYTES = 193;

    function read(Cursor memory bundle) internal pure returns (StateRecord memory state) {
        unchecked {
            uint256 begin = bundle.skip(BYTES);
            uint256 registers = uint256(BundleReader.wordAt(begin + 161));
            state.image = BundleReader.wordAt(begin);
            state.environment = BundleReader.wordAt(begin + 32);
            state.valueStack = BundleReader.wordAt(begin + 64);
            state.locals = BundleReader.wordAt(begin + 96);
            state.callers = BundleReader.wordAt(begin + 128);
            state.status = uint256(BundleReader.wordAt(begin + 160)) >> 248;
            state.code = registers >> 224;
            state.pc = (registers >> 192) & 0xFFFFFFFF;
            state.callDepth = (registers >> 160) & 0xFFFFFFFF;
            state.slotsUsed = (registers >> 128) & 0xFFFFFFFF;
            state.steps = (registers >> 64) & type(uint64).max;
            state.gasLeft = registers & type(uint64).max;
        }
    }

    /// @notice The state root.
    function root(StateRecord memory state) internal view returns (bytes32) {
        uint256 registers = (state.code << 224) | (state.pc << 192) | (state.callDepth << 160)
            | (state.slotsUsed << 128) | (state.steps << 64) | state.gasLeft;
        return Sha256.digest(
            abi.encodePacked(
                DomainTag.STATE,
                state.image,
                state.environment,
                state.valueStack,
                state.locals,
                state.callers,
                bytes1(bytes32(state.status << 248)),
                registers
            )
        );
    }
}
