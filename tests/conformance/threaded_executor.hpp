#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/conformance/executor.hpp"
#include "vm/interpreter/threaded_program.hpp"

namespace lockstep::conformance {

/// Runs the machine in threaded code, and finds out whether the one-instruction interpreter leads to the
/// same state.
class ThreadedExecutor : public Executor {
public:
    void load(const vm::Program& program, const vm::MachineState& state) override;
    [[nodiscard]] std::optional<std::string> run(vm::MachineState& state,
                                                 std::optional<std::uint32_t> stop_pc,
                                                 const std::string& label) override;

private:
    const vm::Program* program_ = nullptr;
    std::unique_ptr<vm::ThreadedProgram> threaded_;
};

}  // namespace lockstep::conformance
