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
constexpr vm::Instruction kFill{.opcode = Opcode::memory_fill};
constexpr vm::Instruction kCopy{.opcode = Opcode::memory_copy};

Scenario bulk(const vm::Instruction& instruction, const std::string& detail,
              const std::vector<std::uint64_t>& operands) {
    Scenario scenario(name(instruction.opcode) + "/" + detail, instruction);
    scenario.memory(2, 4).operands(operands);
    return scenario;
}

/// Bounds of destinations: alike for all, `operands` makes them of a destination and a length.
template <typename Operands>
void add_destination_bounds(StepCases& cases, const vm::Instruction& instruction, const Bytes& data,
                            const Operands& operands) {
    const auto trap = [&](const std::string& detail, std::uint64_t to, std::uint64_t length) {
        cases.push_back(
            bulk(instruction, "out_of_bounds_memory_access/" + detail, operands(to, length))
                .data(data)
                .gas(0)
                .trap(Trap::out_of_bounds_memory_access));
    };
    const auto nothing = [&](const std::string& detail, std::uint64_t to, std::uint32_t pages) {
        Scenario scenario = bulk(instruction, "success/" + detail, operands(to, 0));
        cases.push_back(scenario.memory(pages, 4).data(data).gas(0).next());
    };
    trap("one_past_the_end", 2 * kPage - 10, 11);
    trap("no_length_one_past_the_end", 2 * kPage + 1, 0);
    trap("sum_past_32_bits", kMost, 2);
    nothing("no_length", 50, 2);
    nothing("no_length_at_the_end", 2 * kPage, 2);
    nothing("no_length_without_pages", 0, 0);
}

