// What a store says where it cannot be opened.

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.hpp"
#include "tests/property/store/sample_run.hpp"

namespace lockstep::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolderVariable = "LOCKSTEP_TEST_STORE_FOLDER";

void write(const fs::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    ASSERT_TRUE(file.flush().good());
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

StoreErrorKind error_kind(const std::string& folder, const StoreOptions& options) {
    const auto store = Store::open(folder, options);
    EXPECT_FALSE(store.has_value());
    if (store) {
        return StoreErrorKind::failed;
    }
    // Each message says where.
    EXPECT_TRUE(store.error().message.starts_with(folder)) << store.error().message;
    return store.error().kind;
}

/// All names in a folder, with sizes, but those of what LevelDB tells people.
std::set<std::string> listing(const std::string& folder) {
    std::set<std::string> files;
    for (const auto& file : fs::recursive_directory_iterator(folder)) {
        if (!file.path().filename().string().starts_with("LOG")) {
            files.insert(file.path().string() +
                         (file.is_regular_file() ? " " + std::to_string(file.file_size()) : ""));
        }
    }
    return files;
}

class StoreFolder : public testing::Test {
protected:
    void make_store() { ASSERT_TRUE(Store::open(path(), tiny_options()).has_value()); }
    [[nodiscard]] const std::string& path() const { return folder_.path(); }
    [[nodiscard]] fs::path marker() const { return fs::path(path()) / "LOCKSTEP-STORE"; }

    TemporaryFolder folder_;
};

TEST_F(StoreFolder, IsNotMadeWhereNobodyAsksForIt) {
    EXPECT_EQ(error_kind(path(), {}), StoreErrorKind::missing);
    EXPECT_FALSE(fs::exists(path()));
    EXPECT_EQ(error_kind(path(), {.create = true, .read_only = true}), StoreErrorKind::missing);
    EXPECT_EQ(error_kind(path() + "/below", {.create = true}), StoreErrorKind::missing);
    fs::create_directory(path());
    EXPECT_EQ(error_kind(path(), {}), StoreErrorKind::not_a_store);
    EXPECT_TRUE(fs::is_empty(path()));
    EXPECT_EQ(rebuild(path()).error().kind, StoreErrorKind::not_a_store);
    EXPECT_EQ(rebuild(path() + "/below").error().kind, StoreErrorKind::missing);
    EXPECT_TRUE(Store::open(path(), {.create = true}).has_value());
    EXPECT_TRUE(Store::open(path()).has_value());
}

TEST_F(StoreFolder, IsNeverMadeOutOfSomethingElse) {
    write(path(), "a file");
    EXPECT_EQ(error_kind(path(), {.create = true}), StoreErrorKind::not_a_store);
    fs::remove(path());
    fs::create_directories(path() + "/database");
    write(path() + "/database/CURRENT", "MANIFEST-000001\n");
    const std::set<std::string> before = listing(path());
    EXPECT_EQ(error_kind(path(), {.create = true}), StoreErrorKind::not_a_store);
    EXPECT_EQ(error_kind(path(), {}), StoreErrorKind::not_a_store);
    EXPECT_EQ(rebuild(path()).error().kind, StoreErrorKind::not_a_store);
    EXPECT_EQ(listing(path()), before);
    EXPECT_EQ(error_kind("/dev/null", {.create = true}), StoreErrorKind::not_a_store);
}

TEST_F(StoreFolder, IsNotWrittenThroughALink) {
    const fs::path victim = path() + "-victim";
    write(victim, "precious");
    fs::create_directory(path());
    fs::create_symlink(victim, marker().string() + ".new");
    EXPECT_TRUE(Store::open(path(), {.create = true}).has_value());
    EXPECT_EQ(read(victim), "precious");
    EXPECT_FALSE(fs::is_symlink(marker()));
    fs::remove(victim);
}

/// LevelDB would make a new database where the name of its first file is gone, and remove the rest.
TEST_F(StoreFolder, IsNotMadeAnewOverWhatIsThere) {
    make_store();
    fs::remove(path() + "/database/CURRENT");
    const std::set<std::string> before = listing(path());
    EXPECT_EQ(error_kind(path(), {.create = true}), StoreErrorKind::corrupted);
    EXPECT_EQ(listing(path()), before);
    fs::remove_all(path() + "/database");
    EXPECT_EQ(error_kind(path(), {.create = true}), StoreErrorKind::corrupted);
    // Who asks for what is left gets it: nothing.
    const auto report = rebuild(path());
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->checkpoints_left + report->roots_left, 0U);
    EXPECT_TRUE(Store::open(path()).has_value());
}

