#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::conformance {

/// Runs the machine of a store. The plain one runs it; others look on while they do.
class Executor {
public:
    Executor() = default;
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;
    virtual ~Executor() = default;

    /// From now on states are this program's, which lives until the next call. `state` is a first one
    /// of it whose every difference from the program's initial state is marked as not committed yet.
    virtual void load(const vm::Program& program, const vm::MachineState& state) = 0;

    /// Runs until the machine stops, or comes to `stop_pc` in no function. Returns what is wrong with
    /// the executor's own findings, if anything is; `label` is for those.
    [[nodiscard]] virtual std::optional<std::string> run(vm::MachineState& state,
                                                         std::optional<std::uint32_t> stop_pc,
                                                         const std::string& label) = 0;
};

/// Whether a machine that is to run as far as `stop_pc` is there.
[[nodiscard]] bool is_done(const vm::MachineState& state, std::optional<std::uint32_t> stop_pc);

/// Runs the interpreter as far, but no more than `max_steps` steps.
void run_plainly(const vm::Program& program, vm::MachineState& state,
                 std::optional<std::uint32_t> stop_pc, std::uint64_t max_steps);

class PlainExecutor : public Executor {
public:
    void load(const vm::Program& program, const vm::MachineState& state) override;
    [[nodiscard]] std::optional<std::string> run(vm::MachineState& state,
                                                 std::optional<std::uint32_t> stop_pc,
                                                 const std::string& label) override;

private:
    const vm::Program* program_ = nullptr;
};

}  // namespace lockstep::conformance
