#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/program_file.hpp"
#include "cli/progress.hpp"
#include "cli/state_report.hpp"
#include "cli/step_text.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"

namespace lockstep::cli {

namespace {

struct InspectCommand {
    RunArguments run;
    std::optional<std::uint64_t> step;
};

/// A stretch of code with a name: the prologue or a function.
struct Stretch {
    std::string name;
    std::string type;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

std::vector<Stretch> stretches(const vm::Program& program) {
    const auto code_size = static_cast<std::uint32_t>(program.code.size());
    std::vector<Stretch> found;
    found.push_back({.name = "the prologue",
                     .type = {},
                     .begin = 0,
                     .end = program.functions.empty() ? code_size : program.functions[0].entry});
    for (std::size_t i = 0; i < program.functions.size(); ++i) {
        const vm::FunctionRecord& function = program.functions[i];
        found.push_back({.name = program.function_infos[i].name,
                         .type = signature(program.types[function.type]),
                         .begin = function.entry,
                         .end = program.function_infos[i].code_end});
    }
    return found;
}

void print_code(const vm::Program& program) {
    for (const Stretch& stretch : stretches(program)) {
        print_line(printable(stretch.name) + (stretch.type.empty() ? "" : " ") + stretch.type);
        for (std::uint32_t pc = stretch.begin; pc < stretch.end; ++pc) {
            print_line(fmt::format("{:>8}  {}", pc, instruction_text(program, pc)));
        }
        print_line("");
    }
}

/// The object is written piece by piece: that of a large program would not fit twice.
void print_code_json(const LoadedProgram& loaded) {
    const vm::Program& program = loaded.program();
    fmt::print("{{\"functions\":[");
    bool is_first = true;
    for (const Stretch& stretch : stretches(program)) {
        boost::json::array code;
        for (std::uint32_t pc = stretch.begin; pc < stretch.end; ++pc) {
            code.emplace_back(instruction_text(program, pc));
        }
        const boost::json::object object{{"name", printable(stretch.name)},
                                         {"type", stretch.type},
                                         {"begin", stretch.begin},
                                         {"code", std::move(code)}};
        fmt::print("{}{}", is_first ? "" : ",", boost::json::serialize(object));
        is_first = false;
    }
    fmt::print("]}}\n");
}

ExitCode execute(const InspectCommand& command) {
    if (!command.step) {
        const LoadedProgram program = load_program(command.run.program, command.run.links);
        if (command.run.is_json) {
            print_code_json(program);
        } else {
            print_code(program.program());
        }
        return ExitCode::success;
    }
    Run run = start_run(command.run);
    const Step step(*command.step);
    {
        const Progress progress(run, "running", step.value);
        (void)run.execution().at(step);
    }
    if (command.run.is_json) {
        print_line(state_json(run, step));
    } else {
        print_line(
            fmt::format("{} at step {}", file_name(command.run.program), grouped(step.value)));
        print_state(run, step);
    }
    return ExitCode::success;
}

}  // namespace

void add_inspect_command(CLI::App& app, Command& chosen) {
    const auto command = std::make_shared<InspectCommand>();
    CLI::App* inspect =
        app.add_subcommand("inspect", "Print the lowered code, or the state at a step");
    add_run_arguments(*inspect, command->run);
    add_count(*inspect, "--at", command->step, "Print the state after so many steps of a run",
              false);
    inspect->callback([command, &chosen] { chosen = [command] { return execute(*command); }; });
}

}  // namespace lockstep::cli
