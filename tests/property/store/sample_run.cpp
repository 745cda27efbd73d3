#include "tests/property/store/sample_run.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <utility>

#include "base/check.hpp"
#include "tests/property/vm/random_program.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/random_module.hpp"
#include "trace/history_reader.hpp"

namespace lockstep::store {

namespace {

constexpr Gas kGasLimit{60'000};
constexpr Step kForever{~std::uint64_t{0}};

trace::CommittedState committed_start(const vm::Program& program, const trace::Image& image,
                                      const vm::Invocation& invocation) {
    auto machine = vm::start(program, invocation);
    LOCKSTEP_CHECK(machine.has_value());
    trace::Committer committer(image, program, *machine);
    (void)committer.commit(*machine);
    return {.machine = std::move(*machine), .committer = std::move(committer)};
}

vm::Invocation invocation_of(const vm::Program& program,
                             const random_modules::RandomModules& modules,
                             const random_modules::EntryCall& call) {
    return {.function = program.exported_functions.at(call.function),
            .arguments = call.arguments,
            .input = std::make_shared<Bytes>(modules.input),
            .gas_limit = kGasLimit};
}

/// The files of a folder with their sizes; where one vanishes, less of them.
std::map<std::string, std::uintmax_t> files_in(const std::string& folder) {
    std::map<std::string, std::uintmax_t> files;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator file(folder, error), end;
         !error && file != end; file.increment(error)) {
        std::error_code ignored;
        files.emplace(file->path().string(),
                      file->is_regular_file(ignored) ? file->file_size(ignored) : 0);
    }
    return files;
}

/// What a trace of the store has is what the run has.
StoreResult<std::string> trace_difference(const SampleRun& run, const Store& store,
                                          const StoredTrace& trace) {
    const trace::TraceRange range{
        .first = trace.key.first, .stride = trace.key.stride, .count = trace.record.count};
    const std::vector<StateRoot> expected = run.roots(range);
    LOCKSTEP_TRY(const auto roots, store.roots(trace.key, 0, range.count));
    if (roots != expected) {
        return "roots";
    }
    if (!trace.record.frontier || range.count == 0) {
        return std::string();
    }
    trace::HistoryBuilder builder;
    builder.append(expected);
    const unsigned height = trace::history_height(range.count);
    StoredHistory history(store, trace.key);
    try {
        trace::HistoryReader reader(history, range.count, height);
        if (reader.root() != builder.finish(height)) {
            return "history root";
        }
    } catch (const StoreFailure& failure) {
        return std::unexpected(failure.error());
    }
    return *trace.record.frontier == builder.frontier() ? "" : "frontier";
}

StoreResult<std::string> execution_difference(const SampleRun& run, const Store& store) {
    LOCKSTEP_TRY(const auto execution, store.execution(run.key()));
    if (execution && execution->record != run.record()) {
        return "execution";
    }
    LOCKSTEP_TRY(const auto traces, store.traces(run.key()));
    for (const StoredTrace& trace : traces) {
        LOCKSTEP_TRY(const std::string what, trace_difference(run, store, trace));
        if (!what.empty()) {
            return what;
        }
    }
    return std::string();
}

StoreResult<std::string> checkpoint_difference(const SampleRun& run, const Store& store,
                                               Step step) {
    LOCKSTEP_TRY(auto restored, run.restore(store, step));
    if (!restored || restored->machine.steps != step) {
        return "no state at step " + std::to_string(step.value);
    }
    const StateRoot root(trace::hash(restored->committer.record()));
    return root == run.root(step) ? "" : "root at step " + std::to_string(step.value);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    // In memory where there is such a place: LevelDB waits for the disk whenever it makes a file.
    std::string name = "/dev/shm/lockstep-store-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
        name = std::filesystem::temp_directory_path() / "lockstep-store-XXXXXX";
        LOCKSTEP_CHECK(::mkdtemp(name.data()) != nullptr);
    }
    parent_ = name;
    path_ = name + "/store";
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(parent_, ignored);
}

void copy_folder(const std::string& from, const std::string& to) {
    // LevelDB's own thread may write and remove files in the meantime, which a crash would not see.
    for (bool is_whole = false; !is_whole;) {
        std::filesystem::remove_all(to);
        const auto before = files_in(from);
        std::error_code error;
        std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, error);
        is_whole = !error && files_in(from) == before;
    }
}

StoreOptions tiny_options() {
    return {.create = true,
            .sync = false,
            .lock_milliseconds = 0,
            .cache_bytes = 4096,
            .write_buffer_bytes = 65'536,
            .layout = {.block_hashes = 7, .piece_bytes = 64}};
}

