#include "vm/machine/reservation.hpp"

#include <new>

#include <sys/mman.h>

namespace lockstep::vm {

namespace {

std::uint8_t* map(std::size_t bytes, int protection) {
    void* range =
        mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) {
        throw std::bad_alloc();
    }
    return static_cast<std::uint8_t*>(range);
}

}  // namespace

std::uint8_t* reserve_zero(std::size_t bytes) {
    return map(bytes, PROT_READ | PROT_WRITE);
}

std::uint8_t* reserve_inaccessible(std::size_t bytes) {
    return map(bytes, PROT_NONE);
}

void set_accessible(std::uint8_t* begin, std::size_t bytes, bool accessible) {
    if (bytes != 0 &&
        mprotect(begin, bytes, accessible ? PROT_READ | PROT_WRITE : PROT_NONE) != 0) {
        throw std::bad_alloc();
    }
}

void move_mapping(std::uint8_t* from, std::size_t bytes, std::uint8_t* to) {
    if (mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED) {
        throw std::bad_alloc();
    }
}

void map_file_over(std::uint8_t* to, std::size_t bytes, int file) {
    if (mmap(to, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, file, 0) ==
        MAP_FAILED) {
        throw std::bad_alloc();
    }
}

void release_reserved(std::uint8_t* begin, std::size_t bytes) noexcept {
    munmap(begin, bytes);
}

}  // namespace lockstep::vm
