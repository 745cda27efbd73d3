#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "cli/run_store.hpp"
#include "cli/text.hpp"

namespace lockstep::cli {

namespace {

/// Roots asked for at once, of a series: at least so many, and as many as so many steps have, for each
/// time costs as much as states with deep stacks are large.
constexpr std::uint64_t kMinBatch = 64;
constexpr std::uint64_t kBatchSteps = std::uint64_t{1} << 17U;

struct RootCommand {
    RunArguments run;
    std::string store;
    std::optional<std::uint64_t> step;
    std::optional<std::uint64_t> every;
    std::optional<std::uint64_t> count;
};

/// Throws what the command line's parser throws, or Failure.
void check(const RootCommand& command) {
    if (!command.every) {
        if (!command.step) {
            throw CLI::RequiredError("--at STEP or --every STEPS");
        }
        if (command.count) {
            throw CLI::RequiresError("--count", "--every");
        }
        return;
    }
    if (*command.every == 0 || command.count == 0) {
        throw Failure(ExitCode::usage, *command.every == 0 ? "--every 0" : "--count 0")
            .expected("1 or more");
    }
    constexpr std::uint64_t kMaxStep = std::numeric_limits<std::uint64_t>::max();
    if (command.count.value_or(1) - 1 > (kMaxStep - command.step.value_or(0)) / *command.every) {
        throw Failure(ExitCode::usage, "the last step is past 2^64 - 1")
            .expected("a lower --count");
    }
}

ExitCode print_root(const RootCommand& command, Run& run,
                    const std::optional<Step>& restored_from) {
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
        if (!command.store.empty()) {
            report["restored_from"] = nullptr;
        }
        if (restored_from) {
            report["restored_from"] = restored_from->value;
        }
        print_line(boost::json::serialize(report));
        return ExitCode::success;
    }
    print_line(fmt::format("{} at step {}", file_name(command.run.program), grouped(step.value)));
    print_field("state root", to_hex(root.value));
    if (restored_from) {
        print_field("restored", fmt::format("from step {}", grouped(restored_from->value)));
    }
    if (is_fixed_point) {
        print_field("note", fmt::format("the machine stopped after {}; this is its last state",
                                        counted(machine.steps.value, "step")));
    }
    return ExitCode::success;
}

/// Without a count up to the first root of the last state. They are printed as they are found: there
/// may be more than fit in memory.
template <typename Print>
void for_each_root(const RootCommand& command, Run& run, Print print) {
    const std::uint64_t stride = command.every.value_or(1);
    const std::uint64_t batch = std::max(kMinBatch, kBatchSteps / stride);
    std::uint64_t left = command.count.value_or(std::numeric_limits<std::uint64_t>::max());
    Step first(command.step.value_or(0));
    while (left != 0) {
        const std::uint64_t to_end = (~std::uint64_t{0} - first.value) / stride;
        const std::uint64_t count = std::min({batch, left, std::max<std::uint64_t>(to_end, 1)});
        const std::vector<StateRoot> roots = run.roots(first, stride, count);
        const Step last = first + (count - 1) * stride;
        const vm::MachineState& machine = run.execution().at(last).machine;
        const bool has_stopped = machine.status != vm::Status::running;
        for (std::uint64_t i = 0; i < count; ++i) {
            const Step step = first + i * stride;
            const bool is_last_state = has_stopped && step >= machine.steps;
            print(step, roots[i], is_last_state);
            if (is_last_state && !command.count) {
                return;
            }
        }
        left -= count;
        first = last + stride;
    }
}

ExitCode print_roots(const RootCommand& command, Run& run) {
    if (!command.run.is_json) {
        for_each_root(command, run, [](Step step, const StateRoot& root, bool /*is_last_state*/) {
            print_line(fmt::format("{} {}", step.value, to_hex(root.value)));
        });
        return ExitCode::success;
    }
    fmt::print("{{\"every\":{},\"roots\":[", command.every.value_or(1));
    bool is_first = true;
    for_each_root(command, run, [&](Step step, const StateRoot& root, bool is_last_state) {
        const boost::json::object object{{"step", step.value},
                                         {"state_root", to_hex(root.value)},
                                         {"fixed_point", is_last_state}};
        fmt::print("{}{}", is_first ? "" : ",", boost::json::serialize(object));
        is_first = false;
    });
    fmt::print("]}}\n");
    return ExitCode::success;
}

ExitCode execute(const RootCommand& command) {
    Run run = start_run(command.run);
    const auto restored_from =
        go_on_from_store(command.run, run, command.store, Step(command.step.value_or(0)));
    return command.every ? print_roots(command, run) : print_root(command, run, restored_from);
}

}  // namespace

void add_root_command(CLI::App& app, Command& chosen) {
    const auto command = std::make_shared<RootCommand>();
    CLI::App* root = app.add_subcommand("root", "Print the state root at a step, or at many");
    add_run_arguments(*root, command->run);
    add_store(*root, command->store);
    add_count(
        *root, "--at", command->step,
        "Steps executed before; past the end, the last state. With --every, of the first root "
        "[0]",
        false);
    add_count(*root, "--every", command->every,
              "A root every so many steps, a line each: the step and its root", false);
    add_count(*root, "--count", command->count,
              "Roots to print with --every [up to the first of the last state]", false);
    root->callback([command, &chosen] {
        check(*command);
        chosen = [command] { return execute(*command); };
    });
}

}  // namespace lockstep::cli
