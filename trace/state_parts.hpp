#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "vm/machine/machine_state.hpp"

namespace lockstep::trace {

/// A machine state without the bytes of its memories and without what is the same in all states of the
/// execution (the input, maximum sizes): plain vectors, that take no more room than they hold.
struct StateParts {
    struct Table {
        std::vector<std::uint64_t> slots;
        std::uint32_t size = 0;

        bool operator==(const Table&) const = default;
    };

    vm::Status status = vm::Status::running;
    std::uint32_t code = 0;
    std::uint32_t pc = 0;
    std::uint32_t slots_used = 0;
    Step steps;
    Gas gas;
    std::vector<std::uint64_t> values;
    std::vector<std::uint64_t> locals;
    std::uint32_t locals_begin = 0;
    std::vector<vm::Frame> callers;
    std::uint64_t next_frame_id = 1;
    std::vector<std::uint64_t> globals;
    std::vector<Table> tables;
    /// The current pages of each memory.
    std::vector<std::uint32_t> pages;
    /// It only ever grows: the output at an earlier step is its beginning.
    std::uint64_t output_length = 0;
};

[[nodiscard]] StateParts state_parts(const vm::MachineState& state);

/// Whether parts read from a file are within the limits of a state of this program. It does not say
/// that the program ever gets there: who can write the file is trusted with that.
[[nodiscard]] bool fits(const StateParts& parts, const vm::Program& program);

}  // namespace lockstep::trace
