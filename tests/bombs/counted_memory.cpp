#include "tests/bombs/counted_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

/// In front of each piece, as large as its alignment: how many bytes were asked for.
constexpr std::size_t kHeaderBytes = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

std::size_t held = 0;
std::size_t held_at_reset = 0;
std::size_t greatest_held = 0;
std::size_t total = 0;

}  // namespace

// Not inlined: g++ would take the malloc and free for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
    void* const piece = std::malloc(kHeaderBytes + bytes);
    if (piece == nullptr) {
        throw std::bad_alloc();
    }
    *static_cast<std::size_t*>(piece) = bytes;
    held += bytes;
    greatest_held = std::max(greatest_held, held);
    total += bytes;
    return static_cast<std::uint8_t*>(piece) + kHeaderBytes;
}

[[gnu::noinline]] void operator delete(void* memory) noexcept {
    if (memory == nullptr) {
        return;
    }
    void* const piece = static_cast<std::uint8_t*>(memory) - kHeaderBytes;
    held -= *static_cast<std::size_t*>(piece);
    std::free(piece);
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
    ::operator delete(memory);
}

namespace lockstep::bombs {

void reset_heap_use() {
    held_at_reset = held;
    greatest_held = held;
    total = 0;
}

HeapUse heap_use() {
    return {.peak = greatest_held - held_at_reset, .total = total};
}

}  // namespace lockstep::bombs
