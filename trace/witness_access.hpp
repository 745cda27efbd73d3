#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/byte_reader.hpp"
#include "merkle/multiproof.hpp"
#include "trace/records.hpp"
#include "trace/witness.hpp"
#include "vm/instructions/state_access.hpp"
#include "vm/program/instruction.hpp"

namespace lockstep::trace {

/// StateAccess to a witness alone: reads each opening as the semantics ask for it and checks it
/// against a hash already known. After the first failure it answers zeros, and nothing that it
/// computed may be used: ask error(). Twin: RecordingAccess, which writes what is read here.
class WitnessAccess {
public:
    explicit WitnessAccess(ByteView witness) : reader_(witness) {}

    /// Reads the state record.
    void read_state();
    /// Reads the instruction at pc and its operands; those of a failed witness are zeros.
    [[nodiscard]] vm::Instruction read_instruction();
    /// Hashes what was changed and demands that the witness ends here.
    [[nodiscard]] StateRoot finish();

    [[nodiscard]] const std::optional<WitnessFailure>& error() const { return failure_; }
    [[nodiscard]] const StateRecord& record() const { return record_; }

    // Registers.
    [[nodiscard]] std::uint32_t pc() const { return record_.pc; }
    void set_pc(std::uint32_t pc) { record_.pc = pc; }
    void count_step() { ++record_.steps; }
    void set_status(vm::Status status, std::uint32_t code) {
        record_.status = static_cast<std::uint8_t>(status);
        record_.code = code;
    }
    void clear_stacks();
    [[nodiscard]] std::uint64_t gas() const { return record_.gas; }
    void set_gas(std::uint64_t gas) { record_.gas = gas; }
    [[nodiscard]] std::uint32_t call_depth() const { return record_.call_depth; }
    void set_call_depth(std::uint32_t depth) { record_.call_depth = depth; }
    [[nodiscard]] std::uint32_t slots_used() const { return record_.slots_used; }
    void set_slots_used(std::uint32_t slots) { record_.slots_used = slots; }

    // Values and frames.
    std::uint64_t pop();
    void push(std::uint64_t value);
    [[nodiscard]] std::uint64_t local(std::uint32_t index, unsigned depth);
    void set_local(std::uint32_t index, unsigned depth, std::uint64_t value);
    [[nodiscard]] std::uint64_t global(std::uint32_t index, unsigned depth);
    void set_global(std::uint32_t index, unsigned depth, std::uint64_t value);
    void push_frame(std::uint32_t return_pc, unsigned depth);
    [[nodiscard]] std::uint32_t pop_frame();

    // Memory.
    void open_memory(std::uint32_t memory, unsigned depth);
    [[nodiscard]] std::uint32_t memory_pages() const { return memory_record_.pages; }
    [[nodiscard]] std::uint32_t memory_max_pages() const { return memory_record_.max_pages; }
    void set_memory_pages(std::uint32_t pages) { memory_record_.pages = pages; }
    void open_memory_bytes(vm::Range first, vm::Range second);
    [[nodiscard]] std::uint32_t uncharged_chunks(vm::Range range) const;
    [[nodiscard]] std::uint64_t load(std::uint64_t address, unsigned size) const;
    void store(std::uint64_t address, unsigned size, std::uint64_t value);
    void fill_memory(vm::Range range, std::uint64_t byte);
    void copy_memory(std::uint64_t destination, vm::Range source);
    void copy_data(std::uint64_t destination, vm::Range source);
    void copy_input(std::uint64_t destination, vm::Range source);

    // Tables.
    void open_table(std::uint32_t table, unsigned depth);
    void open_tables(std::uint32_t x, std::uint32_t y, unsigned depth);
    [[nodiscard]] std::uint32_t table_size(std::uint32_t table) const;
    [[nodiscard]] std::uint32_t table_max(std::uint32_t table) const;
    void set_table_size(std::uint32_t table, std::uint32_t size);
    void open_table_slots(std::uint32_t table, vm::Range range);
    void open_table_slots_for_copy(std::uint32_t to, vm::Range written, std::uint32_t from,
                                   vm::Range read);
    [[nodiscard]] std::uint64_t table_slot(std::uint32_t table, std::uint64_t index) const;
    void set_table_slot(std::uint32_t table, std::uint64_t index, std::uint64_t value);
    void open_elements(vm::Range range);
    [[nodiscard]] std::uint64_t element(std::uint64_t index) const;

    // Function records.
    void open_function(std::uint32_t index);
    [[nodiscard]] std::uint32_t function_type() const { return function_.type; }
    [[nodiscard]] std::uint32_t function_entry() const { return function_.entry; }
    [[nodiscard]] std::uint32_t function_slots() const { return function_.slots; }
    [[nodiscard]] unsigned function_locals_depth() const { return function_.locals_depth; }

    // Input, output and pools.
    void open_io();
    [[nodiscard]] std::uint64_t input_length() const { return io_.input_length; }
    [[nodiscard]] std::uint64_t output_length() const { return io_.output_length; }
    void open_data(vm::Range range);
    void open_input(vm::Range range);
    void open_output(vm::Range range);
    void append_output(vm::Range source);

private:
    struct OpenTable {
        std::uint32_t index = 0;
        TableRecord record;
        std::optional<merkle::Opening> slots;
    };
    struct FunctionLeaf {
        std::uint32_t type = 0;
        std::uint32_t entry = 0;
        std::uint32_t slots = 0;
        std::uint8_t locals_depth = 0;
    };

    void fail(WitnessError error);
    [[nodiscard]] bool failed() const { return failure_.has_value(); }
    void require(bool condition, WitnessError error);
    template <Record R>
    [[nodiscard]] R read();
    [[nodiscard]] std::optional<merkle::Opening> open(merkle::Shape shape, unsigned depth,
                                                      std::span<const std::uint64_t> indices,
                                                      const Hash256& root, WitnessError mismatch);
    void read_operands(std::uint32_t count);
    void open_environment();
    void open_program();
    void open_slot(std::optional<merkle::Opening>& opening, std::uint32_t index, unsigned depth,
                   const Hash256& root, WitnessError mismatch);
    [[nodiscard]] const OpenTable* find_table(std::uint32_t table) const;
    [[nodiscard]] OpenTable* find_table(std::uint32_t table);
    void fold();

    ByteReader reader_;
    std::optional<WitnessFailure> failure_;
    StateRecord record_;
    Hash256 program_hash_;
    std::vector<std::uint64_t> operands_;  // the next one to pop last

    bool environment_open_ = false;
    EnvironmentRecord environment_;
    bool memory_record_open_ = false;
    std::uint32_t memory_index_ = 0;
    MemoryRecord memory_record_;
    std::optional<merkle::Opening> memories_;  // where there are several
    std::optional<merkle::Opening> memory_;
    std::optional<merkle::Opening> locals_;
    std::optional<merkle::Opening> globals_;
    std::optional<merkle::Opening> tables_;
    std::vector<OpenTable> open_tables_;  // ascending index
    bool program_open_ = false;
    ProgramRecord program_;
    FunctionLeaf function_;
    std::optional<merkle::Opening> pool_;  // data or elements
    bool io_open_ = false;
    IoRecord io_;
    std::optional<merkle::Opening> input_;
    std::optional<merkle::Opening> output_;
};

template <Record R>
R WitnessAccess::read() {
    const auto record = read_record<R>(reader_);
    require(record.has_value(), WitnessError::truncated);
    return record.value_or(R{});
}

}  // namespace lockstep::trace
