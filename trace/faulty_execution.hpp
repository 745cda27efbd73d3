#pragma once

#include <optional>
#include <string_view>

#include "trace/execution.hpp"

namespace lockstep::trace {

/// What a liar changes of a state.
enum class Fault : std::uint8_t { value, local, global, memory, pc, gas, io };

[[nodiscard]] std::string_view fault_name(Fault fault);
[[nodiscard]] std::optional<Fault> fault_from_name(std::string_view name);

/// The state record that results from the fault: the state as committed but for the lowest bit of
///   value   the topmost value; with an empty stack, a value on top
///   local   local 0 of the running frame (a slot past its end where it has none)
///   global  global 0 (likewise)
///   memory  byte 0 of memory (past its end where it has no pages)
///   pc, gas the program counter, the gas left
///   io      the output's length
[[nodiscard]] StateRecord corrupt(const CommittedState& state, Fault fault);

/// A liar, for tests and demonstrations: the step from `at_step` to `at_step` + 1 goes wrong, and
/// every state after it is the true one with the fault applied. So its claims differ from the truth
/// from there on to the last.
class FaultyExecution : public TraceProvider {
public:
    FaultyExecution(Execution& truth, Step at_step, Fault fault)
        : truth_(truth), at_step_(at_step), fault_(fault) {}

    [[nodiscard]] StateRoot root(Step step) override;
    /// The true one: no bundle proves a lie.
    [[nodiscard]] Bytes bundle(Step step) override { return truth_.bundle(step); }
    [[nodiscard]] Step length() override { return truth_.length(); }

private:
    Execution& truth_;
    Step at_step_;
    Fault fault_;
};

}  // namespace lockstep::trace
