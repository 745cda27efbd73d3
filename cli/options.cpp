#include "cli/options.hpp"

#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/failure.hpp"
#include "cli/files.hpp"
#include "cli/perf_map.hpp"
#include "cli/program_file.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::cli {

namespace {

constexpr std::string_view kArgumentsHelp =
    "Arguments, by the type of the parameter:\n"
    "  i32, i64    an integer: 7, -1, 0xff\n"
    "  f32, f64    a number: 1.5, -1e-3, 0x1.8p3, inf, -inf, nan; or its bits: "
    "bits:0x3ff8000000000000\n"
    "  externref   null or an index\n"
    "  funcref     null\n"
    "The type may stand in front, and is then checked; results are printed so.\n"
    "\n"
    "  --args 7 0xff 1.5\n"
    "  --args i32:7 i64:0xff f64:1.5 f64:-inf f32:nan f32:bits:2143289344 externref:null";

std::string list_exports(const vm::Program& program) {
    constexpr std::size_t kMaxListed = 8;
    constexpr std::size_t kMaxCharacters = 40;
    std::string list;
    std::size_t count = 0;
    for (const auto& [name, index] : program.exported_functions) {
        if (count == kMaxListed) {
            return list + ", ...";
        }
        list += (count++ == 0 ? "" : ", ") + printable(name, kMaxCharacters);
    }
    return list;
}

FunctionIndex find_function(const LoadedProgram& program, const RunArguments& arguments) {
    const auto& exports = program.program().exported_functions;
    const auto function = exports.find(arguments.function);
    if (function != exports.end()) {
        return function->second;
    }
    throw Failure(ExitCode::usage,
                  fmt::format("exports no function '{}'", printable(arguments.function)))
        .in(arguments.program)
        .expected(exports.empty() ? "a module that exports a function"
                                  : "--invoke with one of: " + list_exports(program.program()));
}

std::vector<std::uint64_t> parse_arguments(const RunArguments& arguments,
                                           const vm::FunctionType& type) {
    if (type.parameters.size() > vm::kMaxEntryArguments) {
        throw Failure(ExitCode::usage,
                      fmt::format("'{}' takes {} arguments", printable(arguments.function),
                                  type.parameters.size()))
            .in(arguments.program)
            .expected(fmt::format("a function of at most {}", vm::kMaxEntryArguments));
    }
    if (arguments.arguments.size() != type.parameters.size()) {
        throw Failure(
            ExitCode::usage,
            fmt::format("'{}' takes {}, --args has {}", printable(arguments.function),
                        counted(type.parameters.size(), "argument"), arguments.arguments.size()))
            .in(arguments.program)
            .expected("arguments of the type " + signature(type));
    }
    std::vector<std::uint64_t> slots;
    slots.reserve(arguments.arguments.size());
    for (std::size_t i = 0; i < arguments.arguments.size(); ++i) {
        slots.push_back(parse_argument(arguments.arguments[i], type.parameters[i], i + 1));
    }
    return slots;
}

void add_engine(CLI::App& command, RunArguments& arguments) {
    command
        .add_option_function<std::string>(
            "--engine",
            [&arguments](const std::string& name) {
                const auto engine = vm::engine_from_name(name);
                if (!engine) {
                    throw CLI::ValidationError(
                        "--engine",
                        fmt::format("'{}' is none of: auto, jit, interpreter", printable(name)));
                }
                arguments.engine = *engine;
            },
            "What executes: auto, jit (native code where there is any), interpreter; results are "
            "the same [auto]")
        ->type_name("ENGINE");
    command
        .add_option("--cache", arguments.cache,
                    "A folder of yours that native code is kept in for the next time; it is "
                    "executed [none]")
        ->type_name("FOLDER")
        ->envname("LOCKSTEP_CACHE");
    command
        .add_flag("--perf-map", arguments.with_perf_map,
                  "Write /tmp/perf-PID.map, the names of native code for perf")
        ->envname("LOCKSTEP_PERF_MAP");
}

const vm::FunctionType& type_of(const LoadedProgram& program, FunctionIndex function) {
    const vm::Program& lowered = program.program();
    return lowered.types[lowered.functions[function.value].type];
}

/// What is left after find_function, parse_arguments and the checks of files and options.
Failure start_failure(vm::StartError error, const RunArguments& arguments) {
    return Failure(ExitCode::usage,
                   fmt::format("cannot be started (reason {})", static_cast<unsigned>(error)))
        .in(arguments.program);
}

}  // namespace

