#pragma once

// What a program in C can ask of Lockstep. A trap ends the run: reading past the input's end, handing
// over memory that does not exist.

#include <stdint.h>

#define LOCKSTEP_GUEST_IMPORT(name) \
    __attribute__((import_module("lockstep"), import_name(#name))) extern

/// The length of the input in bytes.
LOCKSTEP_GUEST_IMPORT(input_size) uint32_t lockstep_input_size(void);

/// Copies `size` bytes of the input, from `offset` on.
LOCKSTEP_GUEST_IMPORT(input_read)
void lockstep_input_read(void* destination, uint32_t offset, uint32_t size);

/// Appends to the output.
LOCKSTEP_GUEST_IMPORT(output_write) void lockstep_output_write(const void* source, uint32_t size);

/// Ends the run with an exit code. It does not return.
LOCKSTEP_GUEST_IMPORT(halt) void lockstep_halt(uint32_t exit_code);
