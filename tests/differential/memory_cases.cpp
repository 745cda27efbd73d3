#include <array>

#include "tests/differential/step_cases.hpp"
#include "vm/machine/gas.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;
using vm::Trap;

constexpr std::uint64_t kPage = 65'536;
constexpr std::uint64_t kChunk = 4096;
constexpr std::uint64_t kMost = 0xFFFF'FFFF;

struct Load {
    Opcode opcode;
    unsigned bytes;
    bool is_signed;
    unsigned bits;  // of the result
};

constexpr std::array kLoads{
    Load{Opcode::i32_load, 4, false, 32},    Load{Opcode::i64_load, 8, false, 64},
    Load{Opcode::i32_load8_s, 1, true, 32},  Load{Opcode::i32_load8_u, 1, false, 32},
    Load{Opcode::i32_load16_s, 2, true, 32}, Load{Opcode::i32_load16_u, 2, false, 32},
    Load{Opcode::i64_load8_s, 1, true, 64},  Load{Opcode::i64_load8_u, 1, false, 64},
    Load{Opcode::i64_load16_s, 2, true, 64}, Load{Opcode::i64_load16_u, 2, false, 64},
    Load{Opcode::i64_load32_s, 4, true, 64}, Load{Opcode::i64_load32_u, 4, false, 64},
};

/// The bytes 0x01 0x02 ..., the last one 0x85: negative where that matters.
Bytes negative(unsigned count) {
    Bytes bytes = counting(count);
    bytes.back() = 0x85;
    return bytes;
}

std::uint64_t loaded(const Load& load, const Bytes& bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) {
        value = value * 256 + bytes[i - 1];
    }
    if (load.is_signed && bytes.back() >= 0x80) {
        value |= ~0ULL << (8 * load.bytes);
    }
    return load.bits == 32 ? value & kMost : value;
}

void add_load_successes(StepCases& cases, const Load& load) {
    const std::string prefix = name(load.opcode) + "/success/";
    const auto at = [&](const std::string& detail, std::uint64_t address, std::uint64_t offset,
                        const Bytes& bytes) {
        cases.push_back(Scenario(prefix + detail, {.opcode = load.opcode, .a = offset})
                            .memory(2, 4)
                            .written(address, bytes)
                            .operands({address - offset})
                            .next({loaded(load, bytes)}));
    };
    const unsigned size = load.bytes;
    at("first_bytes", 0, 0, counting(size));
    at("negative", 4096, 96, negative(size));
    at("last_bytes", 2 * kPage - size, 1000, negative(size));
    at("end_of_leaf", 64 - size, 0, counting(size));
    if (size > 1) {
        at("straddles_leaves", 63, 0, negative(size));
        at("straddles_far_leaves", 2 * kChunk - 32 + 31 - size / 2, 5, counting(size));
        at("straddles_chunks", 3 * kChunk - 1, 4, negative(size));
        at("straddles_pages", kPage - size + 1, kPage - size, counting(size));
    }
    // No program has such an offset; the two verifiers must agree all the same.
    at("offset_past_32_bits_ignored", 1000, ~std::uint64_t{0} << 32U, counting(size));
    cases.push_back(Scenario(prefix + "uncharged", {.opcode = load.opcode, .a = 3 * kChunk})
                        .memory(1, 1)
                        .operands({17})
                        .next({0}));
    cases.push_back(Scenario(prefix + "half_uncharged", {.opcode = load.opcode, .a = 0})
                        .memory(1, 1)
                        .written(kChunk - 1, {0x7F})
                        .operands({kChunk - 1})
                        .next({0x7F}));
    cases.push_back(Scenario(prefix + "bits_past_32_ignored", {.opcode = load.opcode, .a = 2})
                        .memory(1, 1)
                        .written(10, negative(size))
                        .operands({0x1'0000'0008})
                        .next({loaded(load, negative(size))}));
}

template <typename Trapping>
void add_bounds(StepCases& cases, Opcode opcode, unsigned size, const Trapping& trapping) {
    const std::string prefix = name(opcode) + "/out_of_bounds_memory_access/";
    const auto at = [&](const std::string& detail, std::uint32_t pages, std::uint64_t address,
                        std::uint64_t offset) {
        Scenario scenario(prefix + detail, {.opcode = opcode, .a = offset});
        scenario.memory(pages, 4);
        cases.push_back(trapping(scenario, address));
    };
    at("one_past_the_end", 1, kPage - size + 1, 0);
    at("one_past_by_offset", 1, kPage - size, 1);
    at("no_pages", 0, 0, 0);
    at("far", 2, kMost, 0);
    at("sum_past_32_bits", 4, kMost, 1);
    at("greatest_address", 4, kMost, kMost);
}

