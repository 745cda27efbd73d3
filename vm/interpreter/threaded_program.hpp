#pragma once

#include "base/strong.hpp"
#include "vm/interpreter/threaded_code.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// A program made ready for the fast interpreter: threaded code (docs/adr/0016-threaded-code.md). What it
/// does to a state is what vm::run does, from any state to any step. May be used by several threads at
/// once.
///
/// Limitation: it refers to the program, which must live as long and not change.
class ThreadedProgram {
public:
    explicit ThreadedProgram(const Program& program);

    /// Executes until the machine no longer runs, or has taken `until` steps since its start.
    void run(MachineState& state, Step until) const;

    [[nodiscard]] const ThreadedCode& code() const { return code_; }

private:
    const Program& program_;
    ThreadedCode code_;
};

}  // namespace lockstep::vm
