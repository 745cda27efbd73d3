#pragma once

#include <string>
#include <vector>

#include "vm/module/module.hpp"

namespace lockstep::vm {

/// A name for each function, as the module has it: from its name section, else from its first
/// export, else "function[i]".
[[nodiscard]] std::vector<std::string> name_functions(const Module& module);

}  // namespace lockstep::vm
