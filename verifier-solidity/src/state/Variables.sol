// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Leaf} from "../merkle/Leaf.sol";
import {Multiproof, Opening} from "../merkle/Multiproof.sol";
import {Part} from "../types/Errors.sol";
import {Machine} from "../types/Machine.sol";
import {Environments} from "./Environments.sol";

/// @title The running frame's locals, and the globals: trees of slots
library Variables {
    using Environments for Machine;

    function getLocal(Machine memory machine, uint256 index, uint256 depth) internal view returns (uint256) {
        return _open(machine, depth, index, machine.state.locals, Part.Locals).slotAt(index);
    }

    function setLocal(Machine memory machine, uint256 index, uint256 depth, uint256 value) internal view {
        Opening memory opening = _open(machine, depth, index, machine.state.locals, Part.Locals);
        opening.setSlot(index, value);
        machine.state.locals = opening.computeRoot();
    }

    function getGlobal(Machine memory machine, uint256 index, uint256 depth) internal view returns (uint256) {
        machine.openEnvironment();
        return _open(machine, depth, index, machine.environment.globals, Part.Globals).slotAt(index);
    }

    function setGlobal(Machine memory machine, uint256 index, uint256 depth, uint256 value) internal view {
        machine.openEnvironment();
        Opening memory opening = _open(machine, depth, index, machine.environment.globals, Part.Globals);
        opening.setSlot(index, value);
        machine.environment.globals = opening.computeRoot();
        machine.environment.changed = true;
    }

    function _open(Machine memory machine, uint256 depth, uint256 index, bytes32 root, Part part)
        private
        view
        returns (Opening memory)
    {
        return Multiproof.openLeaf(machine.bundle, machine.zeros, depth, index / Leaf.SLOTS, root, part);
    }
}
