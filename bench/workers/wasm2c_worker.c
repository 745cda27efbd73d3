// Runs a kernel that wasm2c has made C of, for lockstep_engine_bench: a size a line comes in, checksum and CPU seconds
// go out.

#include <stdint.h>
#include <stdio.h>
#include <time.h>

// Made by wasm2c with the module's name "guest".
#include "guest.h"

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(void) {
    wasm_rt_init();
    Z_guest_init_module();
    uint32_t size;
    while (scanf("%u", &size) == 1) {
        Z_guest_instance_t instance;
        Z_guest_instantiate(&instance);
        const double begin = cpu_seconds();
        const uint32_t checksum = Z_guestZ_kernel(&instance, size);
        const double end = cpu_seconds();
        Z_guest_free(&instance);
        printf("%u %.9f\n", checksum, end - begin);
        fflush(stdout);
    }
    return 0;
}
