#pragma once

// Runs of the guest programs in this folder with what must come out of them.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/machine/start.hpp"
#include "vm/machine/trap.hpp"
#include "vm/program/program.hpp"

namespace lockstep::programs {

struct ProgramRun {
    std::string label;  // <program>/<function>/<what is special>
    std::shared_ptr<const vm::Program> program;
    vm::Invocation invocation;

    vm::Status status = vm::Status::halted;
    std::uint32_t code = 0;
    std::vector<std::uint64_t> results;
    Bytes output;
};

using ProgramRuns = std::vector<ProgramRun>;

[[nodiscard]] ProgramRuns c_runs();
[[nodiscard]] ProgramRuns text_runs();
/// All of them; labels are unique.
[[nodiscard]] ProgramRuns all_runs();

/// The initial state of a run.
[[nodiscard]] vm::MachineState initial_state(const ProgramRun& run);

/// The lowered program of <name>.wasm, made once.
[[nodiscard]] std::shared_ptr<const vm::Program> load_program(const std::string& name);

/// Composes a run of an exported function.
class Call {
public:
    Call(const std::string& program, const std::string& function, std::string_view detail);

    Call& arguments(const std::vector<std::uint64_t>& slots);
    Call& input(const Bytes& bytes);
    Call& input(std::string_view text);
    Call& gas(std::uint64_t limit);

    /// It returns from its entry function.
    [[nodiscard]] ProgramRun returns(const std::vector<std::uint64_t>& results = {});
    [[nodiscard]] ProgramRun writes(const Bytes& output);
    [[nodiscard]] ProgramRun halts(std::uint32_t code, const Bytes& output = {});
    [[nodiscard]] ProgramRun traps(vm::Trap trap);

private:
    ProgramRun run_;
};

[[nodiscard]] Bytes to_bytes(std::string_view text);

}  // namespace lockstep::programs
