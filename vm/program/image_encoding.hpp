#pragma once

// What the image commits to of a program, as bytes, and the depths of its trees (docs/spec/program.md,
// section 8). Instructions are encoded by vm/program/instruction.hpp.

#include <array>
#include <cstddef>
#include <cstdint>

#include "vm/program/program.hpp"

namespace lockstep::vm {

inline constexpr std::size_t kFunctionRecordBytes = 32;

/// type (4 bytes) | entry (4) | slots (4) | parameters (2) | results (2) | locals depth (1) |
/// parameter kinds (8) | zero (7), big-endian: a leaf of the functions tree.
[[nodiscard]] std::array<std::uint8_t, kFunctionRecordBytes> encode_function(
    const FunctionRecord& function);

/// Two instructions to a leaf.
[[nodiscard]] unsigned code_tree_depth(const Program& program);
/// A function to a leaf.
[[nodiscard]] unsigned functions_tree_depth(const Program& program);
/// 32 bytes to a leaf.
[[nodiscard]] unsigned data_tree_depth(const Program& program);
/// Four elements to a leaf.
[[nodiscard]] unsigned elements_tree_depth(const Program& program);
/// Four globals to a leaf, hidden ones included.
[[nodiscard]] unsigned globals_tree_depth(const Program& program);
/// A table's record to a leaf.
[[nodiscard]] unsigned tables_tree_depth(const Program& program);

}  // namespace lockstep::vm
