// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DomainTag} from "./DomainTag.sol";
import {Sha256} from "./Sha256.sol";

/// @title Stacks as chains: the head's hash covers all below it
/// @dev Twin: merkle/chain.hpp. The empty chain is 32 zero bytes.
library Chain {
    bytes32 internal constant EMPTY = 0;

    function valueLink(bytes32 previous, uint256 value) internal view returns (bytes32) {
        return Sha256.tagged(DomainTag.VALUE_LINK, previous, value, 8);
    }

    function frameLink(bytes32 previous, bytes32 localsRoot, uint256 returnPc) internal view returns (bytes32) {
        return
            Sha256.digest(
                abi.encodePacked(DomainTag.FRAME_LINK, previous, localsRoot, bytes4(bytes32(returnPc << 224)))
            );
    }
}
