#pragma once

#include <span>
#include <string>

#include "api/lockstep.hpp"
#include "cli/linked_files.hpp"

namespace lockstep::cli {

/// The program of a module's file, with other modules linked in front of it. Throws Failure, with a
/// hint where a file is something else than a module.
[[nodiscard]] LoadedProgram load_program(const std::string& path, std::span<const LinkedFile> links,
                                         const LoadOptions& options = {});

}  // namespace lockstep::cli
