// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Expect} from "./Expect.sol";
import {StepVector, StepVectors} from "./StepVectors.sol";
import {vm} from "./Vm.sol";

/// @title The contract gives the successor that the C++ gives, for each of its vectors
contract DifferentialTest is StepVectors {
    function test_every_vector_leads_to_its_successor() public view {
        StepVector[] memory vectors = loadVectors();
        bytes memory buffer = newCallBuffer();
        for (uint256 i = 0; i < vectors.length; ++i) {
            (bool success, bytes32 word, uint256 size,) = call(buffer, writeCall(buffer, vectors[i]));
            if (!success || size != 32 || word != vectors[i].post) _fail(i, vectors[i], success, word);
        }
    }

    function _fail(uint256 i, StepVector memory vector, bool success, bytes32 word) private pure {
        string memory what = string.concat("vector ", vm.toString(i), " (", vector.label, ")");
        if (!success) what = string.concat(what, " is rejected: ", vm.toString(word));
        Expect.equal(word, vector.post, what);
    }
}