TEST_F(StoreFolder, AnInterruptedCreationIsFinished) {
    // The marker is there under its first name only: nothing has been recorded.
    for (const bool has_database : {false, true}) {
        make_store();
        fs::rename(marker(), marker().string() + ".new");
        if (!has_database) {
            fs::remove_all(path() + "/database");
        }
        EXPECT_EQ(error_kind(path(), {}), StoreErrorKind::not_a_store);
        EXPECT_TRUE(Store::open(path(), tiny_options()).has_value());
        EXPECT_TRUE(Store::open(path()).has_value());
        fs::remove_all(path());
    }
    // Killed after the lock was made.
    fs::create_directory(path());
    write(path() + "/LOCKSTEP-LOCK", "");
    EXPECT_TRUE(Store::open(path(), tiny_options()).has_value());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

TEST_F(StoreFolder, OfAnotherVersionIsRefused) {
    make_store();
    // Written by a program of that version, with its checksum.
    constexpr const char* kFormat2 =
        "lockstep-store\nformat 2\nunknown things\n"
        "checksum 0xaef14452642ad3829d7218f27cfec241\n";
    write(marker(), kFormat2);
    const auto store = Store::open(path(), tiny_options());
    ASSERT_FALSE(store.has_value());
    EXPECT_EQ(store.error().kind, StoreErrorKind::foreign_version);
    EXPECT_NE(store.error().message.find("version 2"), std::string::npos);
    EXPECT_EQ(rebuild(path()).error().kind, StoreErrorKind::foreign_version);
    EXPECT_EQ(read(marker()), kFormat2);
}

TEST_F(StoreFolder, WithADamagedMarkerIsMendedByRebuilding) {
    make_store();
    const std::string whole = read(marker());
    for (const std::string& damaged :
         {std::string(), std::string("lockstep-store\n"), whole.substr(0, whole.size() - 1),
          whole + "\n", replaced(whole, "format 1", "format 3"),
          replaced(whole, "block_hashes 7", "block_hashes 8"), std::string(10'000, 'x')}) {
        write(marker(), damaged);
        EXPECT_EQ(error_kind(path(), tiny_options()), StoreErrorKind::corrupted);
        ASSERT_TRUE(rebuild(path()).has_value());
        EXPECT_EQ(read(marker()), whole);
        EXPECT_TRUE(Store::open(path()).has_value());
    }
}

TEST_F(StoreFolder, IsForOneAtATime) {
    const auto store = Store::open(path(), tiny_options());
    ASSERT_TRUE(store.has_value());
    EXPECT_EQ(error_kind(path(), tiny_options()), StoreErrorKind::locked);
    EXPECT_EQ(error_kind(path(), {.read_only = true, .lock_milliseconds = 30}),
              StoreErrorKind::locked);
    EXPECT_EQ(rebuild(path(), tiny_options()).error().kind, StoreErrorKind::locked);
}

/// As when a process was killed a moment ago.
TEST_F(StoreFolder, IsWaitedForAMoment) {
    std::optional store(Store::open(path(), tiny_options()));
    ASSERT_TRUE(store->has_value());
    std::thread closing([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        store.reset();
    });
    EXPECT_TRUE(Store::open(path(), {.lock_milliseconds = 60'000}).has_value());
    closing.join();
}

TEST_F(StoreFolder, OpenedForReadingIsNotWrittenTo) {
    const auto run = sample_run(1);
    make_store();
    auto store = Store::open(path(), {.read_only = true});
    ASSERT_TRUE(store.has_value());
    EXPECT_EQ(run->trace(*store, {Step(0), 1, 10}, 1).error().kind, StoreErrorKind::not_writable);
    EXPECT_EQ(prune(*store, {}).error().kind, StoreErrorKind::not_writable);
    EXPECT_EQ(store->executions()->size(), 0U);
}

TEST_F(StoreFolder, ThatCannotBeWrittenToIsAClearError) {
    make_store();
    if (::geteuid() != 0) {
        fs::permissions(path(), fs::perms::owner_read | fs::perms::owner_exec);
        fs::permissions(path() + "/LOCKSTEP-LOCK", fs::perms::owner_read);
        EXPECT_EQ(error_kind(path(), {}), StoreErrorKind::not_writable);
        fs::permissions(path(), fs::perms::owner_all);
        return;
    }
    // Nothing is forbidden to root; but no file can be made in a folder of the kernel's.
    EXPECT_EQ(error_kind("/proc/self/store", {.create = true}), StoreErrorKind::missing);
}

TEST_F(StoreFolder, ATraceIsNotWrittenOverUnlessAskedFor) {
    const auto run = sample_run(2);
    auto store = Store::open(path(), tiny_options());
    ASSERT_TRUE(store.has_value());
    const trace::TraceRange range{.first = Step(0), .stride = 2, .count = 12};
    ASSERT_TRUE(run->trace(*store, range, 5, Existing::refuse).has_value());
    EXPECT_EQ(run->trace(*store, range, 5, Existing::refuse).error().kind, StoreErrorKind::exists);
    EXPECT_TRUE(run->trace(*store, range, 5, Existing::replace).has_value());
    EXPECT_EQ(store->trace({run->key(), range.first, range.stride})->value().count, range.count);
    // A longer one goes on, a shorter one has nothing to do.
    const trace::TraceRange longer{.first = Step(0), .stride = 2, .count = 20};
    EXPECT_TRUE(run->trace(*store, longer, 5, Existing::resume).has_value());
    EXPECT_TRUE(run->trace(*store, range, 5, Existing::resume).has_value());
    EXPECT_EQ(store->roots({run->key(), range.first, range.stride}, 0, 20).value(),
              run->roots(longer));
}

/// Runs a disabled test of this binary as a process of its own; gives its exit code.
int run_alone(const std::string& test, const std::string& folder, bool is_quiet = false) {
    ::setenv(kFolderVariable, folder.c_str(), 1);
    std::string program = fs::read_symlink("/proc/self/exe");
    std::string disabled = "--gtest_also_run_disabled_tests";
    std::string filter = "--gtest_filter=StoreFolder.DISABLED_" + test;
    std::string brief = "--gtest_brief=1";
    char* const arguments[] = {program.data(), disabled.data(), filter.data(), brief.data(),
                               nullptr};
    posix_spawn_file_actions_t actions{};
    EXPECT_EQ(::posix_spawn_file_actions_init(&actions), 0);
    if (is_quiet) {
        EXPECT_EQ(
            ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0),
            0);
    }
    pid_t child = 0;
    EXPECT_EQ(::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ), 0);
    EXPECT_EQ(::posix_spawn_file_actions_destroy(&actions), 0);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(StoreFolder, DISABLED_IsLocked) {
    const char* const folder = std::getenv(kFolderVariable);
    ASSERT_NE(folder, nullptr);
    EXPECT_EQ(error_kind(folder, tiny_options()), StoreErrorKind::locked);
}

TEST_F(StoreFolder, IsForOneProcessAtATime) {
    {
        const auto store = Store::open(path(), tiny_options());
        ASSERT_TRUE(store.has_value());
        EXPECT_EQ(run_alone("IsLocked", path()), 0);
    }
    // It was the lock.
    EXPECT_NE(run_alone("IsLocked", path(), true), 0);
}

/// With files that may not grow beyond some bytes, as on a full disk.
TEST_F(StoreFolder, DISABLED_FillsTheDisk) {
    const char* const folder = std::getenv(kFolderVariable);
    ASSERT_NE(folder, nullptr);
    (void)std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 30'000, .rlim_max = 30'000};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto run = sample_run(31, 3'000);
    StoreOptions options = tiny_options();
    options.write_buffer_bytes = std::size_t{1} << 20U;
    auto store = Store::open(folder, options);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    const trace::TraceRange range{.first = Step(0), .stride = 1, .count = run->length()};
    const auto traced = run->trace(*store, range, 20);
    ASSERT_FALSE(traced.has_value());
    EXPECT_EQ(traced.error().kind, StoreErrorKind::disk_full) << traced.error().message;
    std::vector<StoreError> errors;
    EXPECT_EQ(difference(*run, *store, errors), "");
    EXPECT_TRUE(errors.empty());
}

TEST_F(StoreFolder, AFullDiskLosesNothing) {
    ASSERT_EQ(run_alone("FillsTheDisk", path()), 0);
    const auto run = sample_run(31, 3'000);
    auto store = Store::open(path(), tiny_options());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    const trace::TraceRange range{.first = Step(0), .stride = 1, .count = run->length()};
    const TraceKey key{.execution = run->key(), .first = range.first, .stride = range.stride};
    const auto begun = store->trace(key);
    ASSERT_TRUE(begun.has_value() && begun->has_value());
    EXPECT_GT((*begun)->count, 0U);
    EXPECT_LT((*begun)->count, range.count);
    ASSERT_TRUE(run->trace(*store, range, 20).has_value());
    EXPECT_EQ(store->roots(key, 0, range.count).value(), run->roots(range));
    EXPECT_TRUE(verify(*store, {.deep = true})->problems.empty());
}

}  // namespace
}  // namespace lockstep::store
