#pragma once

#include <optional>

#include "base/strong.hpp"
#include "tests/random_modules/random_module.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/linker.hpp"
#include "vm/program/program.hpp"

namespace lockstep::random_modules {

enum class Variant : std::uint8_t { plain, settled };

/// All of the modules, linked by their names; nullopt where Lockstep refuses one of them.
[[nodiscard]] std::optional<vm::Program> link(const RandomModules& modules, Variant variant);

/// The initial state of a call.
[[nodiscard]] vm::MachineState start(const vm::Program& program, const RandomModules& modules,
                                     const EntryCall& call, Gas gas_limit);

}  // namespace lockstep::random_modules
