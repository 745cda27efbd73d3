#pragma once

#include <expected>

#include "vm/module/load_error.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// Lowers a module to the program that the machine runs (docs/spec/program.md). Takes time and memory
/// linear in the module's bytes. Fails for imports other than the host functions, for instructions
/// that no program has, and beyond the limits of vm/program/limits.hpp.
[[nodiscard]] std::expected<Program, LoadError> lower(const ValidModule& module);

}  // namespace lockstep::vm