struct Store {
    Opcode opcode;
    unsigned bytes;
};

constexpr std::array kStores{
    Store{Opcode::i32_store, 4},   Store{Opcode::i64_store, 8},  Store{Opcode::i32_store8, 1},
    Store{Opcode::i32_store16, 2}, Store{Opcode::i64_store8, 1}, Store{Opcode::i64_store16, 2},
    Store{Opcode::i64_store32, 4},
};

constexpr std::uint64_t kStored = 0xF8E7'D6C5'B4A3'9281;

Bytes stored(unsigned count) {
    Bytes bytes{0x81, 0x92, 0xA3, 0xB4, 0xC5, 0xD6, 0xE7, 0xF8};
    bytes.resize(count);
    return bytes;
}

void add_store_successes(StepCases& cases, const Store& store) {
    const std::string prefix = name(store.opcode) + "/success/";
    const unsigned size = store.bytes;
    const auto at = [&](const std::string& detail, std::uint64_t address, std::uint64_t offset,
                        std::uint64_t chunks) {
        // Exactly enough gas.
        cases.push_back(Scenario(prefix + detail, {.opcode = store.opcode, .a = offset})
                            .memory(2, 4)
                            .operands({address - offset, kStored})
                            .gas(chunks * vm::kDirtyChunkGas)
                            .next()
                            .spends(chunks * vm::kDirtyChunkGas)
                            .memory_is(address, stored(size)));
    };
    const auto again = [&](const std::string& detail, std::uint64_t address, std::uint64_t charged,
                           std::uint64_t gas) {
        cases.push_back(Scenario(prefix + detail, {.opcode = store.opcode})
                            .memory(2, 2)
                            .written(charged, counting(40))
                            .operands({address, kStored})
                            .gas(gas)
                            .next()
                            .spends(gas)
                            .memory_is(address, stored(size)));
    };
    at("first_touch", 0, 0, 1);
    at("first_touch_last_bytes", 2 * kPage - size, 1000, 1);
    at("first_touch_end_of_chunk", kChunk - size, 11, 1);
    again("charged_chunk", 70, 40, 0);
    again("charged_other_leaf", kChunk - size, 0, 0);
    again("first_touch_beside_charged", kChunk, kChunk - 40, vm::kDirtyChunkGas);
    if (size > 1) {
        at("first_touch_straddles_leaves", 95, 0, 1);
        at("both_chunks_uncharged", 2 * kChunk - 1, 1, 2);
        at("both_chunks_uncharged_across_pages", kPage - size + 1, 0, 2);
        again("straddles_charged_chunks", kChunk - 1, kChunk - 20, 0);
        again("first_chunk_uncharged", kChunk - 1, kChunk + 40, vm::kDirtyChunkGas);
        again("second_chunk_uncharged", kChunk - 1, kChunk - 60, vm::kDirtyChunkGas);
    }
    cases.push_back(Scenario(prefix + "zero_over_zero_charges", {.opcode = store.opcode})
                        .memory(1, 1)
                        .operands({500, 0})
                        .next()
                        .spends(vm::kDirtyChunkGas)
                        .memory_is(500, Bytes(size)));
    cases.push_back(Scenario(prefix + "bits_past_32_of_address_ignored", {.opcode = store.opcode})
                        .memory(1, 1)
                        .written(0, {1})
                        .operands({0x1'0000'0020, kStored})
                        .next()
                        .memory_is(32, stored(size)));
}

void add_store_gas(StepCases& cases, const Store& store) {
    const auto short_by_one = [&](const std::string& detail, std::uint64_t address,
                                  std::uint64_t chunks) {
        Scenario scenario(name(store.opcode) + "/out_of_gas/" + detail, {.opcode = store.opcode});
        scenario.memory(1, 1).operands({address, kStored}).gas(chunks * vm::kDirtyChunkGas - 1);
        cases.push_back(scenario.trap(Trap::out_of_gas));
    };
    short_by_one("first_touch", 128, 1);
    if (store.bytes > 1) {
        short_by_one("both_chunks_uncharged", kChunk - 1, 2);
    }
}

}  // namespace

