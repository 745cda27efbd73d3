#pragma once

#include <cstdint>
#include <vector>

#include "base/byte_writer.hpp"
#include "fuzz/choices.hpp"
#include "trace/records.hpp"
#include "vm/instructions/state_access.hpp"
#include "vm/program/instruction.hpp"

namespace lockstep::fuzz {

/// StateAccess to a state that nobody has: its numbers are chosen, its trees are all but empty, all
/// hashes fit. Writes the openings of what is touched as a prover would, so that a verifier gets past
/// its checks to the semantics. It computes no state after the step.
class ForgingAccess {
public:
    ForgingAccess(Choices& choices, const vm::Instruction& instruction);

    /// The bundle up to the openings: the state at its front, the instruction, `operands` on the stack.
    [[nodiscard]] Bytes bundle(const vm::Instruction& instruction, std::uint32_t operands);

    [[nodiscard]] std::uint32_t pc() const { return record_.pc; }
    void set_pc(std::uint32_t /*pc*/) {}
    void count_step() {}
    void set_status(vm::Status /*status*/, std::uint32_t /*code*/) {}
    void clear_stacks() {}
    [[nodiscard]] std::uint64_t gas() const { return record_.gas; }
    void set_gas(std::uint64_t /*gas*/) {}
    [[nodiscard]] std::uint32_t call_depth() const { return record_.call_depth; }
    void set_call_depth(std::uint32_t /*depth*/) {}
    [[nodiscard]] std::uint32_t slots_used() const { return record_.slots_used; }
    void set_slots_used(std::uint32_t /*slots*/) {}

    std::uint64_t pop();
    void push(std::uint64_t /*value*/) {}
    [[nodiscard]] std::uint64_t local(std::uint32_t index, unsigned depth);
    void set_local(std::uint32_t index, unsigned depth, std::uint64_t value);
    [[nodiscard]] std::uint64_t global(std::uint32_t index, unsigned depth);
    void set_global(std::uint32_t index, unsigned depth, std::uint64_t value);
    void push_frame(std::uint32_t /*return_pc*/, unsigned /*depth*/) {}
    [[nodiscard]] std::uint32_t pop_frame();

    void open_memory(std::uint32_t memory, unsigned depth);
    [[nodiscard]] std::uint32_t memory_pages() const { return memory_.pages; }
    [[nodiscard]] std::uint32_t memory_max_pages() const { return memory_.max_pages; }
    void set_memory_pages(std::uint32_t /*pages*/) {}
    void open_memory_bytes(vm::Range first, vm::Range second);
    [[nodiscard]] std::uint32_t uncharged_chunks(vm::Range range) const;
    [[nodiscard]] std::uint64_t load(std::uint64_t /*address*/, unsigned /*size*/) const {
        return 0;
    }
    void store(std::uint64_t /*address*/, unsigned /*size*/, std::uint64_t /*value*/) {}
    void fill_memory(vm::Range /*range*/, std::uint64_t /*byte*/) {}
    void copy_memory(std::uint64_t /*destination*/, vm::Range /*source*/) {}
    void copy_data(std::uint64_t /*destination*/, vm::Range /*source*/) {}
    void copy_input(std::uint64_t /*destination*/, vm::Range /*source*/) {}

    void open_table(std::uint32_t table, unsigned depth) { open_tables(table, table, depth); }
    void open_tables(std::uint32_t x, std::uint32_t y, unsigned depth);
    [[nodiscard]] std::uint32_t table_size(std::uint32_t /*table*/) const { return table_.size; }
    [[nodiscard]] std::uint32_t table_max(std::uint32_t /*table*/) const { return table_.max; }
    void set_table_size(std::uint32_t /*table*/, std::uint32_t /*size*/) {}
    void open_table_slots(std::uint32_t table, vm::Range range);
    void open_table_slots_for_copy(std::uint32_t to, vm::Range written, std::uint32_t from,
                                   vm::Range read);
    [[nodiscard]] std::uint64_t table_slot(std::uint32_t /*table*/, std::uint64_t /*index*/) const {
        return 0;
    }
    void set_table_slot(std::uint32_t /*table*/, std::uint64_t /*index*/, std::uint64_t /*value*/) {
    }
    void open_elements(vm::Range range);
    [[nodiscard]] std::uint64_t element(std::uint64_t /*index*/) const { return 0; }

    void open_function(std::uint32_t index);
    [[nodiscard]] std::uint32_t function_type() const { return 0; }
    [[nodiscard]] std::uint32_t function_entry() const { return 0; }
    [[nodiscard]] std::uint32_t function_slots() const { return 0; }
    [[nodiscard]] unsigned function_locals_depth() const { return 0; }

    void open_io();
    [[nodiscard]] std::uint64_t input_length() const { return io_.input_length; }
    [[nodiscard]] std::uint64_t output_length() const { return io_.output_length; }
    void open_data(vm::Range range);
    void open_input(vm::Range range);
    void open_output(vm::Range range);
    void append_output(vm::Range /*range*/) {}

private:
    void choose_registers(Choices& choices);
    void open_environment();
    void open_program();
    void open_slot(std::uint32_t index, unsigned depth);
    void open_empty(unsigned depth, vm::Range first, vm::Range second, std::uint64_t leaf);

    trace::StateRecord record_;
    trace::EnvironmentRecord environment_;
    trace::MemoryRecord memory_;  // of all memories
    trace::TableRecord table_;    // of all tables
    trace::IoRecord io_;
    trace::ProgramRecord program_;
    Hash256 callers_;                      // under the suspended frame
    std::vector<std::uint64_t> operands_;  // the next one to pop last
    std::size_t popped_ = 0;
    ByteWriter openings_;
    bool environment_open_ = false;
    bool program_open_ = false;
};

}  // namespace lockstep::fuzz
