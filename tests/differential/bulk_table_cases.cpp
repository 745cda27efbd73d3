#include <numeric>

#include "tests/differential/step_cases.hpp"
#include "vm/machine/gas.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;
using vm::Trap;

constexpr std::uint64_t kMost = 0xFFFF'FFFF;
constexpr std::uint64_t kLeaf = vm::kBulkLeafGas;

std::vector<std::uint64_t> slots(std::size_t count, std::uint64_t first) {
    std::vector<std::uint64_t> result(count);
    std::iota(result.begin(), result.end(), first);
    return result;
}

/// Three tables: 30 slots from 1 on, 20 from 101 on, 10 from 201 on, each with room for 32.
Scenario three_tables(const vm::Instruction& instruction, const std::string& detail,
                      const std::vector<std::uint64_t>& operands) {
    Scenario scenario(name(instruction.opcode) + "/" + detail, instruction);
    scenario.table(slots(30, 1), 32).table(slots(20, 101), 32).table(slots(10, 201), 32);
    scenario.operands(operands);
    return scenario;
}

void add_fill(StepCases& cases) {
    const vm::Instruction instruction{.opcode = Opcode::table_fill, .c = 2, .b = 1};
    const auto fill = [&](const std::string& detail, std::uint64_t to, std::uint64_t value,
                          std::uint64_t length) {
        return three_tables(instruction, detail, {to, value, length});
    };
    cases.push_back(fill("success/part_of_leaf", 5, 77, 2)
                        .gas(kLeaf)
                        .next()
                        .spends(kLeaf)
                        .slots_are(1, 5, {77, 77}));
    cases.push_back(fill("success/whole_leaf_with_null", 4, 0, 4)
                        .next()
                        .spends(kLeaf)
                        .slots_are(1, 4, {0, 0, 0, 0}));
    cases.push_back(
        fill("success/first_step", 3, 77, 9).stay({4, 77, 8}).spends(kLeaf).slots_are(1, 3, {77}));
    cases.push_back(fill("success/all_steps_to_the_end", 3, 77, 17)
                        .next()
                        .spends(5 * kLeaf)
                        .slots_are(1, 3, std::vector<std::uint64_t>(17, 77))
                        .after_steps(5));
    cases.push_back(fill("success/bits_past_32_ignored", 0x1'0000'0000, ~0ULL, 0x1'0000'0001)
                        .next()
                        .spends(kLeaf)
                        .slots_are(1, 0, {~0ULL}));
    cases.push_back(fill("success/no_length", 7, 77, 0).gas(0).next());
    cases.push_back(fill("success/no_length_at_the_end", 20, 77, 0).gas(0).next());
    cases.push_back(
        fill("out_of_gas/one_too_little", 5, 77, 2).gas(kLeaf - 1).trap(Trap::out_of_gas));
    const auto trap = [&](const std::string& detail, std::uint64_t to, std::uint64_t length) {
        cases.push_back(fill("out_of_bounds_table_access/" + detail, to, 77, length)
                            .gas(0)
                            .trap(Trap::out_of_bounds_table_access));
    };
    trap("one_past_the_end", 10, 11);
    trap("no_length_one_past_the_end", 21, 0);
    trap("sum_past_32_bits", kMost, kMost);
}

/// Copies that take one step; the source is where `from_table` says, `copied` its slots.
struct OneStepCopy {
    std::string detail;
    std::uint32_t to_table;
    std::uint32_t from_table;
    std::uint32_t to;
    std::uint32_t from;
    std::vector<std::uint64_t> copied;
};

Scenario copy(const std::string& detail, std::uint32_t to_table, std::uint32_t from_table,
              const std::vector<std::uint64_t>& operands) {
    return three_tables({.opcode = Opcode::table_copy, .c = 2, .b = to_table, .a = from_table},
                        detail, operands);
}

