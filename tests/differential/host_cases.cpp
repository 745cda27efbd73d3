#include "tests/differential/step_cases.hpp"
#include "vm/machine/gas.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;
using vm::Trap;

constexpr std::uint64_t kPage = 65'536;
constexpr std::uint64_t kChunk = 4096;
constexpr std::uint64_t kMost = 0xFFFF'FFFF;
constexpr std::uint64_t kLeaf = vm::kBulkLeafGas;
constexpr std::uint64_t kFirstTouch = vm::kBulkLeafGas + vm::kDirtyChunkGas;
constexpr std::uint64_t kWrite = vm::kOutputLeafGas;

void add_input_size(StepCases& cases) {
    const vm::Instruction instruction{.opcode = Opcode::input_size};
    cases.push_back(Scenario("input_size/success/no_input", instruction).next({0}));
    cases.push_back(
        Scenario("input_size/success/100", instruction).input(counting(100)).next({100}));
    cases.push_back(Scenario("input_size/success/after_output", instruction)
                        .input(counting(32))
                        .output(counting(40))
                        .next({32}));
}

/// The input is 100 counted bytes.
Scenario read(const std::string& detail, std::uint64_t to, std::uint64_t from,
              std::uint64_t length) {
    Scenario scenario("input_read/" + detail, {.opcode = Opcode::input_read});
    scenario.memory(2, 4).input(counting(100)).operands({to, from, length});
    return scenario;
}

void add_input_read(StepCases& cases) {
    cases.push_back(read("success/one_step", 64, 32, 32)
                        .gas(kFirstTouch)
                        .next()
                        .spends(kFirstTouch)
                        .memory_is(64, counting(32, 33)));
    cases.push_back(read("success/last_byte", 2 * kPage - 1, 99, 1)
                        .written(2 * kPage - 100, {1})
                        .gas(kLeaf)
                        .next()
                        .spends(kLeaf)
                        .memory_is(2 * kPage - 1, counting(1, 100)));
    cases.push_back(read("success/stays_at_leaf_of_source", 64, 30, 10)
                        .stay({66, 32, 8})
                        .spends(kFirstTouch)
                        .memory_is(64, counting(2, 31)));
    cases.push_back(read("success/stays_at_leaf_of_destination", 61, 0, 10)
                        .stay({64, 3, 7})
                        .spends(kFirstTouch)
                        .memory_is(61, counting(3)));
    cases.push_back(read("success/all_steps_across_chunks", kChunk - 50, 0, 100)
                        .output(counting(3))
                        .next()
                        .spends(2 * kFirstTouch + 5 * kLeaf)
                        .memory_is(kChunk - 50, counting(100))
                        .after_steps(7));
    cases.push_back(
        read("success/bits_past_32_ignored", 0x1'0000'0020, 0x1'0000'0020, 0x1'0000'0004)
            .next()
            .spends(kFirstTouch)
            .memory_is(32, counting(4, 33)));
    cases.push_back(read("success/no_length", 5, 7, 0).gas(0).next());
    cases.push_back(read("success/no_length_at_both_ends", 2 * kPage, 100, 0).gas(0).next());
    cases.push_back(read("success/no_length_without_pages_and_input", 0, 0, 0)
                        .memory(0, 0)
                        .input({})
                        .gas(0)
                        .next());
    cases.push_back(
        read("out_of_gas/first_touch", 64, 32, 32).gas(kFirstTouch - 1).trap(Trap::out_of_gas));
    cases.push_back(read("out_of_gas/charged_chunk", 64, 32, 32)
                        .written(0, {1})
                        .gas(kLeaf - 1)
                        .trap(Trap::out_of_gas));
    const auto trap = [&](Trap kind, const std::string& detail, std::uint64_t to,
                          std::uint64_t from, std::uint64_t length) {
        cases.push_back(read(std::string(vm::trap_name(kind)) + "/" + detail, to, from, length)
                            .gas(0)
                            .trap(kind));
    };
    const Trap input = Trap::out_of_bounds_input_read;
    trap(input, "one_past", 0, 50, 51);
    trap(input, "no_length_one_past", 0, 101, 0);
    trap(input, "sum_past_32_bits", 0, kMost, kMost);
    trap(input, "before_the_memory_bound", 2 * kPage, 50, 51);
    const Trap memory = Trap::out_of_bounds_memory_access;
    trap(memory, "one_past", 2 * kPage - 9, 0, 10);
    trap(memory, "no_length_one_past", 2 * kPage + 1, 0, 0);
    trap(memory, "sum_past_32_bits", kMost, 50, 50);
}

/// Memory holds 100 counted bytes at 1000, the output `before` counted ones from 201 on.
Scenario write(const std::string& detail, std::size_t before, std::uint64_t from,
               std::uint64_t length) {
    Scenario scenario("output_write/" + detail, {.opcode = Opcode::output_write});
    scenario.memory(2, 4).written(1000, counting(100)).input(counting(5));
    scenario.output(counting(before, 201)).operands({from, length});
    return scenario;
}

