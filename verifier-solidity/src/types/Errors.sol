// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Why a bundle proves nothing. A trap of the guest is no error: it is a status of the state after.

/// @dev What a hash that does not match was to commit to.
enum Part {
    State,
    Image,
    ValueStack,
    Locals,
    Callers,
    Environment,
    Memories,
    MemoryRecord,
    Memory,
    Globals,
    Tables,
    TableRecord,
    TableSlots,
    Io,
    Input,
    Output,
    Program,
    Functions,
    Data,
    Elements
}

/// @dev A part of the bundle hashes to something else than what is committed.
error HashMismatch(Part part, bytes32 committed, bytes32 computed);
/// @dev The bundle ends before a field does; positions are in the calldata.
error Truncated(uint256 fieldEnd, uint256 bundleEnd);
/// @dev Bytes are left behind the last field.
error TrailingBytes(uint256 fieldEnd, uint256 bundleEnd);
error BadStatus(uint256 status);
error UnknownOpcode(uint256 opcode);
error TreeTooDeep(uint256 depth, uint256 limit);
error LeafOutOfTree(uint256 index, uint256 depth);
error BadFlag(uint256 flag);
/// @dev A set bit beyond the siblings that are needed.
error BadBitmap(uint256 bitmap, uint256 siblings);
/// @dev A sibling is in the bundle although it is the zero hash of its level.
error ExplicitZeroSibling();
/// @dev The SHA-256 precompile failed, or there is none.
error Sha256Failed();
/// @dev There is no code at the address of the numeric unit.
error NoNumericUnit(address unit);
/// @dev The numeric unit failed, or returned something else than two words.
error NumericUnitFailed();
/// @dev The numeric unit returned a value of more than 64 bits, or a trap that no numeric instruction has.
error BadNumericResult(uint256 value, uint256 trap);
/// @dev The operands of table_grow are none that a program of ours makes.
error BadGrow(uint256 delta, uint256 filled);

/// @dev The function does not exist in the image.
error NoFunction(uint256 index);
error WrongArgumentCount(uint256 given, uint256 parameters);
error BadArgument(uint256 position, uint256 kind, uint256 value);
error BadGasLimit(uint256 limit);
error BadInputLength(uint256 length);
