// Instructions on one memory of several: memory b of a tree of depth c, the last leaf of which is none.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/differential/step_cases.hpp"
#include "vm/machine/gas.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;
using vm::Trap;

constexpr std::uint64_t kPage = 65'536;
constexpr std::uint64_t kChunk = 4096;
constexpr std::uint64_t kFirstTouch = vm::kBulkLeafGas + vm::kDirtyChunkGas;

struct Place {
    std::uint16_t depth;
    std::uint32_t memory;
};

/// The memory that instructions of a place are about has two pages and may have four.
class Cases {
public:
    explicit Cases(const Place& place) : place_(place) {}

    StepCases all() {
        add_accesses();
        add_size_and_growth();
        add_bulk();
        add_input_and_output();
        return std::move(cases_);
    }

private:
    [[nodiscard]] Scenario scenario(Opcode opcode, const std::string& outcome,
                                    const std::vector<std::uint64_t>& operands,
                                    std::uint64_t a = 0) const {
        Scenario result(name(opcode) + "/" + outcome + "/memory_" + std::to_string(place_.memory) +
                            "_at_depth_" + std::to_string(place_.depth),
                        {.opcode = opcode, .c = place_.depth, .b = place_.memory, .a = a});
        result.memory(2, 4).operands(operands);
        return result;
    }

    [[nodiscard]] Scenario out_of_bounds(Opcode opcode, const std::vector<std::uint64_t>& operands,
                                         std::uint64_t a = 0) const {
        return scenario(opcode, "out_of_bounds_memory_access", operands, a);
    }

    void add_accesses() {
        cases_.push_back(scenario(Opcode::i32_load, "success", {100}, 8)
                             .written(108, {1, 2, 3, 4})
                             .next({0x0403'0201}));
        cases_.push_back(out_of_bounds(Opcode::i32_load, {2 * kPage - 3})
                             .trap(Trap::out_of_bounds_memory_access));
        cases_.push_back(scenario(Opcode::i64_store, "success", {kChunk - 4, 0x0807'0605'0403'0201})
                             .next()
                             .spends(2 * vm::kDirtyChunkGas)
                             .memory_is(kChunk - 4, counting(8)));
        cases_.push_back(scenario(Opcode::i64_store, "out_of_gas", {kChunk - 4, 1})
                             .gas(2 * vm::kDirtyChunkGas - 1)
                             .trap(Trap::out_of_gas));
    }

    void add_size_and_growth() {
        cases_.push_back(scenario(Opcode::memory_size, "success", {}).next({2}));
        cases_.push_back(scenario(Opcode::memory_grow, "success", {1})
                             .next({2})
                             .spends(vm::kGrowPageGas)
                             .effect([this](vm::MachineState& state) {
                                 state.memories[place_.memory].set_pages(3);
                             }));
        cases_.push_back(scenario(Opcode::memory_grow, "success/refused", {3}).next({0xFFFF'FFFF}));
    }

    void add_bulk() {
        cases_.push_back(scenario(Opcode::memory_fill, "success", {64, 7, 40})
                             .stay({96, 7, 8})
                             .spends(kFirstTouch)
                             .memory_is(64, Bytes(32, 7)));
        cases_.push_back(scenario(Opcode::memory_copy, "success", {10, 1000, 30})
                             .written(1000, counting(30))
                             .stay({32, 1022, 8})
                             .spends(vm::kBulkLeafGas)
                             .memory_is(10, counting(22)));
        cases_.push_back(out_of_bounds(Opcode::memory_copy, {2 * kPage - 1, 0, 2})
                             .trap(Trap::out_of_bounds_memory_access));
        cases_.push_back(scenario(Opcode::memory_init, "success", {5, 1, 4, 30}, 32)
                             .data(counting(64))
                             .next()
                             .spends(kFirstTouch)
                             .memory_is(5, counting(4, 34)));
        // The record is open, although the operands alone tell.
        cases_.push_back(out_of_bounds(Opcode::memory_init, {5, 1, 4, 4}, 32)
                             .data(counting(64))
                             .trap(Trap::out_of_bounds_memory_access));
    }

    void add_input_and_output() {
        cases_.push_back(scenario(Opcode::input_read, "success", {64, 32, 32})
                             .input(counting(100))
                             .next()
                             .spends(kFirstTouch)
                             .memory_is(64, counting(32, 33)));
        cases_.push_back(scenario(Opcode::output_write, "success", {1000, 10})
                             .written(1000, counting(10))
                             .output(counting(3))
                             .next()
                             .spends(vm::kOutputLeafGas)
                             .output_grows(counting(10)));
    }

    Place place_;
    StepCases cases_;
};

}  // namespace

StepCases several_memories_cases() {
    StepCases cases;
    for (const Place& place : {Place{1, 0}, Place{2, 2}, Place{3, 5}, Place{5, 20}}) {
        for (StepCase& step_case : Cases(place).all()) {
            cases.push_back(std::move(step_case));
        }
    }
    return cases;
}

}  // namespace lockstep::differential
