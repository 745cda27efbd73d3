#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"

namespace lockstep::cli {

namespace {

struct RootCommand {
    RunArguments run;
    std::optional<std::uint64_t> step;
};

ExitCode execute(const RootCommand& command) {
    Run run = start_run(command.run);
    const Step step(command.step.value_or(0));
    StateRoot root;
    {
        const Progress progress(run, "running", step.value);
        root = run.root(step);
    }
    const vm::MachineState& machine = run.execution().at(step).machine;
    const bool is_fixed_point = machine.status != vm::Status::running;
    if (command.run.is_json) {
        boost::json::object report;
        report["step"] = step.value;
        report["state_root"] = to_hex(root.value);
        report["fixed_point"] = is_fixed_point;
        print_line(boost::json::serialize(report));
        return ExitCode::success;
    }
    print_line(fmt::format("{} at step {}", file_name(command.run.program), grouped(step.value)));
    print_field("state root", to_hex(root.value));
    if (is_fixed_point) {
        print_field("note", fmt::format("the machine stopped after {}; this is its last state",
                                        counted(machine.steps.value, "step")));
    }
    return ExitCode::success;
}

}  // namespace

void add_root_command(CLI::App& app, Command& chosen) {
    const auto command = std::make_shared<RootCommand>();
    CLI::App* root = app.add_subcommand("root", "Print the state root at a step");
    add_run_arguments(*root, command->run);
    add_count(*root, "--at", command->step, "Steps executed before; past the end, the last state",
              true);
    root->callback([command, &chosen] { chosen = [command] { return execute(*command); }; });
}

}  // namespace lockstep::cli
