#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "tests/conformance/executor.hpp"
#include "tests/conformance/script.hpp"
#include "tests/conformance/value.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/machine/trap.hpp"
#include "vm/module/load_error.hpp"
#include "vm/module/validate.hpp"
#include "vm/program/linker.hpp"

namespace lockstep::conformance {

/// What is wrong with a test or its execution, in words: neither a result nor a trap.
struct Problem {
    std::string text;
};

using Outcome = std::variant<Values, vm::Trap, Problem>;

/// Why a module did not become an instance.
using Refusal = std::variant<vm::LoadError, vm::Trap, Problem>;

/// WebAssembly's store on top of the machine: all instances are one program, which is linked anew for
/// each that comes; the environment (memories, globals, tables) is carried over from run to run, and
/// each instantiation and each action is a run of its own, with gas of its own.
/// https://www.w3.org/TR/2022/WD-wasm-core-2-20220419/exec/runtime.html#store
class Store {
public:
    /// `executor` must outlive the store.
    explicit Store(Executor& executor) : executor_(executor) {}

    /// Adds an instance and runs its part of the prologue, by its number. `label` is for the executor.
    [[nodiscard]] std::expected<std::uint32_t, Refusal> instantiate(Bytes wasm,
                                                                    const std::string& label);

    /// Makes the exports of an instance importable.
    void name(const std::string& name, std::uint32_t instance) { linker_.name(name, instance); }

    [[nodiscard]] Outcome perform(std::uint32_t instance, const Action& action,
                                  const std::string& label);

    /// Executed since the store exists.
    [[nodiscard]] std::uint64_t steps() const { return steps_; }

private:
    using GlobalTypes = std::map<std::string, vm::ValueType, std::less<>>;

    [[nodiscard]] std::expected<std::uint32_t, vm::LoadError> link(Bytes wasm);
    [[nodiscard]] vm::LiveSizes live_sizes() const;
    [[nodiscard]] std::optional<std::string> run(std::uint32_t pc,
                                                 std::vector<std::uint64_t> values,
                                                 std::optional<std::uint32_t> stop_pc,
                                                 const std::string& label);
    [[nodiscard]] Outcome invoke(std::uint32_t function, const Values& arguments,
                                 const std::string& label);
    [[nodiscard]] Outcome outcome(const vm::FunctionType& type) const;

    Executor& executor_;
    vm::Linker linker_;
    vm::Program program_;
    vm::MachineState state_;
    std::vector<GlobalTypes> exported_globals_;  // of each instance
    std::uint64_t steps_ = 0;
};

}  // namespace lockstep::conformance
