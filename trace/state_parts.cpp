#include "trace/state_parts.hpp"

#include <algorithm>

#include "vm/machine/limits.hpp"

namespace lockstep::trace {

namespace {

bool fit_registers(const StateParts& parts, const vm::Program& program) {
    const bool is_running = parts.status == vm::Status::running;
    return (is_running || parts.status == vm::Status::halted ||
            parts.status == vm::Status::trapped) &&
           parts.pc < program.code.size() && parts.slots_used <= vm::kMaxSlots &&
           parts.gas.value <= vm::kMaxGasLimit && parts.steps.value <= vm::kMaxGasLimit + 1;
}

/// The frames lie one behind the other, each with a leaf at least.
bool fit_frames(const StateParts& parts, const vm::Program& program) {
    if (parts.values.size() > vm::kMaxValues || parts.locals.size() > vm::kMaxLocalSlots ||
        parts.callers.size() > vm::kMaxCallDepth) {
        return false;
    }
    std::uint32_t begin = 0;
    std::uint64_t last_id = 0;
    for (std::size_t i = 0; i < parts.callers.size(); ++i) {
        const vm::Frame& frame = parts.callers[i];
        const bool is_behind = i == 0 ? frame.locals_begin == 0 : frame.locals_begin > begin;
        if (!is_behind || frame.return_pc >= program.code.size() || frame.id <= last_id) {
            return false;
        }
        begin = frame.locals_begin;
        last_id = frame.id;
    }
    const bool is_behind =
        parts.callers.empty() ? parts.locals_begin == 0 : parts.locals_begin > begin;
    return is_behind && parts.locals_begin < parts.locals.size() && parts.next_frame_id > last_id;
}

bool fit_environment(const StateParts& parts, const vm::Program& program) {
    if (parts.globals.size() != program.globals.size() ||
        parts.tables.size() != program.tables.size() ||
        parts.pages.size() != program.memories.size()) {
        return false;
    }
    for (std::size_t i = 0; i < parts.tables.size(); ++i) {
        const StateParts::Table& table = parts.tables[i];
        if (table.size < program.tables[i].size || table.size > table.slots.size() ||
            table.slots.size() > std::max(program.tables[i].max, program.tables[i].size)) {
            return false;
        }
    }
    for (std::size_t i = 0; i < parts.pages.size(); ++i) {
        const vm::MemoryShape& shape = program.memories[i];
        if (parts.pages[i] < shape.pages || parts.pages[i] > shape.max_pages) {
            return false;
        }
    }
    return true;
}

}  // namespace

StateParts state_parts(const vm::MachineState& state) {
    StateParts parts{.status = state.status,
                     .code = state.code,
                     .pc = state.pc,
                     .slots_used = state.slots_used,
                     .steps = state.steps,
                     .gas = state.gas,
                     .values = {state.values.begin(), state.values.end()},
                     .locals = {state.locals.begin(), state.locals.end()},
                     .locals_begin = state.locals_begin,
                     .callers = state.callers,
                     .next_frame_id = state.next_frame_id,
                     .globals = {state.globals.slots().begin(), state.globals.slots().end()},
                     .tables = {},
                     .pages = {},
                     .output_length = state.output.size()};
    for (const vm::Table& table : state.tables) {
        parts.tables.push_back({.slots = {table.slots.slots().begin(), table.slots.slots().end()},
                                .size = table.size});
    }
    for (const vm::Memory& memory : state.memories) {
        parts.pages.push_back(memory.pages());
    }
    return parts;
}

bool fits(const StateParts& parts, const vm::Program& program) {
    return fit_registers(parts, program) && fit_frames(parts, program) &&
           fit_environment(parts, program);
}

}  // namespace lockstep::trace
