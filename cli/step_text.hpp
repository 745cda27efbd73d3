#pragma once

#include <cstdint>
#include <string>

#include "vm/program/program.hpp"

namespace lockstep::cli {

/// The mnemonic of an opcode number; "none" of 0, which is that of a machine that has stopped.
[[nodiscard]] std::string opcode_name(std::uint16_t opcode);

/// The name of the function that holds `pc`, printable; "the prologue" before all functions.
[[nodiscard]] std::string function_text(const vm::Program& program, std::uint32_t pc);

/// The instruction at `pc`, printable; "past the end" where there is none.
[[nodiscard]] std::string instruction_text(const vm::Program& program, std::uint32_t pc);

}  // namespace lockstep::cli
