#pragma once

// Modules that ask for as much as they can of whoever loads them, a family for each structure of the
// format and of the lowered program. Loading one, or refusing it, takes time and memory linear in its
// bytes.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "vm/module/load_error.hpp"
#include "vm/program/program.hpp"

namespace lockstep::bombs {

/// The reception of a module that loads.
inline constexpr std::string_view kLoads;

/// Of heap, where there are as many instructions to a byte as there may be: 16 of 16 bytes, which are
/// copied once when the code grows.
inline constexpr std::size_t kHeapOfFullCode = 560;

struct Family {
    std::string name;
    /// A module of about so many bytes.
    std::function<Bytes(std::size_t bytes)> make;
    /// How modules up to `most_bytes` are received (reception_of).
    std::string_view reception = kLoads;
    std::size_t least_bytes = 20'000;
    /// Of what a limit on a number lets through; more is of no use.
    std::size_t most_bytes = std::size_t{4} << 20U;
    /// Of heap, for a byte of a module.
    std::size_t most_heap = 100;
};

using Families = std::vector<Family>;

/// What a module defines many of: types, functions, imports, exports, globals.
[[nodiscard]] Families definition_bombs();
/// Segments, custom sections, names.
[[nodiscard]] Families section_bombs();
/// Bodies of functions: locals, blocks, operands, instructions of a kind.
[[nodiscard]] Families body_bombs();
/// Branches: tables, values that they discard or carry.
[[nodiscard]] Families branch_bombs();
/// All of them; names are unique.
[[nodiscard]] Families all_families();

/// decode(), validate() and lower(). The bytes are moved in.
[[nodiscard]] vm::Load<vm::Program> load(Bytes wasm);

/// kLoads, the name of the limit that refuses it, or the text of the error where there is no name.
[[nodiscard]] std::string_view reception_of(const vm::Load<vm::Program>& loaded);

}  // namespace lockstep::bombs
