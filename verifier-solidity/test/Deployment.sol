// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {NumericUnit} from "../src/NumericUnit.sol";
import {OneStepVerifier} from "../src/OneStepVerifier.sol";
import {vm} from "./Vm.sol";

/// @title Deploys contracts from what forge has compiled
/// @dev A test that says `new` has the contract compiled once more, as a part of the test.
library Deployment {
    function verifier() internal returns (OneStepVerifier) {
        return verifier(address(numericUnit()));
    }

    function verifier(address unit) internal returns (OneStepVerifier) {
        bytes memory code = vm.getCode("OneStepVerifier.sol:OneStepVerifier");
        return OneStepVerifier(create(bytes.concat(code, abi.encode(unit))));
    }

    function numericUnit() internal returns (NumericUnit) {
        return NumericUnit(create(vm.getCode("NumericUnit.sol:NumericUnit")));
    }

    /// @notice Reverts with what the constructor reverts with.
    function create(bytes memory code) internal returns (address created) {
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
            if iszero(created) {
                let data := mload(0x40)
                returndatacopy(data, 0, returndatasize())
                revert(data, returndatasize())
            }
        }
    }
}
