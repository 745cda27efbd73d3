#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "base/check.hpp"
#include "vm/instructions/state_access.hpp"
#include "vm/machine/machine_state.hpp"
#include "vm/program/program.hpp"

namespace lockstep::vm {

/// StateAccess to a native state: nothing needs to be opened.
class DirectAccess {
public:
    DirectAccess(const Program& program, MachineState& state) : program_(program), state_(state) {}

    [[nodiscard]] std::uint32_t pc() const { return state_.pc; }
    void set_pc(std::uint32_t pc) { state_.pc = pc; }
    void count_step() { ++state_.steps.value; }
    void set_status(Status status, std::uint32_t code) {
        state_.status = status;
        state_.code = code;
    }
    void clear_stacks() {
        state_.values.clear();
        state_.locals.assign(4, 0);
        state_.locals_begin = 0;
        state_.callers.clear();
        state_.slots_used = 0;
    }
    [[nodiscard]] std::uint64_t gas() const { return state_.gas.value; }
    void set_gas(std::uint64_t gas) { state_.gas = Gas(gas); }
    [[nodiscard]] std::uint32_t call_depth() const {
        return static_cast<std::uint32_t>(state_.callers.size());
    }
    void set_call_depth(std::uint32_t /*depth*/) {}  // push_frame and pop_frame have done it
    [[nodiscard]] std::uint32_t slots_used() const { return state_.slots_used; }
    void set_slots_used(std::uint32_t slots) { state_.slots_used = slots; }

    std::uint64_t pop() {
        const std::uint64_t value = state_.values.back();
        state_.values.pop_back();
        return value;
    }
    void push(std::uint64_t value) { state_.values.push_back(value); }

    [[nodiscard]] std::uint64_t local(std::uint32_t index, unsigned /*depth*/) const {
        return state_.locals[state_.locals_begin + index];
    }
    void set_local(std::uint32_t index, unsigned /*depth*/, std::uint64_t value) {
        state_.locals[state_.locals_begin + index] = value;
    }
    /// The running frame's slots.
    [[nodiscard]] std::span<const std::uint64_t> locals() const {
        return std::span<const std::uint64_t>(state_.locals).subspan(state_.locals_begin);
    }
    [[nodiscard]] std::uint64_t global(std::uint32_t index, unsigned /*depth*/) const {
        return state_.globals[index];
    }
    void set_global(std::uint32_t index, unsigned /*depth*/, std::uint64_t value) {
        state_.globals.set(index, value);
    }

    void push_frame(std::uint32_t return_pc, unsigned depth) {
        state_.callers.push_back({.id = state_.next_frame_id++,
                                  .locals_begin = state_.locals_begin,
                                  .return_pc = return_pc});
        state_.locals_begin = static_cast<std::uint32_t>(state_.locals.size());
        state_.locals.resize(state_.locals.size() + (std::size_t{4} << depth));
    }
    [[nodiscard]] std::uint32_t pop_frame() {
        const Frame frame = state_.callers.back();
        state_.callers.pop_back();
        state_.locals.resize(state_.locals_begin);
        state_.locals_begin = frame.locals_begin;
        return frame.return_pc;
    }

