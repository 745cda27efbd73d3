#pragma once

// What handlers need beside their registers, and how they leave the threaded code.

#include <cstdint>

#include "vm/interpreter/registers.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// A caller that is suspended: everything else about it is known from where it goes on.
struct SuspendedFrame {
    std::uint64_t id = 0;        // Frame::id
    const Word* site = nullptr;  // kSite... words behind the call
};

// Behind each call stand the words of its site, then the records that the return leads to.
//   word 0: four fields: distance of the callee's frame from the caller's, the caller's locals, depth of
//           their tree, 0
//   word 1: the pc that the callee returns to
//   word 2: what is spent on the way from there to the next branch
inline constexpr std::size_t kSiteWords = 3;

// Before the records of a function stand the words of its entry.
//   word 0: frame slots
//   word 1: what is spent on the way from there to the next branch
//   word 2: the pc of its first instruction
inline constexpr std::size_t kEntryWords = 3;

/// Why the threaded code was left, or where the machine goes on. Where it speaks of a record, this is
/// Registers::record.
enum class Leaving : std::uint8_t {
    here,         // the record's instruction is to be executed next
    behind,       // the one behind it
    branch,       // the one that it branches to
    row,          // the one that row `number` of its table branches to
    entry,        // `record` is the words of an entry: its first instruction
    site,         // `record` is the words of a site: where it returns to
    outermost,    // the function has returned in which execution began
    trap,         // the record's instruction traps with `number`
    trap_before,  // the one before it does
};

struct HandlerContext {
    const Program* program = nullptr;
    MachineState* state = nullptr;
    Memory* memory = nullptr;  // memory 0
    const Word* words = nullptr;
    const std::uint32_t* entries = nullptr;  // of the functions: index of their entry's words, or 0

    SuspendedFrame* suspended = nullptr;        // where the next one goes
    SuspendedFrame* suspended_limit = nullptr;  // where none goes, as calls are too deep
    std::uint64_t next_frame_id = 0;
    std::uint32_t slots_used = 0;

    // What Registers::credit is relative to.
    std::uint64_t gas_beyond = 0;  // gas left when the credit's gas is 0
    std::uint64_t first_step = 0;  // steps when all of the credit's were left

    Registers left{};  // once left
    Leaving leaving = Leaving::here;
    std::uint32_t number = 0;

    // A store whose chunks must be charged or logged.
    std::uint64_t store_address = 0;
    std::uint64_t store_value = 0;
    std::uint32_t store_size = 0;
    std::uint32_t store_words = 0;  // of its record
};

/// Leaves the threaded code.
[[nodiscard]] inline Next leave(Registers& r, Leaving leaving, std::uint32_t number = 0) {
    r.context->leaving = leaving;
    r.context->number = number;
    return stop;
}

}  // namespace lockstep::vm
