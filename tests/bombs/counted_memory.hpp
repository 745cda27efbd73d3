#pragma once

// What a program takes from the heap. Linking counted_memory.cpp replaces operator new.

#include <cstddef>

namespace lockstep::bombs {

/// Bytes asked for since the last reset_heap_use.
struct HeapUse {
    std::size_t peak = 0;   // held at once, beyond those held at the reset
    std::size_t total = 0;  // of all pieces, those given back too
};

void reset_heap_use();
[[nodiscard]] HeapUse heap_use();

}  // namespace lockstep::bombs
