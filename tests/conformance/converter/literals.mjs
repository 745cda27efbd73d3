// What number literals stand for. The parser of the text format reads them: many at once, as the globals of one module.

const GLOBALS_OF_ONE_MODULE = 2000;
const GLOBAL_SECTION = 6;
const END = 0x0b;

/// Reads the binary format as far as a module of globals needs it.
class Cursor {
    constructor(bytes) {
        this.bytes = bytes;
        this.position = 8;  // behind magic and version
    }

    byte() {
        return this.bytes[this.position++];
    }

    unsigned() {
        return Number(this.leb().value);
    }

    signed(bits) {
        const {value, length, isNegative} = this.leb();
        return BigInt.asUintN(bits, isNegative ? value - (1n << BigInt(7 * length)) : value);
    }

    fixed(size) {
        const begin = this.position;
        this.position += size;
        return size === 4 ? BigInt(this.bytes.readUInt32LE(begin)) : this.bytes.readBigUInt64LE(begin);
    }

    leb() {
        let value = 0n;
        let length = 0;
        for (;;) {
            const byte = this.byte();
            value |= BigInt(byte & 0x7f) << BigInt(7 * length++);
            if ((byte & 0x80) === 0) {
                return {value, length, isNegative: (byte & 0x40) !== 0};
            }
        }
    }
}

function readConstant(cursor) {
    const opcode = cursor.byte();
    switch (opcode) {
        case 0x41: return cursor.signed(32);
        case 0x42: return cursor.signed(64);
        case 0x43: return cursor.fixed(4);
        case 0x44: return cursor.fixed(8);
        default: throw new Error(`opcode ${opcode} in a module of globals`);
    }
}

function readGlobals(bytes, count) {
    const cursor = new Cursor(bytes);
    while (cursor.byte() !== GLOBAL_SECTION) {
        cursor.position += cursor.unsigned();
    }
    cursor.unsigned();  // the section's size
    if (cursor.unsigned() !== count) {
        throw new Error('globals are missing');
    }
    return Array.from({length: count}, () => {
        cursor.position += 2;  // type and mutability
        const value = readConstant(cursor);
        if (cursor.byte() !== END) {
            throw new Error('a global has no end');
        }
        return value.toString();
    });
}

function readSome(parser, literals) {
    const globals = literals.map(({type, source}) => `(global ${type} ${source})`);
    return readGlobals(parser.toBinary(`(module ${globals.join('\n')})`), literals.length);
}

/// The bits of each literal, as decimal text. A literal is a `type`, and the `source` and `line` of its constant
/// instruction.
export function bitsOfLiterals(parser, literals) {
    const bits = [];
    for (let begin = 0; begin < literals.length; begin += GLOBALS_OF_ONE_MODULE) {
        const some = literals.slice(begin, begin + GLOBALS_OF_ONE_MODULE);
        try {
            bits.push(...readSome(parser, some));
        } catch (error) {
            some.forEach(literal => expectLiteral(parser, literal));
            throw error;
        }
    }
    return bits;
}

function expectLiteral(parser, literal) {
    try {
        readSome(parser, [literal]);
    } catch (error) {
        throw new Error(`line ${literal.line}: ${error.message}`);
    }
}
