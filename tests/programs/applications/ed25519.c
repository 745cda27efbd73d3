// Verifies an Ed25519 signature (RFC 8032, section 5.1.7). Input: public key 32, signature 64, message. Output:
// "valid", or why it is not. Numbers are eight 32-bit limbs, the lowest first; those of the field are kept below 2^256
// and brought below 2^255 - 19 only where they are compared.
#include "sha512.h"
#include "text_output.h"

enum { LIMBS = 8, KEY = 32, SIGNATURE = 64, CODE_TOO_SHORT = 2 };

typedef struct {
    u32 limb[LIMBS];
} Number;

// Extended coordinates: x = X/Z, y = Y/Z, x * y = T/Z.
typedef struct {
    Number x, y, z, t;
} Point;

static const Number prime = {
    {0xffffffed, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x7fffffff}};
// (p - 5) / 8
static const Number root_exponent = {
    {0xfffffffd, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x0fffffff}};
// -121665 / 121666
static const Number curve_d = {
    {0x135978a3, 0x75eb4dca, 0x4141d8ab, 0x00700a4d, 0x7779e898, 0x8cc74079, 0x2b6ffe73, 0x52036cee}};
// 2^((p - 1) / 4)
static const Number root_of_minus_one = {
    {0x4a0ea0b0, 0xc4ee1b27, 0xad2fe478, 0x2f431806, 0x3dfbd7a7, 0x2b4d0099, 0x4fc1df0b, 0x2b832480}};
static const Number group_order = {
    {0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0x00000000, 0x00000000, 0x00000000, 0x10000000}};
static const Number base_x = {
    {0x8f25d51a, 0xc9562d60, 0x9525a7b2, 0x692cc760, 0xfdd6dc5c, 0xc0a4e231, 0xcd6e53fe, 0x216936d3}};
static const Number base_y = {
    {0x66666658, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666}};
static const Number zero = {{0}};
static const Number one = {{1}};

// Negative, zero or positive as a is less than, equal to or greater than b.
static i32 compare(const Number* a, const Number* b) {
    for (u32 i = LIMBS; i-- != 0;) {
        if (a->limb[i] != b->limb[i]) {
            return a->limb[i] < b->limb[i] ? -1 : 1;
        }
    }
    return 0;
}

// a - b modulo 2^256; returns whether it borrows.
static u32 subtract_plain(Number* result, const Number* a, const Number* b) {
    u64 borrow = 0;
    for (u32 i = 0; i < LIMBS; ++i) {
        u64 difference = (u64)a->limb[i] - b->limb[i] - borrow;
        result->limb[i] = (u32)difference;
        borrow = difference >> 63;
    }
    return (u32)borrow;
}

// Adds carry * 2^256, which is carry * 38 modulo p.
static void fold(Number* number, u64 carry) {
    while (carry != 0) {
        carry *= 38;
        for (u32 i = 0; i < LIMBS; ++i) {
            carry += number->limb[i];
            number->limb[i] = (u32)carry;
            carry >>= 32;
        }
    }
}

static void add(Number* result, const Number* a, const Number* b) {
    u64 carry = 0;
    for (u32 i = 0; i < LIMBS; ++i) {
        carry += (u64)a->limb[i] + b->limb[i];
        result->limb[i] = (u32)carry;
        carry >>= 32;
    }
    fold(result, carry);
}

static void subtract(Number* result, const Number* a, const Number* b) {
    static const Number thirty_eight = {{38}};
    u32 borrow = subtract_plain(result, a, b);
    while (borrow != 0) {
        borrow = subtract_plain(result, result, &thirty_eight);
    }
}

static void multiply(Number* result, const Number* a, const Number* b) {
    u32 product[2 * LIMBS] = {0};
    for (u32 i = 0; i < LIMBS; ++i) {
        u64 carry = 0;
        for (u32 j = 0; j < LIMBS; ++j) {
            carry += (u64)a->limb[i] * b->limb[j] + product[i + j];
            product[i + j] = (u32)carry;
            carry >>= 32;
        }
        product[i + LIMBS] = (u32)carry;
    }
    u64 carry = 0;
    for (u32 i = 0; i < LIMBS; ++i) {
        carry += product[i] + (u64)product[i + LIMBS] * 38;
        result->limb[i] = (u32)carry;
        carry >>= 32;
    }
    fold(result, carry);
}

