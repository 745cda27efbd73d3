#pragma once

#include <cstdint>
#include <vector>

#include "vm/machine/memory.hpp"
#include "vm/program/instruction.hpp"

namespace lockstep::vm {

/// What an engine has at hand while it executes a bulk instruction.
struct BulkStride {
    std::uint64_t* top = nullptr;  // of the values: behind the instruction's operands
    std::uint64_t steps = 0;
    std::uint64_t gas = 0;
};

/// Does all steps of a memory_fill or memory_copy but the last at once, if they end before `until` and
/// can be paid: operands, memory, steps and gas are then as after these steps (docs/spec/step.md). Else
/// nothing is changed, and the instruction is to be executed step by step. For other instructions, too.
void stride(const Instruction& instruction, std::vector<Memory>& memories, BulkStride& bulk,
            std::uint64_t until);

}  // namespace lockstep::vm
