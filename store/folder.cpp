#include "store/folder.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.hpp"
#include "base/hex.hpp"
#include "merkle/sha256.hpp"
#include "store/sealed_value.hpp"
#include "vm/machine/gas.hpp"

namespace lockstep::store {

namespace {

constexpr std::uint64_t kFormatVersion = 1;
constexpr std::string_view kMagic = "lockstep-store";
constexpr std::string_view kMarker = "LOCKSTEP-STORE";
constexpr std::string_view kNewMarker = "LOCKSTEP-STORE.new";
constexpr std::string_view kLock = "LOCKSTEP-LOCK";
constexpr std::size_t kMaxMarkerBytes = 4096;
constexpr std::chrono::milliseconds kLockPause{10};

std::string join(const std::string& folder, std::string_view name) {
    return folder + "/" + std::string(name);
}

bool exists(const std::string& path) {
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0;
}

/// Nothing in it but what an interrupted creation leaves first.
bool is_empty(const std::string& path, std::error_code& error) {
    for (std::filesystem::directory_iterator file(path, error), end; !error && file != end;
         file.increment(error)) {
        if (file->path().filename() != kLock) {
            return false;
        }
    }
    return true;
}

std::string with_checksum(std::string text) {
    const ByteView bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    return text + "checksum " + to_hex(merkle::sha256(bytes).view().first(kSealBytes)) + "\n";
}

std::string format_text(std::uint64_t spec, const StoreLayout& layout) {
    return with_checksum(std::string(kMagic) + "\nformat " + std::to_string(kFormatVersion) +
                         "\nspecification " + std::to_string(spec) + "\nblock_hashes " +
                         std::to_string(layout.block_hashes) + "\npiece_bytes " +
                         std::to_string(layout.piece_bytes) + "\n");
}

/// Takes `name`, a space, a number and a line feed from the front.
std::optional<std::uint64_t> take_number(std::string_view& text, std::string_view name) {
    if (!text.starts_with(name) || text.size() <= name.size() || text[name.size()] != ' ') {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    const char* const begin = text.data() + name.size() + 1;
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number);
    if (error != std::errc{} || end == text.data() + text.size() || *end != '\n') {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return number;
}

StoreError foreign(const std::string& path, std::string_view what, std::uint64_t found,
                   std::uint64_t expected) {
    return {StoreErrorKind::foreign_version,
            path + ": the store is of version " + std::to_string(found) + " of the " +
                std::string(what) + ", this program reads and writes version " +
                std::to_string(expected) + "; use the program that wrote it, or another folder"};
}

/// The file's text, at most kMaxMarkerBytes of it.
StoreResult<std::string> read_text(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return std::unexpected(system_error(errno, path, "cannot be opened"));
    }
    std::string text(kMaxMarkerBytes, '\0');
    std::size_t size = 0;
    ssize_t count = 1;
    while (count > 0 && size < text.size()) {
        count = ::read(file, text.data() + size, text.size() - size);
        size += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    const int error = errno;
    (void)::close(file);
    if (count < 0) {
        return std::unexpected(system_error(error, path, "cannot be read"));
    }
    text.resize(size);
    return text;
}

StoreResult<void> write_text(const std::string& path, std::string_view text) {
    // Never through a link that somebody has left there.
    (void)::unlink(path.c_str());
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) {
        return std::unexpected(system_error(errno, path, "cannot be made"));
    }
    const ssize_t count = ::write(file, text.data(), text.size());
    const bool is_written = count == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    const int error = count >= 0 && errno == 0 ? EIO : errno;
    (void)::close(file);
    if (!is_written) {
        return std::unexpected(system_error(error, path, "cannot be written"));
    }
    return {};
}

StoreError not_a_store(const std::string& path, const std::string& what) {
    return {StoreErrorKind::not_a_store, path + ": " + what};
}

/// Finds out whether the path is a store, or may become one; makes the folder.
StoreResult<bool> look_at(const std::string& path, const StoreOptions& options) {
    const bool may_create = options.create && !options.read_only;
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        if (errno != ENOENT) {
            return std::unexpected(system_error(errno, path, "cannot be opened"));
        }
        if (!may_create) {
            return std::unexpected(
                StoreError{StoreErrorKind::missing, path + ": there is no such folder; a store is "
                                                           "made where a trace is written to"});
        }
        if (::mkdir(path.c_str(), 0777) != 0) {
            return std::unexpected(system_error(errno, path, "cannot be made"));
        }
        return true;
    }
    if (!S_ISDIR(status.st_mode)) {
        return std::unexpected(not_a_store(path, "this is no folder; a store is one"));
    }
    if (exists(join(path, kMarker))) {
        return false;
    }
    std::error_code error;
    const bool may_become_one = exists(join(path, kNewMarker)) || is_empty(path, error);
    if (error) {
        return std::unexpected(system_error(error.value(), path, "cannot be read"));
    }
    if (!may_become_one || !may_create) {
        return std::unexpected(not_a_store(
            path, "this folder is not a store: there is no file " + std::string(kMarker) +
                      " in it" + (may_become_one ? "" : ", and it is not empty")));
    }
    return true;
}

}  // namespace

StoreError system_error(int number, const std::string& path, const std::string& what) {
    StoreError error{StoreErrorKind::failed,
                     path + ": " + what + ": " + std::generic_category().message(number)};
    switch (number) {
        case ENOENT: error.kind = StoreErrorKind::missing; break;
        case EACCES:
        case EPERM:
        case EROFS:
            error.kind = StoreErrorKind::not_writable;
            error.message += "; a store must be writable even to be read: copy it to such a place";
            break;
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            error.kind = StoreErrorKind::disk_full;
            error.message += "; what was complete before is still there: make room and resume";
            break;
        default: break;
    }
    return error;
}