static void reduce(Number* number) {
    while (compare(number, &prime) >= 0) {
        subtract_plain(number, number, &prime);
    }
}

static u32 are_equal(const Number* a, const Number* b) {
    Number difference;
    subtract(&difference, a, b);
    reduce(&difference);
    return compare(&difference, &zero) == 0;
}

static u32 bit_of(const Number* number, u32 i) { return number->limb[i / 32] >> (i % 32) & 1; }

static void power(Number* result, const Number* base, const Number* exponent) {
    Number power = one;
    for (u32 i = 256; i-- != 0;) {
        multiply(&power, &power, &power);
        if (bit_of(exponent, i)) {
            multiply(&power, &power, base);
        }
    }
    *result = power;
}

static void double_point(Point* result, const Point* p) {
    Number a, b, c, e, f, g, h;
    multiply(&a, &p->x, &p->x);
    multiply(&b, &p->y, &p->y);
    multiply(&c, &p->z, &p->z);
    add(&c, &c, &c);
    add(&h, &a, &b);
    add(&e, &p->x, &p->y);
    multiply(&e, &e, &e);
    subtract(&e, &h, &e);
    subtract(&g, &a, &b);
    add(&f, &c, &g);
    multiply(&result->x, &e, &f);
    multiply(&result->y, &g, &h);
    multiply(&result->t, &e, &h);
    multiply(&result->z, &f, &g);
}

static void add_points(Point* result, const Point* p, const Point* q) {
    Number a, b, c, d, e, f, g, h;
    subtract(&a, &p->y, &p->x);
    subtract(&b, &q->y, &q->x);
    multiply(&a, &a, &b);
    add(&b, &p->y, &p->x);
    add(&c, &q->y, &q->x);
    multiply(&b, &b, &c);
    multiply(&c, &p->t, &q->t);
    multiply(&c, &c, &curve_d);
    add(&c, &c, &c);
    multiply(&d, &p->z, &q->z);
    add(&d, &d, &d);
    subtract(&e, &b, &a);
    subtract(&f, &d, &c);
    add(&g, &d, &c);
    add(&h, &b, &a);
    multiply(&result->x, &e, &f);
    multiply(&result->y, &g, &h);
    multiply(&result->t, &e, &h);
    multiply(&result->z, &f, &g);
}

static void load(Number* number, const u8* bytes) {
    for (u32 i = 0; i < LIMBS; ++i) {
        number->limb[i] =
            (u32)bytes[4 * i] | (u32)bytes[4 * i + 1] << 8 | (u32)bytes[4 * i + 2] << 16 | (u32)bytes[4 * i + 3] << 24;
    }
}

// x with v * x^2 = u, where there is one.
static u32 square_root_of_quotient(Number* x, const Number* u, const Number* v) {
    Number v3, v7, check;
    multiply(&v3, v, v);
    multiply(&v3, &v3, v);
    multiply(&v7, &v3, &v3);
    multiply(&v7, &v7, v);
    multiply(x, u, &v7);
    power(x, x, &root_exponent);
    multiply(x, x, &v3);
    multiply(x, x, u);
    multiply(&check, x, x);
    multiply(&check, &check, v);
    if (are_equal(&check, u)) {
        return 1;
    }
    multiply(x, x, &root_of_minus_one);
    Number negated;
    subtract(&negated, &zero, &check);
    return are_equal(&negated, u);
}

static void set_affine(Point* point, const Number* x, const Number* y) {
    point->x = *x;
    point->y = *y;
    point->z = one;
    multiply(&point->t, x, y);
}

