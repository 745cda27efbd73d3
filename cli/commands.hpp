#pragma once

// The commands, one source file each. Each function declares its command's options; when the command
// was given, `chosen` becomes what executes it.

#include <functional>

#include "cli/failure.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): a library's name
class App;
}

namespace lockstep::cli {

using Command = std::function<ExitCode()>;

void add_run_command(CLI::App& app, Command& chosen);
void add_image_command(CLI::App& app, Command& chosen);
void add_root_command(CLI::App& app, Command& chosen);
void add_prove_command(CLI::App& app, Command& chosen);
void add_verify_command(CLI::App& app, Command& chosen);
void add_dispute_command(CLI::App& app, Command& chosen);
void add_inspect_command(CLI::App& app, Command& chosen);
void add_trace_command(CLI::App& app, Command& chosen);
void add_store_command(CLI::App& app, Command& chosen);

}  // namespace lockstep::cli
