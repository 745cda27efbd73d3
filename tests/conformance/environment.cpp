#include "tests/conformance/environment.hpp"

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "vm/machine/start.hpp"

namespace lockstep::conformance {

namespace {

vm::MachineState first_state(const vm::Program& program, std::shared_ptr<const Bytes> input) {
    // Any function will do: the values that it starts with are never used.
    std::vector<std::uint64_t> arguments(program.functions.front().parameters);
    auto state = vm::start(program, {.function = FunctionIndex(0),
                                     .arguments = std::move(arguments),
                                     .input = std::move(input),
                                     .gas_limit = Gas(0)});
    LOCKSTEP_CHECK(state.has_value());
    return std::move(*state);
}

void copy_memory(const vm::Memory& from, vm::Memory& to) {
    to.set_pages(from.pages());
    for (const std::uint32_t chunk : from.charged_chunks()) {
        const std::size_t begin = std::size_t{chunk} * vm::kChunkBytes;
        std::memcpy(to.write(begin, vm::kChunkBytes), from.data() + begin, vm::kChunkBytes);
    }
}

void copy_slots(const vm::TrackedSlots& from, vm::TrackedSlots& to) {
    if (to.size() < from.size()) {
        to.grow(from.size());
    }
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (from[i] != to[i]) {
            to.set(i, from[i]);
        }
    }
}

}  // namespace

vm::MachineState carry_over(const vm::Program& program, const vm::MachineState& state) {
    vm::MachineState next = first_state(program, state.input);
    LOCKSTEP_CHECK(state.memories.size() <= next.memories.size());
    LOCKSTEP_CHECK(state.tables.size() <= next.tables.size());
    for (std::size_t i = 0; i < state.memories.size(); ++i) {
        copy_memory(state.memories[i], next.memories[i]);
    }
    copy_slots(state.globals, next.globals);
    for (std::size_t i = 0; i < state.tables.size(); ++i) {
        copy_slots(state.tables[i].slots, next.tables[i].slots);
        next.tables[i].size = state.tables[i].size;
    }
    next.output = state.output;
    return next;
}

vm::MachineState uncommitted(const vm::Program& program, const vm::MachineState& state) {
    vm::MachineState marked = carry_over(program, state);
    marked.status = state.status;
    marked.code = state.code;
    marked.pc = state.pc;
    marked.slots_used = state.slots_used;
    marked.steps = state.steps;
    marked.gas = state.gas;
    marked.values = state.values;
    marked.locals = state.locals;
    marked.locals_begin = state.locals_begin;
    marked.callers = state.callers;
    marked.next_frame_id = state.next_frame_id;
    return marked;
}

}  // namespace lockstep::conformance
