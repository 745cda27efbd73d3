#include "trace/native_cache.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "merkle/sha256.hpp"
#include "tests/random_modules/linked_modules.hpp"
#include "tests/random_modules/random_module.hpp"
#include "trace/committer.hpp"
#include "vm/engine/engine.hpp"
#include "vm/jit/native_image_encoding.hpp"

namespace lockstep::trace {
namespace {

namespace fs = std::filesystem;

constexpr Gas kGasLimit{2'000'000};
constexpr vm::jit::CompileOptions kOptions;

// Where the fields of an entry begin (native_cache.hpp).
constexpr std::size_t kFormatVersionAt = 16;
constexpr std::size_t kFeaturesAt = 20;
constexpr std::size_t kOptionsAt = 24;
constexpr std::size_t kCodeVersionAt = 28;
constexpr std::size_t kImageRootAt = 60;
constexpr std::size_t kUncommittedAt = 92;
constexpr std::size_t kBodyLengthAt = 124;
constexpr std::size_t kBodyAt = 132;

/// A program and what its run ends in.
struct Sample {
    explicit Sample(std::uint64_t seed)
        : modules(random_modules::random_modules(random_modules::choices_of_seed(seed))),
          program(random_modules::link(modules, random_modules::Variant::plain).value()),
          image(program) {}

    [[nodiscard]] StateRoot final_root(const vm::Engine& engine) const {
        vm::MachineState state =
            random_modules::start(program, modules, modules.calls.at(0), kGasLimit);
        Committer committer(image, program, state);
        engine.run(state, Step(~std::uint64_t{0}));
        return committer.root(state);
    }
    [[nodiscard]] StateRoot expected_root() const {
        return final_root(*vm::make_engine(program, vm::EngineKind::interpreter));
    }

    random_modules::RandomModules modules;
    vm::Program program;
    Image image;
};

Bytes read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const Bytes& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    ASSERT_TRUE(file.flush().good());
}

/// An entry whose digest is right, whatever was done to it.
Bytes with_digest(Bytes entry) {
    const Hash256 digest = merkle::sha256(ByteView(entry).first(entry.size() - 32));
    std::ranges::copy(digest.bytes, entry.end() - 32);
    return entry;
}

class NativeCacheTest : public testing::Test {
protected:
    void SetUp() override {
        if (!vm::jit::is_supported()) {
            GTEST_SKIP() << "this processor has no JIT";
        }
        std::string name = fs::temp_directory_path() / "lockstep-cache-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        root_ = name;
        image_ = vm::jit::compile(sample_.program, kOptions).value();
        cache_ = make_cache();
        cache_->save(kOptions, image_);
        path_ = cache_->path(kOptions);
        entry_ = read(path_);
        ASSERT_GT(entry_.size(), kBodyAt + 32);
    }
    void TearDown() override { fs::remove_all(root_); }

    [[nodiscard]] std::shared_ptr<const NativeCache> make_cache() const {
        return std::make_shared<const NativeCache>(folder(), sample_.image.root, sample_.program);
    }
    [[nodiscard]] std::string folder() const { return root_ + "/cache"; }

    /// The entry is as if it were not there; compiling puts the right one in its place.
    void expect_rebuilt(const std::string& what) {
        EXPECT_FALSE(cache_->load(kOptions).has_value()) << what;
        const auto engine = vm::make_engine(sample_.program, vm::EngineKind::jit, cache_);
        EXPECT_EQ(engine->kind(), vm::EngineKind::jit) << what;
        EXPECT_EQ(sample_.final_root(*engine), expected_root_) << what;
        EXPECT_EQ(read(path_), entry_) << what;
        EXPECT_TRUE(cache_->load(kOptions).has_value()) << what;
    }
    void expect_rebuilt_with(const Bytes& entry, const std::string& what) {
        write(path_, entry);
        expect_rebuilt(what);
    }

