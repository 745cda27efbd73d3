#include "tests/property/interpreter/engine_comparison.hpp"

#include <algorithm>

#include "vm/machine/interpreter.hpp"

namespace lockstep::vm {

namespace {

bool equal_frames(const Frame& left, const Frame& right) {
    return left.id == right.id && left.locals_begin == right.locals_begin &&
           left.return_pc == right.return_pc;
}

bool equal_slots(const TrackedSlots& left, const TrackedSlots& right) {
    return std::ranges::equal(left.slots(), right.slots()) &&
           std::ranges::equal(left.dirty_leaves(), right.dirty_leaves());
}

bool equal_tables(const Table& left, const Table& right) {
    return equal_slots(left.slots, right.slots) && left.size == right.size && left.max == right.max;
}

bool equal_memories(const Memory& left, const Memory& right) {
    return left.pages() == right.pages() && left.max_pages() == right.max_pages() &&
           std::ranges::equal(left.charged_chunks(), right.charged_chunks()) &&
           std::ranges::equal(left.logged_chunks(), right.logged_chunks()) &&
           std::ranges::equal(left.bytes(), right.bytes());
}

std::uint64_t next_piece(const ThreadedProgram& threaded, std::mt19937_64& random,
                         Strides strides) {
    const std::uint64_t slack = threaded.code().step_slack;
    switch (strides) {
        case Strides::one_piece: return ~std::uint64_t{0} >> 1U;
        case Strides::tiny: return 1 + random() % 8;
        case Strides::beyond: return slack + 1 + random() % 40;
        case Strides::any: break;
    }
    switch (random() % 5) {
        case 0: return 1 + random() % 3;
        case 1: return 1 + random() % 120;
        case 2: return slack + 1 + random() % 100;
        case 3: return slack + 1 + random() % 3000;
        default: return slack + 1 + random() % 100'000;
    }
}

/// What a committer does to a state.
void clear_dirty(MachineState& state) {
    for (Memory& memory : state.memories) {
        memory.clear_logged();
    }
    for (Table& table : state.tables) {
        table.slots.clear_dirty();
    }
    state.globals.clear_dirty();
}

std::string place(const Program& program, const MachineState& before, Step until) {
    return " from step " + std::to_string(before.steps.value) + " at pc " +
           std::to_string(before.pc) + " to " + std::to_string(until.value) + " of " +
           std::to_string(program.code.size()) + " instructions";
}

}  // namespace

std::string difference(const MachineState& left, const MachineState& right) {
    if (left.steps != right.steps) {
        return "steps " + std::to_string(left.steps.value) + " and " +
               std::to_string(right.steps.value);
    }
    if (left.pc != right.pc) {
        return "pc " + std::to_string(left.pc) + " and " + std::to_string(right.pc);
    }
    if (left.gas != right.gas) {
        return "gas " + std::to_string(left.gas.value) + " and " + std::to_string(right.gas.value);
    }
    if (left.status != right.status || left.code != right.code) {
        return "status";
    }
    if (left.slots_used != right.slots_used) {
        return "slots_used";
    }
    if (!std::ranges::equal(left.values, right.values)) {
        return "values";
    }
    if (!std::ranges::equal(left.locals, right.locals) || left.locals_begin != right.locals_begin) {
        return "locals";
    }
    if (!std::ranges::equal(left.callers, right.callers, equal_frames) ||
        left.next_frame_id != right.next_frame_id) {
        return "frames";
    }
    if (!std::ranges::equal(left.memories, right.memories, equal_memories)) {
        return "memories";
    }
    if (!equal_slots(left.globals, right.globals)) {
        return "globals";
    }
    if (!std::ranges::equal(left.tables, right.tables, equal_tables)) {
        return "tables";
    }
    return left.output == right.output ? "" : "output";
}

std::string compare_engines(const Program& program, const ThreadedProgram& threaded,
                            const MachineState& initial, std::mt19937_64& random,
                            const ComparisonOptions& options) {
    MachineState fast = initial;
    MachineState slow = initial;
    for (std::uint64_t piece = 0; piece < options.max_pieces; ++piece) {
        if (slow.status != Status::running || slow.steps >= Step(options.max_steps)) {
            break;
        }
        const Step until = std::min(Step(options.max_steps),
                                    slow.steps + next_piece(threaded, random, options.strides));
        const Step from = slow.steps;
        const std::uint32_t pc = slow.pc;
        threaded.run(fast, until);
        vm::run(program, slow, until);
        if (const std::string what = difference(fast, slow); !what.empty()) {
            MachineState before;
            before.steps = from;
            before.pc = pc;
            return what + place(program, before, until);
        }
        if (options.strides == Strides::any && random() % 8 == 0) {
            clear_dirty(fast);
            clear_dirty(slow);
        }
    }
    return "";
}

}  // namespace lockstep::vm
