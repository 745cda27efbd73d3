// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The dynamic part of the gas schedule (docs/spec/gas.md)
/// @dev Twin: vm/machine/gas.hpp.
library Gas {
    uint256 internal constant SPEC_VERSION = 1;
    uint256 internal constant DIRTY_CHUNK = 1024;
    uint256 internal constant GROW_PAGE = 256;
    uint256 internal constant BULK_LEAF = 4;
    uint256 internal constant OUTPUT_LEAF = 16;
}
