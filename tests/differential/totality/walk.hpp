#pragma once

// A run walked to its end, step by step, with what proves its last step and that nothing follows.

#include <cstdint>

#include "tests/differential/step_case.hpp"
#include "tests/differential/totality/ending.hpp"
#include "trace/records.hpp"

namespace lockstep::differential {

/// A state: the machine, and what a committer that has followed the run says of it.
struct WalkedState {
    vm::MachineState machine;
    trace::StateRecord record;

    [[nodiscard]] StateRoot root() const { return StateRoot(trace::hash(record)); }
};

struct Walk {
    WalkedState before;  // the last step
    WalkedState after;
    vm::Opcode last = vm::Opcode::unreachable;
    Bytes bundle;        // of the last step
    Bytes fixed_bundle;  // of the step after it

    // Over the whole run.
    std::uint32_t greatest_depth = 0;
    std::uint32_t greatest_slots = 0;
    bool gas_never_grew = true;
    bool each_step_counted = true;
};

/// Each step by a call of the interpreter of its own; the last one recorded.
[[nodiscard]] Walk walk(const TotalityCase& ending);

/// The final state of the run made by one call of the interpreter.
[[nodiscard]] vm::MachineState run_at_once(const TotalityCase& ending);

/// What the steps of an ending are called among the vectors.
[[nodiscard]] std::string step_label(const TotalityCase& ending, const Walk& walked);
[[nodiscard]] std::string fixed_point_label(const TotalityCase& ending);

/// The bytes that are where the contents say; all of a table's slots.
[[nodiscard]] Bytes bytes_at(const vm::MachineState& state, const MemoryContents& place);
[[nodiscard]] std::vector<std::uint64_t> slots_of(const vm::MachineState& state,
                                                  std::uint32_t table);

}  // namespace lockstep::differential
