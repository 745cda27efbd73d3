#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "cli/run_store.hpp"
#include "cli/text.hpp"
#include "store/trace_writer.hpp"
#include "trace/history.hpp"

namespace lockstep::cli {

namespace {

constexpr std::uint64_t kMaxThreads = 64;
/// States that the threads of a trace are made from: so many steps apart at the most, however few are
/// kept.
constexpr std::uint64_t kMaxStepsApart = std::uint64_t{1} << 22U;

struct TraceCommand {
    RunArguments run;
    std::string store;
    std::optional<std::uint64_t> stride;
    std::optional<std::uint64_t> from;
    std::optional<std::uint64_t> to;
    std::optional<std::uint64_t> height;
    std::optional<std::uint64_t> threads;
    std::optional<std::uint64_t> checkpoint_every;
    std::optional<std::uint64_t> max_bytes;
    bool is_resumed = false;
    bool is_replaced = false;

    /// Once the command line has been read.
    [[nodiscard]] std::uint64_t steps_apart() const { return stride.value_or(0); }
};

/// What was done.
struct Traced {
    std::uint64_t roots = 0;  // of the trace as a whole
    std::uint64_t new_roots = 0;
    double seconds = 0;
    std::optional<Step> resumed_from;
    std::optional<Step> restored_from;
    StateRoot root;
    Step steps;  // the last state's
    bool is_fixed_point = false;
    std::optional<Hash256> history_root;
    unsigned history_height = 0;
    std::uint64_t store_bytes = 0;
};

Failure not_in_range(const char* option, std::uint64_t number, const std::string& expected) {
    return Failure(ExitCode::usage, fmt::format("{} {}", option, number)).expected(expected);
}

/// Whether all leaves of a history of this height have a step (docs/spec/history.md, section 1).
bool has_steps(const TraceCommand& command, unsigned height) {
    const std::uint64_t left = std::numeric_limits<std::uint64_t>::max() - command.from.value_or(0);
    return command.steps_apart() <= left >> height;
}

void check(const TraceCommand& command) {
    if (command.steps_apart() == 0) {
        throw not_in_range("--stride", 0, "1 or more");
    }
    if (command.threads && (*command.threads == 0 || *command.threads > kMaxThreads)) {
        throw not_in_range("--threads", *command.threads, fmt::format("1 to {}", kMaxThreads));
    }
    if (command.checkpoint_every == 0) {
        throw not_in_range("--checkpoint-every", 0, "1 or more");
    }
    if (command.height && *command.height > trace::kMaxHistoryHeight) {
        throw not_in_range("--height", *command.height,
                           fmt::format("0 to {}", trace::kMaxHistoryHeight));
    }
    const std::uint64_t from = command.from.value_or(0);
    if (command.to && (*command.to < from || *command.to - from < command.steps_apart())) {
        throw Failure(ExitCode::usage,
                      fmt::format("--from {} --to {}: there is no root", from, *command.to))
            .expected("at least one stride between them");
    }
    if (from > std::numeric_limits<std::uint64_t>::max() - command.steps_apart()) {
        throw Failure(ExitCode::usage, "the first root is past 2^64 - 1")
            .expected("a lower --from or --stride");
    }
    if (command.height && !has_steps(command, static_cast<unsigned>(*command.height))) {
        throw Failure(
            ExitCode::usage,
            fmt::format("--height {}: the last leaf is past step 2^64 - 1", *command.height))
            .expected("a lower --height, --from or --stride");
    }
    if (command.is_resumed && command.is_replaced) {
        throw Failure(ExitCode::usage, "--resume and --replace exclude each other");
    }
}

/// The roots at from + stride, from + 2 stride, ... up to --to, or until the machine must have stopped.
trace::TraceRange range_of(const TraceCommand& command) {
    const std::uint64_t stride = command.steps_apart();
    const std::uint64_t from = command.from.value_or(0);
    // Each step but the last one has been paid for with gas.
    const std::uint64_t end = command.run.gas_limit + 1;
    std::uint64_t count = end > from ? (end - from - 1) / stride + 1 : 1;
    if (command.to) {
        count = std::min(count, (*command.to - from) / stride);
    }
    return {.first = Step(from + stride), .stride = stride, .count = count};
}

/// What the store has of this run and of others, for somebody who looks for another trace.
std::string known_traces(const store::Store& store, const store::ExecutionKey& execution) {
    const auto traces = taken(store.folder(), store.traces(execution));
    std::string list;
    for (const store::StoredTrace& trace : traces) {
        const std::uint64_t stride = trace.key.stride;
        if (trace.key.first.value < stride) {
            continue;  // none of this command's
        }
        list += fmt::format("{}--from {} --stride {}", list.empty() ? "" : " or ",
                            trace.key.first.value - stride, stride);
    }
    return list.empty() ? "the program, function, arguments, input and gas of a run in the store"
                        : list;
}

/// Only what was begun can be resumed; or anything in a store in which nothing was begun.
void check_resumable(const store::Store& store, const store::TraceKey& key) {
    if (taken(store.folder(), store.executions()).empty() ||
        taken(store.folder(), store.trace(key))) {
        return;
    }
    throw Failure(ExitCode::refused, "has no such trace to resume")
        .in(store.folder())
        .expected(known_traces(store, key.execution));
}

store::Existing existing_of(const TraceCommand& command) {
    if (command.is_resumed) {
        return store::Existing::resume;
    }
    return command.is_replaced ? store::Existing::replace : store::Existing::refuse;
}

/// The history of all roots, where they say what it is.
void add_history(const TraceCommand& command, const trace::HistoryFrontier& frontier,
                 Traced& traced) {
    const unsigned least = trace::history_height(frontier.count);
    traced.history_height = static_cast<unsigned>(command.height.value_or(least));
    const std::uint64_t leaves = std::uint64_t{1} << traced.history_height;
    const bool is_padded = traced.is_fixed_point && frontier.count < leaves &&
                           has_steps(command, traced.history_height);
    if (frontier.count == leaves || is_padded) {
        traced.history_root = trace::history_root(frontier, traced.history_height);
    }
}

void trace_rest(const TraceCommand& command, Run& run, store::TraceWriter& writer,
                std::uint64_t checkpoint_steps, Traced& traced) {
    const trace::TraceRange rest = writer.rest();
    if (rest.count == 0) {
        return;
    }
    const std::string& folder = command.store;
    const auto begin = std::chrono::steady_clock::now();
    const Step last = rest.first + rest.stride * (rest.count - 1);
    TraceProgress progress(rest.first, rest.stride,
                           command.to ? std::optional(last) : std::nullopt);
    store::TraceRecorder recorder(writer);
    try {
        traced.new_roots =
            run.trace(rest, recorder,
                      {.threads = static_cast<unsigned>(command.threads.value_or(1)),
                       .checkpoint_steps = std::min(checkpoint_steps, kMaxStepsApart),
                       .progress = [&](Step done) { progress.update(done); }});
    } catch (const store::StoreFailure& failure) {
        throw store_failure(folder, failure.error());
    }
    taken(folder, writer.finish(traced.new_roots < rest.count));
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    traced.seconds = passed.count();
}

Traced trace_run(const TraceCommand& command, Run& run) {
    const trace::TraceRange range = range_of(command);
    const store::ExecutionRecord execution = execution_of(command.run, run);
    const store::TraceKey key{
        .execution = execution.key(), .first = range.first, .stride = range.stride};
    store::StoreOptions options{.create = true};
    options.max_bytes = command.max_bytes.value_or(options.max_bytes);
    store::Store store = open_store(command.store, options);
    if (command.is_resumed) {
        check_resumable(store, key);
    }
    store::WriterOptions how{.existing = existing_of(command)};
    how.checkpoint_steps = command.checkpoint_every.value_or(how.checkpoint_steps);
    auto writer = taken(command.store, store::TraceWriter::open(store, execution, range, how));

    Traced traced;
    if (writer.count() != 0) {
        traced.resumed_from = key.step(writer.count() - 1);
    }
    const Step next =
        writer.rest().count == 0 ? traced.resumed_from.value_or(range.first) : writer.rest().first;
    traced.restored_from = go_on_from_store(run, store, key.execution, next);
    trace_rest(command, run, writer, how.checkpoint_steps, traced);

    traced.roots = writer.count();
    const trace::HistoryFrontier frontier = writer.frontier();
    traced.root = frontier.last;
    const Step last = key.step(traced.roots - 1);
    if (run.root(last) != traced.root) {
        throw Failure(ExitCode::refused, "the last root of the trace is not the run's")
            .in(command.store)
            .expected(to_hex(run.root(last).value));
    }
    const vm::MachineState& machine = run.execution().at(last).machine;
    traced.steps = machine.steps;
    traced.is_fixed_point = machine.status != vm::Status::running;
    add_history(command, frontier, traced);
    traced.store_bytes = taken(command.store, store.disk_bytes());
    return traced;
}

boost::json::value or_null(const std::optional<Step>& step) {
    return step ? boost::json::value(step->value) : boost::json::value(nullptr);
}

double roots_per_second(const Traced& traced) {
    return traced.seconds > 0 ? static_cast<double>(traced.new_roots) / traced.seconds : 0;
}

void print_json(const TraceCommand& command, const Run& run, const Traced& traced) {
    boost::json::object report;
    report["root"] = to_hex(traced.root.value);
    report["steps"] = traced.steps.value;
    report["fixed_point"] = traced.is_fixed_point;
    report["from"] = command.from.value_or(0);
    report["stride"] = command.steps_apart();
    report["roots"] = traced.roots;
    report["new_roots"] = traced.new_roots;
    report["seconds"] = traced.seconds;
    report["roots_per_second"] = roots_per_second(traced);
    report["history_root"] = nullptr;
    if (traced.history_root) {
        report["history_root"] = to_hex(*traced.history_root);
    }
    report["history_height"] = traced.history_height;
    report["resumed_from"] = or_null(traced.resumed_from);
    report["restored_from"] = or_null(traced.restored_from);
    report["store"] = printable(command.store);
    report["store_bytes"] = traced.store_bytes;
    report["engine"] = vm::engine_name(run.engine());
    print_line(boost::json::serialize(report));
}

void print_text(const TraceCommand& command, const Traced& traced) {
    print_line(fmt::format("{}: {}, one every {}", file_name(command.run.program),
                           counted(traced.roots, "root"), counted(command.steps_apart(), "step")));
    if (traced.resumed_from) {
        print_field("resumed", fmt::format("from step {}", grouped(traced.resumed_from->value)));
    }
    print_field("last state",
                fmt::format("{}{}", counted(traced.steps.value, "step"),
                            traced.is_fixed_point ? ", where the machine stopped" : ""));
    print_field("state root", to_hex(traced.root.value));
    print_field(
        "history",
        traced.history_root
            ? fmt::format("{} of height {}", to_hex(*traced.history_root), traced.history_height)
            : fmt::format("none of height {}: the machine goes on", traced.history_height));
    print_field("speed",
                fmt::format("{} roots a second",
                            grouped(static_cast<std::uint64_t>(roots_per_second(traced)))));
    print_field("store", fmt::format("{} in {}", counted(traced.store_bytes, "byte"),
                                     printable(command.store)));
}

ExitCode execute(const TraceCommand& command) {
    Run run = start_run(command.run);
    const Traced traced = trace_run(command, run);
    if (command.run.is_json) {
        print_json(command, run, traced);
    } else {
        print_text(command, traced);
    }
    return ExitCode::success;
}

}  // namespace

void add_trace_command(CLI::App& app, Command& chosen) {
    const auto command = std::make_shared<TraceCommand>();
    CLI::App* trace =
        app.add_subcommand("trace", "Keep the state roots of a run, and states to go on from");
    add_run_arguments(*trace, command->run);
    add_count(*trace, "--stride", command->stride, "A root every so many steps", true);
    add_count(*trace, "--from", command->from, "The step that the first stride begins at [0]",
              false);
    add_count(*trace, "--to", command->to, "No root is past this step [until the machine stops]",
              false);
    trace->add_option("--store", command->store, "The folder to keep them in")
        ->type_name("FOLDER")
        ->required();
    trace->add_flag("--resume", command->is_resumed,
                    "Go on where this trace was left, in this process or another");
    trace->add_flag("--replace", command->is_replaced, "Start over where it was begun before");
    add_count(*trace, "--threads", command->threads, "Threads that make roots [1]", false);
    add_count(*trace, "--checkpoint-every", command->checkpoint_every,
              "Keep a state every so many steps, about [2^24]", false);
    add_count(*trace, "--height", command->height,
              "The height of the history [the least that the roots fit]", false);
    add_count(*trace, "--max-bytes", command->max_bytes,
              "What the store may take on disk, about [16 GiB]", false);
    trace->callback([command, &chosen] {
        check(*command);
        chosen = [command] { return execute(*command); };
    });
}

}  // namespace lockstep::cli
