#include "cli/state_report.hpp"

#include <algorithm>
#include <span>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/step_text.hpp"
#include "cli/text.hpp"
#include "vm/program/disassembly.hpp"

namespace lockstep::cli {

namespace {

/// Values, locals, globals and frames that are listed of each; JSON has the count beside them.
constexpr std::size_t kMaxListed = 64;
/// Instructions shown on each side of the next one.
constexpr std::uint32_t kContext = 3;

std::string_view status_name(vm::Status status) {
    switch (status) {
        case vm::Status::running: return "running";
        case vm::Status::halted: return "halted";
        case vm::Status::trapped: return "trapped";
    }
    return "unknown";
}

std::string status_text(const vm::MachineState& machine) {
    switch (machine.status) {
        case vm::Status::running: return "running";
        case vm::Status::halted:
            return fmt::format("halted after {}, exit code {}",
                               counted(machine.steps.value, "step"), machine.code);
        case vm::Status::trapped:
            return fmt::format("trapped after {}: {}", counted(machine.steps.value, "step"),
                               vm::trap_name(static_cast<vm::Trap>(machine.code)));
    }
    return "unknown";
}

/// The slots of the running frame that the program has names for, and no padding.
std::span<const std::uint64_t> named_locals(const vm::Program& program,
                                            const vm::MachineState& machine) {
    const auto frame = std::span(machine.locals).subspan(machine.locals_begin);
    const auto function = vm::function_at(program, machine.pc);
    if (!function || machine.status != vm::Status::running) {
        return {};
    }
    return frame.first(
        std::min<std::size_t>(frame.size(), program.function_infos[function->value].locals));
}

std::string slot_text(std::uint64_t slot) {
    return slot < 10 ? std::to_string(slot) : fmt::format("{} (0x{:x})", slot, slot);
}

/// What is left of a list of so many.
void print_more(std::size_t count) {
    if (count > kMaxListed) {
        print_field("", fmt::format("and {} more", grouped(count - kMaxListed)));
    }
}

/// One line a slot, up to kMaxListed of them.
void print_slots(std::string_view label, std::span<const std::uint64_t> slots, bool is_stack) {
    if (slots.empty()) {
        print_field(label, "none");
    }
    for (std::size_t i = 0; i < std::min(slots.size(), kMaxListed); ++i) {
        const std::size_t index = is_stack ? slots.size() - 1 - i : i;
        print_field(i == 0 ? label : "", fmt::format("{:>4}  {}", index, slot_text(slots[index])));
    }
    print_more(slots.size());
}

void print_code_around(const vm::Program& program, std::uint32_t pc) {
    const auto size = static_cast<std::uint32_t>(program.code.size());
    const std::uint32_t begin = pc > kContext ? pc - kContext : 0;
    const std::uint32_t end = std::min(size, pc + kContext + 1);
    for (std::uint32_t at = begin; at < end; ++at) {
        print_field(at == begin ? "code" : "", fmt::format("{} {:>6}  {}", at == pc ? '>' : ' ', at,
                                                           instruction_text(program, at)));
    }
}

void print_callers(const vm::Program& program, const vm::MachineState& machine) {
    if (machine.callers.empty()) {
        print_field("called by", "nobody");
    }
    for (std::size_t i = 0; i < std::min(machine.callers.size(), kMaxListed); ++i) {
        const vm::Frame& frame = machine.callers[machine.callers.size() - 1 - i];
        print_field(i == 0 ? "called by" : "",
                    fmt::format("{}, returns to pc {}", function_text(program, frame.return_pc),
                                frame.return_pc));
    }
    print_more(machine.callers.size());
}

void print_environment(const vm::MachineState& machine) {
    for (std::size_t i = 0; i < std::min(machine.memories.size(), kMaxListed); ++i) {
        const vm::Memory& memory = machine.memories[i];
        print_field(i == 0 ? "memory" : "",
                    fmt::format("{} of at most {}, {} of 4 KiB written",
                                counted(memory.pages(), "page"), grouped(memory.max_pages()),
                                counted(memory.charged_chunks().size(), "chunk")));
    }
    print_more(machine.memories.size());
    for (std::size_t i = 0; i < std::min(machine.tables.size(), kMaxListed); ++i) {
        print_field(i == 0 ? "tables" : "", fmt::format("{:>4}  {} of at most {}", i,
                                                        counted(machine.tables[i].size, "element"),
                                                        grouped(machine.tables[i].max)));
    }
    print_more(machine.tables.size());
    print_field("input", counted(machine.input->size(), "byte"));
    print_field("output", counted(machine.output.size(), "byte"));
}

boost::json::array slots_json(std::span<const std::uint64_t> slots) {
    boost::json::array array;
    for (const std::uint64_t slot : slots.first(std::min(slots.size(), kMaxListed))) {
        array.emplace_back(fmt::format("0x{:016x}", slot));
    }
    return array;
}

boost::json::array callers_json(const vm::Program& program, const vm::MachineState& machine) {
    boost::json::array array;
    for (std::size_t i = 0; i < std::min(machine.callers.size(), kMaxListed); ++i) {
        const vm::Frame& frame = machine.callers[machine.callers.size() - 1 - i];
        array.push_back(boost::json::object{{"function", function_text(program, frame.return_pc)},
                                            {"return_pc", frame.return_pc}});
    }
    return array;
}

boost::json::array memories_json(const vm::MachineState& machine) {
    boost::json::array array;
    for (const vm::Memory& memory : machine.memories) {
        array.push_back(boost::json::object{{"pages", memory.pages()},
                                            {"max_pages", memory.max_pages()},
                                            {"written_chunks", memory.charged_chunks().size()}});
    }
    return array;
}

boost::json::array tables_json(const vm::MachineState& machine) {
    boost::json::array array;
    for (const vm::Table& table : machine.tables) {
        array.push_back(boost::json::object{{"size", table.size}, {"max", table.max}});
    }
    return array;
}

}  // namespace

void print_state(Run& run, Step step) {
    const vm::Program& program = run.program().program();
    const StateRoot root = run.root(step);
    const vm::MachineState& machine = run.execution().at(step).machine;
    print_field("status", status_text(machine));
    print_field("state root", to_hex(root.value));
    print_field("in", fmt::format("{} at pc {}", function_text(program, machine.pc), machine.pc));
    print_code_around(program, machine.pc);
    print_callers(program, machine);
    print_field("gas left", grouped(machine.gas.value));
    print_slots("values", machine.values, true);
    print_slots("locals", named_locals(program, machine), false);
    print_slots("globals", machine.globals.slots(), false);
    print_environment(machine);
}

std::string state_json(Run& run, Step step) {
    const vm::Program& program = run.program().program();
    const StateRoot root = run.root(step);
    const vm::MachineState& machine = run.execution().at(step).machine;
    std::vector<std::uint64_t> values(machine.values.rbegin(), machine.values.rend());
    boost::json::object report;
    report["step"] = step.value;
    report["status"] = status_name(machine.status);
    report["code"] = machine.code;
    report["state_root"] = to_hex(root.value);
    report["steps"] = machine.steps.value;
    report["pc"] = machine.pc;
    report["function"] = function_text(program, machine.pc);
    report["instruction"] = instruction_text(program, machine.pc);
    report["gas_left"] = machine.gas.value;
    report["call_depth"] = machine.callers.size();
    report["callers"] = callers_json(program, machine);
    report["value_count"] = machine.values.size();
    report["values"] = slots_json(values);
    report["locals"] = slots_json(named_locals(program, machine));
    report["global_count"] = machine.globals.size();
    report["globals"] = slots_json(machine.globals.slots());
    report["tables"] = tables_json(machine);
    report["memories"] = memories_json(machine);
    report["input_size"] = machine.input->size();
    report["output_size"] = machine.output.size();
    return boost::json::serialize(report);
}

}  // namespace lockstep::cli
