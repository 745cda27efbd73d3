#include "trace/snapshot.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "base/check.hpp"
#include "merkle/leaf_plane.hpp"
#include "merkle/slot_leaf.hpp"

namespace lockstep::trace {

namespace {

vm::TrackedSlots dirty_slots(const std::vector<std::uint64_t>& slots) {
    vm::TrackedSlots tracked(slots);
    for (std::size_t i = 0; i < slots.size(); i += merkle::kLeafSlots) {
        tracked.mark(i);
    }
    return tracked;
}

void set_registers_and_stacks(const StateParts& parts, vm::MachineState& machine) {
    machine.status = parts.status;
    machine.code = parts.code;
    machine.pc = parts.pc;
    machine.slots_used = parts.slots_used;
    machine.steps = parts.steps;
    machine.gas = parts.gas;
    machine.values = std::span(parts.values);
    machine.locals = std::span(parts.locals);
    machine.locals_begin = parts.locals_begin;
    machine.callers = parts.callers;
    machine.next_frame_id = parts.next_frame_id;
}

/// The chunk's bytes for Memory::replace_chunk.
ByteView bytes_of(const merkle::MemoryTree& tree, std::uint64_t chunk) {
    return tree.charged(chunk) ? tree.chunk_bytes(chunk) : ByteView();
}

vm::Memory copy_memory(const merkle::MemoryTree& tree, const MemoryRecord& record,
                       std::span<const std::uint32_t> charged) {
    vm::Memory memory(record.pages, record.max_pages);
    for (const std::uint32_t chunk : charged) {
        memory.replace_chunk(chunk, tree.chunk_bytes(chunk));
    }
    return memory;
}

/// Maps the leaves copy-on-write where there are enough of them for a file, and room.
vm::Memory fork_memory(const merkle::MemoryTree& tree, const MemoryRecord& record,
                       std::span<const std::uint32_t> charged) {
    const merkle::LeafFile file = tree.leaf_file();
    if (!file.plane) {
        return copy_memory(tree, record, charged);
    }
    try {
        vm::Memory memory =
            vm::Memory::over(file.plane->fd(), file.plane->bytes(), record.pages, record.max_pages);
        for (const std::uint64_t chunk : file.beside) {
            memory.replace_chunk(static_cast<std::uint32_t>(chunk), tree.chunk_bytes(chunk));
        }
        return memory;
    } catch (const std::bad_alloc&) {
        return copy_memory(tree, record, charged);
    }
}

vm::Memory restore_memory(const merkle::MemoryTree& tree, const MemoryRecord& record,
                          std::span<const std::uint32_t> charged) {
    vm::Memory memory = fork_memory(tree, record, charged);
    memory.set_charged_chunks(charged);
    return memory;
}

void restore_memory_into(const merkle::MemoryTree& tree, const MemoryRecord& record,
                         std::span<const std::uint32_t> charged,
                         const merkle::MemoryTree& committed, vm::Memory& memory) {
    memory.set_pages(std::max(memory.pages(), record.pages));
    for (const std::uint32_t chunk : memory.logged_chunks()) {
        memory.replace_chunk(chunk, bytes_of(tree, chunk));
    }
    tree.for_each_difference(committed, [&](std::uint64_t chunk) {
        memory.replace_chunk(static_cast<std::uint32_t>(chunk), bytes_of(tree, chunk));
    });
    memory.set_pages(record.pages);
    memory.set_charged_chunks(charged);
}

}  // namespace

Snapshot::Snapshot(const CommittedState& state)
    : parts_(state_parts(state.machine)), input_(state.machine.input), committer_(state.committer) {
    charged_chunks_.reserve(state.machine.memories.size());
    for (const vm::Memory& memory : state.machine.memories) {
        LOCKSTEP_CHECK(memory.logged_chunks().empty());
        charged_chunks_.emplace_back(memory.charged_chunks().begin(),
                                     memory.charged_chunks().end());
    }
}

std::size_t Snapshot::written_chunks() const {
    std::size_t count = 0;
    for (const std::vector<std::uint32_t>& chunks : charged_chunks_) {
        count += chunks.size();
    }
    return count;
}

CommittedState Snapshot::restore() const {
    vm::MachineState machine;
    set_registers_and_stacks(parts_, machine);
    machine.memories.reserve(parts_.pages.size());
    for (std::size_t i = 0; i < parts_.pages.size(); ++i) {
        const auto memory = static_cast<std::uint32_t>(i);
        machine.memories.push_back(restore_memory(
            committer_.memory(memory), committer_.memory_record(memory), charged_chunks_[i]));
    }
    restore_slots(machine);
    machine.input = input_;
    restore_output(machine.output);
    return {.machine = std::move(machine), .committer = committer_};
}

void Snapshot::restore_into(CommittedState& state) const {
    vm::MachineState& machine = state.machine;
    set_registers_and_stacks(parts_, machine);
    for (std::size_t i = 0; i < parts_.pages.size(); ++i) {
        const auto memory = static_cast<std::uint32_t>(i);
        restore_memory_into(committer_.memory(memory), committer_.memory_record(memory),
                            charged_chunks_[i], state.committer.memory(memory),
                            machine.memories[i]);
    }
    restore_slots(machine);
    restore_output(machine.output);
    state.committer = committer_;
}

void Snapshot::restore_slots(vm::MachineState& machine) const {
    machine.globals = vm::TrackedSlots(parts_.globals);
    machine.tables.clear();
    for (std::size_t i = 0; i < parts_.tables.size(); ++i) {
        const std::uint32_t max = committer_.table_record(static_cast<std::uint32_t>(i)).max;
        machine.tables.push_back({.slots = vm::TrackedSlots(parts_.tables[i].slots),
                                  .size = parts_.tables[i].size,
                                  .max = max});
    }
}

void Snapshot::restore_output(Bytes& output) const {
    // What is there already is the beginning of the same output, or the whole of it and more.
    std::size_t at = output.size() - output.size() % merkle::kLeafBytes;
    output.resize(parts_.output_length);
    for (; at < output.size(); at += merkle::kLeafBytes) {
        const Hash256 leaf = committer_.output().leaf(at / merkle::kLeafBytes);
        const std::size_t count = std::min(merkle::kLeafBytes, output.size() - at);
        std::copy_n(leaf.bytes.begin(), count, output.begin() + static_cast<std::ptrdiff_t>(at));
    }
}

CommittedState rebuild(const Image& image, const vm::Program& program, const StateParts& parts,
                       std::shared_ptr<const Bytes> input, Bytes output,
                       const std::function<void(std::size_t, vm::Memory&)>& fill) {
    LOCKSTEP_CHECK(fits(parts, program) && output.size() == parts.output_length);
    vm::MachineState machine;
    machine.input = std::move(input);
    // It begins with the first state; all that differs from that is marked as written.
    Committer committer(image, program, machine);
    set_registers_and_stacks(parts, machine);
    machine.memories.reserve(program.memories.size());
    for (std::size_t i = 0; i < program.memories.size(); ++i) {
        machine.memories.emplace_back(parts.pages[i], program.memories[i].max_pages);
        fill(i, machine.memories.back());
    }
    machine.globals = dirty_slots(parts.globals);
    for (std::size_t i = 0; i < program.tables.size(); ++i) {
        machine.tables.push_back({.slots = dirty_slots(parts.tables[i].slots),
                                  .size = parts.tables[i].size,
                                  .max = program.tables[i].max});
    }
    machine.output = std::move(output);
    (void)committer.commit(machine);
    return {.machine = std::move(machine), .committer = std::move(committer)};
}

}  // namespace lockstep::trace
