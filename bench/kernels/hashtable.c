// Strings of bytes: n keys are written, hashed, compared and counted in a table; every key comes thrice.

#include <stdint.h>

enum { SLOTS = 1 << 16, KEY_BYTES = 16 };

struct entry {
    char key[KEY_BYTES];
    uint32_t count;
};

static struct entry entries[SLOTS];

/// "key-" and the number in decimal.
static uint32_t write_key(char* key, uint32_t number) {
    char digits[10];
    uint32_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    uint32_t length = 0;
    for (const char* prefix = "key-"; *prefix; ++prefix) {
        key[length++] = *prefix;
    }
    while (count != 0) {
        key[length++] = digits[--count];
    }
    key[length] = 0;
    return length;
}

static uint32_t hash_of(const char* key) {
    uint32_t hash = 2166136261;
    for (; *key; ++key) {
        hash = (hash ^ (uint8_t)*key) * 16777619;
    }
    return hash ^ hash >> 15;
}

static int equal(const char* a, const char* b) {
    while (*a && *a == *b) {
        ++a;
        ++b;
    }
    return *a == *b;
}

static uint32_t insert(const char* key, uint32_t length) {
    uint32_t slot = hash_of(key) % SLOTS;
    while (entries[slot].count != 0 && !equal(entries[slot].key, key)) {
        slot = (slot + 1) % SLOTS;
    }
    struct entry* const entry = &entries[slot];
    if (entry->count == 0) {
        for (uint32_t i = 0; i <= length; ++i) {
            entry->key[i] = key[i];
        }
    }
    ++entry->count;
    return slot;
}

uint32_t kernel(uint32_t n) {
    char key[KEY_BYTES];
    uint32_t mix = 0;
    uint32_t distinct = n / 3 + 1;
    for (uint32_t i = 0; i < n; ++i) {
        const uint32_t length = write_key(key, i % distinct * 2654435761U >> 8);
        mix = mix * 31 + insert(key, length);
    }
    return mix;
}
