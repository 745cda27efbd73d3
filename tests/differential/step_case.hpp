#pragma once

// A step case: a machine before some steps, and the machine that must come out of them.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/strong.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::differential {

/// One step as the interpreter and the recorder made it.
struct RecordedStep {
    std::string label;
    StateRoot pre;
    StateRoot post;
    Bytes bundle;
};

struct StepCase {
    std::string label;  // <opcode>/<success or trap>/<what is special>
    vm::Opcode opcode{};
    std::shared_ptr<const vm::Program> program;
    vm::MachineState before;
    /// Written out by the case, never by the code under test.
    vm::MachineState after;
    unsigned steps = 1;
    std::uint32_t memory = 0;  // the one that the instruction is about

    StepCase& spends(std::uint64_t gas);
    /// Any other effect.
    StepCase& effect(const std::function<void(vm::MachineState&)>& change);
    StepCase& memory_is(std::uint64_t address, const Bytes& bytes);
    StepCase& slots_are(std::uint32_t table, std::uint32_t first,
                        const std::vector<std::uint64_t>& slots);
    StepCase& output_grows(const Bytes& bytes);
    StepCase& after_steps(unsigned count);
};

using StepCases = std::vector<StepCase>;

/// Composes a step case: first the machine before, then the outcome. The instruction stands somewhere
/// in a short program; under the operands lie other values; everything that a case says nothing
/// about is arbitrary but fixed by the label.
class Scenario {
public:
    Scenario(std::string label, const vm::Instruction& instruction);

    /// Topmost last.
    Scenario& operands(const std::vector<std::uint64_t>& values);
    /// Nothing under the operands.
    Scenario& shallow();
    Scenario& gas(std::uint64_t gas);
    /// The instruction alone, at 0: a code tree of depth 0.
    Scenario& alone();
    /// The instruction at this place of a program of so many.
    Scenario& at(std::uint32_t pc, std::uint32_t instructions);
    /// The memory that the instruction is about; the others that there are have arbitrary shapes.
    Scenario& memory(std::uint32_t pages, std::uint32_t max_pages);
    /// Bytes written before: their chunks are charged.
    Scenario& written(std::uint64_t address, const Bytes& bytes);
    /// The running frame's slots, 4 * 2^depth of them.
    Scenario& locals(const std::vector<std::uint64_t>& slots);
    Scenario& globals(const std::vector<std::uint64_t>& slots);
    /// Adds a table of slots.size() elements.
    Scenario& table(const std::vector<std::uint64_t>& slots, std::uint32_t max);
    Scenario& function(const vm::FunctionRecord& record);
    Scenario& data(const Bytes& pool);
    Scenario& elements(const std::vector<std::uint64_t>& pool);
    Scenario& input(const Bytes& bytes);
    Scenario& output(const Bytes& bytes);
    /// Suspended frames under the running one, each of one leaf of locals.
    Scenario& suspended(std::uint32_t frames);
    Scenario& slots_used(std::uint32_t slots);

    [[nodiscard]] std::uint32_t pc() const;
    /// Arbitrary, but fixed by the label.
    [[nodiscard]] std::uint64_t arbitrary();

    // The outcome; `pushed` are what lies where the operands were.
    [[nodiscard]] StepCase next(const std::vector<std::uint64_t>& pushed = {});
    [[nodiscard]] StepCase jump(std::uint32_t target,
                                const std::vector<std::uint64_t>& pushed = {});
    [[nodiscard]] StepCase stay(const std::vector<std::uint64_t>& pushed);
    [[nodiscard]] StepCase trap(vm::Trap trap);
    [[nodiscard]] StepCase halt(std::uint32_t code);
    [[nodiscard]] StepCase finish();
    /// Enters a function of these slots and locals.
    [[nodiscard]] StepCase enter(std::uint32_t entry, std::uint32_t slots, unsigned locals_depth);
    /// Leaves the running frame, which is not the outermost, releasing its slots.
    [[nodiscard]] StepCase leave(std::uint32_t slots);

private:
    [[nodiscard]] StepCase build();
    [[nodiscard]] StepCase stop(vm::Status status, std::uint32_t code);
    void place(std::uint32_t pc, std::uint32_t instructions);

    std::string label_;
    vm::Instruction instruction_;
    std::uint64_t random_;
    vm::Program program_;
    vm::MachineState state_;
    std::uint32_t memory_ = 0;
    std::size_t operands_ = 0;
    std::vector<std::pair<std::uint64_t, Bytes>> written_;
};

/// `first`, `first` + 1, ...: bytes that differ from their neighbours.
[[nodiscard]] Bytes counting(std::size_t count, std::uint8_t first = 1);

/// Label parts: "i32_add".
[[nodiscard]] std::string name(vm::Opcode opcode);

/// The slot tree depth of the running frame's, the globals', the tables' trees as instructions name
/// them.
[[nodiscard]] std::uint16_t depth_for_slots(std::size_t slots);

}  // namespace lockstep::differential
