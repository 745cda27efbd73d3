#pragma once

// What the meaning of an instruction may touch of a machine state. The semantics in this folder are
// templates over this concept and exist once; four models of it run them:
//
//   direct     vm/machine/direct_access.hpp     native state: the interpreter
//   logging    trace/logging_access.hpp         native state, and takes note of what it writes
//   recording  trace/recording_access.hpp       native state, and writes the witness of what it touched
//   witness    trace/witness_access.hpp         a witness alone, and yields the root after
//
// verifier-solidity/src/instructions holds the same functions in Solidity, in the same order. The
// order in which a function calls open_* is the order of the parts of a witness, so it is normative
// (docs/spec/step.md).

#include <concepts>
#include <cstdint>

#include "vm/machine/trap.hpp"

namespace lockstep::vm {

/// `length` >= 1 consecutive bytes (of memory, input, output or the data pool) or slots (of a table
/// or of the element pool).
struct Range {
    std::uint64_t begin = 0;
    std::uint64_t length = 0;
};

/// Preconditions: a range is opened before anything in it is read or written; reads and writes are
/// in bounds (the semantics have checked); all pops come before the first push.
template <typename A>
concept StateAccess = requires(A access, std::uint32_t u32, std::uint64_t u64, unsigned depth,
                               unsigned size, Status status, Range range) {
    // Registers.
    { access.pc() } -> std::same_as<std::uint32_t>;
    access.set_pc(u32);
    access.count_step();
    access.set_status(status, u32);  // with the exit code or trap
    access.clear_stacks();           // value stack, locals, callers, call depth, slots used
    { access.gas() } -> std::same_as<std::uint64_t>;
    access.set_gas(u64);
    { access.call_depth() } -> std::same_as<std::uint32_t>;
    access.set_call_depth(u32);
    { access.slots_used() } -> std::same_as<std::uint32_t>;
    access.set_slots_used(u32);

    // Value stack.
    { access.pop() } -> std::same_as<std::uint64_t>;
    access.push(u64);

    // The running frame's locals (a tree of the given depth) and the globals.
    { access.local(u32, depth) } -> std::same_as<std::uint64_t>;
    access.set_local(u32, depth, u64);
    { access.global(u32, depth) } -> std::same_as<std::uint64_t>;
    access.set_global(u32, depth, u64);

    // Frames: suspends the running one and starts one with zero locals; resumes the caller and
    // gives its return pc.
    access.push_frame(u32, depth);
    { access.pop_frame() } -> std::same_as<std::uint32_t>;

    // Memory. open_memory opens the record of one memory, open_memory_bytes what is in it; the rest
    // is about that one. At most one of each a step; the second range may be empty (length 0).
    access.open_memory(u32, depth);
    { access.memory_pages() } -> std::same_as<std::uint32_t>;
    { access.memory_max_pages() } -> std::same_as<std::uint32_t>;
    access.set_memory_pages(u32);
    access.open_memory_bytes(range, range);
    { access.uncharged_chunks(range) } -> std::same_as<std::uint32_t>;
    { access.load(u64, size) } -> std::same_as<std::uint64_t>;  // little-endian, size <= 8
    access.store(u64, size, u64);                               // marks its chunks charged
    access.fill_memory(range, u64);                             // the byte; as do these
    access.copy_memory(u64, range);                             // destination, source
    access.copy_data(u64, range);                               // destination, range of the pool
    access.copy_input(u64, range);                              // destination, range of the input

    // Tables. open_table opens the records, open_table_slots slots of the opened tables.
    access.open_table(u32, depth);
    access.open_tables(u32, u32, depth);
    { access.table_size(u32) } -> std::same_as<std::uint32_t>;
    { access.table_max(u32) } -> std::same_as<std::uint32_t>;
    access.set_table_size(u32, u32);
    access.open_table_slots(u32, range);
    access.open_table_slots_for_copy(u32, range, u32, range);  // destination, source
    { access.table_slot(u32, u64) } -> std::same_as<std::uint64_t>;
    access.set_table_slot(u32, u64, u64);
    access.open_elements(range);
    { access.element(u64) } -> std::same_as<std::uint64_t>;

    // Function records.
    access.open_function(u32);
    { access.function_type() } -> std::same_as<std::uint32_t>;
    { access.function_entry() } -> std::same_as<std::uint32_t>;
    { access.function_slots() } -> std::same_as<std::uint32_t>;
    { access.function_locals_depth() } -> std::same_as<unsigned>;

    // Input and output.
    access.open_io();
    { access.input_length() } -> std::same_as<std::uint64_t>;
    { access.output_length() } -> std::same_as<std::uint64_t>;
    access.open_data(range);
    access.open_input(range);
    access.open_output(range);
    access.append_output(range);  // of memory; lengthens the output
};

}  // namespace lockstep::vm