    Sample sample_{3};
    StateRoot expected_root_ = sample_.expected_root();
    vm::jit::NativeImage image_;
    std::string root_;
    std::shared_ptr<const NativeCache> cache_;
    std::string path_;
    Bytes entry_;
};

TEST_F(NativeCacheTest, AnEntryIsTheImageThatWasSaved) {
    const auto loaded = make_cache()->load(kOptions);
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(*loaded, image_);
    EXPECT_EQ(sample_.final_root(*vm::make_engine(sample_.program, vm::EngineKind::jit, cache_)),
              expected_root_);
}

TEST_F(NativeCacheTest, FilesAndFolderAreOfThisUserAlone) {
    struct stat status{};
    ASSERT_EQ(::stat(folder().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder()), {}), 1) << "nothing is left over";
}

TEST_F(NativeCacheTest, AnyChangedByteIsFound) {
    const int file = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    for (std::size_t i = 0; i < entry_.size(); ++i) {
        const auto changed = static_cast<std::uint8_t>(entry_[i] ^ (1U << (i % 8)));
        ASSERT_EQ(::pwrite(file, &changed, 1, static_cast<::off_t>(i)), 1);
        EXPECT_FALSE(cache_->load(kOptions).has_value()) << "byte " << i;
        ASSERT_EQ(::pwrite(file, &entry_[i], 1, static_cast<::off_t>(i)), 1);
    }
    ::close(file);
    for (std::size_t i = 0; i < entry_.size(); i += 401) {
        Bytes changed = entry_;
        changed[i] = static_cast<std::uint8_t>(~changed[i]);
        expect_rebuilt_with(changed, "byte " + std::to_string(i));
    }
}

TEST_F(NativeCacheTest, AnyOtherLengthIsFound) {
    for (std::size_t length = 0; length < entry_.size(); length += length < 200 ? 1 : 97) {
        write(path_, Bytes(entry_.begin(), entry_.begin() + static_cast<std::ptrdiff_t>(length)));
        ASSERT_FALSE(cache_->load(kOptions).has_value()) << length;
    }
    expect_rebuilt_with({}, "empty");
    Bytes longer = entry_;
    longer.push_back(0);
    expect_rebuilt_with(longer, "a byte more");
    fs::resize_file(path_, std::uint64_t{1} << 33U);
    expect_rebuilt("8 GiB");
}

TEST_F(NativeCacheTest, EntriesOfOthersAreNotUsed) {
    for (const std::size_t at : {kFormatVersionAt, kFeaturesAt, kOptionsAt, kCodeVersionAt,
                                 kImageRootAt, kUncommittedAt}) {
        Bytes foreign = entry_;
        foreign[at + 3] ^= 1U;
        expect_rebuilt_with(with_digest(foreign), "field at " + std::to_string(at));
    }
    for (const std::uint64_t length :
         {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 40U}) {
        Bytes wrong = entry_;
        store_be(wrong.data() + kBodyLengthAt, length);
        expect_rebuilt_with(with_digest(wrong), "body of " + std::to_string(length));
    }
}

TEST_F(NativeCacheTest, TheEntryOfAnotherProgramIsNotUsed) {
    const Sample other(4);
    const auto cache =
        std::make_shared<const NativeCache>(folder(), other.image.root, other.program);
    cache->save(kOptions, vm::jit::compile(other.program, kOptions).value());
    ASSERT_NE(cache->path(kOptions), path_);
    fs::rename(cache->path(kOptions), path_);
    expect_rebuilt("renamed");
}

/// The image root commits to no types: a parameter that was an integer is passed elsewhere as a float.
TEST_F(NativeCacheTest, TheKeyHasWhatTheImageRootLacks) {
    vm::Program twin = sample_.program;
    ASSERT_FALSE(twin.function_infos.empty());
    ++twin.function_infos.back().locals;
    const Image image(twin);
    ASSERT_EQ(image.root, sample_.image.root);
    EXPECT_NE(NativeCache(folder(), image.root, twin).path(kOptions), path_);
    twin = sample_.program;
    twin.types.push_back({.parameters = {}, .results = {vm::ValueType::f64}});
    EXPECT_NE(NativeCache(folder(), image.root, twin).path(kOptions), path_);
}

