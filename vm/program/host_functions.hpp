#pragma once

#include <vector>

#include "vm/module/load_error.hpp"
#include "vm/module/module.hpp"
#include "vm/program/opcode.hpp"

namespace lockstep::vm {

/// The instruction that each imported function of the module is. All imports must be functions of
/// the host module `lockstep`; errors name the import by its place in Module::imports.
[[nodiscard]] Load<std::vector<Opcode>> resolve_imports(const Module& module);

}  // namespace lockstep::vm
