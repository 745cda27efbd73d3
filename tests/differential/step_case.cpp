#include "tests/differential/step_case.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "base/tree_depth.hpp"

namespace lockstep::differential {

namespace {

constexpr std::uint64_t kArbitraryGas = 1'000'000;

/// FNV-1a.
std::uint64_t seed_of(std::string_view label) {
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
    for (const char character : label) {
        hash = (hash ^ static_cast<std::uint8_t>(character)) * 0x0000'0100'0000'01B3;
    }
    return hash;
}

/// SplitMix64.
std::uint64_t next_random(std::uint64_t& state) {
    state += 0x9E37'79B9'7F4A'7C15;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xBF58'476D'1CE4'E5B9;
    z = (z ^ (z >> 27U)) * 0x94D0'49BB'1331'11EB;
    return z ^ (z >> 31U);
}

}  // namespace

StepCase& StepCase::spends(std::uint64_t gas) {
    after.gas = Gas(before.gas.value - gas);
    return *this;
}

StepCase& StepCase::effect(const std::function<void(vm::MachineState&)>& change) {
    change(after);
    return *this;
}

StepCase& StepCase::memory_is(std::uint64_t address, const Bytes& bytes) {
    std::ranges::copy(bytes, after.memories[memory].write(address, bytes.size()));
    return *this;
}

StepCase& StepCase::slots_are(std::uint32_t table, std::uint32_t first,
                              const std::vector<std::uint64_t>& slots) {
    vm::TrackedSlots& all = after.tables[table].slots;
    if (all.size() < first + slots.size()) {
        all.grow(first + slots.size());
    }
    for (std::size_t i = 0; i < slots.size(); ++i) {
        all.set(first + i, slots[i]);
    }
    return *this;
}

StepCase& StepCase::output_grows(const Bytes& bytes) {
    after.output.insert(after.output.end(), bytes.begin(), bytes.end());
    return *this;
}

StepCase& StepCase::after_steps(unsigned count) {
    steps = count;
    after.steps = before.steps + count;
    return *this;
}

Scenario::Scenario(std::string label, const vm::Instruction& instruction)
    : label_(std::move(label)), instruction_(instruction), random_(seed_of(label_)) {
    const auto pc = static_cast<std::uint32_t>(1 + arbitrary() % 6);
    place(pc, pc + 2 + static_cast<std::uint32_t>(arbitrary() % 8));
    state_.gas = Gas(kArbitraryGas + arbitrary() % kArbitraryGas);
    state_.steps = Step(1 + arbitrary() % 1'000'000);
    state_.slots_used = static_cast<std::uint32_t>(8 + arbitrary() % 1000);
    state_.locals.assign(4, 0);
    std::ranges::generate(state_.locals, [&] { return arbitrary(); });
    state_.values = {arbitrary(), arbitrary() % 100};
    program_.globals = {arbitrary(), arbitrary(), arbitrary()};
    state_.globals = vm::TrackedSlots(program_.globals);
    state_.input = std::make_shared<const Bytes>();
    program_.memories.resize(1);
}

Scenario& Scenario::operands(const std::vector<std::uint64_t>& values) {
    state_.values.append(values);
    operands_ += values.size();
    return *this;
}

Scenario& Scenario::shallow() {
    const std::vector<std::uint64_t> operands(
        state_.values.end() - static_cast<std::ptrdiff_t>(operands_), state_.values.end());
    state_.values = operands;
    return *this;
}

Scenario& Scenario::gas(std::uint64_t gas) {
    state_.gas = Gas(gas);
    return *this;
}

Scenario& Scenario::alone() {
    place(0, 1);
    return *this;
}

Scenario& Scenario::at(std::uint32_t pc, std::uint32_t instructions) {
    place(pc, instructions);
    return *this;
}

Scenario& Scenario::memory(std::uint32_t pages, std::uint32_t max_pages) {
    // A tree of depth c, not full where that can be.
    const std::size_t full = std::size_t{1} << instruction_.c;
    program_.memories.resize(full > 2 ? full - 1 : full);
    for (vm::MemoryShape& other : program_.memories) {
        other.pages = static_cast<std::uint32_t>(arbitrary() % 3);
        other.max_pages = other.pages + static_cast<std::uint32_t>(arbitrary() % 5);
    }
    memory_ = instruction_.c == 0 ? 0 : instruction_.b;
    program_.memories.at(memory_) = {.pages = pages, .max_pages = max_pages};
    return *this;
}

Scenario& Scenario::written(std::uint64_t address, const Bytes& bytes) {
    written_.emplace_back(address, bytes);
    return *this;
}

Scenario& Scenario::locals(const std::vector<std::uint64_t>& slots) {
    state_.locals = slots;
    return *this;
}

Scenario& Scenario::globals(const std::vector<std::uint64_t>& slots) {
    program_.globals = slots;
    state_.globals = vm::TrackedSlots(slots);
    return *this;
}

Scenario& Scenario::table(const std::vector<std::uint64_t>& slots, std::uint32_t max) {
    const auto size = static_cast<std::uint32_t>(slots.size());
    program_.tables.push_back({.size = size, .max = max});
    vm::Table table{
        .slots = vm::TrackedSlots(std::vector<std::uint64_t>(size)), .size = size, .max = max};
    for (std::size_t i = 0; i < slots.size(); ++i) {
        table.slots.set(i, slots[i]);
    }
    state_.tables.push_back(std::move(table));
    return *this;
}

Scenario& Scenario::function(const vm::FunctionRecord& record) {
    program_.functions.push_back(record);
    return *this;
}

Scenario& Scenario::data(const Bytes& pool) {
    program_.data_pool = pool;
    return *this;
}

Scenario& Scenario::elements(const std::vector<std::uint64_t>& pool) {
    program_.element_pool = pool;
    return *this;
}

Scenario& Scenario::input(const Bytes& bytes) {
    state_.input = std::make_shared<const Bytes>(bytes);
    return *this;
}

Scenario& Scenario::output(const Bytes& bytes) {
    state_.output = bytes;
    return *this;
}

Scenario& Scenario::suspended(std::uint32_t frames) {
    std::vector<std::uint64_t> below;
    for (std::uint32_t i = 0; i < frames; ++i) {
        state_.callers.push_back(
            {.id = state_.next_frame_id++,
             .locals_begin = static_cast<std::uint32_t>(below.size()),
             .return_pc = static_cast<std::uint32_t>(arbitrary() % program_.code.size())});
        below.insert(below.end(), {arbitrary(), 0, i, 0});
    }
    state_.locals_begin += static_cast<std::uint32_t>(below.size());
    below.insert(below.end(), state_.locals.begin(), state_.locals.end());
    state_.locals = below;
    return *this;
}

Scenario& Scenario::slots_used(std::uint32_t slots) {
    state_.slots_used = slots;
    return *this;
}

std::uint32_t Scenario::pc() const {
    return state_.pc;
}

std::uint64_t Scenario::arbitrary() {
    return next_random(random_);
}

StepCase Scenario::next(const std::vector<std::uint64_t>& pushed) {
    return jump(state_.pc + 1, pushed);
}

StepCase Scenario::jump(std::uint32_t target, const std::vector<std::uint64_t>& pushed) {
    StepCase result = build();
    result.after.pc = target;
    vm::SlotStack& values = result.after.values;
    values.resize(values.size() - operands_);
    values.append(pushed);
    return result;
}

StepCase Scenario::stay(const std::vector<std::uint64_t>& pushed) {
    return jump(state_.pc, pushed);
}

StepCase Scenario::trap(vm::Trap trap) {
    return stop(vm::Status::trapped, static_cast<std::uint32_t>(trap));
}

StepCase Scenario::halt(std::uint32_t code) {
    return stop(vm::Status::halted, code);
}

StepCase Scenario::finish() {
    StepCase result = build();
    result.after.status = vm::Status::halted;
    return result;
}

StepCase Scenario::enter(std::uint32_t entry, std::uint32_t slots, unsigned locals_depth) {
    StepCase result = jump(entry);
    vm::MachineState& after = result.after;
    after.callers.push_back({.id = after.next_frame_id++,
                             .locals_begin = after.locals_begin,
                             .return_pc = state_.pc + 1});
    after.locals_begin = static_cast<std::uint32_t>(after.locals.size());
    after.locals.resize(after.locals.size() + (std::size_t{4} << locals_depth));
    after.slots_used += slots;
    return result;
}

StepCase Scenario::leave(std::uint32_t slots) {
    StepCase result = jump(state_.callers.back().return_pc);
    vm::MachineState& after = result.after;
    after.locals.resize(after.locals_begin);
    after.locals_begin = after.callers.back().locals_begin;
    after.callers.pop_back();
    after.slots_used -= slots;
    return result;
}

StepCase Scenario::build() {
    program_.function_infos.resize(program_.functions.size());
    state_.memories.clear();
    for (const vm::MemoryShape& shape : program_.memories) {
        state_.memories.emplace_back(shape.pages, shape.max_pages);
    }
    for (const auto& [address, bytes] : written_) {
        std::ranges::copy(bytes, state_.memories[memory_].write(address, bytes.size()));
    }
    StepCase result{.label = label_,
                    .opcode = instruction_.opcode,
                    .program = std::make_shared<const vm::Program>(program_),
                    .before = state_,
                    .after = state_,
                    .memory = memory_};
    result.after.steps = state_.steps + 1;
    return result;
}

StepCase Scenario::stop(vm::Status status, std::uint32_t code) {
    StepCase result = build();
    vm::MachineState& after = result.after;
    after.status = status;
    after.code = code;
    after.values.clear();
    after.locals.assign(4, 0);
    after.locals_begin = 0;
    after.callers.clear();
    after.slots_used = 0;
    return result;
}

void Scenario::place(std::uint32_t pc, std::uint32_t instructions) {
    program_.code.assign(instructions, {.opcode = vm::Opcode::unreachable});
    program_.code.at(pc) = instruction_;
    state_.pc = pc;
}

Bytes counting(std::size_t count, std::uint8_t first) {
    Bytes bytes(count);
    for (std::size_t i = 0; i < count; ++i) {
        bytes[i] = static_cast<std::uint8_t>(first + i);
    }
    return bytes;
}

std::string name(vm::Opcode opcode) {
    return std::string(vm::traits(opcode).mnemonic);
}

std::uint16_t depth_for_slots(std::size_t slots) {
    return static_cast<std::uint16_t>(slot_tree_depth(slots));
}

}  // namespace lockstep::differential
