// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What bounds a running machine and a proof of it
/// @dev Twin: vm/machine/limits.hpp.
library Limits {
    uint256 internal constant MAX_CALL_DEPTH = 65536;
    uint256 internal constant MAX_SLOTS = 1 << 20;
    uint256 internal constant MAX_INPUT_BYTES = 0xFFFFFFFF;
    uint256 internal constant MAX_OUTPUT_BYTES = 0xFFFFFFFF;
    uint256 internal constant MAX_GAS_LIMIT = (1 << 40) - 2;
    uint256 internal constant MAX_ENTRY_ARGUMENTS = 32;

    uint256 internal constant MAX_TREE_DEPTH = 32;
    uint256 internal constant MAX_CODE_DEPTH = 24;
    uint256 internal constant PAGE_BYTES = 65536;
    /// @dev Depth of the trees of input and output.
    uint256 internal constant IO_DEPTH = 27;
}