void add_program(CLI::App& command, std::string& path, std::vector<LinkedFile>& links) {
    command.add_option("PROGRAM", path, "A WebAssembly module (.wasm)")->required();
    add_links(command, links);
}

void add_json(CLI::App& command, bool& is_json) {
    command.add_flag("--json", is_json, "Print one JSON object");
}

void add_run_arguments(CLI::App& command, RunArguments& arguments) {
    add_program(command, arguments.program, arguments.links);
    command.add_option("--invoke", arguments.function, "The exported function to start")
        ->type_name("NAME")
        ->capture_default_str();
    command
        .add_option("--args", arguments.arguments,
                    "Its arguments, as 7, 0xff, f64:1.5, f32:nan (see below)")
        ->type_name("VALUE");
    command.add_option("--input", arguments.input, "The file that the program reads as its input")
        ->type_name("FILE");
    command
        .add_option_function<std::string>(
            "--gas",
            [&arguments](const std::string& text) {
                const auto number = parse_count(text);
                if (!number || *number > vm::kMaxGasLimit) {
                    throw CLI::ValidationError(
                        "--gas", fmt::format("'{}' is no number from 0 to {}", printable(text),
                                             vm::kMaxGasLimit));
                }
                arguments.gas_limit = *number;
            },
            fmt::format("The gas that the program may use [{}]", kDefaultGasLimit.value))
        ->type_name("N");
    add_engine(command, arguments);
    add_json(command, arguments.is_json);
    command.footer(std::string(kArgumentsHelp));
}

void add_count(CLI::App& command, const std::string& name, std::optional<std::uint64_t>& number,
               const std::string& description, bool is_required) {
    command
        .add_option_function<std::string>(
            name,
            [name, &number](const std::string& text) {
                number = parse_count(text);
                if (!number) {
                    throw CLI::ValidationError(
                        name, fmt::format("'{}' is no number from 0 to 2^64 - 1", printable(text)));
                }
            },
            description)
        ->type_name("N")
        ->required(is_required);
}

void add_root(CLI::App& command, const std::string& name, std::optional<StateRoot>& root,
              const std::string& description) {
    command
        .add_option_function<std::string>(
            name,
            [name, &root](const std::string& text) {
                const auto hash = hash_from_hex(text);
                if (!hash) {
                    throw CLI::ValidationError(
                        name,
                        fmt::format("'{}' is not 0x and 64 hexadecimal digits", printable(text)));
                }
                root = StateRoot(*hash);
            },
            description)
        ->type_name("ROOT");
}

vm::Invocation invocation_of(const RunArguments& arguments, const Run& run) {
    const FunctionIndex function = find_function(run.program(), arguments);
    return {.function = function,
            .arguments = parse_arguments(arguments, type_of(run.program(), function)),
            .input = {},
            .gas_limit = Gas(arguments.gas_limit)};
}

Run start_run(const RunArguments& arguments) {
    const LoadedProgram program =
        load_program(arguments.program, arguments.links, {.native_cache = arguments.cache});
    const FunctionIndex function = find_function(program, arguments);
    RunOptions options{
        .function = arguments.function,
        .arguments = parse_arguments(arguments, type_of(program, function)),
        .input = {},
        .gas_limit = Gas(arguments.gas_limit),
        .engine = arguments.engine,
    };
    if (!arguments.input.empty()) {
        options.input = read_file(arguments.input, vm::kMaxInputBytes, "an input");
    }
    auto run = Run::start(program, std::move(options));
    if (!run) {
        throw start_failure(run.error(), arguments);
    }
    if (arguments.with_perf_map) {
        write_perf_map(run->execution().engine());
    }
    return *std::move(run);
}

}  // namespace lockstep::cli
