#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/strong.hpp"
#include "trace/committer.hpp"
#include "trace/state_batch.hpp"
#include "trace/step_log.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::trace {

/// Makes the root after every step of a range: executes some thousand steps, takes note of what each
/// changes, and hashes all their states together, component by component (docs/adr/0019-dense-traces.md).
///
/// The roots, and what it leaves behind, are what Committer::commit() would have given after each step:
/// the two can take turns.
class DenseTrace {
public:
    static constexpr std::size_t kDefaultBatchSteps = 4096;

    /// All three must outlive the trace. `state` is one that `committer` commits to.
    DenseTrace(const vm::Program& program, Committer& committer, vm::MachineState& state,
               std::size_t batch_steps = kDefaultBatchSteps)
        : program_(program), committer_(committer), state_(state), batch_steps_(batch_steps) {}

    /// Executes `count` steps, or as many as there are until the machine stops, from a state that has
    /// been committed. Appends the root after each `stride` of them, and that of the stopped machine. The
    /// state reached has been committed then. Gives the number of steps. After an exception the state and
    /// the committer are of no use.
    std::uint64_t run(std::uint64_t count, std::vector<StateRoot>& roots, std::uint64_t stride = 1);

private:
    /// Which steps' roots are wanted.
    struct Wanted {
        Step first;
        std::uint64_t stride;
    };

    void begin_batch(std::size_t steps);
    void hash_batch();
    void append_roots(const Wanted& wanted, std::vector<StateRoot>& roots);
    void commit_batch();

    const vm::Program& program_;
    Committer& committer_;
    vm::MachineState& state_;
    std::size_t batch_steps_;
    StepLog log_;
    StateBatch states_;
};

}  // namespace lockstep::trace
