#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/strong.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// The function whose code holds `pc`; nullopt in the prologue and past the end.
[[nodiscard]] std::optional<FunctionIndex> function_at(const Program& program, std::uint32_t pc);

/// The instruction at `pc`, which must exist: its mnemonic and those immediates that say something,
/// such as "local_get 3", "i32_load offset=8", "jump 17", "call main". Names of functions are as the
/// module has them: they may hold anything.
[[nodiscard]] std::string disassemble(const Program& program, std::uint32_t pc);

}  // namespace lockstep::vm
