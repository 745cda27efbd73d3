#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "vm/module/load_error.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// The bytes of hexadecimal digits.
[[nodiscard]] Bytes bytes_of(std::string_view digits);

[[nodiscard]] std::expected<Program, LoadError> try_lower(const Bytes& wasm);

/// Lowers a module that must be good, and checks what holds for every program.
[[nodiscard]] Program lower_module(const Bytes& wasm);
[[nodiscard]] Program lower_module(std::string_view digits);

/// A line for each instruction: its place in the listing, its mnemonic and the immediates that are
/// not 0. Targets of jumps are places in the listing: "-> 7".
[[nodiscard]] std::string listing(const Program& program, std::uint32_t function);
[[nodiscard]] std::string prologue_listing(const Program& program);

}  // namespace lockstep::vm