void add_fill(StepCases& cases) {
    const auto fill = [](const std::string& detail, std::uint64_t to, std::uint64_t value,
                         std::uint64_t length) { return bulk(kFill, detail, {to, value, length}); };
    cases.push_back(fill("success/part_of_leaf", 100, 0xAB, 7)
                        .gas(kFirstTouch)
                        .next()
                        .spends(kFirstTouch)
                        .memory_is(100, Bytes(7, 0xAB)));
    cases.push_back(fill("success/whole_leaf", 64, 1, 32)
                        .written(64, counting(32))
                        .next()
                        .spends(kLeaf)
                        .memory_is(64, Bytes(32, 1)));
    cases.push_back(fill("success/with_zero_first_touch", 64, 0, 32)
                        .next()
                        .spends(kFirstTouch)
                        .memory_is(64, Bytes(32)));
    cases.push_back(fill("success/to_the_end", 2 * kPage - 3, 0xFF, 3)
                        .next()
                        .spends(kFirstTouch)
                        .memory_is(2 * kPage - 3, Bytes(3, 0xFF)));
    cases.push_back(fill("success/first_step_of_two", 30, 0x1234'5678'9ABC'DE77, 10)
                        .stay({32, 0x1234'5678'9ABC'DE77, 8})
                        .spends(kFirstTouch)
                        .memory_is(30, Bytes(2, 0x77)));
    cases.push_back(fill("success/bits_past_32_ignored", 0x7'0000'0020, 0x1FF, 0x5'0000'0002)
                        .next()
                        .spends(kFirstTouch)
                        .memory_is(32, Bytes(2, 0xFF)));
    cases.push_back(fill("success/all_steps", 20, 9, 100)
                        .next()
                        .spends(kFirstTouch + 3 * kLeaf)
                        .memory_is(20, Bytes(100, 9))
                        .after_steps(4));
    cases.push_back(fill("success/across_chunks", kChunk - 33, 9, 70)
                        .next()
                        .spends(2 * kFirstTouch + 2 * kLeaf)
                        .memory_is(kChunk - 33, Bytes(70, 9))
                        .after_steps(4));
    cases.push_back(
        fill("out_of_gas/first_touch", 30, 9, 10).gas(kFirstTouch - 1).trap(Trap::out_of_gas));
    cases.push_back(fill("out_of_gas/charged_chunk", 30, 9, 10)
                        .written(0, {1})
                        .gas(kLeaf - 1)
                        .trap(Trap::out_of_gas));
    StepCase second = fill("out_of_gas/second_chunk", kChunk - 2, 9, 10)
                          .gas(2 * kFirstTouch - 1)
                          .trap(Trap::out_of_gas)
                          .memory_is(kChunk - 2, Bytes(2, 9));
    cases.push_back(second.spends(kFirstTouch).after_steps(2));
    add_destination_bounds(cases, kFill, {}, [](std::uint64_t to, std::uint64_t length) {
        return std::vector<std::uint64_t>{to, 7, length};
    });
}

/// A copy that takes one step, out of 200 counted bytes at 1000, so in a charged chunk.
struct OneStepCopy {
    std::string detail;
    std::uint64_t to;
    std::uint64_t from;
    std::uint64_t length;
    Bytes copied;
};

void add_copy_steps(StepCases& cases) {
    const auto copy = [](const std::string& detail, std::uint64_t to, std::uint64_t from,
                         std::uint64_t length) { return bulk(kCopy, detail, {to, from, length}); };
    for (const OneStepCopy& c :
         {OneStepCopy{"same_leaf_forward", 1024, 1026, 5, counting(5, 27)},
          OneStepCopy{"same_leaf_backward", 1026, 1024, 5, counting(5, 25)},
          OneStepCopy{"onto_itself", 1024, 1024, 32, counting(32, 25)},
          OneStepCopy{"adjacent_leaves_forward", 1024, 1056, 32, counting(32, 57)},
          OneStepCopy{"adjacent_leaves_backward", 1056, 1024, 32, counting(32, 25)},
          OneStepCopy{"far_leaves", 4000, 1088, 8, counting(8, 89)},
          OneStepCopy{"far_leaves_down", 3, 1120, 20, counting(20, 121)},
          OneStepCopy{"one_byte", 1055, 1056, 1, counting(1, 57)}}) {
        cases.push_back(copy("success/" + c.detail, c.to, c.from, c.length)
                            .written(1000, counting(200))
                            .next()
                            .spends(kLeaf)
                            .memory_is(c.to, c.copied));
    }
    cases.push_back(copy("success/first_touch_of_other_chunk", 3 * kChunk, 1024, 16)
                        .written(1000, counting(200))
                        .gas(kFirstTouch)
                        .next()
                        .spends(kFirstTouch)
                        .memory_is(3 * kChunk, counting(16, 25)));
    cases.push_back(copy("success/from_uncharged_chunk", 1024, 3 * kChunk, 16)
                        .written(1000, counting(200))
                        .next()
                        .spends(kLeaf)
                        .memory_is(1024, Bytes(16)));
    cases.push_back(copy("success/both_uncharged_in_one_chunk", 1024, 2048, 16)
                        .next()
                        .spends(kFirstTouch)
                        .memory_is(1024, Bytes(16)));
    cases.push_back(copy("success/neighbours_across_chunks", kChunk, kChunk - 32, 32)
                        .written(kChunk - 32, counting(32))
                        .next()
                        .spends(kFirstTouch)
                        .memory_is(kChunk, counting(32)));
    cases.push_back(copy("success/first_step_forward", 1000, 1010, 50)
                        .written(1000, counting(200))
                        .stay({1014, 1024, 36})
                        .spends(kLeaf)
                        .memory_is(1000, counting(14, 11)));
    cases.push_back(copy("success/first_step_onto_itself", 1000, 1000, 50)
                        .written(1000, counting(200))
                        .stay({1024, 1024, 26})
                        .spends(kLeaf));
    cases.push_back(copy("success/first_step_backward", 1010, 1000, 50)
                        .written(1000, counting(200))
                        .stay({1010, 1000, 46})
                        .spends(kLeaf)
                        .memory_is(1056, counting(4, 47)));
    cases.push_back(copy("success/last_bytes", 0, 2 * kPage - 9, 9)
                        .written(2 * kPage - 9, counting(9))
                        .next()
                        .spends(kFirstTouch)
                        .memory_is(0, counting(9)));
}

void add_copy(StepCases& cases) {
    const auto copy = [](const std::string& detail, std::uint64_t to, std::uint64_t from,
                         std::uint64_t length) { return bulk(kCopy, detail, {to, from, length}); };
    add_copy_steps(cases);
    // 1000..1049 to 1007: backward runs end at the leaf borders 1056, 1049 (1042), 1031 (1024), ...
    cases.push_back(copy("success/all_steps_backward_overlapping", 1007, 1000, 50)
                        .written(1000, counting(200))
                        .next()
                        .spends(4 * kLeaf)
                        .memory_is(1007, counting(50))
                        .after_steps(4));
    cases.push_back(copy("success/all_steps_forward_overlapping", 1000, 1007, 50)
                        .written(1000, counting(200))
                        .next()
                        .spends(4 * kLeaf)
                        .memory_is(1000, counting(50, 8))
                        .after_steps(4));
    cases.push_back(copy("success/all_steps_aligned_across_chunks", kChunk - 32, 1024, 96)
                        .written(1024, counting(96))
                        .next()
                        .spends(kFirstTouch + 2 * kLeaf)
                        .memory_is(kChunk - 32, counting(96))
                        .after_steps(3));
    cases.push_back(copy("out_of_gas/first_touch", 64, 2 * kChunk, 32)
                        .written(2 * kChunk, {1})
                        .gas(kFirstTouch - 1)
                        .trap(Trap::out_of_gas));
    cases.push_back(copy("out_of_gas/charged_chunk", 64, 2 * kChunk, 32)
                        .written(0, {1})
                        .gas(kLeaf - 1)
                        .trap(Trap::out_of_gas));
    const auto trap = [&](const std::string& detail, std::uint64_t to, std::uint64_t from,
                          std::uint64_t length) {
        cases.push_back(copy("out_of_bounds_memory_access/source_" + detail, to, from, length)
                            .gas(0)
                            .trap(Trap::out_of_bounds_memory_access));
    };
    trap("one_past_the_end", 0, 2 * kPage - 10, 11);
    trap("no_length_one_past_the_end", 0, 2 * kPage + 1, 0);
    trap("sum_past_32_bits", 0, kMost, kMost);
    add_destination_bounds(cases, kCopy, {}, [](std::uint64_t to, std::uint64_t length) {
        return std::vector<std::uint64_t>{to, 0, length};
    });
}

void add_init(StepCases& cases) {
    // The segment: 90 bytes from 64 on, in a pool of 200.
    const vm::Instruction init{.opcode = Opcode::memory_init, .a = 64};
    const Bytes pool = counting(200);
    const auto scenario = [&](const std::string& detail,
                              const std::vector<std::uint64_t>& operands) {
        Scenario result = bulk(init, detail, operands);
        result.data(pool);
        return result;
    };
    cases.push_back(scenario("success/one_step", {128, 0, 20, 90})
                        .gas(kFirstTouch)
                        .next()
                        .spends(kFirstTouch)
                        .memory_is(128, counting(20, 65)));
    cases.push_back(scenario("success/other_offset_in_leaf", {140, 60, 4, 90})
                        .written(0, {1})
                        .next()
                        .spends(kLeaf)
                        .memory_is(140, counting(4, 125)));
    cases.push_back(scenario("success/last_bytes", {2 * kPage - 2, 88, 2, 90})
                        .next()
                        .spends(kFirstTouch)
                        .memory_is(2 * kPage - 2, counting(2, 153)));
    cases.push_back(scenario("success/stays_at_leaf_of_source", {128, 30, 20, 90})
                        .stay({130, 32, 18, 90})
                        .spends(kFirstTouch)
                        .memory_is(128, counting(2, 95)));
    cases.push_back(scenario("success/stays_at_leaf_of_destination", {127, 0, 20, 90})
                        .stay({128, 1, 19, 90})
                        .spends(kFirstTouch)
                        .memory_is(127, counting(1, 65)));
    cases.push_back(scenario("success/all_steps", {kChunk - 40, 3, 87, 90})
                        .next()
                        .spends(2 * kFirstTouch + 4 * kLeaf)
                        .memory_is(kChunk - 40, counting(87, 68))
                        .after_steps(6));
    cases.push_back(scenario("success/dropped_no_length", {5, 0, 0, 0}).gas(0).next());
    cases.push_back(
        bulk({.opcode = Opcode::memory_init, .a = 0}, "success/pool_of_one_leaf", {0, 3, 4, 7})
            .data(counting(7))
            .next()
            .spends(kFirstTouch)
            .memory_is(0, counting(4, 4)));
    cases.push_back(scenario("out_of_gas/first_touch", {128, 0, 20, 90})
                        .gas(kFirstTouch - 1)
                        .trap(Trap::out_of_gas));
    cases.push_back(scenario("out_of_gas/charged_chunk", {128, 0, 20, 90})
                        .written(0, {1})
                        .gas(kLeaf - 1)
                        .trap(Trap::out_of_gas));
    const auto trap = [&](const std::string& detail, const std::vector<std::uint64_t>& operands) {
        cases.push_back(scenario("out_of_bounds_memory_access/" + detail, operands)
                            .gas(0)
                            .trap(Trap::out_of_bounds_memory_access));
    };
    trap("one_past_the_segment", {0, 0, 91, 90});
    trap("no_length_one_past_the_segment", {0, 91, 0, 90});
    trap("dropped", {0, 0, 1, 0});
    trap("dropped_offset", {0, 1, 0, 0});
    trap("source_sum_past_32_bits", {0, kMost, kMost, 90});
    trap("segment_and_memory", {3 * kPage, 0, 91, 90});
    add_destination_bounds(cases, init, pool, [](std::uint64_t to, std::uint64_t length) {
        return std::vector<std::uint64_t>{to, 7, length, 90};
    });
}

}  // namespace

StepCases bulk_cases() {
    StepCases cases;
    add_fill(cases);
    add_copy(cases);
    add_init(cases);
    return cases;
}

}  // namespace lockstep::differential
