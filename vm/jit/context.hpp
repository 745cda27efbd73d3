#pragma once

// What native code and the C++ around it share during a run. It lies in the header of memory 0, so
// that native code reaches it from the register that holds this memory's address.

#include <array>
#include <cstddef>
#include <cstdint>

#include "vm/machine/memory.hpp"

namespace lockstep::vm::jit {

/// Why native code came back.
enum class Exit : std::uint32_t {
    check,     // at a check point whose cost is not covered; number: the check point's
    trap,      // number: Trap; pc: the instruction's
    returned,  // the frame that native code was entered in has returned
    refused,   // a call may exceed the limits on frames; number: the callee's index
    helper,    // a helper has set everything
};

/// A function as a call through a reference needs it.
struct NativeFunction {
    std::uint64_t entry = 0;  // address
    std::uint32_t type = 0;   // canonical index
    std::uint32_t unused = 0;
};

struct NativeTable {
    const std::uint64_t* slots = nullptr;
    std::uint64_t size = 0;
};

struct Context {
    using Helper = std::uint64_t (*)(Context*, std::uint64_t, std::uint64_t, std::uint64_t);

    std::array<std::uint64_t, 16> saved_gp{};
    std::array<std::uint64_t, 16> saved_xmm{};
    Helper execute = nullptr;        // (pc, operand height, steps of the superblock left)
    Helper prepare_store = nullptr;  // (address, size, return address)
    Helper mark_global = nullptr;    // (index)
    Helper refill = nullptr;         // (): where to go on, or 0
    std::uint64_t host_stack = 0;
    // Where native code begins, and its stack pointer while it waits.
    const std::uint64_t* native_stack = nullptr;
    std::uint64_t* locals = nullptr;  // registers at entry and exit
    std::uint64_t* values = nullptr;
    std::uint64_t counter = 0;
    std::uint64_t budget = 0;
    std::uint64_t entry = 0;  // address that native code is entered at
    void* run = nullptr;
    std::uint32_t exit_kind = 0;
    std::uint32_t exit_number = 0;
    std::uint32_t exit_pc = 0;
    std::uint32_t unused = 0;

    // Near the end, so that displacements are short.
    const NativeTable* tables = nullptr;
    const NativeFunction* functions = nullptr;
    const std::uint8_t* globals_dirty = nullptr;
    const std::uint64_t* globals = nullptr;
    std::uint64_t pages = 0;         // of memory 0
    std::uint64_t memory_bytes = 0;  // of memory 0
};

static_assert(sizeof(Context) <= Memory::kHeaderBytes);

/// The context of a memory 0.
[[nodiscard]] inline Context* context_of(Memory& memory) {
    return reinterpret_cast<Context*>(memory.header() + Memory::kHeaderBytes - sizeof(Context));
}

// The packed counter: what is left of a window, gas in the high 44 bits, signed, steps in the low 20.
// A superblock costs at least as much gas as it has steps, so a window of gas covers the steps.
inline constexpr unsigned kStepBits = 20;
inline constexpr std::uint64_t kStepMask = (1U << kStepBits) - 1;
inline constexpr std::uint64_t kFirstSteps = 1U << 19U;
/// Gas of a window, at the most.
inline constexpr std::uint64_t kMaxWindow = 1U << 18U;
/// Static cost of a path between two check points, at the most.
inline constexpr std::uint64_t kMaxPathGas = 1U << 18U;
static_assert(kMaxWindow + kMaxPathGas <= kFirstSteps);

/// Slots that a frame takes from the budget, at the least: with fewer the limit on the call depth
/// would be reached before that on slots.
inline constexpr std::uint32_t kLeastFrameSlots = 16;

}  // namespace lockstep::vm::jit
