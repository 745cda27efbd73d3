// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StepVectors} from "./StepVectors.sol";

/// @title The contract gives the successor that the C++ gives, for each of its vectors
contract DifferentialTest is StepVectors {
    function test_every_vector_leads_to_its_successor() public view {
        expectSuccessors(loadVectors());
    }
}
