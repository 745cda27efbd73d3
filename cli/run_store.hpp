#pragma once

// A store of states and roots (docs/store.md) beside a run: what the commands take of it and put in.

#include <cstdint>
#include <optional>
#include <string>

#include "api/lockstep.hpp"
#include "cli/failure.hpp"
#include "cli/options.hpp"
#include "store/store.hpp"

namespace lockstep::cli {

/// --store for commands that go on from what is kept.
void add_store(CLI::App& command, std::string& folder);

/// Throws Failure.
[[nodiscard]] store::Store open_store(const std::string& folder,
                                      const store::StoreOptions& options);

/// The error of a store as that of a command.
[[nodiscard]] Failure store_failure(const std::string& folder, const store::StoreError& error);

/// What a call of a store gives. Throws Failure.
template <typename T>
[[nodiscard]] T taken(const std::string& folder, store::StoreResult<T> result) {
    if (!result) {
        throw store_failure(folder, result.error());
    }
    if constexpr (!std::is_void_v<T>) {
        return *std::move(result);
    }
}

/// What a store finds a run by. The run must not have been asked for anything yet.
[[nodiscard]] store::ExecutionRecord execution_of(const RunArguments& arguments, Run& run);

/// Lets the run go on from the last state of this execution that the store keeps of those at or before
/// a step: its step, or nullopt where the run stays where it was.
[[nodiscard]] std::optional<Step> go_on_from_store(Run& run, const store::Store& store,
                                                   const store::ExecutionKey& execution, Step step);

/// The same for a command that reads only; nullopt too where `folder` is empty.
[[nodiscard]] std::optional<Step> go_on_from_store(const RunArguments& arguments, Run& run,
                                                   const std::string& folder, Step step);

}  // namespace lockstep::cli
