#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "cli/step_text.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"

namespace lockstep::cli {

namespace {

struct RunCommand {
    RunArguments run;
    std::string output;
};

boost::json::value json_value(const Value& value) {
    switch (value.type) {
        case vm::ValueType::i32:
        case vm::ValueType::i64: return signed_value(value);
        case vm::ValueType::f32:
        case vm::ValueType::f64: return boost::json::value(value_text(value));
        case vm::ValueType::funcref:
        case vm::ValueType::externref: break;
    }
    return value.bits == 0 ? boost::json::value(nullptr) : boost::json::value(value.bits - 1);
}

boost::json::object json_report(const RunCommand& command, const Run& run, const Outcome& outcome) {
    const bool is_trapped = outcome.status == vm::Status::trapped;
    boost::json::array results;
    for (const Value& value : outcome.results) {
        results.push_back(boost::json::object{{"type", type_name(value.type)},
                                              {"value", json_value(value)},
                                              {"bits", bits_text(value)}});
    }
    boost::json::object report;
    report["status"] = is_trapped ? "trapped" : "halted";
    report["exit_code"] = nullptr;
    report["trap"] = nullptr;
    if (is_trapped) {
        report["trap"] = vm::trap_name(outcome.trap);
    } else {
        report["exit_code"] = outcome.exit_code;
    }
    report["results"] = std::move(results);
    report["steps"] = outcome.steps.value;
    report["gas_used"] = outcome.gas_used.value;
    report["gas_limit"] = command.run.gas_limit;
    report["state_root"] = to_hex(outcome.state_root.value);
    report["image_root"] = to_hex(run.program().image_root().value);
    report["output_size"] = outcome.output.size();
    report["engine"] = vm::engine_name(run.engine());
    return report;
}

/// Where the machine stands: the function's name, the pc and the instruction.
std::string place(Run& run) {
    const vm::Program& program = run.program().program();
    const std::uint32_t pc = run.execution().at(run.length()).machine.pc;
    return fmt::format("{} at pc {}: {}", function_text(program, pc), pc,
                       instruction_text(program, pc));
}

std::string headline(const RunCommand& command, const Outcome& outcome) {
    const std::string steps = counted(outcome.steps.value, "step");
    const std::string file = file_name(command.run.program);
    return outcome.status == vm::Status::trapped
               ? fmt::format("{} trapped after {}: {}", file, steps, vm::trap_name(outcome.trap))
               : fmt::format("{} halted after {}", file, steps);
}

void print_report(const RunCommand& command, Run& run, const Outcome& outcome) {
    print_line(headline(command, outcome));
    if (outcome.status == vm::Status::trapped) {
        print_field("in", place(run));
    } else {
        print_field("exit code", std::to_string(outcome.exit_code));
    }
    for (const Value& value : outcome.results) {
        print_field("result", typed_text(value));
    }
    print_field("gas used", fmt::format("{} of {}", grouped(outcome.gas_used.value),
                                        grouped(command.run.gas_limit)));
    if (!outcome.output.empty() || !command.output.empty()) {
        print_field("output",
                    fmt::format("{}, {}", counted(outcome.output.size(), "byte"),
                                command.output.empty() ? "kept in no file (--output FILE)"
                                                       : "in " + printable(command.output)));
    }
    print_field("state root", to_hex(outcome.state_root.value));
    print_field("image root", to_hex(run.program().image_root().value));
}

ExitCode exit_code(const RunCommand& command, const Outcome& outcome) {
    if (command.run.is_json) {
        return ExitCode::success;
    }
    if (outcome.status == vm::Status::trapped) {
        return ExitCode::trapped;
    }
    return outcome.exit_code == 0 ? ExitCode::success : ExitCode::exit_code;
}

ExitCode execute(const RunCommand& command) {
    Run run = start_run(command.run);
    std::optional<OutputFile> output;
    if (!command.output.empty()) {
        output.emplace(command.output);
    }
    Outcome outcome;
    {
        const Progress progress(run, "running");
        outcome = run.finish();
    }
    if (output) {
        output->commit(outcome.output);
    }
    if (command.run.is_json) {
        print_line(boost::json::serialize(json_report(command, run, outcome)));
    } else {
        print_report(command, run, outcome);
    }
    return exit_code(command, outcome);
}

}  // namespace

void add_run_command(CLI::App& app, Command& chosen) {
    const auto command = std::make_shared<RunCommand>();
    CLI::App* run = app.add_subcommand("run", "Run a program to its end");
    add_run_arguments(*run, command->run);
    run->add_option("--output", command->output,
                    "Write the program's output there, that of a trapped one too")
        ->type_name("FILE");
    run->callback([command, &chosen] { chosen = [command] { return execute(*command); }; });
}

}  // namespace lockstep::cli
