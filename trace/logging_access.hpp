#pragma once

#include <cstdint>

#include "trace/step_log.hpp"
#include "vm/machine/running_access.hpp"

namespace lockstep::trace {

/// StateAccess of a run whose every state is to be hashed: does what the interpreter's does, and takes
/// note of each change.
class LoggingAccess : public vm::RunningAccess {
public:
    struct Context {
        const vm::Program& program;
        vm::MachineState& state;
        StepLog& log;
    };

    explicit LoggingAccess(const Context& context)
        : RunningAccess(context.program, context.state), log_(context.log) {}
    LoggingAccess(const Context& context, const Registers& registers)
        : RunningAccess(context.program, context.state, registers), log_(context.log) {}

    void end_step() {
        const std::uint32_t environment = log_.environment.end_step(state_);
        log_.entries.push_back({.gas = gas(),
                                .pc = pc(),
                                .call_depth = call_depth(),
                                .slots_used = slots_used(),
                                .values = log_.values.link(height()),
                                .locals = log_.locals.root(),
                                .callers = log_.frames.link(),
                                .environment = environment});
    }

    void clear_stacks() {
        RunningAccess::clear_stacks();
        log_.frames.clear();
        log_.locals.enter(state_, 0);
    }

    void push(std::uint64_t value) {
        log_.values.push(height(), value);
        RunningAccess::push(value);
    }

    void set_local(std::uint32_t index, unsigned depth, std::uint64_t value) {
        if (local(index, depth) != value) {
            RunningAccess::set_local(index, depth, value);
            log_.locals.write(state_, registers().locals, index, depth);
        }
    }
    void set_global(std::uint32_t index, unsigned depth, std::uint64_t value) {
        RunningAccess::set_global(index, depth, value);
        log_.environment.touch_global(index);
    }

    void push_frame(std::uint32_t return_pc, unsigned depth) {
        log_.frames.suspend(log_.locals.root(), return_pc);
        RunningAccess::push_frame(return_pc, depth);
        log_.locals.enter(state_, depth);
    }
    [[nodiscard]] std::uint32_t pop_frame() {
        const std::uint32_t return_pc = RunningAccess::pop_frame();
        log_.locals.resume(state_, log_.frames.resume());
        return return_pc;
    }

    void open_memory(std::uint32_t memory, unsigned depth) {
        RunningAccess::open_memory(memory, depth);
        memory_ = memory;
    }
    void set_memory_pages(std::uint32_t pages) {
        RunningAccess::set_memory_pages(pages);
        log_.environment.touch_memory(memory_, 0, 0);
    }
    void store(std::uint64_t address, unsigned size, std::uint64_t value) {
        RunningAccess::store(address, size, value);
        log_.environment.touch_memory(memory_, address, size);
    }
    void fill_memory(vm::Range range, std::uint64_t byte) {
        RunningAccess::fill_memory(range, byte);
        log_.environment.touch_memory(memory_, range.begin, range.length);
    }
    void copy_memory(std::uint64_t destination, vm::Range source) {
        RunningAccess::copy_memory(destination, source);
        log_.environment.touch_memory(memory_, destination, source.length);
    }
    void copy_data(std::uint64_t destination, vm::Range source) {
        RunningAccess::copy_data(destination, source);
        log_.environment.touch_memory(memory_, destination, source.length);
    }
    void copy_input(std::uint64_t destination, vm::Range source) {
        RunningAccess::copy_input(destination, source);
        log_.environment.touch_memory(memory_, destination, source.length);
    }

    void set_table_size(std::uint32_t table, std::uint32_t size) {
        RunningAccess::set_table_size(table, size);
        log_.environment.touch_table(table);
    }
    void set_table_slot(std::uint32_t table, std::uint64_t index, std::uint64_t value) {
        RunningAccess::set_table_slot(table, index, value);
        log_.environment.touch_table_slot(table, index);
    }
    void append_output(vm::Range source) {
        log_.environment.touch_output(output_length());
        RunningAccess::append_output(source);
    }

private:
    [[nodiscard]] std::size_t height() const {
        return static_cast<std::size_t>(registers().top - state_.values.data());
    }

    StepLog& log_;
    std::uint32_t memory_ = 0;  // the open one
};

}  // namespace lockstep::trace
