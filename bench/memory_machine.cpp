#include "bench/memory_machine.hpp"

#include <utility>

namespace lockstep::bench {

namespace {

vm::Program memory_program(std::uint32_t pages) {
    vm::Program program;
    program.code.push_back({.opcode = vm::Opcode::return_});
    program.functions.push_back({.type = 0, .entry = 1});
    program.memories = {{.pages = pages, .max_pages = pages}};
    return program;
}

}  // namespace

MemoryMachine::MemoryMachine(std::uint32_t pages)
    : program_(memory_program(pages)), image_(program_) {
    vm::MachineState machine;
    machine.locals.assign(4, 0);
    machine.memories.emplace_back(pages, pages);
    machine.input = std::make_shared<Bytes>();
    trace::Committer committer(image_, program_, machine);
    (void)committer.commit(machine);
    state_ = std::make_unique<trace::CommittedState>(std::move(machine), std::move(committer));
}

void MemoryMachine::touch_chunks(std::uint32_t count, std::uint32_t apart) {
    ++turn_;
    vm::Memory& memory = state_->machine.memories.front();
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint64_t at = std::uint64_t{i} * apart * vm::kChunkBytes + 8 * (i % 512);
        *memory.write(at, 8) = turn_;
    }
}

void MemoryMachine::fill_chunks(std::uint32_t count) {
    ++turn_;
    const std::uint64_t bytes = std::uint64_t{count} * vm::kChunkBytes;
    std::uint8_t* const to = state_->machine.memories.front().write(0, bytes);
    for (std::uint64_t i = 0; i < bytes; i += 8) {
        to[i] = static_cast<std::uint8_t>(turn_ + i / 8);
    }
}

}  // namespace lockstep::bench
