// The host of a guest that is compiled natively: input is stdin, output is stdout, `halt` exits.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lockstep.h"

// The guest's _start, which the compile command renames: an executable has a _start of its own.
void guest_start(void);

static u8* input;
static size_t size;

static void read_input(void) {
    size_t room = 1 << 16;
    input = malloc(room);
    while (input != NULL) {
        size += fread(input + size, 1, room - size, stdin);
        if (size < room) {
            return;
        }
        room *= 2;
        input = realloc(input, room);
    }
    abort();
}

u32 input_size(void) { return (u32)size; }

void input_read(void* to, u32 offset, u32 count) {
    if (offset > size || count > size - offset) {
        abort();
    }
    memcpy(to, input + offset, count);
}

void output_write(const void* from, u32 count) {
    if (fwrite(from, 1, count, stdout) != count) {
        abort();
    }
}

void halt(u32 code) { exit((int)code); }

int main(void) {
    read_input();
    guest_start();
    return 0;
}
