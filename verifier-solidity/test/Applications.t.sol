// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Expect} from "./Expect.sol";
import {StepVector, StepVectors} from "./StepVectors.sol";
import {VectorFile, VectorFiles} from "./VectorFile.sol";
import {vm} from "./Vm.sol";

/// @title The contract gives the successor that the C++ gives, for steps of real programs, and at the usual cost
/// @dev LOCKSTEP_APPLICATION_VECTORS is the file that the C++ tests write; where it is not set there is nothing to test.
/// These vectors are not among the others because they change with the compilers of the programs, and
/// snapshots/steps.json must not.
contract ApplicationsTest is StepVectors {
    /// @dev What the execution of a step may cost at the most, whatever it does.
    uint256 private constant AIM = 200_000;

    function test_every_sampled_step_leads_to_its_successor() public {
        string memory path = vm.envOr("LOCKSTEP_APPLICATION_VECTORS", "");
        vm.skip(bytes(path).length == 0);
        (VectorFile memory file, uint256 count) = VectorFiles.openPath(path, "LSV1");
        StepVector[] memory vectors = readVectors(file, count);
        expectSuccessors(vectors);
        bytes memory buffer = newCallBuffer();
        for (uint256 i = 0; i < vectors.length; ++i) {
            (,,, uint256 gasUsed) = call(buffer, writeCall(buffer, vectors[i]));
            Expect.that(gasUsed < AIM, string.concat(vectors[i].label, ": execution costs ", vm.toString(gasUsed)));
        }
    }
}
