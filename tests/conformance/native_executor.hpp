#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "tests/conformance/executor.hpp"
#include "vm/jit/compiled_program.hpp"

namespace lockstep::conformance {

/// Runs the interpreter, and native code beside it from a copy of the state, in one piece and with
/// stops. Both must leave the same states.
class NativeExecutor : public Executor {
public:
    void load(const vm::Program& program, const vm::MachineState& state) override;
    [[nodiscard]] std::optional<std::string> run(vm::MachineState& state,
                                                 std::optional<std::uint32_t> stop_pc,
                                                 const std::string& label) override;

private:
    const vm::Program* program_ = nullptr;
    std::unique_ptr<const vm::jit::CompiledProgram> guarded_;
    std::unique_ptr<const vm::jit::CompiledProgram> not_guarded_;
    std::mt19937_64 random_;
};

}  // namespace lockstep::conformance
