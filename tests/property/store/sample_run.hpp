#pragma once

// Runs to be stored, and folders to store them in.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/strong.hpp"
#include "store/maintenance.hpp"
#include "store/store.hpp"
#include "store/trace_writer.hpp"
#include "trace/image.hpp"
#include "trace/snapshot.hpp"
#include "trace/trace_run.hpp"
#include "vm/engine/engine.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::store {

/// A name for a folder that does not exist, and will not when this ends.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder(TemporaryFolder&&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder();

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string parent_;
    std::string path_;
};

/// As of one moment, with nothing of it half done; what was there goes.
void copy_folder(const std::string& from, const std::string& to);

/// Caches, pieces and files as small as they get, so that a small run fills many of them.
[[nodiscard]] StoreOptions tiny_options();

/// A program and one run of it.
class SampleRun {
public:
    SampleRun(vm::Program program, vm::Invocation invocation);
    SampleRun(const SampleRun&) = delete;
    SampleRun(SampleRun&&) = delete;
    SampleRun& operator=(const SampleRun&) = delete;
    SampleRun& operator=(SampleRun&&) = delete;
    ~SampleRun() = default;

    [[nodiscard]] const vm::Program& program() const { return program_; }
    [[nodiscard]] const trace::Image& image() const { return image_; }
    [[nodiscard]] const ExecutionRecord& record() const { return record_; }
    [[nodiscard]] ExecutionKey key() const { return record_.key(); }
    [[nodiscard]] trace::CommittedState begin() const;
    /// The state at a step, from the beginning, without any store.
    [[nodiscard]] trace::CommittedState at(Step step) const;
    [[nodiscard]] StateRoot root(Step step) const;
    /// The steps until it stops.
    [[nodiscard]] std::uint64_t length() const;
    /// The roots of a range one by one.
    [[nodiscard]] std::vector<StateRoot> roots(const trace::TraceRange& range) const;

    /// Traces the range, from where the store is, with states handed out every so many steps.
    [[nodiscard]] StoreResult<void> trace(Store& store, const trace::TraceRange& range,
                                          std::uint64_t checkpoint_steps,
                                          Existing existing = Existing::resume) const;
    /// The same into another sink, that passes on to the writer.
    using SinkMaker = std::function<std::unique_ptr<trace::TraceSink>(TraceWriter& writer)>;
    [[nodiscard]] StoreResult<void> trace(Store& store, const trace::TraceRange& range,
                                          std::uint64_t checkpoint_steps, Existing existing,
                                          const SinkMaker& make_sink) const;

    [[nodiscard]] StoreResult<std::optional<trace::CommittedState>> restore(const Store& store,
                                                                            Step at_most) const;

private:
    vm::Program program_;
    vm::Invocation invocation_;
    trace::Image image_;
    std::unique_ptr<const vm::Engine> engine_;
    ExecutionRecord record_;
};

/// Runs that write memory, tables, globals and output, chosen by the seed, of at least so many
/// steps.
[[nodiscard]] std::unique_ptr<SampleRun> sample_run(std::uint64_t seed,
                                                    std::uint64_t min_length = 40);

/// What a store has of a run is what the run has: everything that can be read, or empty. An error is
/// none; its kind and message are appended to `errors`.
[[nodiscard]] std::string difference(const SampleRun& run, const Store& store,
                                     std::vector<StoreError>& errors);

}  // namespace lockstep::store