SampleRun::SampleRun(vm::Program program, vm::Invocation invocation)
    : program_(std::move(program)),
      invocation_(std::move(invocation)),
      image_(program_),
      engine_(vm::make_engine(program_, vm::EngineKind::interpreter)),
      record_(describe(invocation_, begin().committer)) {}

trace::CommittedState SampleRun::begin() const {
    return committed_start(program_, image_, invocation_);
}

trace::CommittedState SampleRun::at(Step step) const {
    trace::CommittedState state = begin();
    engine_->run(state.machine, step);
    (void)state.committer.commit(state.machine);
    return state;
}

StateRoot SampleRun::root(Step step) const {
    return StateRoot(trace::hash(at(step).committer.record()));
}

std::uint64_t SampleRun::length() const {
    return at(kForever).machine.steps.value;
}

std::vector<StateRoot> SampleRun::roots(const trace::TraceRange& range) const {
    std::vector<StateRoot> roots;
    trace::CommittedState state = begin();
    for (std::uint64_t i = 0; i < range.count; ++i) {
        engine_->run(state.machine, range.first + range.stride * i);
        roots.push_back(state.committer.root(state.machine));
    }
    return roots;
}

StoreResult<void> SampleRun::trace(Store& store, const trace::TraceRange& range,
                                   std::uint64_t checkpoint_steps, Existing existing) const {
    return trace(store, range, checkpoint_steps, existing,
                 [](TraceWriter& writer) { return std::make_unique<TraceRecorder>(writer); });
}

StoreResult<void> SampleRun::trace(Store& store, const trace::TraceRange& range,
                                   std::uint64_t checkpoint_steps, Existing existing,
                                   const SinkMaker& make_sink) const {
    LOCKSTEP_TRY(TraceWriter writer,
                 TraceWriter::open(store, record_, range,
                                   {.existing = existing, .checkpoint_steps = checkpoint_steps}));
    if (writer.is_complete()) {
        return {};
    }
    const trace::TraceRange rest = writer.rest();
    LOCKSTEP_TRY(auto restored, restore(store, rest.first));
    trace::CommittedState state = restored ? std::move(*restored) : begin();
    try {
        const auto sink = make_sink(writer);
        const std::uint64_t made = trace::trace_run(*engine_, program_, state, rest, *sink,
                                                    {.checkpoint_steps = checkpoint_steps});
        return writer.finish(made < rest.count);
    } catch (const StoreFailure& failure) {
        return std::unexpected(failure.error());
    }
}

StoreResult<std::optional<trace::CommittedState>> SampleRun::restore(const Store& store,
                                                                     Step at_most) const {
    return store.restore(key(), at_most, image_, program_, invocation_.input);
}

std::unique_ptr<SampleRun> sample_run(std::uint64_t seed, std::uint64_t min_length) {
    for (;; seed += 1'000'003) {
        std::unique_ptr<SampleRun> run;
        if (seed % 2 == 0) {
            vm::RandomRun random = vm::random_run(seed);
            run = std::make_unique<SampleRun>(std::move(random.program),
                                              std::move(random.invocation));
        } else {
            const auto modules =
                random_modules::random_modules(random_modules::choices_of_seed(seed));
            auto program = random_modules::link(modules, random_modules::Variant::plain);
            if (!program || modules.calls.empty()) {
                continue;
            }
            vm::Invocation invocation =
                invocation_of(*program, modules, modules.calls[seed / 2 % modules.calls.size()]);
            run = std::make_unique<SampleRun>(std::move(*program), std::move(invocation));
        }
        const std::uint64_t length = run->length();
        if (length >= min_length && length <= 20'000) {
            return run;
        }
    }
}

std::string difference(const SampleRun& run, const Store& store, std::vector<StoreError>& errors) {
    const auto settle = [&](StoreResult<std::string> result) {
        if (!result) {
            errors.push_back(std::move(result.error()));
            return std::string();
        }
        return std::move(*result);
    };
    if (std::string what = settle(execution_difference(run, store)); !what.empty()) {
        return what;
    }
    const auto steps = store.checkpoints(run.key());
    if (!steps) {
        errors.push_back(steps.error());
        return "";
    }
    for (const Step step : *steps) {
        if (std::string what = settle(checkpoint_difference(run, store, step)); !what.empty()) {
            return what;
        }
    }
    return "";
}

}  // namespace lockstep::store
