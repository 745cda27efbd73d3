#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/evm_verdict.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "cli/step_text.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "dispute/local_game.hpp"
#include "trace/faulty_execution.hpp"

namespace lockstep::cli {

namespace {

constexpr std::uint64_t kDefaultArity = 16;

struct DisputeCommand {
    RunArguments run;
    std::optional<std::uint64_t> fault_at;
    std::string fault{trace::fault_name(trace::Fault::gas)};
    std::uint64_t k = kDefaultArity;
    bool with_evm = false;
    EvmOptions evm;
};

/// A dispute that is over, and what there is to say about it.
struct Report {
    Step length;
    dispute::LocalGame game;
    std::uint16_t opcode = 0;
    std::uint32_t pc = 0;
    std::optional<EvmVerdict> evm;
    bool is_convicted = false;
};

std::string fault_names() {
    std::string names;
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(trace::Fault::io); ++i) {
        names += (i == 0 ? "" : ", ");
        names += trace::fault_name(static_cast<trace::Fault>(i));
    }
    return names;
}

dispute::LocalGame play_game(const DisputeCommand& command, Run& run) {
    const Step fault_at(command.fault_at.value_or(0));
    const trace::Fault fault = trace::fault_from_name(command.fault).value_or(trace::Fault::gas);
    const Progress progress(run, "playing");
    const Step length = run.length();
    if (fault_at >= length) {
        throw Failure(ExitCode::usage, fmt::format("the run has {}, none is step {}",
                                                   counted(length.value, "step"), fault_at.value))
            .in(command.run.program)
            .expected(length.value == 0 ? "a program that runs"
                                        : fmt::format("--fault-at from 0 to {}", length.value - 1));
    }
    trace::FaultyExecution liar(run.execution(), fault_at, fault);
    auto game = dispute::play(liar, run.execution(), command.k);
    if (!game) {
        throw Failure(ExitCode::internal, fmt::format("the dispute could not be played (reason {})",
                                                      static_cast<unsigned>(game.error())));
    }
    return *std::move(game);
}

Report hold_dispute(const DisputeCommand& command, Run& run) {
    Report report;
    std::optional<EvmSetup> evm;
    if (command.with_evm) {
        evm = prepare_evm(command.evm);
    }
    report.game = play_game(command, run);
    report.length = run.length();
    const dispute::Verdict& verdict = report.game.verdict;
    report.pc = run.execution().at(verdict.step).machine.pc;
    if (const auto proven = verify(verdict.bundle)) {
        report.opcode = proven->opcode;
    }
    report.is_convicted = verdict.defender_lied && !verdict.challenger_lied;
    if (evm) {
        report.evm = verify_on_evm(*evm, verdict.agreed, verdict.bundle);
        report.is_convicted =
            report.is_convicted && report.evm->post && *report.evm->post == verdict.proven;
    }
    return report;
}

boost::json::array roots_json(const std::vector<StateRoot>& roots) {
    boost::json::array array;
    for (const StateRoot& root : roots) {
        array.emplace_back(to_hex(root.value));
    }
    return array;
}

boost::json::object evm_json(const EvmVerdict& evm) {
    boost::json::object object;
    object["contract"] = evm.contract;
    object["numeric_unit"] = evm.numeric_unit;
    object["deployment_gas"] = evm.deployment_gas;
    object["post"] = nullptr;
    if (evm.post) {
        object["post"] = to_hex(evm.post->value);
        object["gas_used"] = evm.gas_used;
    } else {
        object["revert"] = printable(evm.post.error().message);
        object["revert_data"] = to_hex(evm.post.error().data);
    }
    return object;
}

void print_json(const DisputeCommand& command, const Run& run, const Report& report) {
    boost::json::array rounds;
    for (const dispute::Round& round : report.game.rounds) {
        rounds.push_back(boost::json::object{{"begin", round.begin.value},
                                             {"stride", round.stride},
                                             {"first_difference", round.first_difference},
                                             {"claimed", roots_json(round.claimed)},
                                             {"countered", roots_json(round.countered)}});
    }
    const dispute::Verdict& verdict = report.game.verdict;
    boost::json::object object;
    object["length"] = report.length.value;
    object["k"] = command.k;
    object["rounds"] = std::move(rounds);
    object["step"] = verdict.step.value;
    object["opcode"] = opcode_name(report.opcode);
    object["function"] = function_text(run.program().program(), report.pc);
    object["pre"] = to_hex(verdict.agreed.value);
    object["claimed"] = to_hex(verdict.claimed.value);
    object["proven"] = to_hex(verdict.proven.value);
    object["bundle_bytes"] = verdict.bundle.size();
    object["convicted"] = report.is_convicted;
    object["verified_by"] = report.evm ? "evm" : "native";
    object["evm"] = nullptr;
    if (report.evm) {
        object["evm"] = evm_json(*report.evm);
    }
    print_line(boost::json::serialize(object));
}

void print_rounds(const DisputeCommand& command, const Report& report) {
    print_line(fmt::format("  {:>5}  {:>17}  {:>17}  {:>15}  {}", "round", "from step", "to step",
                           "steps a part", "first part that differs"));
    for (std::size_t i = 0; i < report.game.rounds.size(); ++i) {
        const dispute::Round& round = report.game.rounds[i];
        print_line(fmt::format("  {:>5}  {:>17}  {:>17}  {:>15}  {} of {}", i + 1,
                               grouped(round.begin.value),
                               grouped(round.begin.value + command.k * round.stride),
                               grouped(round.stride), round.first_difference, command.k));
    }
    print_line("");
}

void print_evm(const EvmVerdict& evm, const StateRoot& proven) {
    print_field("EVM", fmt::format("OneStepVerifier at {}", evm.contract));
    print_field("", fmt::format("with NumericUnit at {}", evm.numeric_unit));
    if (!evm.post) {
        print_field("", fmt::format("reverts: {} {}", printable(evm.post.error().message),
                                    to_hex(evm.post.error().data)));
        return;
    }
    print_field(
        "", *evm.post == proven ? "returns the proven root" : "returns " + to_hex(evm.post->value));
    print_field("", fmt::format("gas {} for the transaction, {} for the deployments",
                                grouped(evm.gas_used), grouped(evm.deployment_gas)));
}

void print_text(const DisputeCommand& command, const Run& run, const Report& report) {
    const vm::Program& program = run.program().program();
    const dispute::Verdict& verdict = report.game.verdict;
    print_line(fmt::format("{} runs {}; a liar's step {} goes wrong ({})",
                           file_name(command.run.program), counted(report.length.value, "step"),
                           grouped(command.fault_at.value_or(0)), command.fault));
    print_line(fmt::format(
        "each round splits what is disputed into {} parts (past the end the last state repeats):",
        command.k));
    print_line("");
    print_rounds(command, report);
    print_field("disputed", fmt::format("step {}", grouped(verdict.step.value)));
    print_field("instruction", instruction_text(program, report.pc));
    print_field("in", fmt::format("{} at pc {}", function_text(program, report.pc), report.pc));
    print_field("agreed", to_hex(verdict.agreed.value) + " before it");
    print_field("claimed", to_hex(verdict.claimed.value) + " after it, says the liar");
    print_field("proven", to_hex(verdict.proven.value) + " after it, by the proof");
    print_field("bundle", counted(verdict.bundle.size(), "byte"));
    if (report.evm) {
        print_evm(*report.evm, verdict.proven);
    }
    print_field("verdict",
                fmt::format("{} (verified {})",
                            report.is_convicted ? "the liar is convicted" : "nobody is convicted",
                            report.evm ? "natively and by the EVM" : "natively"));
}

ExitCode execute(const DisputeCommand& command) {
    Run run = start_run(command.run);
    const Report report = hold_dispute(command, run);
    if (command.run.is_json) {
        print_json(command, run, report);
    } else {
        print_text(command, run, report);
    }
    return report.is_convicted ? ExitCode::success : ExitCode::not_proven;
}

void add_fault_options(CLI::App& dispute, DisputeCommand& command) {
    add_count(dispute, "--fault-at", command.fault_at, "The step that the liar gets wrong", true);
    dispute
        .add_option("--fault", command.fault,
                    "What the liar changes of the state after it: " + fault_names())
        ->type_name("KIND")
        ->capture_default_str()
        ->check([](const std::string& name) {
            return trace::fault_from_name(name)
                       ? std::string()
                       : fmt::format("'{}' is none of: {}", printable(name), fault_names());
        });
    dispute
        .add_option_function<std::string>(
            "--k",
            [&command](const std::string& text) {
                const auto number = parse_count(text);
                if (!number || *number < 2 || *number > dispute::kMaxArity) {
                    throw CLI::ValidationError(
                        "--k", fmt::format("'{}' is no number from 2 to {}", printable(text),
                                           dispute::kMaxArity));
                }
                command.k = *number;
            },
            fmt::format("The parts into which a round splits what is disputed [{}]", kDefaultArity))
        ->type_name("K");
}

void add_evm_options(CLI::App& dispute, DisputeCommand& command) {
    dispute.add_flag("--evm", command.with_evm,
                     "Let the contract decide too, on a node that is started for it");
    dispute
        .add_option_function<std::string>(
            "--rpc",
            [&command](const std::string& url) {
                command.evm.rpc_url = url;
                command.with_evm = true;
            },
            "The same on a node that runs, with its first unlocked account: http://HOST:PORT")
        ->type_name("URL");
    dispute
        .add_option_function<std::string>(
            "--rpc-timeout",
            [&command](const std::string& text) {
                constexpr std::uint64_t kMaxSeconds = 3600;
                const auto number = parse_count(text);
                if (!number || *number == 0 || *number > kMaxSeconds) {
                    throw CLI::ValidationError("--rpc-timeout",
                                               fmt::format("'{}' is no number from 1 to {}",
                                                           printable(text), kMaxSeconds));
                }
                command.evm.time_limit = std::chrono::seconds(*number);
            },
            "Seconds that the node may take for an answer [30]")
        ->type_name("SECONDS");
}

}  // namespace

void add_dispute_command(CLI::App& app, Command& chosen) {
    const auto command = std::make_shared<DisputeCommand>();
    CLI::App* dispute =
        app.add_subcommand("dispute", "Play a dispute with somebody who lies about one step");
    add_run_arguments(*dispute, command->run);
    add_fault_options(*dispute, *command);
    add_evm_options(*dispute, *command);
    dispute->callback([command, &chosen] { chosen = [command] { return execute(*command); }; });
}

}  // namespace lockstep::cli
