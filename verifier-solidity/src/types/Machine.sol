// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Cursor} from "../BundleReader.sol";
import {Opening} from "../merkle/Multiproof.sol";
import {ZeroHashes} from "../merkle/ZeroHash.sol";
import {StateRecord} from "./StateRecord.sol";

/// @dev What a step knows of the machine: the state record, and those parts opened by the bundle that more than one
/// opening builds on. The libraries in src/state are the access that instructions have to it; C++ has the same as
/// trace/witness_access.hpp. What else is opened belongs to the instruction that opens it.
struct Machine {
    StateRecord state;
    Cursor bundle;
    ZeroHashes zeros;
    /// Where in the calldata the value stands that is popped next.
    uint256 operand;
    /// The program hash of the image.
    bytes32 programHash;
    Environment environment;
    MemoryRecord memoryRecord;
}

struct Environment {
    bool open;
    /// Whether its hash must be made anew at the end of the step.
    bool changed;
    bytes32 memories;
    bytes32 globals;
    bytes32 tables;
    bytes32 io;
}

/// @dev Of the memory that the instruction is about.
struct MemoryRecord {
    bytes32 root;
    uint256 pages;
    uint256 maximum;
    /// Whether there are several memories; its leaf of their tree is only opened then.
    bool isOneOfMany;
    uint256 index;
    Opening records;
}

struct Table {
    uint256 index;
    bytes32 root;
    uint256 size;
    uint256 maximum;
    /// Its leaf of the tables tree, and that of the other table of a copy.
    Opening records;
    /// The leaves of slots that the step touches, once they are opened.
    Opening slots;
}

struct Io {
    bytes32 inputRoot;
    uint256 inputLength;
    bytes32 outputRoot;
    uint256 outputLength;
}

struct Program {
    uint256 functionsDepth;
    uint256 dataDepth;
    uint256 elementsDepth;
    bytes32 functions;
    bytes32 data;
    bytes32 elements;
    bytes32 initial;
}

/// @dev One leaf of the functions tree. Twin: FunctionRecord of vm/program/program.hpp.
struct FunctionRecord {
    uint256 typeIndex;
    uint256 entry;
    uint256 slots;
    uint256 parameters;
    uint256 localsDepth;
    uint256 parameterKinds;
}