TEST_F(NativeCacheTest, EachSetOfOptionsHasItsEntry) {
    constexpr vm::jit::CompileOptions kComparing{.guard_pages = false};
    EXPECT_NE(cache_->path(kComparing), path_);
    EXPECT_FALSE(cache_->load(kComparing).has_value());
    fs::copy_file(path_, cache_->path(kComparing));
    EXPECT_FALSE(cache_->load(kComparing).has_value());
}

TEST_F(NativeCacheTest, WhatOthersMayWriteIsNotUsed) {
    for (const ::mode_t mode : {0620U, 0602U, 0666U}) {
        ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
        expect_rebuilt("mode " + std::to_string(mode));
    }
    ASSERT_EQ(::chmod(folder().c_str(), 0770), 0);
    EXPECT_FALSE(cache_->load(kOptions).has_value());
    fs::remove(path_);
    cache_->save(kOptions, image_);
    EXPECT_FALSE(fs::exists(path_)) << "nothing is saved in such a folder";
}

TEST_F(NativeCacheTest, WhatAnotherUserOwnsIsNotUsed) {
    constexpr ::uid_t kNobody = 65'534;
    if (::chown(path_.c_str(), kNobody, kNobody) != 0) {
        GTEST_SKIP() << "needs the right to give files away";
    }
    expect_rebuilt("another's file");
    ASSERT_EQ(::chown(folder().c_str(), kNobody, kNobody), 0);
    EXPECT_FALSE(cache_->load(kOptions).has_value());
}

TEST_F(NativeCacheTest, OnlyARegularFileIsAnEntry) {
    const std::string elsewhere = root_ + "/elsewhere";
    fs::rename(path_, elsewhere);
    fs::create_symlink(elsewhere, path_);
    expect_rebuilt("a symbolic link");
    EXPECT_EQ(read(elsewhere), entry_) << "is not written through";
    fs::remove(path_);
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    expect_rebuilt("a pipe");
    fs::remove(path_);
    fs::create_directory(path_);
    EXPECT_FALSE(cache_->load(kOptions).has_value());
    cache_->save(kOptions, image_);  // fails
    EXPECT_EQ(std::distance(fs::directory_iterator(folder()), {}), 1) << "nothing is left over";
}

TEST_F(NativeCacheTest, AFolderThatCannotBeUsedIsNoError) {
    write(root_ + "/file", {1});
    for (const std::string& folder :
         {root_ + "/file", root_ + "/no/such/folder", std::string("/proc/self/no-such")}) {
        const auto cache =
            std::make_shared<const NativeCache>(folder, sample_.image.root, sample_.program);
        const auto engine = vm::make_engine(sample_.program, vm::EngineKind::jit, cache);
        EXPECT_EQ(engine->kind(), vm::EngineKind::jit) << folder;
        EXPECT_EQ(sample_.final_root(*engine), expected_root_) << folder;
        EXPECT_FALSE(cache->load(kOptions).has_value()) << folder;
    }
}

/// Whoever reads meanwhile finds a whole entry or none.
TEST_F(NativeCacheTest, ProcessesMayUseItAtOnce) {
    constexpr int kProcesses = 4;
    constexpr int kRounds = 40;
    std::vector<::pid_t> children;
    for (int i = 0; i < kProcesses; ++i) {
        const ::pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            bool is_right = true;
            for (int round = 0; round < kRounds && is_right; ++round) {
                if (round % 3 == i % 3) {
                    (void)::unlink(path_.c_str());
                }
                const auto engine = vm::make_engine(sample_.program, vm::EngineKind::jit, cache_);
                const auto loaded = cache_->load(kOptions);
                is_right =
                    sample_.final_root(*engine) == expected_root_ && (!loaded || *loaded == image_);
            }
            ::_exit(is_right ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const ::pid_t child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    }
    (void)vm::make_engine(sample_.program, vm::EngineKind::jit, cache_);
    EXPECT_EQ(read(path_), entry_);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder()), {}), 1) << "nothing is left over";
}

}  // namespace
}  // namespace lockstep::trace
