#pragma once

// The state of a machine in native form. trace/ commits to it (docs/spec/state.md).

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "vm/machine/limits.hpp"
#include "vm/machine/memory.hpp"
#include "vm/machine/slot_stack.hpp"
#include "vm/machine/tracked_slots.hpp"
#include "vm/machine/trap.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// A suspended frame.
struct Frame {
    std::uint64_t id = 0;            // of the suspension: equal ids at one depth are equal frames
    std::uint32_t locals_begin = 0;  // index of its first slot in MachineState::locals
    std::uint32_t return_pc = 0;
};

/// A table's slots exist up to `slots.size()` >= size; those past `size` may have been filled by a
/// table_grow that has not ended.
struct Table {
    TrackedSlots slots;
    std::uint32_t size = 0;
    std::uint32_t max = 0;
};

/// Values of all frames: what the limit on slots allows, and those of the prologue, which counts none.
inline constexpr std::size_t kMaxValues = kMaxSlots + 4096;
/// A frame of n locals has less than 2 n slots, or four.
inline constexpr std::size_t kMaxLocalSlots = 2 * std::size_t{kMaxSlots} + 4 * (kMaxCallDepth + 1);

struct MachineState {
    Status status = Status::running;
    std::uint32_t code = 0;  // exit code of a halted machine, Trap of a trapped one
    std::uint32_t pc = 0;
    std::uint32_t slots_used = 0;
    Step steps;
    Gas gas;

    SlotStack values{kMaxValues};  // topmost last
    /// The locals of all frames, the running one's last. A frame has 4 * 2^depth slots; in the
    /// prologue, and after a trap or halt, there is one of four zeros.
    SlotStack locals{kMaxLocalSlots};
    std::uint32_t locals_begin = 0;  // of the running frame
    std::vector<Frame> callers;      // outermost first; its size is the call depth
    std::uint64_t next_frame_id = 1;

    std::vector<Memory> memories;  // never empty
    TrackedSlots globals;
    std::vector<Table> tables;
    std::shared_ptr<const Bytes> input;
    Bytes output;  // only ever grows
};

}  // namespace lockstep::vm
