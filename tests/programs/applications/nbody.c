// Bodies that attract each other, in f64. Input, little-endian: the number of steps (u32), the length of a step (f64),
// then for each body its place and velocity (three f64 each) and its mass (f64). Output: energy, momentum and the least
// distance at the start and after each quarter of the steps, then where the bodies are.
#include "float_text.h"

enum { MAX_BODIES = 12, MAX_STEPS = 2000, HEADER = 12, BODY = 56, CODE_BAD_SIZE = 1, CODE_TOO_LARGE = 2 };

typedef struct {
    f64 place[3];
    f64 velocity[3];
    f64 mass;
} Body;

static Body bodies[MAX_BODIES];
static u32 body_count;
static u8 bytes[HEADER + MAX_BODIES * BODY];

static f64 load_float(u32 offset) {
    u64 bits = 0;
    for (u32 i = 8; i-- != 0;) {
        bits = bits << 8 | bytes[offset + i];
    }
    return f64_from_bits(bits);
}

static void load_bodies(u32 size) {
    for (u32 offset = HEADER; offset < size; offset += BODY) {
        Body* body = &bodies[body_count++];
        for (u32 axis = 0; axis < 3; ++axis) {
            body->place[axis] = load_float(offset + 8 * axis);
            body->velocity[axis] = load_float(offset + 24 + 8 * axis);
        }
        body->mass = load_float(offset + 48);
    }
}

static f64 distance_squared(const Body* a, const Body* b) {
    f64 sum = 0;
    for (u32 axis = 0; axis < 3; ++axis) {
        f64 difference = a->place[axis] - b->place[axis];
        sum += difference * difference;
    }
    return sum;
}

static void drift(f64 time) {
    for (u32 i = 0; i < body_count; ++i) {
        for (u32 axis = 0; axis < 3; ++axis) {
            bodies[i].place[axis] += time * bodies[i].velocity[axis];
        }
    }
}

static void kick(f64 time) {
    for (u32 i = 0; i < body_count; ++i) {
        for (u32 j = i + 1; j < body_count; ++j) {
            f64 square = distance_squared(&bodies[i], &bodies[j]);
            f64 factor = time / (square * __builtin_sqrt(square));
            for (u32 axis = 0; axis < 3; ++axis) {
                f64 difference = bodies[i].place[axis] - bodies[j].place[axis];
                bodies[i].velocity[axis] -= difference * bodies[j].mass * factor;
                bodies[j].velocity[axis] += difference * bodies[i].mass * factor;
            }
        }
    }
}

static void leap(f64 time) {
    drift(time / 2);
    kick(time);
    drift(time / 2);
}

// Three leaps, the middle one backwards, whose errors of the third order cancel: 1 / (2 - 2^(1/3)) and the rest.
static void advance(f64 time) {
    const f64 outer = 1.3512071919596578;
    const f64 inner = -1.7024143839193153;
    leap(outer * time);
    leap(inner * time);
    leap(outer * time);
}

static f64 energy(void) {
    f64 sum = 0;
    for (u32 i = 0; i < body_count; ++i) {
        f64 square = 0;
        for (u32 axis = 0; axis < 3; ++axis) {
            square += bodies[i].velocity[axis] * bodies[i].velocity[axis];
        }
        sum += bodies[i].mass * square / 2;
        for (u32 j = i + 1; j < body_count; ++j) {
            sum -= bodies[i].mass * bodies[j].mass / __builtin_sqrt(distance_squared(&bodies[i], &bodies[j]));
        }
    }
    return sum;
}

static f64 momentum(void) {
    f64 greatest = 0;
    for (u32 axis = 0; axis < 3; ++axis) {
        f64 sum = 0;
        for (u32 i = 0; i < body_count; ++i) {
            sum += bodies[i].mass * bodies[i].velocity[axis];
        }
        greatest = __builtin_fabs(sum) > greatest ? __builtin_fabs(sum) : greatest;
    }
    return greatest;
}

static f64 least_distance(void) {
    f64 least = f64_from_bits(0x7FF0000000000000ULL);
    for (u32 i = 0; i < body_count; ++i) {
        for (u32 j = i + 1; j < body_count; ++j) {
            f64 square = distance_squared(&bodies[i], &bodies[j]);
            least = square < least ? square : least;
        }
    }
    return __builtin_sqrt(least);
}

static void report(u32 step) {
    put_text("after ");
    put_decimal(step);
    put_text(" steps\n");
    put_measure("  energy", energy());
    put_measure("  momentum", momentum());
    put_measure("  least distance", least_distance());
}

void _start(void) {
    u32 size = input_size();
    if (size < HEADER || size > sizeof bytes || (size - HEADER) % BODY != 0) {
        stop(CODE_BAD_SIZE);
    }
    input_read(bytes, 0, size);
    u32 steps = (u32)bytes[0] | (u32)bytes[1] << 8 | (u32)bytes[2] << 16 | (u32)bytes[3] << 24;
    if (steps > MAX_STEPS) {
        stop(CODE_TOO_LARGE);
    }
    f64 time = load_float(4);
    load_bodies(size);
    report(0);
    for (u32 quarter = 0; quarter < 4; ++quarter) {
        for (u32 i = steps * quarter / 4; i < steps * (quarter + 1) / 4; ++i) {
            advance(time);
        }
        report(steps * (quarter + 1) / 4);
    }
    for (u32 i = 0; i < body_count; ++i) {
        for (u32 axis = 0; axis < 3; ++axis) {
            put_measure(axis == 0 ? "x" : axis == 1 ? "y" : "z", bodies[i].place[axis]);
        }
    }
    flush_text();
}
