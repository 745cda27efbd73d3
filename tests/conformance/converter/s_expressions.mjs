// The s-expressions of the text format: what the commands of a test script are written in.
// https://github.com/WebAssembly/spec/blob/wg-2.0/interpreter/README.md#scripts

/// One expression; `begin` and `end` are where it stands in the source, `line` counts from 1.
/// A list has `items`, a string `bytes`, and an atom its `text`; the other two are undefined.

const SPACE = new Set([' ', '\t', '\n', '\r']);
const ENDS_AN_ATOM = new Set([...SPACE, '(', ')', '"', ';']);

class Reader {
    constructor(source) {
        this.source = source;
        this.position = 0;
        this.line = 1;
    }

    fail(message) {
        throw new Error(`line ${this.line}: ${message}`);
    }

    at(text) {
        return this.source.startsWith(text, this.position);
    }

    isAtEnd() {
        return this.position >= this.source.length;
    }

    advance(count = 1) {
        for (let i = 0; i < count; ++i) {
            if (this.source[this.position++] === '\n') {
                ++this.line;
            }
        }
    }

    skipSpace() {
        while (!this.isAtEnd()) {
            if (SPACE.has(this.source[this.position])) {
                this.advance();
            } else if (this.at(';;')) {
                this.skipLineComment();
            } else if (this.at('(;')) {
                this.skipBlockComment();
            } else {
                return;
            }
        }
    }

    /// A carriage return ends a comment as well as a line feed does.
    skipLineComment() {
        while (!this.isAtEnd() && !this.at('\n') && !this.at('\r')) {
            this.advance();
        }
    }

    skipBlockComment() {
        let depth = 0;
        do {
            if (this.isAtEnd()) {
                this.fail('a comment has no end');
            } else if (this.at('(;')) {
                ++depth;
                this.advance(2);
            } else if (this.at(';)')) {
                --depth;
                this.advance(2);
            } else {
                this.advance();
            }
        } while (depth > 0);
    }

    readExpression() {
        this.skipSpace();
        const expression = {begin: this.position, line: this.line};
        if (this.at('(')) {
            expression.items = this.readItems();
        } else if (this.at('"')) {
            expression.bytes = this.readString();
        } else {
            expression.text = this.readAtom();
        }
        expression.end = this.position;
        return expression;
    }

    readItems() {
        const items = [];
        this.advance();
        for (this.skipSpace(); !this.at(')'); this.skipSpace()) {
            if (this.isAtEnd()) {
                this.fail('a list has no end');
            }
            items.push(this.readExpression());
        }
        this.advance();
        return items;
    }

    readAtom() {
        const begin = this.position;
        while (!this.isAtEnd() && !ENDS_AN_ATOM.has(this.source[this.position])) {
            this.advance();
        }
        if (this.position === begin) {
            this.fail(`'${this.source[begin]}' where an expression should be`);
        }
        return this.source.slice(begin, this.position);
    }

    readString() {
        const bytes = [];
        this.advance();
        while (!this.at('"')) {
            if (this.isAtEnd()) {
                this.fail('a string has no end');
            }
            if (this.at('\\')) {
                this.advance();
                bytes.push(...this.readEscape());
            } else {
                bytes.push(this.source.charCodeAt(this.position));
                this.advance();
            }
        }
        this.advance();
        return Buffer.from(bytes);
    }

    readEscape() {
        const plain = {n: '\n', t: '\t', r: '\r', '"': '"', "'": "'", '\\': '\\'};
        const rest = this.source.slice(this.position, this.position + 16);
        const unicode = /^u\{([0-9a-fA-F_]+)\}/.exec(rest);
        if (unicode) {
            this.advance(unicode[0].length);
            const point = parseInt(unicode[1].replaceAll('_', ''), 16);
            return Buffer.from(String.fromCodePoint(point), 'utf8');
        }
        const hex = /^[0-9a-fA-F]{2}/.exec(rest);
        if (hex) {
            this.advance(2);
            return [parseInt(hex[0], 16)];
        }
        if (!(rest[0] in plain)) {
            this.fail(`unknown escape \\${rest[0]}`);
        }
        this.advance();
        return [plain[rest[0]].charCodeAt(0)];
    }
}

/// All expressions of a source whose characters are its bytes (latin1).
export function readExpressions(source) {
    const reader = new Reader(source);
    const expressions = [];
    for (reader.skipSpace(); !reader.isAtEnd(); reader.skipSpace()) {
        expressions.push(reader.readExpression());
    }
    return expressions;
}