std::string rebuild_advice(const std::string& folder) {
    return "run `lockstep store rebuild " + folder + "` to keep what is whole";
}

bool is_valid(const StoreLayout& layout) {
    return layout.block_hashes >= 1 && layout.block_hashes <= 1U << 20U &&
           layout.piece_bytes >= 64 && layout.piece_bytes <= 1U << 24U &&
           std::has_single_bit(layout.piece_bytes);
}

StoreResult<Folder> Folder::open(const std::string& path, const StoreOptions& options) {
    LOCKSTEP_TRY(const bool is_new, look_at(path, options));
    Folder folder(path);
    LOCKSTEP_TRY_VOID(folder.lock(options.lock_milliseconds));
    // Somebody else may have made it in the meantime.
    folder.is_new_ = is_new && !exists(join(path, kMarker));
    if (folder.is_new_) {
        LOCKSTEP_TRY_VOID(folder.write_new_format(format_text(vm::kSpecVersion, options.layout)));
    } else {
        LOCKSTEP_TRY(const std::string text, read_text(join(path, kMarker)));
        LOCKSTEP_TRY_VOID(folder.take_format(text));
    }
    return folder;
}

StoreResult<Folder> Folder::open_damaged(const std::string& path, const StoreOptions& options) {
    LOCKSTEP_TRY(const bool is_new, look_at(path, {}));
    LOCKSTEP_CHECK(!is_new);
    Folder folder(path);
    LOCKSTEP_TRY_VOID(folder.lock(options.lock_milliseconds));
    LOCKSTEP_TRY(const std::string text, read_text(join(path, kMarker)));
    const StoreResult<void> taken = folder.take_format(text);
    if (!taken && taken.error().kind != StoreErrorKind::corrupted) {
        return std::unexpected(taken.error());
    }
    return folder;
}

Folder::Folder(Folder&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)),
      is_new_(other.is_new_),
      layout_(other.layout_),
      format_(std::move(other.format_)) {}

Folder::~Folder() {
    if (lock_ >= 0) {
        (void)::close(lock_);
    }
}

StoreResult<void> Folder::lock(std::uint32_t milliseconds) {
    const std::string file = join(path_, kLock);
    lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock_ < 0) {
        return std::unexpected(system_error(errno, file, "cannot be opened for writing"));
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return std::unexpected(system_error(errno, file, "cannot be locked"));
        }
        if (std::chrono::steady_clock::now() >= end) {
            return std::unexpected(StoreError{
                StoreErrorKind::locked,
                path_ + ": the store is in use; wait until whoever has it open has ended"});
        }
        std::this_thread::sleep_for(kLockPause);
    }
    return {};
}

StoreResult<void> Folder::take_format(std::string_view text) {
    const std::size_t checksum = text.rfind("checksum ");
    const bool is_whole = text.starts_with(std::string(kMagic) + "\n") &&
                          checksum != std::string_view::npos &&
                          with_checksum(std::string(text.substr(0, checksum))) == text;
    std::string_view rest = text;
    rest.remove_prefix(is_whole ? kMagic.size() + 1 : text.size());
    const auto version = take_number(rest, "format");
    if (version && *version != kFormatVersion) {
        return std::unexpected(foreign(path_, "store's format", *version, kFormatVersion));
    }
    const auto spec = take_number(rest, "specification");
    const auto block_hashes = take_number(rest, "block_hashes");
    const auto piece_bytes = take_number(rest, "piece_bytes");
    const StoreLayout layout{.block_hashes = static_cast<std::uint32_t>(block_hashes.value_or(0)),
                             .piece_bytes = static_cast<std::uint32_t>(piece_bytes.value_or(0))};
    if (!spec || !is_valid(layout) || format_text(*spec, layout) != text) {
        return std::unexpected(
            StoreError{StoreErrorKind::corrupted,
                       join(path_, kMarker) + ": the file is damaged; " + rebuild_advice(path_)});
    }
    if (*spec != vm::kSpecVersion) {
        return std::unexpected(foreign(path_, "specification", *spec, vm::kSpecVersion));
    }
    layout_ = layout;
    format_ = text;
    return {};
}

StoreResult<void> Folder::write_new_format(std::string_view text) {
    LOCKSTEP_TRY_VOID(take_format(text));
    return write_text(join(path_, kNewMarker), format_);
}

StoreResult<void> Folder::confirm() {
    const std::string file = join(path_, kMarker);
    if (::rename(join(path_, kNewMarker).c_str(), file.c_str()) != 0) {
        return std::unexpected(system_error(errno, file, "cannot be made"));
    }
    const int folder = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        (void)::fsync(folder);
        (void)::close(folder);
    }
    is_new_ = false;
    return {};
}

StoreResult<std::uint64_t> Folder::disk_bytes() const {
    std::uint64_t bytes = 0;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator file(path_, error), end;
         !error && file != end; file.increment(error)) {
        // LevelDB removes files at any time.
        std::error_code ignored;
        const std::uint64_t size = file->is_regular_file(ignored) ? file->file_size(ignored) : 0;
        bytes += ignored ? 0 : size;
    }
    if (error) {
        return std::unexpected(system_error(error.value(), path_, "cannot be read"));
    }
    return bytes;
}

}  // namespace lockstep::store