void add_copy(StepCases& cases) {
    for (const OneStepCopy& c :
         {OneStepCopy{"same_table_same_leaf_forward", 0, 0, 4, 5, slots(3, 6)},
          OneStepCopy{"same_table_same_leaf_backward", 0, 0, 5, 4, slots(3, 5)},
          OneStepCopy{"same_table_onto_itself", 0, 0, 8, 8, slots(4, 9)},
          OneStepCopy{"same_table_adjacent_leaves_forward", 0, 0, 4, 8, slots(4, 9)},
          OneStepCopy{"same_table_adjacent_leaves_backward", 0, 0, 8, 4, slots(4, 5)},
          OneStepCopy{"same_table_far_leaves", 0, 0, 1, 29, slots(1, 30)},
          OneStepCopy{"to_higher_table", 2, 0, 0, 4, slots(4, 5)},
          OneStepCopy{"to_lower_table", 0, 2, 28, 8, slots(2, 209)},
          OneStepCopy{"between_neighbours", 1, 0, 16, 0, slots(4, 1)},
          OneStepCopy{"equal_indices", 2, 1, 5, 5, slots(3, 106)}}) {
        cases.push_back(
            copy("success/" + c.detail, c.to_table, c.from_table, {c.to, c.from, c.copied.size()})
                .gas(kLeaf)
                .next()
                .spends(kLeaf)
                .slots_are(c.to_table, c.to, c.copied));
    }
    cases.push_back(copy("success/first_step_forward", 1, 0, {2, 5, 9})
                        .stay({4, 7, 7})
                        .spends(kLeaf)
                        .slots_are(1, 2, {6, 7}));
    cases.push_back(copy("success/first_step_same_index", 1, 0, {5, 5, 9})
                        .stay({8, 8, 6})
                        .spends(kLeaf)
                        .slots_are(1, 5, {6, 7, 8}));
    cases.push_back(copy("success/first_step_backward", 1, 0, {6, 1, 9})
                        .stay({6, 1, 7})
                        .spends(kLeaf)
                        .slots_are(1, 13, {9, 10}));
    cases.push_back(copy("success/all_steps_backward_overlapping", 0, 0, {7, 4, 10})
                        .next()
                        .spends(6 * kLeaf)
                        .slots_are(0, 7, slots(10, 5))
                        .after_steps(6));
    cases.push_back(copy("success/all_steps_forward_overlapping", 0, 0, {4, 7, 10})
                        .next()
                        .spends(6 * kLeaf)
                        .slots_are(0, 4, slots(10, 8))
                        .after_steps(6));
    cases.push_back(copy("success/no_length", 0, 1, {30, 20, 0}).gas(0).next());
    cases.push_back(copy("success/same_table_no_length", 1, 1, {20, 0, 0}).gas(0).next());
    cases.push_back(
        copy("out_of_gas/one_too_little", 0, 1, {3, 4, 5}).gas(kLeaf - 1).trap(Trap::out_of_gas));
    cases.push_back(
        copy("out_of_gas/same_table", 0, 0, {3, 4, 5}).gas(kLeaf - 1).trap(Trap::out_of_gas));
    const auto trap = [&](const std::string& detail, std::uint32_t to_table,
                          std::uint32_t from_table, const std::vector<std::uint64_t>& operands) {
        cases.push_back(copy("out_of_bounds_table_access/" + detail, to_table, from_table, operands)
                            .gas(0)
                            .trap(Trap::out_of_bounds_table_access));
    };
    trap("destination_one_past", 2, 0, {5, 0, 6});
    trap("source_one_past", 0, 2, {5, 5, 6});
    trap("same_table", 1, 1, {0, 11, 10});
    trap("no_length_destination", 2, 0, {11, 0, 0});
    trap("no_length_source", 0, 2, {0, 11, 0});
    trap("sum_past_32_bits", 0, 1, {kMost, 1, kMost});
}

void add_init(StepCases& cases) {
    // The segment: 9 elements from 8 on, in a pool of 20 from 301 on.
    const vm::Instruction instruction{.opcode = Opcode::table_init, .c = 2, .b = 2, .a = 8};
    const auto init = [&](const std::string& detail, const std::vector<std::uint64_t>& operands) {
        Scenario scenario = three_tables(instruction, detail, operands);
        scenario.elements(slots(20, 301));
        return scenario;
    };
    cases.push_back(init("success/one_step", {4, 0, 4, 9})
                        .gas(kLeaf)
                        .next()
                        .spends(kLeaf)
                        .slots_are(2, 4, slots(4, 309)));
    cases.push_back(
        init("success/last_element", {9, 8, 1, 9}).next().spends(kLeaf).slots_are(2, 9, {317}));
    cases.push_back(init("success/stays_at_leaf_of_source", {0, 2, 4, 9})
                        .stay({2, 4, 2, 9})
                        .spends(kLeaf)
                        .slots_are(2, 0, {311, 312}));
    cases.push_back(init("success/stays_at_leaf_of_destination", {3, 0, 4, 9})
                        .stay({4, 1, 3, 9})
                        .spends(kLeaf)
                        .slots_are(2, 3, {309}));
    cases.push_back(init("success/all_steps", {1, 0, 9, 9})
                        .next()
                        .spends(5 * kLeaf)
                        .slots_are(2, 1, slots(9, 309))
                        .after_steps(5));
    cases.push_back(init("success/no_length", {10, 9, 0, 9}).gas(0).next());
    cases.push_back(init("success/dropped_no_length", {0, 0, 0, 0}).gas(0).next());
    cases.push_back(
        Scenario("table_init/success/only_table_pool_of_one_leaf", {.opcode = Opcode::table_init})
            .table({1, 2, 3}, 3)
            .elements({0, 5})
            .operands({0, 0, 2, 2})
            .next()
            .spends(kLeaf)
            .slots_are(0, 0, {0, 5}));
    cases.push_back(
        init("out_of_gas/one_too_little", {4, 0, 4, 9}).gas(kLeaf - 1).trap(Trap::out_of_gas));
    const auto trap = [&](const std::string& detail, const std::vector<std::uint64_t>& operands) {
        cases.push_back(init("out_of_bounds_table_access/" + detail, operands)
                            .gas(0)
                            .trap(Trap::out_of_bounds_table_access));
    };
    trap("one_past_the_segment", {0, 0, 10, 9});
    trap("one_past_the_table", {6, 0, 5, 9});
    trap("no_length_past_the_segment", {0, 10, 0, 9});
    trap("no_length_past_the_table", {11, 0, 0, 9});
    trap("dropped", {0, 0, 1, 0});
    trap("sums_past_32_bits", {kMost, kMost, 1, 9});
}

}  // namespace

StepCases bulk_table_cases() {
    StepCases cases;
    add_fill(cases);
    add_copy(cases);
    add_init(cases);
    return cases;
}

}  // namespace lockstep::differential
