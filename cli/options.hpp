#pragma once

// What several commands take on the command line.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/lockstep.hpp"
#include "cli/linked_files.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): a library's name
class App;
}

namespace lockstep::cli {

/// A program, and how it is started.
struct RunArguments {
    std::string program;
    std::vector<LinkedFile> links;
    std::string function = "_start";
    std::vector<std::string> arguments;
    std::string input;  // a file; empty for no input
    std::uint64_t gas_limit = kDefaultGasLimit.value;
    vm::EngineKind engine = vm::EngineKind::automatic;
    std::string cache;  // a folder for native code; empty for none
    bool with_perf_map = false;
    bool is_json = false;
};

/// The file of the program, and --link.
void add_program(CLI::App& command, std::string& path, std::vector<LinkedFile>& links);
void add_json(CLI::App& command, bool& is_json);
/// --invoke, --args, --input, --gas, --engine, --cache, --perf-map; with the program and --json too.
void add_run_arguments(CLI::App& command, RunArguments& arguments);

/// A number that is not negative, decimal or 0x-hexadecimal.
void add_count(CLI::App& command, const std::string& name, std::optional<std::uint64_t>& number,
               const std::string& description, bool is_required);

/// A root: 0x and 64 hexadecimal digits.
void add_root(CLI::App& command, const std::string& name, std::optional<StateRoot>& root,
              const std::string& description);

/// What the run was started with; its input is empty here. Throws Failure.
[[nodiscard]] vm::Invocation invocation_of(const RunArguments& arguments, const Run& run);

/// Loads the program, reads the input, makes the engine and the initial state. Throws Failure.
[[nodiscard]] Run start_run(const RunArguments& arguments);

}  // namespace lockstep::cli
