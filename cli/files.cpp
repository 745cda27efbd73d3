#include "cli/files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/failure.hpp"
#include "cli/text.hpp"

namespace lockstep::cli {

namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 20U;

std::string error_text(int error) {
    return std::generic_category().message(error);
}

[[noreturn]] void fail(const std::string& path, const std::string& action, int error) {
    throw Failure(ExitCode::environment, action + ": " + error_text(error)).in(path);
}

/// A file descriptor that is closed at the end of its scope.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor(Descriptor&&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() { ::close(number_); }

    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

/// Reads up to `count` bytes to the end of `bytes`; 0 at the end of the file.
std::size_t read_some(const std::string& path, int descriptor, Bytes& bytes, std::size_t count) {
    const std::size_t before = bytes.size();
    bytes.resize(before + count);
    ssize_t got = -1;
    do {
        got = ::read(descriptor, bytes.data() + before, count);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        fail(path, "cannot be read", errno);
    }
    bytes.resize(before + static_cast<std::size_t>(got));
    return static_cast<std::size_t>(got);
}

[[noreturn]] void fail_too_large(const std::string& path, const std::string& size,
                                 std::uint64_t limit_bytes, const std::string& what) {
    throw Failure(ExitCode::refused, "is too large: " + size)
        .in(path)
        .expected(what + " of at most " + grouped(limit_bytes) + " bytes");
}

mode_t new_file_mode(const std::string& target) {
    struct stat status{};
    if (::stat(target.c_str(), &status) == 0) {
        return status.st_mode & 0777U;
    }
    const mode_t mask = ::umask(0);
    (void)::umask(mask);
    return 0666U & ~mask;
}

}  // namespace

Bytes read_file(const std::string& path, std::uint64_t limit_bytes, const std::string& what) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) {
        fail(path, "cannot be opened", errno);
    }
    struct stat status{};
    if (::fstat(file.number(), &status) != 0) {
        fail(path, "cannot be read", errno);
    }
    if (S_ISDIR(status.st_mode)) {
        throw Failure(ExitCode::environment, "is a directory").in(path).expected("a file");
    }
    Bytes bytes;
    if (S_ISREG(status.st_mode)) {
        const auto size = static_cast<std::uint64_t>(status.st_size);
        if (size > limit_bytes) {
            fail_too_large(path, grouped(size) + " bytes", limit_bytes, what);
        }
        bytes.reserve(size + 1);
    }
    while (true) {
        // One byte more than is left, so that what is too long shows; within what is reserved.
        const std::uint64_t left = limit_bytes + 1 - bytes.size();
        const std::size_t room = bytes.capacity() - bytes.size();
        const std::size_t count =
            std::min(left, room == 0 ? kReadBytes : std::min(room, kReadBytes));
        if (read_some(path, file.number(), bytes, count) == 0) {
            return bytes;
        }
        if (bytes.size() > limit_bytes) {
            fail_too_large(path, "more than " + grouped(limit_bytes) + " bytes", limit_bytes, what);
        }
    }
}

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
    struct stat status{};
    const bool exists = ::stat(path_.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) {
        throw Failure(ExitCode::environment, "is a directory")
            .in(path_)
            .expected("a file to write");
    }
    if (!exists || S_ISREG(status.st_mode)) {
        open_temporary();
        return;
    }
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) {
        fail(path_, "cannot be written", errno);
    }
}

void OutputFile::open_temporary() {
    std::error_code error;
    const std::filesystem::path resolved = std::filesystem::weakly_canonical(path_, error);
    target_ = error ? path_ : resolved.string();
    temporary_ = target_ + ".XXXXXX";
    descriptor_ = ::mkostemp(temporary_.data(), O_CLOEXEC);
    if (descriptor_ < 0) {
        const int error_number = errno;
        temporary_.clear();
        fail(path_, "cannot be written", error_number);
    }
}

OutputFile::~OutputFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
    if (!temporary_.empty()) {
        ::unlink(temporary_.c_str());
    }
}

void OutputFile::commit(ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            fail(path_, "cannot be written", errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    close_and_rename();
}

void OutputFile::close_and_rename() {
    const bool is_temporary = !temporary_.empty();
    if (is_temporary && ::fchmod(descriptor_, new_file_mode(target_)) != 0) {
        fail(path_, "cannot be written", errno);
    }
    if (::close(std::exchange(descriptor_, -1)) != 0) {
        fail(path_, "cannot be written", errno);
    }
    if (is_temporary) {
        if (::rename(temporary_.c_str(), target_.c_str()) != 0) {
            fail(path_, "cannot be written", errno);
        }
        temporary_.clear();
    }
}

}  // namespace lockstep::cli
