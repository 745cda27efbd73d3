#pragma once

// What a guest sees: the host functions, and the few integer types that freestanding code needs.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int i32;

#ifdef __wasm__
#define LOCKSTEP_IMPORT(name) __attribute__((import_module("lockstep"), import_name(name)))
#else
// Compiled for the host, a guest is linked with applications/native_host.c.
#define LOCKSTEP_IMPORT(name)
#endif

#ifdef __cplusplus
extern "C" {
#endif

LOCKSTEP_IMPORT("input_size") u32 input_size(void);
LOCKSTEP_IMPORT("input_read") void input_read(void* to, u32 offset, u32 size);
LOCKSTEP_IMPORT("output_write") void output_write(const void* from, u32 size);
LOCKSTEP_IMPORT("halt") void halt(u32 code);

#ifdef __cplusplus
}
#endif
