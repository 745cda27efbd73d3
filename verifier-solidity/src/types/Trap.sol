// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Why a program trapped. Twin: vm/machine/trap.hpp.
enum Trap {
    None,
    Unreachable,
    IntegerDivideByZero,
    IntegerOverflow,
    InvalidConversion,
    OutOfBoundsMemoryAccess,
    OutOfBoundsTableAccess,
    UndefinedElement,
    UninitializedElement,
    IndirectCallTypeMismatch,
    CallStackExhausted,
    OutOfGas,
    OutOfBoundsInputRead,
    OutputTooLarge
}
