#pragma once

#include <string>

#include "api/lockstep.hpp"

namespace lockstep::cli {

/// The program of a module's file. Throws Failure, with a hint where the file is something else than
/// a module.
[[nodiscard]] LoadedProgram load_program(const std::string& path);

}  // namespace lockstep::cli