    void open_memory(std::uint32_t memory, unsigned /*depth*/) {
        memory_ = &state_.memories[memory];
    }
    [[nodiscard]] std::uint32_t memory_pages() const { return memory_->pages(); }
    [[nodiscard]] std::uint32_t memory_max_pages() const { return memory_->max_pages(); }
    void set_memory_pages(std::uint32_t pages) { memory_->set_pages(pages); }
    void open_memory_bytes(Range /*first*/, Range /*second*/) {}
    [[nodiscard]] std::uint32_t uncharged_chunks(Range range) const {
        const auto first = static_cast<std::uint32_t>(range.begin / kChunkBytes);
        const auto last =
            static_cast<std::uint32_t>((range.begin + range.length - 1) / kChunkBytes);
        std::uint32_t count = 0;
        for (std::uint32_t chunk = first; chunk <= last; ++chunk) {
            count += memory_->charged(chunk) ? 0U : 1U;
        }
        return count;
    }
    [[nodiscard]] std::uint64_t load(std::uint64_t address, unsigned size) const {
        std::uint64_t value = 0;
        std::memcpy(&value, memory_->data() + address, size);
        return value;
    }
    void store(std::uint64_t address, unsigned size, std::uint64_t value) {
        std::memcpy(memory_->write(address, size), &value, size);
    }
    void fill_memory(Range range, std::uint64_t byte) {
        std::memset(memory_->write(range.begin, range.length), static_cast<int>(byte),
                    range.length);
    }
    void copy_memory(std::uint64_t destination, Range source) {
        std::uint8_t* to = memory_->write(destination, source.length);
        std::memmove(to, memory_->data() + source.begin, source.length);
    }
    void copy_data(std::uint64_t destination, Range source) {
        std::memcpy(memory_->write(destination, source.length),
                    program_.data_pool.data() + source.begin, source.length);
    }
    void copy_input(std::uint64_t destination, Range source) {
        std::memcpy(memory_->write(destination, source.length), state_.input->data() + source.begin,
                    source.length);
    }

    void open_table(std::uint32_t /*table*/, unsigned /*depth*/) {}
    void open_tables(std::uint32_t /*x*/, std::uint32_t /*y*/, unsigned /*depth*/) {}
    [[nodiscard]] std::uint32_t table_size(std::uint32_t table) const {
        return state_.tables[table].size;
    }
    [[nodiscard]] std::uint32_t table_max(std::uint32_t table) const {
        return state_.tables[table].max;
    }
    void set_table_size(std::uint32_t table, std::uint32_t size) {
        state_.tables[table].size = size;
    }
    void open_table_slots(std::uint32_t /*table*/, Range /*range*/) {}
    void open_table_slots_for_copy(std::uint32_t /*to*/, Range /*written*/, std::uint32_t /*from*/,
                                   Range /*read*/) {}
    [[nodiscard]] std::uint64_t table_slot(std::uint32_t table, std::uint64_t index) const {
        return state_.tables[table].slots[index];
    }
    void set_table_slot(std::uint32_t table, std::uint64_t index, std::uint64_t value) {
        TrackedSlots& slots = state_.tables[table].slots;
        if (index >= slots.size()) {
            slots.grow(index + 1);
        }
        slots.set(index, value);
    }
    void open_elements(Range /*range*/) {}
    [[nodiscard]] std::uint64_t element(std::uint64_t index) const {
        return program_.element_pool[index];
    }

    void open_function(std::uint32_t index) {
        LOCKSTEP_CHECK(index < program_.functions.size());
        function_ = &program_.functions[index];
    }
    [[nodiscard]] std::uint32_t function_type() const { return function_->type; }
    [[nodiscard]] std::uint32_t function_entry() const { return function_->entry; }
    [[nodiscard]] std::uint32_t function_slots() const { return function_->slots; }
    [[nodiscard]] unsigned function_locals_depth() const { return function_->locals_depth; }

    void open_io() {}
    [[nodiscard]] std::uint64_t input_length() const { return state_.input->size(); }
    [[nodiscard]] std::uint64_t output_length() const { return state_.output.size(); }
    void open_data(Range /*range*/) {}
    void open_input(Range /*range*/) {}
    void open_output(Range /*range*/) {}
    void append_output(Range source) {
        const std::uint8_t* from = memory_->data() + source.begin;
        state_.output.insert(state_.output.end(), from, from + source.length);
    }

protected:
    const Program& program_;
    MachineState& state_;

private:
    Memory* memory_ = nullptr;  // the open one
    const FunctionRecord* function_ = nullptr;
};

static_assert(StateAccess<DirectAccess>);

}  // namespace lockstep::vm
