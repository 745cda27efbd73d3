// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The first byte of every hashed message that is not an inner node (docs/spec/state.md, section 1)
/// @dev Twin: merkle/domain_tag.hpp.
library DomainTag {
    bytes1 internal constant STATE = 0x01;
    bytes1 internal constant ENVIRONMENT = 0x02;
    bytes1 internal constant MEMORY_RECORD = 0x03;
    bytes1 internal constant TABLE_RECORD = 0x04;
    bytes1 internal constant VALUE_LINK = 0x05;
    bytes1 internal constant FRAME_LINK = 0x06;
    bytes1 internal constant MEMORY_CHUNK = 0x07;
    bytes1 internal constant IO = 0x08;
    bytes1 internal constant IMAGE = 0x09;
    bytes1 internal constant PROGRAM = 0x0a;
    bytes1 internal constant INITIAL = 0x0b;
}
