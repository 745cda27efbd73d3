#include "cli/run_store.hpp"

#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "trace/snapshot.hpp"

namespace lockstep::cli {

namespace {

ExitCode exit_code_of(store::StoreErrorKind kind) {
    using store::StoreErrorKind;
    switch (kind) {
        case StoreErrorKind::exists: return ExitCode::usage;
        case StoreErrorKind::not_a_store:
        case StoreErrorKind::foreign_version:
        case StoreErrorKind::corrupted:
        case StoreErrorKind::mismatch: return ExitCode::refused;
        case StoreErrorKind::missing:
        case StoreErrorKind::locked:
        case StoreErrorKind::not_writable:
        case StoreErrorKind::disk_full:
        case StoreErrorKind::over_limit:
        case StoreErrorKind::failed: break;
    }
    return ExitCode::environment;
}

}  // namespace

void add_store(CLI::App& command, std::string& folder) {
    command
        .add_option("--store", folder,
                    "The folder of a store of this run: goes on from the nearest state that "
                    "lockstep trace has kept there")
        ->type_name("FOLDER")
        ->check([](const std::string& name) {
            return std::string(name.empty() ? "is no folder" : "");
        });
}

Failure store_failure(const std::string& folder, const store::StoreError& error) {
    // The message names the folder in front, as an error line does.
    std::string_view reason = error.message;
    const std::string prefix = folder + ": ";
    if (reason.starts_with(prefix)) {
        reason.remove_prefix(prefix.size());
    }
    return Failure(exit_code_of(error.kind), std::string(reason)).in(folder);
}

store::Store open_store(const std::string& folder, const store::StoreOptions& options) {
    return taken(folder, store::Store::open(folder, options));
}

store::ExecutionRecord execution_of(const RunArguments& arguments, Run& run) {
    const trace::CommittedState& initial = run.execution().at(Step(0));
    return store::describe(invocation_of(arguments, run), initial.committer);
}

std::optional<Step> go_on_from_store(Run& run, const store::Store& store,
                                     const store::ExecutionKey& execution, Step step) {
    auto input = run.execution().at(Step(0)).machine.input;
    auto state = taken(store.folder(), store.restore(execution, step, run.program().image(),
                                                     run.program().program(), std::move(input)));
    if (!state) {
        return std::nullopt;
    }
    const Step steps = state->machine.steps;
    run.execution().go_on_from(*std::move(state));
    return steps;
}

std::optional<Step> go_on_from_store(const RunArguments& arguments, Run& run,
                                     const std::string& folder, Step step) {
    if (folder.empty()) {
        return std::nullopt;
    }
    const store::Store store = open_store(folder, {.read_only = true});
    return go_on_from_store(run, store, execution_of(arguments, run).key(), step);
}

}  // namespace lockstep::cli
