#include "tests/differential/step_cases.hpp"
#include "vm/machine/limits.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;
using vm::Trap;

constexpr std::uint64_t kHighBits = 0xABCD'0000'0000'0000;

void add_charge(StepCases& cases) {
    cases.push_back(Scenario("charge/success/some_left", {.opcode = Opcode::charge, .a = 17})
                        .gas(100)
                        .next()
                        .spends(17));
    cases.push_back(Scenario("charge/success/exactly_enough", {.opcode = Opcode::charge, .a = 17})
                        .gas(17)
                        .next()
                        .spends(17));
    cases.push_back(Scenario("charge/success/nothing", {.opcode = Opcode::charge}).gas(0).next());
    cases.push_back(Scenario("charge/success/the_greatest_limit",
                             {.opcode = Opcode::charge, .a = vm::kMaxGasLimit})
                        .gas(vm::kMaxGasLimit)
                        .next()
                        .spends(vm::kMaxGasLimit));
    cases.push_back(
        Scenario("charge/out_of_gas/one_too_little", {.opcode = Opcode::charge, .a = 17})
            .gas(16)
            .trap(Trap::out_of_gas));
    cases.push_back(
        Scenario("charge/out_of_gas/64_bit_price", {.opcode = Opcode::charge, .a = ~0ULL})
            .suspended(2)
            .trap(Trap::out_of_gas));
}

