// The parser of the text format: wabt's. A source is a string whose characters are its bytes (latin1).

import wabt from 'wabt';

const FEATURES = {
    mutable_globals: true,
    sat_float_to_int: true,
    sign_extension: true,
    simd: false,
    multi_value: true,
    bulk_memory: true,
    reference_types: true,
};

const DATA_SECTION = 11;
const DATA_COUNT_SECTION = 12;
const CODE_SECTION = 10;
const USES_DATA_INDICES = /\b(memory\.init|data\.drop)\b/;

/// Where each section of a module begins, by its id.
function sectionPlaces(binary) {
    const places = new Map();
    for (let position = 8; position < binary.length;) {
        const begin = position;
        const id = binary[position++];
        let size = 0;
        let shift = 0;
        do {
            size += (binary[position] & 0x7f) * 2 ** shift;
            shift += 7;
        } while ((binary[position++] & 0x80) !== 0);
        places.set(id, begin);
        position += size;
    }
    return places;
}

/// The data count section is what lets code name data segments. wabt leaves it out where there are no segments, so that
/// an index out of range would make the module malformed and not invalid.
function withDataCount(binary) {
    const places = sectionPlaces(binary);
    if (places.has(DATA_COUNT_SECTION) || places.has(DATA_SECTION) || !places.has(CODE_SECTION)) {
        return binary;
    }
    const begin = places.get(CODE_SECTION);
    return Buffer.concat([
        binary.subarray(0, begin), Buffer.from([DATA_COUNT_SECTION, 1, 0]), binary.subarray(begin)]);
}

export class TextParser {
    static async create() {
        return new TextParser(await wabt());
    }

    constructor(wabtModule) {
        this.wabt = wabtModule;
    }

    /// The module's binary format. Throws where the text is malformed; nothing is validated.
    toBinary(source) {
        const binary = this.parse(source);
        return USES_DATA_INDICES.test(source) ? withDataCount(binary) : binary;
    }

    parse(source) {
        const module = this.wabt.parseWat('module.wat', Uint8Array.from(Buffer.from(source, 'latin1')), FEATURES);
        try {
            return Buffer.from(module.toBinary({canonicalize_lebs: true}).buffer);
        } finally {
            module.destroy();
        }
    }
}
