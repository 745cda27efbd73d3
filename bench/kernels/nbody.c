// Floats with square roots and divisions: five bodies attract one another, n steps of time.

#include <stdint.h>

enum { BODIES = 5 };

struct body {
    double place[3];
    double speed[3];
    double mass;
};

static struct body bodies[BODIES] = {
    {{0, 0, 0}, {0, 0, 0}, 39.5},
    {{4.84, -1.16, -0.10}, {0.606, 2.81, -0.02}, 0.0377},
    {{8.34, 4.12, -0.40}, {-1.01, 1.82, 0.008}, 0.0113},
    {{12.9, -15.1, -0.22}, {1.08, 0.868, -0.011}, 0.0017},
    {{15.4, -25.9, 0.18}, {0.979, 0.594, -0.035}, 0.0020},
};

static void advance(double time) {
    for (int i = 0; i < BODIES; ++i) {
        struct body* const first = &bodies[i];
        for (int j = i + 1; j < BODIES; ++j) {
            struct body* const second = &bodies[j];
            const double x = first->place[0] - second->place[0];
            const double y = first->place[1] - second->place[1];
            const double z = first->place[2] - second->place[2];
            const double square = x * x + y * y + z * z;
            const double pull = time / (square * __builtin_sqrt(square));
            const double to_first = second->mass * pull;
            const double to_second = first->mass * pull;
            first->speed[0] -= x * to_first;
            first->speed[1] -= y * to_first;
            first->speed[2] -= z * to_first;
            second->speed[0] += x * to_second;
            second->speed[1] += y * to_second;
            second->speed[2] += z * to_second;
        }
    }
    for (int i = 0; i < BODIES; ++i) {
        for (int axis = 0; axis < 3; ++axis) {
            bodies[i].place[axis] += time * bodies[i].speed[axis];
        }
    }
}

uint32_t kernel(uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) {
        advance(0.01);
    }
    uint64_t mix = 0;
    for (int i = 0; i < BODIES; ++i) {
        for (int axis = 0; axis < 3; ++axis) {
            uint64_t bits;
            __builtin_memcpy(&bits, &bodies[i].place[axis], sizeof(bits));
            mix = mix * 31 + bits;
        }
    }
    return (uint32_t)(mix ^ mix >> 32);
}