void add_jumps(StepCases& cases) {
    cases.push_back(Scenario("jump/success/backward", {.opcode = Opcode::jump, .b = 0}).jump(0));
    cases.push_back(Scenario("jump/success/forward", {.opcode = Opcode::jump, .b = 7}).jump(7));
    cases.push_back(
        Scenario("jump/success/to_itself", {.opcode = Opcode::jump, .b = 5}).at(5, 6).jump(5));
    cases.push_back(
        Scenario("jump/success/highest_target", {.opcode = Opcode::jump, .b = ~0U}).jump(~0U));
    const vm::Instruction taken_if{.opcode = Opcode::jump_if, .b = 2};
    const vm::Instruction taken_unless{.opcode = Opcode::jump_unless, .b = 2};
    cases.push_back(Scenario("jump_if/success/taken", taken_if).operands({1}).jump(2));
    cases.push_back(
        Scenario("jump_if/success/taken_high_bit", taken_if).operands({0x8000'0000}).jump(2));
    cases.push_back(Scenario("jump_if/success/not_taken", taken_if).operands({0}).next());
    cases.push_back(
        Scenario("jump_if/success/bits_past_32_ignored", taken_if).operands({kHighBits}).next());
    cases.push_back(Scenario("jump_unless/success/taken", taken_unless).operands({0}).jump(2));
    cases.push_back(Scenario("jump_unless/success/bits_past_32_ignored", taken_unless)
                        .operands({kHighBits})
                        .shallow()
                        .jump(2));
    cases.push_back(Scenario("jump_unless/success/not_taken", taken_unless).operands({3}).next());
}

void add_jump_table(StepCases& cases) {
    const auto row = [](const std::string& detail, std::uint32_t rows, std::uint64_t index,
                        std::uint32_t taken) {
        Scenario scenario("jump_table/success/" + detail,
                          {.opcode = Opcode::jump_table, .b = rows});
        scenario.at(4, 12).operands({index});
        return scenario.jump(5 + taken);
    };
    cases.push_back(row("first_row", 3, 0, 0));
    cases.push_back(row("last_row", 3, 2, 2));
    cases.push_back(row("default_row", 3, 3, 3));
    cases.push_back(row("past_the_default_row", 3, 0xFFFF'FFFF, 3));
    cases.push_back(row("default_row_alone", 0, 5, 0));
    cases.push_back(row("bits_past_32_ignored", 3, kHighBits | 1, 1));
}

void add_return(StepCases& cases) {
    const vm::Instruction instruction{.opcode = Opcode::return_, .a = 7};
    cases.push_back(Scenario("return_/success/outermost", instruction).finish());
    cases.push_back(
        Scenario("return_/success/outermost_no_values", instruction).shallow().finish());
    cases.push_back(
        Scenario("return_/success/to_the_outermost", instruction).suspended(1).leave(7));
    cases.push_back(
        Scenario("return_/success/from_deep", instruction).suspended(6).slots_used(7).leave(7));
    cases.push_back(Scenario("return_/success/from_large_frame", instruction)
                        .locals(std::vector<std::uint64_t>(64, 9))
                        .suspended(2)
                        .leave(7));
    cases.push_back(Scenario("return_/success/from_the_greatest_depth", instruction)
                        .suspended(vm::kMaxCallDepth)
                        .leave(7));
}

/// What is the same for the three instructions that enter a function: depth and slot limits.
struct Entering {
    vm::Instruction instruction;
    std::vector<std::uint64_t> operands;
    vm::FunctionRecord record;

    [[nodiscard]] Scenario scenario(const std::string& detail) const {
        Scenario result(name(instruction.opcode) + "/" + detail, instruction);
        result.operands(operands);
        result.function({.type = 99, .entry = 1});
        result.function(record);
        result.function({.type = 98, .entry = 2});
        return result;
    }
};

void add_entering(StepCases& cases, const Entering& entering) {
    const vm::FunctionRecord& record = entering.record;
    const auto enters = [&](Scenario scenario) {
        return scenario.enter(record.entry, record.slots, record.locals_depth);
    };
    const std::uint32_t most = vm::kMaxSlots - record.slots;
    cases.push_back(enters(entering.scenario("success/first_call")));
    cases.push_back(enters(entering.scenario("success/nested").suspended(3)));
    cases.push_back(
        enters(entering.scenario("success/last_depth").suspended(vm::kMaxCallDepth - 1)));
    cases.push_back(enters(entering.scenario("success/last_slots").slots_used(most)));
    cases.push_back(entering.scenario("call_stack_exhausted/depth")
                        .suspended(vm::kMaxCallDepth)
                        .trap(Trap::call_stack_exhausted));
    cases.push_back(entering.scenario("call_stack_exhausted/slots")
                        .slots_used(most + 1)
                        .trap(Trap::call_stack_exhausted));
    cases.push_back(entering.scenario("call_stack_exhausted/all_slots_used")
                        .suspended(2)
                        .slots_used(vm::kMaxSlots)
                        .trap(Trap::call_stack_exhausted));
    // No run comes here; the two verifiers must agree all the same.
    cases.push_back(entering.scenario("call_stack_exhausted/more_slots_used_than_there_are")
                        .slots_used(0xFFFF'FFFF)
                        .trap(Trap::call_stack_exhausted));
}

void add_call(StepCases& cases) {
    add_entering(cases, {.instruction = {.opcode = Opcode::call, .c = 0, .b = 6, .a = 5},
                         .operands = {},
                         .record = {.type = 0, .entry = 6, .slots = 5, .locals_depth = 0}});
    cases.push_back(
        Scenario("call/success/large_frame", {.opcode = Opcode::call, .c = 7, .b = 2, .a = 400})
            .enter(2, 400, 7));
    cases.push_back(Scenario("call/success/no_slots", {.opcode = Opcode::call, .b = 1})
                        .slots_used(vm::kMaxSlots)
                        .enter(1, 0, 0));
    cases.push_back(Scenario("call/success/caller_has_large_frame",
                             {.opcode = Opcode::call, .c = 1, .b = 3, .a = 9})
                        .locals(std::vector<std::uint64_t>(32, 3))
                        .enter(3, 9, 1));
    cases.push_back(Scenario("call/call_stack_exhausted/slots_of_one_frame",
                             {.opcode = Opcode::call, .c = 18, .b = 2, .a = vm::kMaxSlots + 1})
                        .slots_used(0)
                        .trap(Trap::call_stack_exhausted));
}

void add_calls_by_reference(StepCases& cases) {
    const vm::FunctionRecord record{
        .type = 3, .entry = 4, .slots = 21, .parameters = 2, .results = 1, .locals_depth = 2};
    add_entering(cases,
                 {.instruction = {.opcode = Opcode::invoke}, .operands = {2}, .record = record});
    const Entering reference{.instruction = {.opcode = Opcode::call_reference, .b = 3},
                             .operands = {2},
                             .record = record};
    add_entering(cases, reference);
    const vm::Instruction expects_type_3 = reference.instruction;
    cases.push_back(Scenario("call_reference/uninitialized_element/null", expects_type_3)
                        .operands({0})
                        .function(record)
                        .trap(Trap::uninitialized_element));
    cases.push_back(Scenario("call_reference/uninitialized_element/null_deep", expects_type_3)
                        .operands({0})
                        .function(record)
                        .suspended(4)
                        .trap(Trap::uninitialized_element));
    cases.push_back(Scenario("call_reference/indirect_call_type_mismatch/other", expects_type_3)
                        .operands({2})
                        .function(record)
                        .function({.type = 4, .entry = 1})
                        .trap(Trap::indirect_call_type_mismatch));
    cases.push_back(
        Scenario("call_reference/indirect_call_type_mismatch/before_depth", expects_type_3)
            .operands({1})
            .function({.type = 2, .entry = 1})
            .slots_used(vm::kMaxSlots)
            .trap(Trap::indirect_call_type_mismatch));
    cases.push_back(Scenario("call_reference/success/one_function", expects_type_3)
                        .operands({1})
                        .function(record)
                        .enter(4, 21, 2));
    Scenario many("call_reference/success/last_of_many", expects_type_3);
    for (std::uint32_t i = 0; i < 36; ++i) {
        many.function({.type = i, .entry = 1 + i});
    }
    cases.push_back(many.function(record).operands({37}).enter(4, 21, 2));
    cases.push_back(
        Scenario("invoke/success/one_function_without_locals", {.opcode = Opcode::invoke})
            .operands({1})
            .function({.type = 0, .entry = 2, .slots = 1})
            .shallow()
            .enter(2, 1, 0));
}

}  // namespace

StepCases control_cases() {
    StepCases cases;
    const vm::Instruction unreachable{.opcode = Opcode::unreachable};
    cases.push_back(
        Scenario("unreachable/unreachable/outermost", unreachable).trap(Trap::unreachable));
    cases.push_back(Scenario("unreachable/unreachable/nested", unreachable)
                        .suspended(5)
                        .trap(Trap::unreachable));
    cases.push_back(Scenario("unreachable/unreachable/program_of_one_instruction", unreachable)
                        .alone()
                        .trap(Trap::unreachable));
    cases.push_back(Scenario("unreachable/unreachable/no_gas", unreachable)
                        .gas(0)
                        .shallow()
                        .trap(Trap::unreachable));
    add_charge(cases);
    add_jumps(cases);
    add_jump_table(cases);
    add_return(cases);
    add_call(cases);
    add_calls_by_reference(cases);
    return cases;
}

}  // namespace lockstep::differential
