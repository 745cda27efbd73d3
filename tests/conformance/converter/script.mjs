// A test script as JSON commands and the files of its modules, in the shape of wabt's wast2json
// (https://github.com/WebAssembly/wabt/blob/main/docs/wast2json.md). Every form that is not known is an error.

import {bitsOfLiterals} from './literals.mjs';
import {readExpressions} from './s_expressions.mjs';

const NUMBER_TYPES = new Set(['i32', 'i64', 'f32', 'f64']);
const REFERENCE_TYPES = {func: 'funcref', extern: 'externref'};
const NAN_PATTERNS = new Set(['nan:canonical', 'nan:arithmetic']);
const MODULE_FIELDS = new Set(
    ['type', 'import', 'func', 'table', 'memory', 'global', 'export', 'start', 'elem', 'data']);

class UnknownForm extends Error {}

function headOf(expression) {
    return expression.items?.[0]?.text;
}

function utf8(expression) {
    if (expression?.bytes === undefined) {
        throw new UnknownForm('a string is missing');
    }
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(expression.bytes);
}

function isName(expression) {
    return expression?.text?.startsWith('$') ?? false;
}

class ScriptConverter {
    constructor(parser, name, source) {
        this.parser = parser;
        this.name = name;
        this.source = source;
        this.files = new Map();
        this.literals = [];
    }

    convert() {
        const forms = readExpressions(this.source);
        const commands = forms.length > 0 && forms.every(form => MODULE_FIELDS.has(headOf(form)))
            ? [{type: 'module', line: 1, filename: this.addFile(this.parser.toBinary(this.source), 'wasm')}]
            : forms.map(form => this.convertForm(form));
        const bits = bitsOfLiterals(this.parser, this.literals);
        this.literals.forEach(({target}, i) => { target.value = bits[i]; });
        return {commands, files: this.files};
    }

    convertForm(form) {
        try {
            return this.command(form);
        } catch (error) {
            throw new Error(`line ${form.line}: ${headOf(form)}: ${error.message}`);
        }
    }

    command(form) {
        const [head, ...rest] = form.items ?? [];
        const {line} = form;
        switch (head?.text) {
            case 'module': {
                const module = this.module(form);
                return {type: 'module', line, name: module.name, filename: this.addBinary(module)};
            }
            case 'register':
                this.expectCount(rest, 1, 2);
                return {type: 'register', line, as: utf8(rest[0]), name: rest[1]?.text};
            case 'invoke':
            case 'get':
                return {type: 'action', line, action: this.action(form)};
            case 'assert_return':
                this.expectCount(rest, 1, Infinity);
                return {
                    type: 'assert_return',
                    line,
                    action: this.action(rest[0]),
                    expected: rest.slice(1).map(value => this.pattern(value)),
                };
            case 'assert_trap':
                this.expectCount(rest, 2, 2);
                return headOf(rest[0]) === 'module'
                    ? this.refusal('assert_uninstantiable', line, rest)
                    : {type: 'assert_trap', line, action: this.action(rest[0]), text: utf8(rest[1])};
            case 'assert_exhaustion':
                this.expectCount(rest, 2, 2);
                return {type: 'assert_exhaustion', line, action: this.action(rest[0]), text: utf8(rest[1])};
            case 'assert_malformed':
            case 'assert_invalid':
            case 'assert_unlinkable':
                this.expectCount(rest, 2, 2);
                return this.refusal(head.text, line, rest);
            default:
                throw new UnknownForm('unknown command');
        }
    }

    /// A command about a module that does not come to run. Text that must be malformed is not for the parser here.
    refusal(type, line, [moduleForm, text]) {
        const module = this.module(moduleForm);
        const isText = type === 'assert_malformed' && module.isQuoted;
        return {
            type,
            line,
            text: utf8(text),
            module_type: isText ? 'text' : 'binary',
            filename: isText ? this.addFile(Buffer.from(module.source, 'latin1'), 'wat') : this.addBinary(module),
        };
    }

    /// A module in one of the three ways that there are: `binary` is its bytes, or `source` its text.
    module(form) {
        if (headOf(form) !== 'module') {
            throw new UnknownForm('a module is missing');
        }
        let [, ...rest] = form.items;
        const name = isName(rest[0]) ? rest.shift().text : undefined;
        const kind = rest[0]?.text;
        if (kind === 'binary') {
            return {name, binary: Buffer.concat(this.strings(rest.slice(1)))};
        }
        if (kind === 'quote') {
            const lines = this.strings(rest.slice(1)).map(bytes => bytes.toString('latin1'));
            return {name, isQuoted: true, source: lines.map(line => `${line} `).join('')};
        }
        if (kind !== undefined) {
            throw new UnknownForm(`unknown kind of module '${kind}'`);
        }
        return {name, source: this.source.slice(form.begin, form.end)};
    }

    strings(expressions) {
        return expressions.map(({bytes}) => {
            if (bytes === undefined) {
                throw new UnknownForm('a string is missing');
            }
            return bytes;
        });
    }

    action(form) {
        const type = headOf(form);
        if (type !== 'invoke' && type !== 'get') {
            throw new UnknownForm('an action is missing');
        }
        const [, ...rest] = form.items;
        const module = isName(rest[0]) ? rest.shift().text : undefined;
        const field = utf8(rest.shift());
        if (type === 'get') {
            this.expectCount(rest, 0, 0);
            return {type, module, field};
        }
        return {type, module, field, args: rest.map(value => this.argument(value))};
    }

    argument(form) {
        const text = form.items?.[1]?.text;
        if (text === undefined || NAN_PATTERNS.has(text)) {
            throw new UnknownForm('an argument needs a value');
        }
        return this.pattern(form);
    }

    /// A value, or what a result is compared with: `value` is the bits as decimal text, "null", a pattern of NaNs, or
    /// missing for any reference but null.
    pattern(form) {
        const head = headOf(form);
        const [, ...rest] = form.items ?? [];
        this.expectCount(rest, 0, 1);
        const [type, operation] = head?.split('.') ?? [];
        const text = rest[0]?.text;
        if (NUMBER_TYPES.has(type) && operation === 'const' && text !== undefined) {
            return NAN_PATTERNS.has(text) ? {type, value: text} : this.literal(type, form);
        }
        if (head === 'ref.null' && text in REFERENCE_TYPES) {
            return {type: REFERENCE_TYPES[text], value: 'null'};
        }
        if (head === 'ref.extern' && (text === undefined || /^[0-9]+$/.test(text))) {
            return {type: 'externref', value: text};
        }
        if (head === 'ref.func' && text === undefined) {
            return {type: 'funcref'};
        }
        throw new UnknownForm(`unknown value '${this.source.slice(form.begin, form.end)}'`);
    }

    /// A value whose bits are filled in when all literals are known.
    literal(type, form) {
        const target = {type};
        this.literals.push({target, type, line: form.line, source: this.source.slice(form.begin, form.end)});
        return target;
    }

    addBinary(module) {
        return this.addFile(module.binary ?? this.parser.toBinary(module.source), 'wasm');
    }

    addFile(bytes, suffix) {
        const name = `${this.name}.${this.files.size}.${suffix}`;
        this.files.set(name, bytes);
        return name;
    }

    expectCount(expressions, least, most) {
        if (expressions.length < least || expressions.length > most) {
            throw new UnknownForm(`${expressions.length} parts where ${least} to ${most} are known`);
        }
    }
}

/// The commands of a script, and its modules by file name.
export function convertScript(parser, name, source) {
    return new ScriptConverter(parser, name, source).convert();
}