// RFC 8032, section 5.1.3. Returns whether the bytes are a point in its one encoding.
static u32 decode_point(Point* point, const u8* bytes) {
    Number x, y, y2, u, v;
    load(&y, bytes);
    u32 sign = y.limb[LIMBS - 1] >> 31;
    y.limb[LIMBS - 1] &= 0x7fffffff;
    if (compare(&y, &prime) >= 0) {
        return 0;
    }
    multiply(&y2, &y, &y);
    subtract(&u, &y2, &one);
    multiply(&v, &y2, &curve_d);
    add(&v, &v, &one);
    if (!square_root_of_quotient(&x, &u, &v)) {
        return 0;
    }
    reduce(&x);
    if (compare(&x, &zero) == 0 && sign) {
        return 0;
    }
    if ((x.limb[0] & 1) != sign) {
        subtract(&x, &zero, &x);
    }
    set_affine(point, &x, &y);
    return 1;
}

// The hash as a number of 512 bits, modulo the order of the group, bit by bit.
static void reduce_hash(Number* result, const u8 digest[64]) {
    *result = zero;
    for (u32 i = 512; i-- != 0;) {
        u32 carry = digest[i / 8] >> (i % 8) & 1;
        for (u32 j = 0; j < LIMBS; ++j) {
            u32 next = result->limb[j] >> 31;
            result->limb[j] = result->limb[j] << 1 | carry;
            carry = next;
        }
        if (compare(result, &group_order) >= 0) {
            subtract_plain(result, result, &group_order);
        }
    }
}

// a * p + b * q, both bits at once.
static void multiply_twice(Point* result, const Number* a, const Point* p, const Number* b, const Point* q) {
    Point both;
    add_points(&both, p, q);
    *result = (Point){.x = zero, .y = one, .z = one, .t = zero};
    for (u32 i = 256; i-- != 0;) {
        double_point(result, result);
        u32 which = bit_of(a, i) | bit_of(b, i) << 1;
        if (which != 0) {
            add_points(result, result, which == 1 ? p : which == 2 ? q : &both);
        }
    }
}

static void hash_message(u8 digest[64], const u8* key_and_signature, u32 size) {
    Sha512 hash;
    sha512_start(&hash);
    sha512_add(&hash, key_and_signature + KEY, KEY);
    sha512_add(&hash, key_and_signature, KEY);
    u8 part[256];
    for (u32 offset = KEY + SIGNATURE; offset < size; offset += sizeof part) {
        u32 count = size - offset < sizeof part ? size - offset : (u32)sizeof part;
        input_read(part, offset, count);
        sha512_add(&hash, part, count);
    }
    sha512_finish(&hash, digest);
}

static const char* verify(const u8* key_and_signature, u32 size) {
    Point key, r, base, sum;
    Number s, k, left, right;
    load(&s, key_and_signature + KEY + 32);
    if (compare(&s, &group_order) >= 0) {
        return "invalid: s is not below the order of the group\n";
    }
    if (!decode_point(&key, key_and_signature)) {
        return "invalid: the public key is no point\n";
    }
    if (!decode_point(&r, key_and_signature + KEY)) {
        return "invalid: r is no point\n";
    }
    u8 digest[64];
    hash_message(digest, key_and_signature, size);
    reduce_hash(&k, digest);
    subtract(&key.x, &zero, &key.x);
    subtract(&key.t, &zero, &key.t);
    set_affine(&base, &base_x, &base_y);
    multiply_twice(&sum, &s, &base, &k, &key);
    // r.z is 1.
    multiply(&left, &r.x, &sum.z);
    multiply(&right, &r.y, &sum.z);
    return are_equal(&left, &sum.x) && are_equal(&right, &sum.y) ? "valid\n" : "invalid: the equation does not hold\n";
}

void _start(void) {
    u8 key_and_signature[KEY + SIGNATURE];
    u32 size = input_size();
    if (size < sizeof key_and_signature) {
        stop(CODE_TOO_SHORT);
    }
    input_read(key_and_signature, 0, sizeof key_and_signature);
    put_text(verify(key_and_signature, size));
    flush_text();
}
