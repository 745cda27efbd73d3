#include "tests/differential/step_cases.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;

constexpr std::uint64_t kWide = 0xFEDC'BA98'7654'3210;

std::vector<std::uint64_t> distinct_slots(std::size_t count) {
    std::vector<std::uint64_t> slots(count);
    for (std::size_t i = 0; i < count; ++i) {
        slots[i] = 0x0101'0101'0101'0101 * (i + 1);
    }
    return slots;
}

void add_stack(StepCases& cases) {
    for (const std::uint64_t value : {0ULL, 1ULL, 0xFFFF'FFFFULL, 0xFEDC'BA98'7654'3210ULL}) {
        cases.push_back(Scenario("const_/success/" + std::to_string(value),
                                 {.opcode = Opcode::const_, .a = value})
                            .next({value}));
    }
    cases.push_back(Scenario("const_/success/first_value", {.opcode = Opcode::const_, .a = 5})
                        .shallow()
                        .next({5}));
    for (const std::uint32_t count : {0U, 1U, 2U, 8U}) {
        const auto values = distinct_slots(count);
        cases.push_back(
            Scenario("drop/success/" + std::to_string(count), {.opcode = Opcode::drop, .b = count})
                .operands(values)
                .next());
        std::vector<std::uint64_t> with_kept = values;
        with_kept.push_back(kWide);
        cases.push_back(Scenario("drop_under/success/" + std::to_string(count),
                                 {.opcode = Opcode::drop_under, .b = count})
                            .operands(with_kept)
                            .next({kWide}));
    }
    cases.push_back(Scenario("drop/success/the_last_value", {.opcode = Opcode::drop, .b = 1})
                        .operands({kWide})
                        .shallow()
                        .next());
    cases.push_back(
        Scenario("drop_under/success/all_others", {.opcode = Opcode::drop_under, .b = 2})
            .operands({1, 2, kWide})
            .shallow()
            .next({kWide}));
    const vm::Instruction select{.opcode = Opcode::select};
    cases.push_back(Scenario("select/success/first", select).operands({7, 8, 1}).next({7}));
    cases.push_back(
        Scenario("select/success/second", select).operands({7, kWide, 0}).next({kWide}));
    cases.push_back(Scenario("select/success/high_bit_of_condition", select)
                        .operands({kWide, 8, 0x8000'0000})
                        .next({kWide}));
    cases.push_back(Scenario("select/success/bits_past_32_ignored", select)
                        .operands({7, 8, 0x1'0000'0000})
                        .next({8}));
}

void add_locals(StepCases& cases) {
    struct Place {
        std::string detail;
        std::uint32_t index;
        std::size_t slots;
    };
    for (const Place& place : {Place{"only_leaf_first", 0, 4}, Place{"only_leaf_last", 3, 4},
                               Place{"first_of_8", 0, 8}, Place{"fifth_of_8", 4, 8},
                               Place{"last_of_64", 63, 64}, Place{"middle_of_256", 130, 256}}) {
        const auto slots = distinct_slots(place.slots);
        const std::uint16_t depth = depth_for_slots(place.slots);
        const auto scenario = [&](Opcode opcode) {
            Scenario result(name(opcode) + "/success/" + place.detail,
                            {.opcode = opcode, .c = depth, .b = place.index});
            result.locals(slots).suspended(place.index % 3);
            return result;
        };
        const auto writes = [&](vm::MachineState& state) {
            state.locals[state.locals_begin + place.index] = kWide;
        };
        cases.push_back(scenario(Opcode::local_get).next({slots[place.index]}));
        cases.push_back(scenario(Opcode::local_set).operands({kWide}).next().effect(writes));
        cases.push_back(scenario(Opcode::local_tee).operands({kWide}).next({kWide}).effect(writes));
    }
    cases.push_back(
        Scenario("local_get/success/all_zero", {.opcode = Opcode::local_get, .c = 4, .b = 9})
            .locals(std::vector<std::uint64_t>(64))
            .next({0}));
    cases.push_back(
        Scenario("local_set/success/to_zero", {.opcode = Opcode::local_set, .c = 1, .b = 5})
            .locals({1, 2, 3, 4, 0, 6, 0, 0})
            .operands({0})
            .next()
            .effect([](vm::MachineState& state) { state.locals[5] = 0; }));
    cases.push_back(
        Scenario("local_set/success/same_value", {.opcode = Opcode::local_set, .c = 1, .b = 5})
            .locals({1, 2, 3, 4, 0, 6, 0, 0})
            .operands({6})
            .next());
}

void add_globals(StepCases& cases) {
    struct Place {
        std::string detail;
        std::uint32_t index;
        std::size_t slots;
    };
    for (const Place& place :
         {Place{"only", 0, 1}, Place{"last_of_4", 3, 4}, Place{"last_of_5", 4, 5},
          Place{"first_of_33", 0, 33}, Place{"last_of_33", 32, 33}}) {
        const auto slots = distinct_slots(place.slots);
        const std::uint16_t depth = depth_for_slots(place.slots);
        const auto scenario = [&](Opcode opcode) {
            Scenario result(name(opcode) + "/success/" + place.detail,
                            {.opcode = opcode, .c = depth, .b = place.index});
            result.globals(slots);
            return result;
        };
        cases.push_back(scenario(Opcode::global_get).next({slots[place.index]}));
        cases.push_back(
            scenario(Opcode::global_set)
                .operands({kWide})
                .next()
                .effect([&](vm::MachineState& state) { state.globals.set(place.index, kWide); }));
    }
    cases.push_back(Scenario("global_set/success/hidden_length_to_zero",
                             {.opcode = Opcode::global_set, .c = 1, .b = 6})
                        .globals({1, 2, 3, 4, 0, 0, 77})
                        .operands({0})
                        .next()
                        .effect([](vm::MachineState& state) { state.globals.set(6, 0); }));
}

}  // namespace

StepCases variable_cases() {
    StepCases cases;
    add_stack(cases);
    add_locals(cases);
    add_globals(cases);
    return cases;
}

}  // namespace lockstep::differential
