#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trace/environment_log.hpp"
#include "trace/frame_log.hpp"
#include "trace/locals_log.hpp"
#include "trace/value_log.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::trace {

/// What a run of some steps leaves behind for its states to be hashed together: the changes of each
/// component in order, and of each step the registers and which change each component stands at.
struct StepLog {
    /// After the step.
    struct Entry {
        std::uint64_t gas;
        std::uint32_t pc;
        std::uint32_t call_depth;
        std::uint32_t slots_used;
        std::uint32_t values;
        std::uint32_t locals;
        std::uint32_t callers;
        std::uint32_t environment;
    };

    ValueLog values;
    LocalsLog locals;
    FrameLog frames;
    EnvironmentLog environment;
    std::vector<Entry> entries;
};

/// Executes instructions until `state.steps` is `until` or the machine is not running any more, and
/// fills in the log, which has been begun for so many steps.
void run_logged(const vm::Program& program, vm::MachineState& state, Step until, StepLog& log);

}  // namespace lockstep::trace
