#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "trace/committer.hpp"
#include "trace/state_parts.hpp"
#include "vm/machine/machine_state.hpp"

namespace lockstep::trace {

/// A machine state together with its commitment.
struct CommittedState {
    vm::MachineState machine;
    Committer committer;
};

/// A committed state at rest, from which machines are made that go on from there. The bytes of memory
/// and output are those of the commitment's trees, whose nodes all snapshots and machines of an
/// execution share: taking one costs what the stacks, globals and tables hold, and what the run writes
/// afterwards. Never changes; threads may share it.
class Snapshot {
public:
    /// `state` is as at its last commit().
    explicit Snapshot(const CommittedState& state);

    [[nodiscard]] const StateParts& parts() const { return parts_; }
    [[nodiscard]] const Committer& committer() const { return committer_; }
    [[nodiscard]] Step steps() const { return parts_.steps; }
    [[nodiscard]] StateRoot root() const { return StateRoot(hash(committer_.record())); }

    /// Chunks of all memories that the run has written.
    [[nodiscard]] std::size_t written_chunks() const;

    /// A machine of its own. Its memory is mapped copy-on-write where the host allows it, else copied.
    [[nodiscard]] CommittedState restore() const;

    /// Turns a state of the same execution, wherever it stands since its last commit(), into this one:
    /// costs what differs. After an exception of this function `state` is of no use but to be destroyed;
    /// after one of an engine or a commitment, this function still makes it whole.
    void restore_into(CommittedState& state) const;

private:
    void restore_parts(vm::MachineState& machine) const;
    void restore_slots(vm::MachineState& machine) const;
    void restore_output(Bytes& output) const;

    StateParts parts_;
    std::vector<std::vector<std::uint32_t>> charged_chunks_;  // of each memory, by first write
    std::shared_ptr<const Bytes> input_;
    Committer committer_;
};

/// A state made from its parts alone, every hash of its commitment computed anew: for what comes from
/// a file. `fill(i, memory)` writes (Memory::write) the chunks of memory i that the run has written;
/// `output` has output_length bytes. The parts fit the program: see fits() in trace/state_parts.hpp.
[[nodiscard]] CommittedState rebuild(const Image& image, const vm::Program& program,
                                     const StateParts& parts, std::shared_ptr<const Bytes> input,
                                     Bytes output,
                                     const std::function<void(std::size_t, vm::Memory&)>& fill);

}  // namespace lockstep::trace
