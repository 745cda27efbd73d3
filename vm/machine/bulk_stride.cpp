#include "vm/machine/bulk_stride.hpp"

#include <algorithm>
#include <cstring>

#include "vm/machine/gas.hpp"

namespace lockstep::vm {

namespace {

constexpr std::uint64_t kLeaf = 32;
/// With fewer steps than this it is not worth while.
constexpr std::uint64_t kLeastSteps = 4;

/// Steps end where `begin` plus an offset in (0, length) is a multiple of a leaf.
struct Boundaries {
    std::uint64_t count = 0;
    std::uint64_t first = 0;  // offsets, where there are any
    std::uint64_t last = 0;
};

Boundaries boundaries(std::uint64_t begin, std::uint64_t length) {
    const std::uint64_t count = (begin + length - 1) / kLeaf - begin / kLeaf;
    return {.count = count,
            .first = kLeaf - begin % kLeaf,
            .last = (begin + length - 1) / kLeaf * kLeaf - begin};
}

std::uint64_t uncharged_chunks(const Memory& memory, std::uint64_t begin, std::uint64_t length) {
    std::uint64_t count = 0;
    for (std::uint64_t chunk = begin / kChunkBytes; chunk <= (begin + length - 1) / kChunkBytes;
         ++chunk) {
        count += memory.charged(static_cast<std::uint32_t>(chunk)) ? 0U : 1U;
    }
    return count;
}

/// Takes what `steps` steps cost that write the range; false where they cannot be done.
bool pay(const Memory& memory, std::uint64_t begin, std::uint64_t length, std::uint64_t steps,
         std::uint64_t until, BulkStride& bulk) {
    if (steps < kLeastSteps || until - bulk.steps <= steps) {
        return false;
    }
    const std::uint64_t cost =
        kBulkLeafGas * steps + kDirtyChunkGas * uncharged_chunks(memory, begin, length);
    if (cost > bulk.gas) {
        return false;
    }
    bulk.gas -= cost;
    bulk.steps += steps;
    return true;
}

void fill(Memory& memory, BulkStride& bulk, std::uint64_t until) {
    const auto length = static_cast<std::uint32_t>(bulk.top[-1]);
    const auto byte = static_cast<std::uint8_t>(bulk.top[-2]);
    const auto destination = static_cast<std::uint32_t>(bulk.top[-3]);
    if (length == 0 || std::uint64_t{destination} + length > memory.bytes().size()) {
        return;
    }
    const Boundaries ends = boundaries(destination, length);
    if (ends.count == 0 || !pay(memory, destination, ends.last, ends.count, until, bulk)) {
        return;
    }
    std::memset(memory.write(destination, ends.last), byte, ends.last);
    bulk.top[-1] = length - ends.last;
    bulk.top[-3] = destination + ends.last;
}

/// Its chunks are marked in the order in which they are written: from the last down to the first.
void move_backward(Memory& memory, std::uint64_t destination, std::uint64_t source,
                   std::uint64_t length) {
    for (std::uint64_t chunk = (destination + length - 1) / kChunkBytes + 1;
         chunk-- > destination / kChunkBytes;) {
        (void)memory.write(chunk * kChunkBytes, 1);
    }
    std::memmove(memory.write(destination, length), memory.data() + source, length);
}

void copy(Memory& memory, BulkStride& bulk, std::uint64_t until) {
    const auto length = static_cast<std::uint32_t>(bulk.top[-1]);
    const auto source = static_cast<std::uint32_t>(bulk.top[-2]);
    const auto destination = static_cast<std::uint32_t>(bulk.top[-3]);
    const std::uint64_t bytes = memory.bytes().size();
    if (length == 0 || std::uint64_t{destination} + length > bytes ||
        std::uint64_t{source} + length > bytes) {
        return;
    }
    const Boundaries reads = boundaries(source, length);
    const Boundaries writes = boundaries(destination, length);
    if (reads.count == 0 || writes.count == 0) {
        return;
    }
    const bool coincide = source % kLeaf == destination % kLeaf;
    const std::uint64_t steps = coincide ? reads.count : reads.count + writes.count;
    if (destination <= source) {
        const std::uint64_t done = std::max(reads.last, writes.last);
        if (pay(memory, destination, done, steps, until, bulk)) {
            std::uint8_t* const to = memory.write(destination, done);
            std::memmove(to, memory.data() + source, done);
            bulk.top[-1] = length - done;
            bulk.top[-2] = source + done;
            bulk.top[-3] = destination + done;
        }
        return;
    }
    const std::uint64_t left = std::min(reads.first, writes.first);
    if (pay(memory, destination + left, length - left, steps, until, bulk)) {
        move_backward(memory, destination + left, source + left, length - left);
        bulk.top[-1] = left;
    }
}

}  // namespace

void stride(const Instruction& instruction, std::vector<Memory>& memories, BulkStride& bulk,
            std::uint64_t until) {
    if (instruction.opcode == Opcode::memory_fill) {
        fill(memories[instruction.b], bulk, until);
    } else if (instruction.opcode == Opcode::memory_copy) {
        copy(memories[instruction.b], bulk, until);
    }
}

}  // namespace lockstep::vm
