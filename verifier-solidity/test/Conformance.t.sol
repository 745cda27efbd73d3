// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Expect} from "./Expect.sol";
import {StepVectors} from "./StepVectors.sol";
import {VectorFile, VectorFiles} from "./VectorFile.sol";
import {vm} from "./Vm.sol";

/// @title The contract gives the successor that the C++ gives, for steps of WebAssembly's own test scripts
/// @dev LOCKSTEP_CONFORMANCE_VECTORS is how the names of the files begin that tests/conformance writes: behind it come
/// "-0.bin", "-1.bin" and so on. Where it is not set there is nothing to test.
contract ConformanceTest is StepVectors {
    function test_every_sampled_step_leads_to_its_successor() public {
        string memory prefix = vm.envOr("LOCKSTEP_CONFORMANCE_VECTORS", "");
        vm.skip(bytes(prefix).length == 0);
        vm.pauseGasMetering();
        uint256 files = 0;
        while (vm.exists(_path(prefix, files))) this.replay(_path(prefix, files++));
        Expect.that(files != 0, string.concat("no vectors: ", _path(prefix, 0), " does not exist"));
    }

    /// @notice A call of its own for each file: what it takes of memory is free again behind it.
    function replay(string calldata path) external view {
        (VectorFile memory file, uint256 count) = VectorFiles.openPath(path, "LSV1");
        expectSuccessors(readVectors(file, count));
    }

    function _path(string memory prefix, uint256 number) private pure returns (string memory) {
        return string.concat(prefix, "-", vm.toString(number), ".bin");
    }
}
