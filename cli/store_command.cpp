#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/run_store.hpp"
#include "cli/text.hpp"
#include "store/maintenance.hpp"

namespace lockstep::cli {

namespace {

constexpr std::uint64_t kDaySeconds = 24 * 60 * 60;
constexpr std::uint64_t kMaxDays = 10'000;

struct StoreCommand {
    std::string folder;
    bool is_json = false;
    // prune
    std::vector<std::string> kept;
    std::optional<std::uint64_t> unused_days;
    std::optional<std::uint64_t> keep_one_in;
    // verify
    bool is_deep = false;
};

store::Store open_to_read(const StoreCommand& command) {
    return open_store(command.folder, {.read_only = true});
}

void print_numbers(const boost::json::object& report) {
    for (const auto& [name, number] : report) {
        std::string label(name);
        std::ranges::replace(label, '_', ' ');
        print_line(fmt::format("  {:<20} {}", label, grouped(number.to_number<std::uint64_t>())));
    }
}

boost::json::object trace_json(const store::StoredTrace& trace) {
    const store::TraceRecord& record = trace.record;
    boost::json::object object;
    object["from"] = nullptr;
    if (trace.key.first.value >= trace.key.stride) {
        object["from"] = trace.key.first.value - trace.key.stride;
    }
    object["first"] = trace.key.first.value;
    object["stride"] = trace.key.stride;
    object["roots"] = record.count;
    object["expected_roots"] = record.expected;
    object["complete"] = record.is_complete();
    object["stopped"] = record.stopped;
    return object;
}

boost::json::object execution_json(const store::ExecutionStats& stats) {
    const store::ExecutionRecord& record = stats.execution.record;
    boost::json::object object;
    object["initial_root"] = to_hex(record.initial_root.value);
    object["image_root"] = to_hex(record.image.value);
    object["function"] = record.function.value;
    object["arguments"] = boost::json::array(record.arguments.begin(), record.arguments.end());
    object["input_length"] = record.input_length;
    object["gas_limit"] = record.gas_limit.value;
    object["created"] = stats.execution.created;
    object["used"] = stats.execution.used;
    object["roots"] = stats.roots;
    object["checkpoints"] = stats.checkpoints;
    object["bytes"] = stats.bytes;
    boost::json::array traces;
    for (const store::StoredTrace& trace : stats.traces) {
        traces.push_back(trace_json(trace));
    }
    object["traces"] = std::move(traces);
    return object;
}

boost::json::object totals_json(const store::StoreStats& stats) {
    return {{"chunks", stats.chunks},
            {"blocks", stats.blocks},
            {"pieces", stats.pieces},
            {"shared_bytes", stats.shared_bytes},
            {"disk_bytes", stats.disk_bytes}};
}

void print_execution(const store::ExecutionStats& stats) {
    const store::ExecutionRecord& record = stats.execution.record;
    print_line(fmt::format("execution {}", to_hex(record.initial_root.value)));
    print_field("image", to_hex(record.image.value));
    print_field("function", fmt::format("index {}, {}, {} of input", record.function.value,
                                        counted(record.arguments.size(), "argument"),
                                        counted(record.input_length, "byte")));
    print_field("states", grouped(stats.checkpoints));
    for (const store::StoredTrace& trace : stats.traces) {
        const store::TraceRecord& known = trace.record;
        print_field("trace",
                    fmt::format("first after {}, one every {}: {}{}",
                                counted(trace.key.first.value, "step"),
                                counted(trace.key.stride, "step"), counted(known.count, "root"),
                                known.is_complete() ? "" : ", to be resumed"));
    }
}

ExitCode execute_stats(const StoreCommand& command) {
    const store::Store store = open_to_read(command);
    const store::StoreStats stats = taken(command.folder, store::stats(store));
    if (command.is_json) {
        boost::json::object report = totals_json(stats);
        boost::json::array executions;
        for (const store::ExecutionStats& execution : stats.executions) {
            executions.push_back(execution_json(execution));
        }
        report["executions"] = std::move(executions);
        print_line(boost::json::serialize(report));
        return ExitCode::success;
    }
    for (const store::ExecutionStats& execution : stats.executions) {
        print_execution(execution);
    }
    print_line("shared by all states, and all together");
    print_numbers(totals_json(stats));
    return ExitCode::success;
}

std::uint64_t now_seconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

store::PruneOptions prune_options(const StoreCommand& command) {
    store::PruneOptions options;
    if (!command.kept.empty()) {
        options.keep.emplace();
        for (const std::string& text : command.kept) {
            options.keep->emplace_back(hash_from_hex(text).value_or(Hash256{}));
        }
    }
    if (command.unused_days) {
        // A clock that was never set says 1970: then nothing is that old.
        const std::uint64_t now = now_seconds();
        options.used_before = now - std::min(now, *command.unused_days * kDaySeconds);
    }
    options.keep_one_in = command.keep_one_in.value_or(1);
    return options;
}

/// What is to be kept is there: a slip of the pen must not remove everything else.
void check_kept(const StoreCommand& command, const store::Store& store,
                const store::PruneOptions& options) {
    const auto executions = taken(command.folder, store.executions());
    for (const store::ExecutionKey& key :
         options.keep.value_or(std::vector<store::ExecutionKey>{})) {
        if (std::ranges::none_of(executions, [&](const store::StoredExecution& execution) {
                return execution.record.key() == key;
            })) {
            throw Failure(ExitCode::usage,
                          "--keep " + to_hex(key.value) + ": there is no such execution")
                .in(command.folder)
                .expected("an initial_root of lockstep store stats");
        }
    }
}

/// Prints what was counted.
ExitCode print_report(const StoreCommand& command, const boost::json::object& report,
                      std::string_view title) {
    if (command.is_json) {
        print_line(boost::json::serialize(report));
    } else {
        print_line(fmt::format("{}: {}", printable(command.folder), title));
        print_numbers(report);
    }
    return ExitCode::success;
}

ExitCode execute_prune(const StoreCommand& command) {
    store::Store store = open_store(command.folder, {});
    const store::PruneOptions options = prune_options(command);
    check_kept(command, store, options);
    const auto pruned = taken(command.folder, store::prune(store, options));
    return print_report(command,
                        {{"executions", pruned.executions},
                         {"checkpoints", pruned.checkpoints},
                         {"chunks", pruned.chunks},
                         {"blocks", pruned.blocks},
                         {"pieces", pruned.pieces},
                         {"orphans", pruned.orphans},
                         {"disk_bytes_before", pruned.disk_bytes_before},
                         {"disk_bytes_after", pruned.disk_bytes_after}},
                        "removed");
}

ExitCode execute_verify(const StoreCommand& command) {
    const store::Store store = open_to_read(command);
    const auto found =
        taken(command.folder, store::verify(store, store::VerifyOptions{.deep = command.is_deep}));
    const ExitCode code = found.problems.empty() ? ExitCode::success : ExitCode::refused;
    if (command.is_json) {
        boost::json::array problems;
        for (const std::string& problem : found.problems) {
            problems.emplace_back(printable(problem));
        }
        const boost::json::object report{
            {"valid", found.problems.empty()},  {"entries", found.entries},
            {"checkpoints", found.checkpoints}, {"roots", found.roots},
            {"problems", std::move(problems)},  {"has_more_problems", found.has_more_problems}};
        print_line(boost::json::serialize(report));
        return code;
    }
    for (const std::string& problem : found.problems) {
        print_line(printable(problem));
    }
    if (found.has_more_problems) {
        print_line("... and more");
    }
    print_line(fmt::format("{}: {} of {} with {} and {}", printable(command.folder),
                           found.problems.empty() ? "valid, all" : "not valid, some",
                           grouped(found.entries) + " entries", counted(found.checkpoints, "state"),
                           counted(found.roots, "root")));
    return code;
}

ExitCode execute_rebuild(const StoreCommand& command) {
    const auto rebuilt = taken(command.folder, store::rebuild(command.folder));
    return print_report(command,
                        {{"entries_dropped", rebuilt.entries_dropped},
                         {"blocks_dropped", rebuilt.blocks_dropped},
                         {"checkpoints_dropped", rebuilt.checkpoints_dropped},
                         {"traces_shortened", rebuilt.traces_shortened},
                         {"checkpoints_left", rebuilt.checkpoints_left},
                         {"roots_left", rebuilt.roots_left}},
                        "rebuilt");
}

/// Throws what the command line's parser throws, or Failure.
void check_prune(const StoreCommand& command) {
    for (const std::string& text : command.kept) {
        if (!hash_from_hex(text)) {
            throw CLI::ValidationError(
                "--keep", fmt::format("'{}' is not 0x and 64 hexadecimal digits", printable(text)));
        }
    }
    if (command.unused_days && *command.unused_days > kMaxDays) {
        throw Failure(ExitCode::usage, fmt::format("--unused-for {}", *command.unused_days))
            .expected(fmt::format("0 to {} days", kMaxDays));
    }
    if (command.keep_one_in == 0) {
        throw Failure(ExitCode::usage, "--keep-one-in 0").expected("1 or more");
    }
}

CLI::App* add_action(CLI::App& store, const std::string& name, const std::string& description,
                     const std::shared_ptr<StoreCommand>& command) {
    CLI::App* action = store.add_subcommand(name, description);
    action->add_option("FOLDER", command->folder, "The folder of the store")->required();
    add_json(*action, command->is_json);
    return action;
}

void add_prune(CLI::App& store, const std::shared_ptr<StoreCommand>& command, Command& chosen) {
    CLI::App* prune =
        add_action(store, "prune", "Remove what nothing refers to, and what is chosen", command);
    prune
        ->add_option("--keep", command->kept,
                     "Remove all executions but those with these initial roots (repeatable)")
        ->type_name("ROOT")
        ->allow_extra_args(false);
    add_count(*prune, "--unused-for", command->unused_days,
              "Remove executions that were not written to for so many days", false);
    add_count(*prune, "--keep-one-in", command->keep_one_in,
              "Keep one in so many of the states of an execution, and the last", false);
    prune->callback([command, &chosen] {
        check_prune(*command);
        chosen = [command] { return execute_prune(*command); };
    });
}

}  // namespace

void add_store_command(CLI::App& app, Command& chosen) {
    const auto command = std::make_shared<StoreCommand>();
    CLI::App* store = app.add_subcommand("store", "Look into a store of lockstep trace, mend it");
    store->require_subcommand(1);
    add_action(*store, "stats", "What is in it, and what it takes", command)
        ->callback([command, &chosen] { chosen = [command] { return execute_stats(*command); }; });
    add_prune(*store, command, chosen);
    CLI::App* verify = add_action(*store, "verify", "Read everything and check it", command);
    verify->add_flag("--deep", command->is_deep,
                     "Compute each state's root and each history from their parts too");
    verify->callback(
        [command, &chosen] { chosen = [command] { return execute_verify(*command); }; });
    add_action(*store, "rebuild", "Make a store of what can still be read", command)
        ->callback(
            [command, &chosen] { chosen = [command] { return execute_rebuild(*command); }; });
}

}  // namespace lockstep::cli