void add_output_write(StepCases& cases) {
    cases.push_back(write("success/first_bytes", 0, 1024, 32)
                        .gas(kWrite)
                        .next()
                        .spends(kWrite)
                        .output_grows(counting(32, 25)));
    cases.push_back(write("success/appends_within_leaf", 10, 1024, 22)
                        .next()
                        .spends(kWrite)
                        .output_grows(counting(22, 25)));
    cases.push_back(write("success/begins_a_leaf", 64, 1030, 1)
                        .next()
                        .spends(kWrite)
                        .output_grows(counting(1, 31)));
    cases.push_back(write("success/uncharged_memory", 3, kPage, 5)
                        .next()
                        .spends(kWrite)
                        .output_grows(Bytes(5)));
    cases.push_back(write("success/stays_at_leaf_of_memory", 0, 1050, 20)
                        .stay({1056, 14})
                        .spends(kWrite)
                        .output_grows(counting(6, 51)));
    cases.push_back(write("success/stays_at_leaf_of_output", 30, 1024, 20)
                        .stay({1026, 18})
                        .spends(kWrite)
                        .output_grows(counting(2, 25)));
    cases.push_back(write("success/all_steps", 60, 1000, 100)
                        .next()
                        .spends(7 * kWrite)
                        .output_grows(counting(100))
                        .after_steps(7));
    cases.push_back(write("success/last_bytes_of_memory", 5, 2 * kPage - 2, 2)
                        .next()
                        .spends(kWrite)
                        .output_grows(Bytes(2)));
    cases.push_back(write("success/bits_past_32_ignored", 0, 0x1'0000'0400, 0x1'0000'0001)
                        .next()
                        .spends(kWrite)
                        .output_grows(counting(1, 25)));
    cases.push_back(write("success/long_output", 5000, 1024, 16)
                        .next()
                        .spends(kWrite)
                        .output_grows(counting(16, 25)));
    cases.push_back(write("success/no_length", 5, 1000, 0).gas(0).next());
    cases.push_back(write("success/no_length_at_the_end", 0, 2 * kPage, 0).gas(0).next());
    cases.push_back(
        write("out_of_gas/one_too_little", 5, 1024, 3).gas(kWrite - 1).trap(Trap::out_of_gas));
    cases.push_back(write("out_of_gas/second_step", 0, 1024, 40)
                        .gas(2 * kWrite - 1)
                        .trap(Trap::out_of_gas)
                        .spends(kWrite)
                        .output_grows(counting(32, 25))
                        .after_steps(2));
    const auto trap = [&](const std::string& detail, std::uint64_t from, std::uint64_t length) {
        cases.push_back(write("out_of_bounds_memory_access/" + detail, 7, from, length)
                            .gas(0)
                            .trap(Trap::out_of_bounds_memory_access));
    };
    trap("one_past", 2 * kPage - 5, 6);
    trap("no_length_one_past", 2 * kPage + 1, 0);
    trap("sum_past_32_bits", kMost, kMost);
}

void add_halt(StepCases& cases) {
    const vm::Instruction instruction{.opcode = Opcode::halt};
    cases.push_back(Scenario("halt/success/code_0", instruction).operands({0}).halt(0));
    cases.push_back(Scenario("halt/success/code_7", instruction).operands({7}).shallow().halt(7));
    cases.push_back(Scenario("halt/success/greatest_code", instruction)
                        .operands({kMost})
                        .suspended(4)
                        .halt(0xFFFF'FFFF));
    cases.push_back(Scenario("halt/success/bits_past_32_ignored", instruction)
                        .operands({0x5'0000'0003})
                        .suspended(1)
                        .halt(3));
    cases.push_back(Scenario("halt/success/large_frame", instruction)
                        .operands({1})
                        .locals(std::vector<std::uint64_t>(32, 4))
                        .suspended(3)
                        .output(counting(9))
                        .halt(1));
}

}  // namespace

StepCases host_cases() {
    StepCases cases;
    add_input_size(cases);
    add_input_read(cases);
    add_output_write(cases);
    add_halt(cases);
    return cases;
}

StepCases fixed_point_cases() {
    StepCases cases;
    const auto stopped = [&](const std::string& label, vm::Status status, std::uint32_t code,
                             bool keeps_values) {
        Scenario scenario(label, {.opcode = Opcode::unreachable});
        StepCase result = keeps_values ? scenario.finish() : scenario.halt(0);
        result.after.status = status;
        result.after.code = code;
        result.after.steps = result.before.steps;
        result.before = result.after;
        cases.push_back(result);
    };
    stopped("fixed_point/halted/returned", vm::Status::halted, 0, true);
    stopped("fixed_point/halted/code_9", vm::Status::halted, 9, false);
    for (std::uint32_t trap = 1; trap <= 13; ++trap) {
        stopped("fixed_point/trapped/" + std::string(vm::trap_name(static_cast<Trap>(trap))),
                vm::Status::trapped, trap, false);
    }
    return cases;
}

}  // namespace lockstep::differential
