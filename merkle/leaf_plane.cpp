#include "merkle/leaf_plane.hpp"

#include <utility>

#include "base/check.hpp"
#include "merkle/shape.hpp"

#if defined(__linux__)

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace lockstep::merkle {

namespace {

/// Closes the file unless it is released.
class OpenFile {
public:
    explicit OpenFile(int fd) : fd_(fd) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    OpenFile(OpenFile&&) = delete;
    OpenFile& operator=(OpenFile&&) = delete;
    ~OpenFile() {
        if (fd_ >= 0) {
            close(fd_);
        }
    }

    [[nodiscard]] int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

/// A file beyond the limit would end the process.
bool is_allowed_size(std::uint64_t bytes) {
    rlimit limit{};
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
           (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= bytes);
}

}  // namespace

std::shared_ptr<LeafPlane> LeafPlane::make(std::uint64_t chunks) {
    const std::uint64_t bytes = chunks * kChunkBytes;
    if (!is_allowed_size(bytes)) {
        return nullptr;
    }
    OpenFile file(memfd_create("lockstep-leaves", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (file.get() < 0 || ftruncate(file.get(), static_cast<off_t>(bytes)) != 0 ||
        fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return nullptr;
    }
    void* const mapped =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file.get(), 0);
    if (mapped == MAP_FAILED) {
        return nullptr;
    }
    // Two processes with the same tree would write to one file.
    if (madvise(mapped, bytes, MADV_DONTFORK) != 0) {
        munmap(mapped, bytes);
        return nullptr;
    }
    // Constructed before the pointer's own allocation, which may throw.
    std::unique_ptr<LeafPlane> plane;
    try {
        plane.reset(new LeafPlane(file.get(), mapped, bytes));
    } catch (...) {
        munmap(mapped, bytes);
        throw;
    }
    file.release();
    return plane;
}

LeafPlane::~LeafPlane() {
    munmap(mapped_, bytes_);
    close(fd_);
}

}  // namespace lockstep::merkle

#else

namespace lockstep::merkle {

std::shared_ptr<LeafPlane> LeafPlane::make(std::uint64_t /*chunks*/) {
    return nullptr;
}

LeafPlane::~LeafPlane() = default;

}  // namespace lockstep::merkle

#endif

namespace lockstep::merkle {

LeafPlane::LeafPlane(int fd, void* mapped, std::uint64_t bytes)
    : fd_(fd), mapped_(mapped), bytes_(bytes) {}

Hash256* LeafPlane::leaves(std::uint64_t chunk_index) {
    LOCKSTEP_CHECK(chunk_index < bytes_ / kChunkBytes && !is_sealed());
    return static_cast<Hash256*>(mapped_) + chunk_index * kChunkLeaves;
}

void LeafPlane::seal(std::uint64_t chunks) const {
    std::uint64_t open = kOpen;
    sealed_chunks_.compare_exchange_strong(open, chunks);
}

}  // namespace lockstep::merkle