StepCases load_cases() {
    StepCases cases;
    for (const Load& load : kLoads) {
        add_load_successes(cases, load);
        add_bounds(cases, load.opcode, load.bytes, [](Scenario& scenario, std::uint64_t address) {
            return scenario.operands({address}).trap(Trap::out_of_bounds_memory_access);
        });
    }
    cases.push_back(Scenario("i32_load/success/end_of_4_gib", {.opcode = Opcode::i32_load, .a = 0})
                        .memory(65'536, 65'536)
                        .operands({kMost - 3})
                        .next({0}));
    cases.push_back(
        Scenario("i64_load/out_of_bounds_memory_access/end_of_4_gib", {.opcode = Opcode::i64_load})
            .memory(65'536, 65'536)
            .operands({kMost - 6})
            .trap(Trap::out_of_bounds_memory_access));
    return cases;
}

StepCases store_cases() {
    StepCases cases;
    for (const Store& store : kStores) {
        add_store_successes(cases, store);
        add_store_gas(cases, store);
        add_bounds(cases, store.opcode, store.bytes, [](Scenario& scenario, std::uint64_t address) {
            return scenario.operands({address, kStored})
                .gas(0)
                .trap(Trap::out_of_bounds_memory_access);
        });
    }
    cases.push_back(Scenario("i32_store/success/64_mib_maximum", {.opcode = Opcode::i32_store})
                        .memory(1024, 1024)
                        .written(kPage, counting(255))
                        .operands({kPage * 1024 - 4, kStored})
                        .next()
                        .spends(vm::kDirtyChunkGas)
                        .memory_is(kPage * 1024 - 4, stored(4)));
    cases.push_back(Scenario("i64_store/success/end_of_4_gib", {.opcode = Opcode::i64_store})
                        .memory(65'536, 65'536)
                        .operands({kMost - 7, kStored})
                        .next()
                        .spends(vm::kDirtyChunkGas)
                        .memory_is(kMost - 7, stored(8)));
    return cases;
}

StepCases memory_size_cases() {
    StepCases cases;
    for (const std::uint32_t pages : {0U, 1U, 3U}) {
        cases.push_back(Scenario("memory_size/success/" + std::to_string(pages),
                                 {.opcode = Opcode::memory_size})
                            .memory(pages, 3)
                            .next({pages}));
    }
    cases.push_back(Scenario("memory_size/success/no_memory", {.opcode = Opcode::memory_size})
                        .memory(0, 0)
                        .next({0}));
    const auto grow = [&](const std::string& detail, std::uint32_t pages, std::uint32_t max,
                          std::uint64_t delta) {
        const std::uint64_t cost = vm::kGrowPageGas * (delta & kMost);
        cases.push_back(Scenario("memory_grow/success/" + detail, {.opcode = Opcode::memory_grow})
                            .memory(pages, max)
                            .operands({delta})
                            .gas(cost)
                            .next({pages})
                            .spends(cost)
                            .effect([&](vm::MachineState& state) {
                                state.memories.front().set_pages(
                                    static_cast<std::uint32_t>(pages + (delta & kMost)));
                            }));
    };
    grow("by_one", 1, 3, 1);
    grow("to_the_limit", 1, 3, 2);
    grow("from_nothing", 0, 2, 2);
    grow("by_zero", 2, 2, 0);
    grow("bits_past_32_ignored", 1, 3, 0x1'0000'0001);
    const auto refuse = [&](const std::string& detail, std::uint32_t pages, std::uint32_t max,
                            std::uint64_t delta) {
        cases.push_back(Scenario("memory_grow/success/" + detail, {.opcode = Opcode::memory_grow})
                            .memory(pages, max)
                            .operands({delta})
                            .gas(0)
                            .next({kMost}));
    };
    refuse("one_past_the_limit", 1, 3, 3);
    refuse("no_memory", 0, 0, 1);
    refuse("most_pages", 3, 3, kMost);
    cases.push_back(
        Scenario("memory_grow/out_of_gas/one_too_little", {.opcode = Opcode::memory_grow})
            .memory(1, 3)
            .operands({2})
            .gas(2 * vm::kGrowPageGas - 1)
            .trap(Trap::out_of_gas));
    cases.push_back(
        Scenario("memory_grow/success/written_pages_stay", {.opcode = Opcode::memory_grow})
            .memory(1, 8)
            .written(kPage - 8, counting(8))
            .operands({4})
            .next({1})
            .spends(4 * vm::kGrowPageGas)
            .effect([](vm::MachineState& state) { state.memories.front().set_pages(5); }));
    return cases;
}

}  // namespace lockstep::differential
