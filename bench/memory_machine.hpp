#pragma once

#include <cstdint>
#include <memory>

#include "trace/image.hpp"
#include "trace/snapshot.hpp"
#include "vm/program/program.hpp"

namespace lockstep::bench {

/// A machine that is nothing but a memory, committed.
class MemoryMachine {
public:
    explicit MemoryMachine(std::uint32_t pages);

    [[nodiscard]] const vm::Program& program() const { return program_; }
    [[nodiscard]] trace::CommittedState& state() { return *state_; }

    /// Writes one word of each of `count` chunks, `apart` chunks from one to the next; other words than
    /// the last time.
    void touch_chunks(std::uint32_t count, std::uint32_t apart = 1);
    /// Writes all of the first `count` chunks.
    void fill_chunks(std::uint32_t count);

private:
    vm::Program program_;
    trace::Image image_;
    std::unique_ptr<trace::CommittedState> state_;
    std::uint8_t turn_ = 0;
};

}  // namespace lockstep::bench
