#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "trace/image.hpp"
#include "trace/snapshot.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::trace {

/// The same run twice: one committed to after each step, of the other dense traces are made. Each function
/// gives what differs, or "".
class TraceTwins {
public:
    /// Both go on from a state that has been committed.
    TraceTwins(const vm::Program& program, CommittedState state)
        : program_(program), ordinary_(state), dense_(std::move(state)) {}

    /// From the initial state.
    TraceTwins(const vm::Program& program, const Image& image, const vm::MachineState& initial);

    /// A dense trace of so many steps; then all openings are compared.
    [[nodiscard]] std::string trace(std::uint64_t count, std::size_t batch_steps,
                                    std::uint64_t stride = 1);

    /// Both are executed so far and committed to.
    [[nodiscard]] std::string commit_after(std::uint64_t count);

    /// The proofs of the next steps.
    [[nodiscard]] std::string prove(std::uint64_t count);

    /// Any of these, again and again, up to so many steps or until the machine stops; with what comes
    /// after that.
    [[nodiscard]] std::string go_on(std::mt19937_64& random, std::uint64_t max_steps);

    [[nodiscard]] const vm::MachineState& state() const { return ordinary_.machine; }
    [[nodiscard]] const CommittedState& dense() const { return dense_; }

private:
    [[nodiscard]] std::string compare() const;
    [[nodiscard]] std::string at_step(const std::string& what) const;

    const vm::Program& program_;
    CommittedState ordinary_;
    CommittedState dense_;
};

/// The first part in which two commitments to that state differ.
[[nodiscard]] std::string commitment_difference(const Committer& left, const Committer& right,
                                                const vm::MachineState& state);

}  // namespace lockstep::trace
