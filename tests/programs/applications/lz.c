// A compressor of the LZ77 kind. Input: 'c' and data: they are compressed, the result is decompressed and compared, and
// written. Or 'd' and a stream: it is decompressed and the data are written.
//
// A stream: "LZ", the size of the data (seven bits a byte, the lowest first, the highest bit set on all but the last),
// the data's 32-bit FNV-1a hash (little-endian), then tokens until the size is reached. A token below 128 is followed
// by so many literals plus one; another one, less 128, is the length of a copy less MIN_MATCH, and is followed by the
// distance less one, two bytes, little-endian.
#include "lockstep.h"

enum {
    MAX_DATA = 1 << 18,
    MIN_MATCH = 4,
    MAX_MATCH = MIN_MATCH + 127,
    MAX_DISTANCE = 1 << 16,
    MAX_CHAIN = 24,
    HASH_BITS = 12
};

// The exit codes.
enum { BAD_INPUT = 1, TOO_LARGE, NO_STREAM, CUT_SHORT, BAD_DISTANCE, TOO_LONG, BAD_HASH, TRAILING_BYTES, NOT_THE_SAME };

static u8 data[MAX_DATA];
static u8 stream[MAX_DATA + MAX_DATA / 64 + 64];
static u8 restored[MAX_DATA];
static u32 stream_size;
static u32 stream_at;

static u32 heads[1 << HASH_BITS];   // the last place with this hash, plus one
static u32 previous[MAX_DISTANCE];  // by place modulo the distance: the place before with the same hash, plus one

static void fail(u32 code) {
    halt(code);
    __builtin_trap();
}

static u32 hash_of_data(const u8* bytes, u32 size) {
    u32 hash = 2166136261U;
    for (u32 i = 0; i < size; ++i) {
        hash = (hash ^ bytes[i]) * 16777619U;
    }
    return hash;
}

static void emit(u32 byte) { stream[stream_size++] = (u8)byte; }

static void emit_header(u32 size, u32 hash) {
    emit('L');
    emit('Z');
    for (; size >= 128; size >>= 7) {
        emit(128 | (size & 127));
    }
    emit(size);
    for (u32 shift = 0; shift < 32; shift += 8) {
        emit(hash >> shift);
    }
}

static void emit_literals(u32 from, u32 to) {
    while (from < to) {
        u32 count = to - from < 128 ? to - from : 128;
        emit(count - 1);
        for (u32 i = 0; i < count; ++i) {
            emit(data[from++]);
        }
    }
}

static u32 hash_at(u32 place) {
    u32 word = (u32)data[place] | (u32)data[place + 1] << 8 | (u32)data[place + 2] << 16 | (u32)data[place + 3] << 24;
    return word * 2654435761U >> (32 - HASH_BITS);
}

static void remember(u32 place, u32 size) {
    if (place + MIN_MATCH <= size) {
        u32 hash = hash_at(place);
        previous[place % MAX_DISTANCE] = heads[hash];
        heads[hash] = place + 1;
    }
}

typedef struct {
    u32 length, distance;
} Match;

static u32 match_length(u32 earlier, u32 place, u32 size) {
    u32 limit = size - place < MAX_MATCH ? size - place : MAX_MATCH;
    u32 length = 0;
    while (length < limit && data[earlier + length] == data[place + length]) {
        ++length;
    }
    return length;
}

static Match find_match(u32 place, u32 size) {
    Match best = {0, 0};
    if (place + MIN_MATCH > size) {
        return best;
    }
    u32 link = heads[hash_at(place)];
    for (u32 tries = 0; tries < MAX_CHAIN && link != 0 && place - (link - 1) <= MAX_DISTANCE; ++tries) {
        u32 length = match_length(link - 1, place, size);
        if (length > best.length) {
            best = (Match){length, place - (link - 1)};
        }
        u32 next = previous[(link - 1) % MAX_DISTANCE];
        if (next >= link) {
            break;  // overwritten by a later place
        }
        link = next;
    }
    return best;
}

// Greedy, but for a match that begins one byte later and is longer.
static void compress(u32 size) {
    emit_header(size, hash_of_data(data, size));
    u32 literals = 0;
    u32 place = 0;
    while (place < size) {
        Match match = find_match(place, size);
        remember(place, size);
        if (match.length < MIN_MATCH || find_match(place + 1, size).length > match.length) {
            ++place;
            continue;
        }
        emit_literals(literals, place);
        emit(128 + match.length - MIN_MATCH);
        emit(match.distance - 1);
        emit((match.distance - 1) >> 8);
        for (u32 i = 1; i < match.length; ++i) {
            remember(place + i, size);
        }
        place += match.length;
        literals = place;
    }
    emit_literals(literals, place);
}

static u32 take(void) {
    if (stream_at == stream_size) {
        fail(CUT_SHORT);
    }
    return stream[stream_at++];
}

static u32 take_size(void) {
    u32 size = 0;
    for (u32 shift = 0; shift < 28; shift += 7) {
        u32 byte = take();
        size |= (byte & 127) << shift;
        if (byte < 128) {
            return size;
        }
    }
    fail(TOO_LARGE);
    return 0;
}

static u32 take_hash(void) {
    u32 hash = 0;
    for (u32 shift = 0; shift < 32; shift += 8) {
        hash |= take() << shift;
    }
    return hash;
}

static u32 copy(u32 done, u32 size, u32 token) {
    u32 length = token - 128 + MIN_MATCH;
    u32 distance = take();
    distance = (distance | take() << 8) + 1;
    if (distance > done) {
        fail(BAD_DISTANCE);
    }
    if (length > size - done) {
        fail(TOO_LONG);
    }
    // Byte by byte: what is copied may overlap with what it is copied from.
    for (u32 i = 0; i < length; ++i) {
        restored[done + i] = restored[done + i - distance];
    }
    return length;
}

static u32 decompress(void) {
    if (take() != 'L' || take() != 'Z') {
        fail(NO_STREAM);
    }
    u32 size = take_size();
    if (size > MAX_DATA) {
        fail(TOO_LARGE);
    }
    u32 hash = take_hash();
    u32 done = 0;
    while (done < size) {
        u32 token = take();
        if (token >= 128) {
            done += copy(done, size, token);
            continue;
        }
        if (token + 1 > size - done) {
            fail(TOO_LONG);
        }
        for (u32 i = 0; i <= token; ++i) {
            restored[done++] = (u8)take();
        }
    }
    if (hash_of_data(restored, size) != hash) {
        fail(BAD_HASH);
    }
    if (stream_at != stream_size) {
        fail(TRAILING_BYTES);
    }
    return size;
}

static void round_trip(u32 size) {
    compress(size);
    if (decompress() != size) {
        fail(NOT_THE_SAME);
    }
    for (u32 i = 0; i < size; ++i) {
        if (data[i] != restored[i]) {
            fail(NOT_THE_SAME);
        }
    }
    output_write(stream, stream_size);
}

void _start(void) {
    u8 mode = 0;
    u32 size = input_size();
    if (size == 0) {
        fail(BAD_INPUT);
    }
    input_read(&mode, 0, 1);
    --size;
    if (mode == 'c' && size <= sizeof data) {
        input_read(data, 1, size);
        round_trip(size);
    } else if (mode == 'd' && size <= sizeof stream) {
        input_read(stream, 1, size);
        stream_size = size;
        output_write(restored, decompress());
    } else {
        fail(BAD_INPUT);
    }
}
