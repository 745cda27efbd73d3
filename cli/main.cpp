// lockstep: see docs/command-line.md.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/text.hpp"
#include "merkle/sha256_kernel.hpp"

namespace {

using lockstep::cli::Command;
using lockstep::cli::ExitCode;
using lockstep::cli::Failure;
using lockstep::cli::printable;

constexpr std::string_view kFooter =
    "Every command prints one JSON object with --json; an error is then {\"error\": {...}} on\n"
    "stdout, beside the text on stderr.\n"
    "\n"
    "Examples:\n"
    "  lockstep run program.wasm --input data.bin --output result.bin\n"
    "  lockstep run program.wasm --invoke scale --args f64:1.5 7\n"
    "  lockstep run main.wasm --link env=lib.wasm\n"
    "  lockstep prove program.wasm --input data.bin --at 1000 --out step.bundle\n"
    "  lockstep trace program.wasm --stride 65536 --store roots\n"
    "\n"
    "Exit codes:\n"
    "   0  success; run --json: the program ran, however it ended\n"
    "   1  verify: the bundle is not valid; dispute: nobody was convicted\n"
    "   2  the command line makes no sense\n"
    "   3  a file is not what it should be\n"
    "   4  a file, the memory, the network or another program failed\n"
    "  10  run without --json: the program trapped\n"
    "  11  run without --json: the program halted with an exit code other than 0\n"
    "  70  an error in lockstep itself";

void declare(CLI::App& app, Command& chosen) {
    app.require_subcommand(1);
    app.set_version_flag("--version", LOCKSTEP_VERSION);
    lockstep::cli::add_run_command(app, chosen);
    lockstep::cli::add_image_command(app, chosen);
    lockstep::cli::add_root_command(app, chosen);
    lockstep::cli::add_prove_command(app, chosen);
    lockstep::cli::add_verify_command(app, chosen);
    lockstep::cli::add_dispute_command(app, chosen);
    lockstep::cli::add_inspect_command(app, chosen);
    lockstep::cli::add_trace_command(app, chosen);
    lockstep::cli::add_store_command(app, chosen);
    app.footer(std::string(kFooter));  // last, or the commands would inherit it
}

std::string error_line(const Failure& failure) {
    constexpr std::size_t kMaxCharacters = 1000;
    std::string line = "lockstep: ";
    if (!failure.file().empty()) {
        line += printable(failure.file(), kMaxCharacters) + ": ";
    }
    if (failure.offset()) {
        line += fmt::format("offset {}: ", *failure.offset());
    }
    line += printable(failure.what(), kMaxCharacters);
    if (!failure.expected().empty()) {
        line += fmt::format(" (expected {})", printable(failure.expected(), kMaxCharacters));
    }
    return line;
}

std::string error_json(const Failure& failure) {
    boost::json::object error;
    error["exit_code"] = static_cast<int>(failure.exit_code());
    error["file"] = nullptr;
    if (!failure.file().empty()) {
        error["file"] = printable(failure.file());
    }
    error["offset"] = nullptr;
    if (failure.offset()) {
        error["offset"] = *failure.offset();
    }
    error["reason"] = printable(failure.what());
    error["expected"] = nullptr;
    if (!failure.expected().empty()) {
        error["expected"] = printable(failure.expected());
    }
    return boost::json::serialize(boost::json::object{{"error", std::move(error)}});
}

/// The library takes no notice of a name that it cannot use; whoever set it should.
void check_hash_kernel() {
    const char* const name = std::getenv(lockstep::merkle::kKernelVariable);
    if (name == nullptr || *name == '\0' || lockstep::merkle::find_kernel(name) != nullptr) {
        return;
    }
    std::string usable;
    for (const auto* const kernel : lockstep::merkle::usable_kernels()) {
        usable += (usable.empty() ? "" : ", ") + std::string(kernel->name);
    }
    throw Failure(ExitCode::usage,
                  fmt::format("{}: '{}' is none of the kernels for SHA-256 of this processor",
                              lockstep::merkle::kKernelVariable, printable(name)))
        .expected(usable);
}

ExitCode execute(CLI::App& app, std::span<char*> arguments) {
    Command command;
    declare(app, command);
    try {
        app.parse(static_cast<int>(arguments.size()), arguments.data());
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {  // --help, --version
            (void)app.exit(error);
            return ExitCode::success;
        }
        throw Failure(ExitCode::usage, std::string(error.what()) + "; see lockstep --help");
    }
    check_hash_kernel();
    return command();
}

/// What was printed has arrived, or has not: a full disk shows only now.
void flush_output() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        throw Failure(ExitCode::environment, "cannot be written").in("standard output");
    }
}

int report(const Failure& failure, bool is_json) {
    if (is_json) {
        lockstep::cli::print_line(error_json(failure));
        (void)std::fflush(stdout);
    }
    fmt::print(stderr, "{}\n", error_line(failure));
    return static_cast<int>(failure.exit_code());
}

}  // namespace

int main(int argc, char** argv) {
    const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
    const bool is_json = std::ranges::any_of(
        arguments, [](const char* argument) { return std::string_view(argument) == "--json"; });
    try {
        CLI::App app("Lockstep runs WebAssembly programs and proves single steps of a run.",
                     "lockstep");
        const ExitCode code = execute(app, arguments);
        flush_output();
        return static_cast<int>(code);
    } catch (const Failure& failure) {
        return report(failure, is_json);
    } catch (const std::bad_alloc&) {
        return report(Failure(ExitCode::environment, "out of memory"), is_json);
    } catch (const std::exception& error) {
        return report(Failure(ExitCode::internal, error.what()), is_json);
    }
}
