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
#include "cli/run_store.hpp"
#include "cli/step_text.hpp"
#include "cli/text.hpp"

namespace lockstep::cli {

namespace {

struct ProveCommand {
    RunArguments run;
    std::string store;
    std::optional<std::uint64_t> step;
    std::string bundle;
};

void print_json(const ProveCommand& command, const Proof& proof,
                const std::optional<Step>& restored_from) {
    const bool is_fixed_point = proof.step.opcode == 0;
    boost::json::object report;
    report["step"] = command.step.value_or(0);
    report["pre"] = to_hex(proof.step.pre.value);
    report["post"] = to_hex(proof.step.post.value);
    report["opcode"] = nullptr;
    if (!is_fixed_point) {
        report["opcode"] = opcode_name(proof.step.opcode);
    }
    report["bundle_bytes"] = proof.bundle.size();
    report["fixed_point"] = is_fixed_point;
    if (!command.store.empty()) {
        report["restored_from"] = nullptr;
    }
    if (restored_from) {
        report["restored_from"] = restored_from->value;
    }
    print_line(boost::json::serialize(report));
}

void print_text(const ProveCommand& command, const vm::Program& program, const Proof& proof,
                std::uint32_t pc, const std::optional<Step>& restored_from) {
    print_line(fmt::format("{}: proof of step {}", file_name(command.run.program),
                           grouped(command.step.value_or(0))));
    if (proof.step.opcode == 0) {
        print_field("instruction", fmt::format("none: the machine stopped after {} and is its own "
                                               "successor",
                                               counted(proof.step.step, "step")));
    } else {
        print_field("instruction", fmt::format("{}, in {} at pc {}", instruction_text(program, pc),
                                               function_text(program, pc), pc));
    }
    print_field("pre", to_hex(proof.step.pre.value));
    print_field("post", to_hex(proof.step.post.value));
    print_field("bundle", fmt::format("{} in {}", counted(proof.bundle.size(), "byte"),
                                      printable(command.bundle)));
    if (restored_from) {
        print_field("restored", fmt::format("from step {}", grouped(restored_from->value)));
    }
}

ExitCode execute(const ProveCommand& command) {
    Run run = start_run(command.run);
    OutputFile output(command.bundle);
    const Step step(command.step.value_or(0));
    const auto restored_from = go_on_from_store(command.run, run, command.store, step);
    std::uint32_t pc = 0;
    {
        const Progress progress(run, "running", step.value);
        pc = run.execution().at(step).machine.pc;
    }
    const Proof proof = run.prove(step);
    output.commit(proof.bundle);
    if (command.run.is_json) {
        print_json(command, proof, restored_from);
    } else {
        print_text(command, run.program().program(), proof, pc, restored_from);
    }
    return ExitCode::success;
}

}  // namespace

void add_prove_command(CLI::App& app, Command& chosen) {
    const auto command = std::make_shared<ProveCommand>();
    CLI::App* prove = app.add_subcommand("prove", "Write the proof bundle of a step");
    add_run_arguments(*prove, command->run);
    add_store(*prove, command->store);
    add_count(
        *prove, "--at", command->step,
        "Steps executed before the one to prove; past the end, the proof that nothing changes",
        true);
    prove->add_option("--out", command->bundle, "The file for the bundle")
        ->type_name("BUNDLE")
        ->required();
    prove->callback([command, &chosen] { chosen = [command] { return execute(*command); }; });
}

}  // namespace lockstep::cli
