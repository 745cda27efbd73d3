#include "trace/faulty_execution.hpp"

#include <array>
#include <utility>

#include "base/check.hpp"
#include "base/tree_depth.hpp"
#include "merkle/chain.hpp"
#include "merkle/multiproof.hpp"
#include "merkle/slot_leaf.hpp"

namespace lockstep::trace {

namespace {

constexpr std::array<std::pair<Fault, std::string_view>, 7> kNames{{
    {Fault::value, "value"},
    {Fault::local, "local"},
    {Fault::global, "global"},
    {Fault::memory, "memory"},
    {Fault::pc, "pc"},
    {Fault::gas, "gas"},
    {Fault::io, "io"},
}};

Hash256 corrupt_values(const CommittedState& state) {
    const vm::SlotStack& values = state.machine.values;
    if (values.empty()) {
        return merkle::value_link(merkle::kEmptyChain, 1);
    }
    return merkle::value_link(state.committer.value_link(values.size() - 1), values.back() ^ 1U);
}

Hash256 corrupt_locals(const vm::MachineState& machine) {
    std::vector<std::uint64_t> slots(machine.locals.begin() + machine.locals_begin,
                                     machine.locals.end());
    slots[0] ^= 1U;
    return merkle::slot_tree_root(slots, slot_tree_depth(slots.size()));
}

/// The root of a tree whose leaf 0 has another lowest bit in its byte `byte`.
template <typename T>
Hash256 corrupt_tree(const T& tree, std::size_t byte) {
    const std::uint64_t leaf = 0;
    merkle::Opening opening = merkle::make_opening(tree, std::span(&leaf, 1));
    opening.leaves[0].bytes.at(byte) ^= 1U;
    return merkle::root(opening);
}

}  // namespace

std::string_view fault_name(Fault fault) {
    return kNames.at(static_cast<std::size_t>(fault)).second;
}

std::optional<Fault> fault_from_name(std::string_view name) {
    for (const auto& [fault, text] : kNames) {
        if (text == name) {
            return fault;
        }
    }
    return std::nullopt;
}

StateRecord corrupt(const CommittedState& state, Fault fault) {
    StateRecord record = state.committer.record();
    EnvironmentRecord environment = state.committer.environment();
    switch (fault) {
        case Fault::value: record.values = corrupt_values(state); break;
        case Fault::local: record.locals = corrupt_locals(state.machine); break;
        case Fault::global: environment.globals = corrupt_tree(state.committer.globals(), 7); break;
        case Fault::memory: {
            MemoryRecord memory = state.committer.memory_record(0);
            memory.root = corrupt_tree(state.committer.memory(0), 0);
            merkle::Tree memories = state.committer.memories();
            memories.set_leaf(0, hash(memory));
            environment.memories = memories.root();
            break;
        }
        case Fault::pc: record.pc ^= 1U; break;
        case Fault::gas: record.gas ^= 1U; break;
        case Fault::io: {
            IoRecord io = state.committer.io();
            io.output_length ^= 1U;
            environment.io = hash(io);
            break;
        }
    }
    record.environment = hash(environment);
    return record;
}

StateRoot FaultyExecution::root(Step step) {
    if (step <= at_step_) {
        return truth_.root(step);
    }
    return StateRoot(hash(corrupt(truth_.at(step), fault_)));
}

}  // namespace lockstep::trace
