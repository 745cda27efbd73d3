// Wherever a process ends while it writes a trace, the next one goes on and comes to the same roots.

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/property/store/sample_run.hpp"

namespace lockstep::store {
namespace {

namespace fs = std::filesystem;

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

/// So much of the first log has reached the disk before the folder becomes a store.
constexpr std::uint64_t kFormatEnd = 400;

/// Calls a function before and after everything that reaches the writer.
class WatchingRecorder : public TraceRecorder {
public:
    WatchingRecorder(TraceWriter& writer, const std::function<void()>& watch)
        : TraceRecorder(writer), watch_(watch) {}

    void take(std::uint64_t index, std::span<const StateRoot> roots) override {
        // One by one: more moments to be interrupted at.
        for (std::size_t i = 0; i < roots.size(); ++i) {
            TraceRecorder::take(index + i, roots.subspan(i, 1));
            watch_();
        }
    }
    void checkpoint(const trace::Snapshot& state) override {
        TraceRecorder::checkpoint(state);
        watch_();
    }

private:
    const std::function<void()>& watch_;
};

/// The last log of LevelDB: what has been written since it last wrote a sorted file.
fs::path last_log(const std::string& folder) {
    fs::path last;
    for (const auto& file : fs::directory_iterator(folder + "/database")) {
        if (file.path().extension() == ".log") {
            last = std::max(last, file.path());
        }
    }
    return last;
}

/// What is left can be read, is right, and leads to the whole when it goes on.
void expect_resumable(const SampleRun& run, const std::string& folder,
                      const trace::TraceRange& range, std::uint64_t checkpoint_steps) {
    auto store = Store::open(folder, tiny_options());
    RC_ASSERT((store ? "" : store.error().message) == "");
    std::vector<StoreError> errors;
    RC_ASSERT(difference(run, *store, errors) == "");
    RC_ASSERT(errors.empty());
    const auto resumed = run.trace(*store, range, checkpoint_steps);
    RC_ASSERT((resumed ? "" : resumed.error().message) == "");
    const TraceKey key{.execution = run.key(), .first = range.first, .stride = range.stride};
    const auto roots = store->roots(key, 0, range.count);
    RC_ASSERT(roots.has_value());
    RC_ASSERT(*roots == run.roots(range));
    const auto report = verify(*store, {.deep = true});
    RC_ASSERT(report.has_value() && report->problems.empty());
    RC_ASSERT(difference(run, *store, errors) == "");
    RC_ASSERT(errors.empty());
}

RC_GTEST_PROP(StoreInterruption, CopiesAtAnyMomentCanGoOn, ()) {
    const auto run = sample_run(*rc::gen::inRange<std::uint64_t>(0, 1U << 30U));
    const std::uint64_t length = run->length();
    const trace::TraceRange range{.first = Step(*rc::gen::inRange<std::uint64_t>(0, length / 2)),
                                  .stride = *rc::gen::inRange<std::uint64_t>(1, length / 20 + 2),
                                  .count = *rc::gen::inRange<std::uint64_t>(20, 60)};
    const std::uint64_t checkpoint_steps = *rc::gen::inRange<std::uint64_t>(1, length / 5 + 2);
    const auto rarity = *rc::gen::inRange<std::uint64_t>(4, 12);
    const TemporaryFolder folder;
    const TemporaryFolder copy;
    std::uint64_t moments = 0;
    const std::function<void()> watch = [&] {
        if (++moments % rarity != 0) {
            return;
        }
        copy_folder(folder.path(), copy.path());
        // A process that ends in the middle of a write.
        const fs::path log = last_log(copy.path());
        const std::uint64_t size = fs::file_size(log);
        const std::uint64_t end = size - std::min<std::uint64_t>(size, moments * 37 % 2'000);
        fs::resize_file(log, std::max(end, std::min(size, kFormatEnd)));
        expect_resumable(*run, copy.path(), range, checkpoint_steps);
    };
    auto store = Store::open(folder.path(), tiny_options());
    RC_ASSERT(store.has_value());
    const auto traced = run->trace(
        *store, range, checkpoint_steps, Existing::refuse,
        [&](TraceWriter& writer) { return std::make_unique<WatchingRecorder>(writer, watch); });
    RC_ASSERT((traced ? "" : traced.error().message) == "");
}

/// Every length of the log of a run whose states are all in it.
TEST(StoreInterruption, TheLogMayEndAnywhere) {
    const auto run = sample_run(41);
    const trace::TraceRange range{.first = Step(3), .stride = run->length() / 12 + 1, .count = 11};
    const std::uint64_t checkpoint_steps = run->length() / 5;
    const TemporaryFolder folder;
    StoreOptions options = tiny_options();
    options.write_buffer_bytes = std::size_t{1} << 24U;
    {
        auto store = Store::open(folder.path(), options);
        ASSERT_TRUE(store.has_value());
        ASSERT_TRUE(run->trace(*store, range, checkpoint_steps).has_value());
    }
    const TemporaryFolder copy;
    const std::uint64_t size = fs::file_size(last_log(folder.path()));
    const std::uint64_t stride = is_deep() ? 1 : size / 150 + 1;
    ASSERT_GT(size, 1'000U);
    for (std::uint64_t end = size % stride; end <= size; end += stride) {
        copy_folder(folder.path(), copy.path());
        fs::resize_file(last_log(copy.path()), end);
        const auto opened = Store::open(copy.path(), options);
        if (!opened) {
            // Only so far back that the store was not made yet; its marker came after that.
            EXPECT_EQ(opened.error().kind, StoreErrorKind::corrupted) << end;
            EXPECT_LT(end, kFormatEnd);
            continue;
        }
        std::vector<StoreError> errors;
        EXPECT_EQ(difference(*run, *opened, errors), "") << end;
        EXPECT_TRUE(errors.empty()) << end << ": " << errors.front().message;
    }
    expect_resumable(*run, copy.path(), range, checkpoint_steps);
}

// The process that is killed below: it runs this binary again.
constexpr const char* kFolderVariable = "LOCKSTEP_TEST_STORE_FOLDER";
constexpr std::uint64_t kKilledSeed = 77;

trace::TraceRange killed_range(const SampleRun& run) {
    return {.first = Step(1), .stride = 1, .count = run.length() + 20};
}

TEST(StoreInterruption, DISABLED_TraceUntilKilled) {
    const char* const folder = std::getenv(kFolderVariable);
    ASSERT_NE(folder, nullptr);
    const auto run = sample_run(kKilledSeed);
    auto store = Store::open(folder, tiny_options());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    // Slowly, and with a state at each root.
    const std::function<void()> wait = [] { ::usleep(300); };
    const auto traced = run->trace(
        *store, killed_range(*run), 1, Existing::resume,
        [&](TraceWriter& writer) { return std::make_unique<WatchingRecorder>(writer, wait); });
    ASSERT_TRUE(traced.has_value()) << traced.error().message;
}

/// Gives the status that waitpid gives.
int run_for(const std::string& folder, unsigned microseconds) {
    ::setenv(kFolderVariable, folder.c_str(), 1);
    std::string program = fs::read_symlink("/proc/self/exe");
    std::string disabled = "--gtest_also_run_disabled_tests";
    std::string filter = "--gtest_filter=StoreInterruption.DISABLED_TraceUntilKilled";
    std::string brief = "--gtest_brief=1";
    char* const arguments[] = {program.data(), disabled.data(), filter.data(), brief.data(),
                               nullptr};
    pid_t child = 0;
    EXPECT_EQ(::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ), 0);
    ::usleep(microseconds);
    ::kill(child, SIGKILL);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return status;
}

TEST(StoreInterruption, AKilledProcessIsResumed) {
    const auto run = sample_run(kKilledSeed);
    const trace::TraceRange range = killed_range(*run);
    const TemporaryFolder folder;
    int kills = 0;
    bool is_done = false;
    unsigned microseconds = 20'000;
    for (; kills < (is_deep() ? 500 : 40) && !is_done; ++kills) {
        const int status = run_for(folder.path(), microseconds);
        // A failed test of the child's would be an exit, not a kill.
        if (WIFEXITED(status)) {
            ASSERT_EQ(WEXITSTATUS(status), 0);
            is_done = true;
        }
        microseconds = 10'000 + (microseconds * 7 + 3'571) % 60'000;
    }
    EXPECT_GE(kills, 3);
    auto store = Store::open(folder.path(), tiny_options());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    std::vector<StoreError> errors;
    EXPECT_EQ(difference(*run, *store, errors), "");
    EXPECT_TRUE(errors.empty());
    ASSERT_TRUE(run->trace(*store, range, 1).has_value());
    const TraceKey key{.execution = run->key(), .first = range.first, .stride = range.stride};
    EXPECT_EQ(store->roots(key, 0, range.count).value(), run->roots(range));
    const auto report = verify(*store, {.deep = true});
    ASSERT_TRUE(report.has_value());
    EXPECT_TRUE(report->problems.empty());
}

}  // namespace
}  // namespace lockstep::store
