#include <numeric>

#include "tests/differential/step_cases.hpp"
#include "vm/machine/gas.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;
using vm::Trap;

constexpr std::uint64_t kMost = 0xFFFF'FFFF;

/// Which table an instruction works on, among how many.
struct Place {
    std::string detail;
    std::uint32_t table;
    std::uint32_t tables;
    std::uint16_t depth;
};

const std::vector<Place>& places() {
    static const std::vector<Place> all{{"only_table", 0, 1, 0},
                                        {"first_of_two", 0, 2, 1},
                                        {"second_of_two", 1, 2, 1},
                                        {"third_of_five", 2, 5, 3},
                                        {"last_of_five", 4, 5, 3}};
    return all;
}

std::vector<std::uint64_t> slots(std::uint32_t count, std::uint64_t first) {
    std::vector<std::uint64_t> result(count);
    std::iota(result.begin(), result.end(), first);
    return result;
}

/// Table t has 10 + t slots from 100 t + 1 on, and room for 40.
Scenario with_tables(const std::string& detail, Opcode opcode, const Place& place) {
    Scenario scenario(name(opcode) + "/" + detail,
                      {.opcode = opcode, .c = place.depth, .b = place.table});
    for (std::uint32_t t = 0; t < place.tables; ++t) {
        scenario.table(slots(10 + t, 100 * t + 1), 40);
    }
    return scenario;
}

void add_single_slots(StepCases& cases, const Place& place) {
    const std::uint64_t first = 100 * place.table + 1;
    const std::uint64_t last = 9 + place.table;
    const auto read = [&](Opcode opcode, const std::string& detail, std::uint64_t index) {
        return with_tables("success/" + place.detail + "_" + detail, opcode, place)
            .operands({index});
    };
    for (const Opcode opcode : {Opcode::table_get, Opcode::table_element}) {
        const Trap trap = opcode == Opcode::table_get ? Trap::out_of_bounds_table_access
                                                      : Trap::undefined_element;
        cases.push_back(read(opcode, "first", 0).next({first}));
        cases.push_back(read(opcode, "last", last).next({first + last}));
        for (const std::uint64_t index : {last + 1, std::uint64_t{39}, std::uint64_t{40}, kMost}) {
            Scenario scenario = with_tables(
                std::string(vm::trap_name(trap)) + "/" + place.detail + "_" + std::to_string(index),
                opcode, place);
            cases.push_back(scenario.operands({index}).trap(trap));
        }
    }
    cases.push_back(
        read(Opcode::table_get, "bits_past_32_ignored", 0x1'0000'0005).next({first + 5}));
    const auto write = [&](const std::string& detail, std::uint64_t index, std::uint64_t value) {
        Scenario scenario =
            with_tables("success/" + place.detail + "_" + detail, Opcode::table_set, place);
        StepCase result = scenario.operands({index, value}).next();
        cases.push_back(result.slots_are(place.table, static_cast<std::uint32_t>(index), {value}));
    };
    write("first", 0, 777);
    write("last", last, 0xFEDC'BA98'7654'3210);
    write("to_null", 3, 0);
    for (const std::uint64_t index : {last + 1, kMost}) {
        Scenario scenario =
            with_tables("out_of_bounds_table_access/" + place.detail + "_" + std::to_string(index),
                        Opcode::table_set, place);
        cases.push_back(scenario.operands({index, 5}).trap(Trap::out_of_bounds_table_access));
    }
    cases.push_back(
        with_tables("success/" + place.detail, Opcode::table_size, place).next({10 + place.table}));
}

void add_grow(StepCases& cases, const Place& place) {
    const std::uint64_t size = 10 + place.table;
    const auto grow = [&](const std::string& detail, const std::vector<std::uint64_t>& operands) {
        return with_tables(detail, Opcode::table_grow, place).operands(operands);
    };
    const auto sized = [&](std::uint64_t delta) {
        return [=](vm::MachineState& state) {
            state.tables[place.table].size = static_cast<std::uint32_t>(size + delta);
        };
    };
    const auto end = static_cast<std::uint32_t>(size);
    const std::string here = place.detail + "_";
    cases.push_back(grow("success/" + here + "by_one", {7, 1, 0})
                        .gas(vm::kBulkLeafGas)
                        .next({size})
                        .spends(vm::kBulkLeafGas)
                        .slots_are(place.table, end, {7})
                        .effect(sized(1)));
    const std::uint64_t limit = 40 - size;
    StepCase all = grow("success/" + here + "to_the_limit", {9, limit, 0}).next({size});
    const auto steps = static_cast<unsigned>(10 - size / 4);
    cases.push_back(all.spends(steps * vm::kBulkLeafGas)
                        .slots_are(place.table, end, std::vector<std::uint64_t>(limit, 9))
                        .effect(sized(limit))
                        .after_steps(steps));
    const std::uint64_t run = 4 - size % 4;
    cases.push_back(grow("success/" + here + "first_step", {9, 20, 0})
                        .stay({9, 20, run})
                        .spends(vm::kBulkLeafGas)
                        .slots_are(place.table, end, std::vector<std::uint64_t>(run, 9)));
    cases.push_back(
        grow("success/" + here + "one_past_the_limit", {9, limit + 1, 0}).gas(0).next({kMost}));
    cases.push_back(grow("success/" + here + "by_most", {9, kMost, 0}).gas(0).next({kMost}));
    cases.push_back(grow("success/" + here + "by_zero", {9, 0, 0}).gas(0).next({size}));
    cases.push_back(grow("success/" + here + "with_null", {0, 1, 0})
                        .next({size})
                        .spends(vm::kBulkLeafGas)
                        .slots_are(place.table, end, {0})
                        .effect(sized(1)));
    cases.push_back(grow("out_of_gas/" + here + "one_too_little", {9, 20, 0})
                        .gas(vm::kBulkLeafGas - 1)
                        .trap(Trap::out_of_gas));
}

}  // namespace

StepCases table_cases() {
    StepCases cases;
    for (const Place& place : places()) {
        add_single_slots(cases, place);
        add_grow(cases, place);
    }
    cases.push_back(
        Scenario("table_get/out_of_bounds_table_access/empty", {.opcode = Opcode::table_get})
            .table({}, 0)
            .operands({0})
            .trap(Trap::out_of_bounds_table_access));
    cases.push_back(Scenario("table_set/success/large_maximum", {.opcode = Opcode::table_set})
                        .table(slots(10, 1), 10'000'000)
                        .operands({9, 5})
                        .next()
                        .slots_are(0, 9, {5}));
    cases.push_back(Scenario("table_size/success/empty", {.opcode = Opcode::table_size})
                        .table({}, 3)
                        .next({0}));
    cases.push_back(Scenario("table_grow/success/from_empty", {.opcode = Opcode::table_grow})
                        .table({}, 3)
                        .operands({5, 3, 0})
                        .next({0})
                        .spends(vm::kBulkLeafGas)
                        .slots_are(0, 0, {5, 5, 5})
                        .effect([](vm::MachineState& state) { state.tables[0].size = 3; }));
    return cases;
}

}  // namespace lockstep::differential
