// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DomainTag} from "../merkle/DomainTag.sol";
import {Sha256} from "../merkle/Sha256.sol";
import {HashMismatch, Part} from "../types/Errors.sol";
import {Environment, Machine} from "../types/Machine.sol";

/// @title What outlives a call: memory, globals, tables, input and output
library Environments {
    function openEnvironment(Machine memory machine) internal view {
        Environment memory environment = machine.environment;
        if (environment.open) return;
        environment.open = true;
        environment.memories = machine.bundle.readWord();
        environment.globals = machine.bundle.readWord();
        environment.tables = machine.bundle.readWord();
        environment.io = machine.bundle.readWord();
        bytes32 committed = machine.state.environment;
        bytes32 computed = hash(environment);
        if (computed != committed) revert HashMismatch(Part.Environment, committed, computed);
    }

    /// @notice Brings the state record up to date with what has changed.
    function foldEnvironment(Machine memory machine) internal view {
        if (machine.environment.changed) machine.state.environment = hash(machine.environment);
    }

    function hash(Environment memory environment) internal view returns (bytes32) {
        return Sha256.digest(
            abi.encodePacked(
                DomainTag.ENVIRONMENT, environment.memories, environment.globals, environment.tables, environment.io
            )
        );
    }
}
