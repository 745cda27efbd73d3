// Steps at the limits: 4 GiB of memory in which no sibling of the touched leaves is a zero hash, and
// a long program. They have the largest bundles that there are.

#include "tests/differential/step_cases.hpp"
#include "vm/machine/gas.hpp"

namespace lockstep::differential {

namespace {

using vm::Opcode;

constexpr std::uint32_t kAllPages = 65'536;
constexpr unsigned kLeafBits = 5;
constexpr unsigned kAddressBits = 32;
constexpr std::uint32_t kInstructions = 60'000;

/// Writes beside the leaf of this address in each sub-tree that the way to the root passes by.
void surround(Scenario& scenario, std::uint64_t address) {
    for (unsigned bit = kLeafBits; bit < kAddressBits; ++bit) {
        scenario.written(address ^ (1ULL << bit), {static_cast<std::uint8_t>(bit)});
    }
}

Scenario dense(const std::string& label, const vm::Instruction& instruction) {
    Scenario scenario(label, instruction);
    scenario.memory(kAllPages, kAllPages).at(0x5555, kInstructions);
    return scenario;
}

}  // namespace

StepCases dense_cases() {
    constexpr std::uint64_t kBoundary = 0x5555'6000;  // of chunks
    StepCases cases;

    Scenario load = dense("i64_load/success/dense", {.opcode = Opcode::i64_load});
    surround(load, kBoundary - 1);
    surround(load, kBoundary);
    load.written(kBoundary - 4, counting(8));
    cases.push_back(load.operands({kBoundary - 4}).next({0x0807'0605'0403'0201}));

    Scenario store = dense("i64_store/success/dense", {.opcode = Opcode::i64_store});
    surround(store, kBoundary - 1);
    surround(store, kBoundary);
    cases.push_back(store.operands({kBoundary - 4, 0x0807'0605'0403'0201})
                        .next()
                        .memory_is(kBoundary - 4, counting(8)));

    constexpr std::uint64_t kFrom = 0xAAAA'AAC0;
    constexpr std::uint64_t kTo = 0x3333'3340;
    Scenario copy = dense("memory_copy/success/dense", {.opcode = Opcode::memory_copy});
    surround(copy, kFrom);
    surround(copy, kTo);
    copy.written(kFrom, counting(32)).written(kTo, counting(1));
    cases.push_back(copy.operands({kTo, kFrom, 32})
                        .next()
                        .spends(vm::kBulkLeafGas)
                        .memory_is(kTo, counting(32)));
    return cases;
}

}  // namespace lockstep::differential
