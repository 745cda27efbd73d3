// Memory, input and output of a witness, and the data pool.

#include <algorithm>
#include <array>
#include <cstdint>

#include "trace/committer.hpp"
#include "trace/leaf_indices.hpp"
#include "trace/opened_leaf.hpp"
#include "trace/witness_access.hpp"

namespace lockstep::trace {

namespace {

void set_charged(merkle::Opening& memory, vm::Range range) {
    const std::uint64_t last = (range.begin + range.length - 1) / merkle::kLeafBytes;
    for (std::uint64_t leaf = range.begin / merkle::kLeafBytes; leaf <= last; ++leaf) {
        memory.charged[merkle::flag_position(memory, leaf)] = true;
    }
}

/// Copies `source` of one opening to `destination` of the memory's, which it marks charged.
void copy_bytes(merkle::Opening& memory, std::uint64_t destination, const merkle::Opening& from,
                vm::Range source) {
    std::array<std::uint8_t, merkle::kLeafBytes> buffer{};
    for (std::uint64_t i = 0; i < source.length; ++i) {
        buffer[i] = byte_at(from, source.begin + i);
    }
    for (std::uint64_t i = 0; i < source.length; ++i) {
        set_byte(memory, destination + i, buffer[i]);
    }
    set_charged(memory, {destination, source.length});
}

}  // namespace

void WitnessAccess::open_memory(std::uint32_t memory, unsigned depth) {
    open_environment();
    memory_record_open_ = true;
    memory_index_ = memory;
    Hash256 leaf = environment_.memories;
    if (depth > 0) {
        const std::uint64_t index = memory;
        memories_ = open(merkle::Shape::plain, depth, std::span(&index, 1), environment_.memories,
                         WitnessError::wrong_memory);
        leaf = memories_ ? memories_->leaves[0] : Hash256{};
    }
    memory_record_ = read<MemoryRecord>();
    require(hash(memory_record_) == leaf, WitnessError::wrong_memory);
}

void WitnessAccess::open_memory_bytes(vm::Range first, vm::Range second) {
    memory_ = open(merkle::Shape::memory, merkle::memory_tree_depth(memory_record_.max_pages),
                   leaf_indices(first, second, merkle::kLeafBytes), memory_record_.root,
                   WitnessError::wrong_memory);
}

std::uint32_t WitnessAccess::uncharged_chunks(vm::Range range) const {
    if (!memory_) {
        return 0;
    }
    const std::uint64_t first = range.begin / merkle::kLeafBytes;
    const std::uint64_t last = (range.begin + range.length - 1) / merkle::kLeafBytes;
    const std::size_t first_flag = merkle::flag_position(*memory_, first);
    const std::size_t last_flag = merkle::flag_position(*memory_, last);
    std::uint32_t count = memory_->charged[first_flag] ? 0 : 1;
    if (last_flag != first_flag && !memory_->charged[last_flag]) {
        ++count;
    }
    return count;
}

std::uint64_t WitnessAccess::load(std::uint64_t address, unsigned size) const {
    std::uint64_t value = 0;
    for (unsigned i = 0; memory_ && i < size; ++i) {
        value |= std::uint64_t{byte_at(*memory_, address + i)} << (8 * i);
    }
    return value;
}

void WitnessAccess::store(std::uint64_t address, unsigned size, std::uint64_t value) {
    if (!memory_) {
        return;
    }
    for (unsigned i = 0; i < size; ++i) {
        set_byte(*memory_, address + i, static_cast<std::uint8_t>(value >> (8 * i)));
    }
    set_charged(*memory_, {address, size});
}

void WitnessAccess::fill_memory(vm::Range range, std::uint64_t byte) {
    if (!memory_) {
        return;
    }
    for (std::uint64_t i = 0; i < range.length; ++i) {
        set_byte(*memory_, range.begin + i, static_cast<std::uint8_t>(byte));
    }
    set_charged(*memory_, range);
}

void WitnessAccess::copy_memory(std::uint64_t destination, vm::Range source) {
    if (memory_) {
        copy_bytes(*memory_, destination, *memory_, source);
    }
}

void WitnessAccess::copy_data(std::uint64_t destination, vm::Range source) {
    if (memory_ && pool_) {
        copy_bytes(*memory_, destination, *pool_, source);
    }
}

void WitnessAccess::copy_input(std::uint64_t destination, vm::Range source) {
    if (memory_ && input_) {
        copy_bytes(*memory_, destination, *input_, source);
    }
}

void WitnessAccess::open_io() {
    open_environment();
    io_ = read<IoRecord>();
    io_open_ = true;
    require(hash(io_) == environment_.io, WitnessError::wrong_io);
}

void WitnessAccess::open_data(vm::Range range) {
    open_program();
    pool_ =
        open(merkle::Shape::plain, program_.data_depth, leaf_indices(range, {}, merkle::kLeafBytes),
             program_.data, WitnessError::wrong_pool);
}

void WitnessAccess::open_input(vm::Range range) {
    input_ = open(merkle::Shape::plain, kIoDepth, leaf_indices(range, {}, merkle::kLeafBytes),
                  io_.input, WitnessError::wrong_io);
}

void WitnessAccess::open_output(vm::Range range) {
    output_ = open(merkle::Shape::plain, kIoDepth, leaf_indices(range, {}, merkle::kLeafBytes),
                   io_.output, WitnessError::wrong_io);
}

void WitnessAccess::append_output(vm::Range source) {
    if (!memory_ || !output_) {
        return;
    }
    for (std::uint64_t i = 0; i < source.length; ++i) {
        set_byte(*output_, io_.output_length + i, byte_at(*memory_, source.begin + i));
    }
    io_.output_length += source.length;
}

}  // namespace lockstep::trace
