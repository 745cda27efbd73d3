// Whatever happens to the files of a store: an error, or what was written. Never another root, never a
// crash; and what rebuild() leaves is whole.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/property/store/sample_run.hpp"

namespace lockstep::store {
namespace {

namespace fs = std::filesystem;

bool is_deep() {
    return std::getenv("LOCKSTEP_DEEP") != nullptr;
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    ASSERT_TRUE(file.flush().good());
}

/// A store of a run, with sorted files and a log, and a place for damaged copies of it.
class DamagedStore : public testing::Test {
protected:
    DamagedStore() : run_(sample_run(1'235)) {
        range_ = {.first = Step(2), .stride = run_->length() / 40 + 1, .count = 36};
        for (const std::uint64_t count : {range_.count / 2, range_.count}) {
            auto store = Store::open(folder_.path(), tiny_options());
            EXPECT_TRUE(store.has_value());
            EXPECT_TRUE(
                run_->trace(*store, {range_.first, range_.stride, count}, checkpoint_steps())
                    .has_value());
        }
        for (const auto& file : fs::recursive_directory_iterator(folder_.path())) {
            if (file.is_regular_file()) {
                files_.push_back(fs::relative(file.path(), folder_.path()));
            }
        }
        std::ranges::sort(files_);
    }

    [[nodiscard]] std::uint64_t checkpoint_steps() const { return run_->length() / 8; }
    [[nodiscard]] TraceKey key() const {
        return {.execution = run_->key(), .first = range_.first, .stride = range_.stride};
    }
    [[nodiscard]] fs::path copied(const fs::path& file) const {
        return fs::path(copy_.path()) / file;
    }

    /// All that can be read of the copy is right. Gives whether everything could be.
    bool expect_nothing_wrong() {
        const auto store = Store::open(copy_.path(), tiny_options());
        if (!store) {
            expect_told(store.error());
            return false;
        }
        std::vector<StoreError> errors;
        EXPECT_EQ(difference(*run_, *store, errors), "");
        std::ranges::for_each(errors, [&](const StoreError& error) { expect_told(error); });
        return errors.empty();
    }

    static void expect_told(const StoreError& error) {
        const bool is_known = error.kind == StoreErrorKind::corrupted ||
                              error.kind == StoreErrorKind::not_a_store ||
                              error.kind == StoreErrorKind::missing;
        EXPECT_TRUE(is_known) << store_error_name(error.kind) << ": " << error.message;
        EXPECT_FALSE(error.message.empty());
    }

    /// What is left is whole, and the trace can be completed with it.
    void expect_rebuilt() {
        const auto report = rebuild(copy_.path(), tiny_options());
        if (!report) {
            expect_told(report.error());
            ++lost_;
            return;
        }
        auto store = Store::open(copy_.path(), tiny_options());
        ASSERT_TRUE(store.has_value()) << store.error().message;
        const auto verified = verify(*store, {.deep = true});
        ASSERT_TRUE(verified.has_value()) << verified.error().message;
        EXPECT_TRUE(verified->problems.empty()) << verified->problems.front();
        EXPECT_EQ(verified->checkpoints, report->checkpoints_left);
        EXPECT_EQ(verified->roots, report->roots_left);
        const auto resumed = run_->trace(*store, range_, checkpoint_steps());
        ASSERT_TRUE(resumed.has_value()) << resumed.error().message;
        EXPECT_EQ(store->roots(key(), 0, range_.count).value(), run_->roots(range_));
        std::vector<StoreError> errors;
        EXPECT_EQ(difference(*run_, *store, errors), "");
        EXPECT_TRUE(errors.empty());
    }

    std::unique_ptr<SampleRun> run_;
    trace::TraceRange range_;
    TemporaryFolder folder_;
    TemporaryFolder copy_;
    std::vector<fs::path> files_;  // relative
    int lost_ = 0;
};

TEST_F(DamagedStore, FlippedBits) {
    std::mt19937_64 random(5);
    int found = 0;
    for (const fs::path& file : files_) {
        const std::string text = read(fs::path(folder_.path()) / file);
        const std::size_t stride = is_deep() ? 1 : text.size() / 40 + 1;
        for (std::size_t at = stride == 1 ? 0 : random() % stride; at < text.size(); at += stride) {
            copy_folder(folder_.path(), copy_.path());
            std::string damaged = text;
            damaged[at] =
                static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ (1U << random() % 8));
            write(copied(file), damaged);
            SCOPED_TRACE(file.string() + " at " + std::to_string(at));
            found += expect_nothing_wrong() ? 0 : 1;
            if (random() % (is_deep() ? 50 : 10) == 0) {
                expect_rebuilt();
            }
            if (HasFatalFailure()) {
                return;
            }
        }
    }
    EXPECT_GT(found, 50);
    EXPECT_EQ(lost_, 0);
}

TEST_F(DamagedStore, TruncatedFiles) {
    std::mt19937_64 random(6);
    for (const fs::path& file : files_) {
        const std::uint64_t size = fs::file_size(fs::path(folder_.path()) / file);
        for (int i = 0; i < (is_deep() ? 200 : 6) && size != 0; ++i) {
            copy_folder(folder_.path(), copy_.path());
            fs::resize_file(copied(file), i == 0 ? 0 : random() % size);
            SCOPED_TRACE(file.string() + " cut off");
            (void)expect_nothing_wrong();
            expect_rebuilt();
        }
    }
}

TEST_F(DamagedStore, DeletedFiles) {
    for (const fs::path& file : files_) {
        copy_folder(folder_.path(), copy_.path());
        fs::remove(copied(file));
        SCOPED_TRACE(file.string() + " deleted");
        (void)expect_nothing_wrong();
        expect_rebuilt();
    }
}

/// Each file with the bytes of each other one.
TEST_F(DamagedStore, SwappedFiles) {
    for (const fs::path& file : files_) {
        for (const fs::path& other : files_) {
            copy_folder(folder_.path(), copy_.path());
            fs::copy_file(fs::path(folder_.path()) / other, copied(file),
                          fs::copy_options::overwrite_existing);
            SCOPED_TRACE(file.string() + " replaced by " + other.string());
            (void)expect_nothing_wrong();
        }
    }
}

/// The parts of another store, of the same version.
TEST_F(DamagedStore, FilesOfAnotherStore) {
    const auto other_run = sample_run(9'001);
    const TemporaryFolder other;
    {
        auto store = Store::open(other.path(), tiny_options());
        ASSERT_TRUE(store.has_value());
        ASSERT_TRUE(other_run->trace(*store, {Step(0), 5, 40}, 50).has_value());
    }
    for (const auto& file : fs::recursive_directory_iterator(other.path())) {
        if (file.is_regular_file()) {
            copy_folder(folder_.path(), copy_.path());
            fs::copy_file(file.path(), copied(fs::relative(file.path(), other.path())),
                          fs::copy_options::overwrite_existing);
            SCOPED_TRACE(file.path().string() + " of another store");
            (void)expect_nothing_wrong();
        }
    }
}

}  // namespace
}  // namespace lockstep::store
