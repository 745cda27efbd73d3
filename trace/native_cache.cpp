#include "trace/native_cache.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/hex.hpp"
#include "merkle/sha256.hpp"
#include "vm/jit/native_image_encoding.hpp"

namespace lockstep::trace {

namespace {

constexpr std::string_view kMagic{"lockstep-native\0", 16};
constexpr std::uint32_t kFormatVersion = 1;
constexpr std::size_t kHeaderBytes = 16 + 3 * 4 + 3 * 32;
/// What surrounds a body.
constexpr std::size_t kFrameBytes = kHeaderBytes + 8 + 32;
/// Code and tables, with room to spare: what is longer is no entry.
constexpr std::uint64_t kMaxEntryBytes = std::uint64_t{2} * vm::jit::kMaxCodeBytes;

/// A descriptor, closed at the end.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor(Descriptor&&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() { (void)close(); }

    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }
    [[nodiscard]] bool close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

private:
    int number_;
};

/// Of this user, who alone may write to it.
bool is_own(const struct stat& status) {
    return status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

Descriptor open_folder(const std::string& folder) {
    return Descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

bool is_own_folder(const Descriptor& folder) {
    struct stat status{};
    return folder.is_open() && ::fstat(folder.number(), &status) == 0 && is_own(status);
}

bool read_all(int descriptor, Bytes& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::read(descriptor, bytes.data() + done, bytes.size() - done);
        if (count == 0 || (count < 0 && errno != EINTR)) {
            return false;
        }
        done += count < 0 ? 0 : static_cast<std::size_t>(count);
    }
    return true;
}

bool write_all(int descriptor, ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) {
            return false;
        }
        bytes = bytes.subspan(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
    return true;
}

/// The bytes of an entry's file; nothing where it is none of ours.
std::optional<Bytes> read_entry(const Descriptor& folder, const std::string& name) {
    // A pipe of that name must not be waited for.
    const Descriptor file(
        ::openat(folder.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status{};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode) ||
        !is_own(status)) {
        return std::nullopt;
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size < kFrameBytes || size > kMaxEntryBytes) {
        return std::nullopt;
    }
    Bytes bytes(size);
    return read_all(file.number(), bytes) ? std::optional(std::move(bytes)) : std::nullopt;
}

std::string entry_name(const ImageRoot& image_root, ByteView header) {
    return to_hex(image_root.value).substr(2) + "-" + to_hex(merkle::sha256(header)).substr(2, 16) +
           ".native";
}

}  // namespace

NativeCache::NativeCache(std::string folder, const ImageRoot& image_root,
                         const vm::Program& program)
    : folder_(std::move(folder)),
      image_root_(image_root),
      program_(program),
      uncommitted_(merkle::sha256(vm::jit::encode_uncommitted(program))) {}

std::optional<vm::jit::NativeImage> NativeCache::load(
    const vm::jit::CompileOptions& options) const {
    const Descriptor folder = open_folder(folder_);
    if (!is_own_folder(folder)) {
        return std::nullopt;
    }
    const Bytes expected = header(options);
    const std::optional<Bytes> bytes = read_entry(folder, entry_name(image_root_, expected));
    if (!bytes) {
        return std::nullopt;
    }
    ByteReader reader(*bytes);
    const std::optional<ByteView> header = reader.read_bytes(kHeaderBytes);
    const std::optional<std::uint64_t> body_bytes = reader.read<std::uint64_t>();
    if (!header || !std::ranges::equal(*header, expected) || !body_bytes ||
        *body_bytes != bytes->size() - kFrameBytes) {
        return std::nullopt;
    }
    const std::optional<ByteView> body = reader.read_bytes(*body_bytes);
    const ByteView digested = ByteView(*bytes).first(bytes->size() - 32);
    if (!body || reader.read_hash() != merkle::sha256(digested)) {
        return std::nullopt;
    }
    return vm::jit::decode_native_image(*body, program_);
}

void NativeCache::save(const vm::jit::CompileOptions& options,
                       const vm::jit::NativeImage& image) const {
    const Bytes header = this->header(options);
    const Bytes body = vm::jit::encode(image);
    ByteWriter writer;
    writer.put(ByteView(header));
    writer.put(std::uint64_t{body.size()});
    writer.put(ByteView(body));
    writer.put(merkle::sha256(writer.bytes()));
    (void)::mkdir(folder_.c_str(), S_IRWXU);
    const Descriptor folder = open_folder(folder_);
    if (!is_own_folder(folder) || writer.bytes().size() > kMaxEntryBytes) {
        return;
    }
    // Readable and writable by this user alone, as mkostemp makes it.
    std::string temporary = folder_ + "/.entry-XXXXXX";
    Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!file.is_open()) {
        return;
    }
    const bool is_written = write_all(file.number(), writer.bytes()) && file.close();
    if (!is_written || ::rename(temporary.c_str(), path(options).c_str()) != 0) {
        (void)::unlink(temporary.c_str());
    }
}

std::string NativeCache::path(const vm::jit::CompileOptions& options) const {
    return folder_ + "/" + entry_name(image_root_, header(options));
}

Bytes NativeCache::header(const vm::jit::CompileOptions& options) const {
    ByteWriter writer;
    for (const char c : kMagic) {
        writer.put(static_cast<std::uint8_t>(c));
    }
    writer.put(kFormatVersion);
    writer.put(vm::jit::processor_features());
    writer.put(vm::jit::encode(options));
    writer.put(merkle::sha256(vm::jit::code_version()));
    writer.put(image_root_.value);
    writer.put(uncommitted_);
    return writer.take();
}

}  // namespace lockstep::trace
