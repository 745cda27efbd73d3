// The converter knows each form or fails: no command of a script may be lost or changed.

import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';

import {readExpressions} from './converter/s_expressions.mjs';
import {convertScript} from './converter/script.mjs';
import {TextParser} from './converter/text_parser.mjs';

const parser = await TextParser.create();

function convert(source) {
    return convertScript(parser, 'test', source);
}

function commands(source) {
    return JSON.parse(JSON.stringify(convert(source).commands));
}

/// The bits of a constant.
function bits(constant) {
    return commands(`(assert_return (invoke "f") (${constant}))`)[0].expected[0].value;
}

test('unknown forms are refused', () => {
    const wrong = [
        '(assert_nothing (invoke "f"))',
        '(assert_return_canonical_nan (invoke "f"))',
        '(module definition (func))',
        '(module $m instance)',
        'module',
        '"a string"',
        '(invoke)',
        '(invoke f)',
        '(invoke "f" (i32.const))',
        '(invoke "f" (i32.const 1 2))',
        '(invoke "f" (i32.konst 1))',
        '(invoke "f" (i32.const x))',
        '(invoke "f" (i32.const 0x1_0000_0000))',
        '(invoke "f" (f32.const nan:canonical))',
        '(invoke "f" (ref.extern))',
        '(invoke "f" (ref.func))',
        '(invoke "f" (ref.host 1))',
        '(invoke "f" (v128.const i32x4 0 0 0 0))',
        '(assert_return (invoke "f") (either (i32.const 0) (i32.const 1)))',
        '(assert_return (invoke "f") (ref.func 1))',
        '(assert_return (invoke "f") (ref.null any))',
        '(assert_return (module))',
        '(assert_return)',
        '(get "g" (i32.const 1))',
        '(register)',
        '(register name)',
        '(register "a" $b $c)',
        '(assert_trap (invoke "f"))',
        '(assert_trap (invoke "f") "text" "more")',
        '(assert_trap (invoke "f") text)',
        '(assert_exhaustion (module) "text")',
        '(assert_invalid (invoke "f") "text")',
        '(assert_malformed (module quote "(func") text)',
        '(module binary 0)',
        '(module quote (func))',
        '(module (func (v128.const i32x4 0 0 0 0)))',
        '(module (func',
        '(module))',
        '(module "unknown \\q escape")',
        '(; a comment without an end',
        '(register "a string without an end',
    ];
    for (const source of wrong) {
        assert.throws(() => convert(`(module)\n${source}`), /^Error: line \d+: /, source);
    }
});

test('errors name the line', () => {
    assert.throws(() => convert(';; one\n(; two\n;)\n\n(frob)'), /line 5: frob/);
    assert.throws(() => convert('(module\n(func\n'), /line 3: /);
});

test('commands have the lines on which they begin', () => {
    const source = ';; one\r\n(module)\n(; (; nested ;) \n ;)\n(register\n"m"\n)  (invoke "f")\n';
    assert.deepEqual(commands(source), [
        {type: 'module', line: 2, filename: 'test.0.wasm'},
        {type: 'register', line: 5, as: 'm'},
        {type: 'action', line: 7, action: {type: 'invoke', field: 'f', args: []}},
    ]);
});

test('numbers become their bits', () => {
    assert.equal(bits('i32.const -1'), '4294967295');
    assert.equal(bits('i32.const 0x8000_0000'), '2147483648');
    assert.equal(bits('i64.const -0x8000000000000000'), (1n << 63n).toString());
    assert.equal(bits('i64.const 127'), '127');
    assert.equal(bits('i64.const 64'), '64');
    assert.equal(bits('i64.const -64'), ((1n << 64n) - 64n).toString());
    assert.equal(bits('f32.const -0x0.0p0'), (0x80000000).toString());
    assert.equal(bits('f32.const nan:0x200000'), (0x7fa00000).toString());
    assert.equal(bits('f32.const -inf'), (0xff800000).toString());
    assert.equal(bits('f64.const 0x1.8p+1'), (0x4008n << 48n).toString());
    assert.equal(bits('f64.const 1e-400'), '0');
    // Halfway between two floats but for the last digit, which a conversion by way of a double loses.
    assert.equal(bits('f32.const 1.00000005960464477540'), (0x3f800001).toString());
});

test('as many literals as there are are each read', () => {
    const count = 4500;
    const expected = Array.from({length: count}, (_, i) => `(i32.const ${i})`).join(' ');
    const [command] = commands(`(assert_return (invoke "f") ${expected})`);
    assert.deepEqual(command.expected.map(({value}) => Number(value)), Array.from({length: count}, (_, i) => i));
});

test('patterns and references stay what they are', () => {
    const [command] = commands(
        '(assert_return (invoke $m "f" (ref.null func) (ref.extern 7))' +
        ' (f32.const nan:canonical) (f64.const nan:arithmetic) (ref.extern) (ref.func) (ref.null extern))');
    assert.deepEqual(command, {
        type: 'assert_return',
        line: 1,
        action: {
            type: 'invoke',
            module: '$m',
            field: 'f',
            args: [{type: 'funcref', value: 'null'}, {type: 'externref', value: '7'}],
        },
        expected: [
            {type: 'f32', value: 'nan:canonical'},
            {type: 'f64', value: 'nan:arithmetic'},
            {type: 'externref'},
            {type: 'funcref'},
            {type: 'externref', value: 'null'},
        ],
    });
});

test('strings have escapes', () => {
    const [{bytes}] = readExpressions('"a\\n\\t\\r\\"\\\'\\\\\\00\\ff\\u{1F600}\\u{41}(;;;"');
    assert.deepEqual(bytes, Buffer.concat([
        Buffer.from('a\n\t\r"\'\\\0', 'latin1'), Buffer.from([0xff]), Buffer.from('\u{1F600}A(;;;')]));
});

test('names that are no UTF-8 are refused', () => {
    assert.throws(() => convert('(invoke "\\ff")'), /line 1: invoke/);
});

test('modules are written in the three ways', () => {
    const {commands: converted, files} = convert(
        '(module $a binary "\\00asm" "\\01\\00\\00\\00") (module quote "(memory" "1)")' +
        ' (assert_malformed (module quote "(func" ")") "text") (assert_malformed (module binary "\\00") "text")');
    assert.deepEqual(converted.map(({type, name, module_type, filename}) => [type, name, module_type, filename]), [
        ['module', '$a', undefined, 'test.0.wasm'],
        ['module', undefined, undefined, 'test.1.wasm'],
        ['assert_malformed', undefined, 'text', 'test.2.wat'],
        ['assert_malformed', undefined, 'binary', 'test.3.wasm'],
    ]);
    assert.deepEqual(files.get('test.0.wasm'), Buffer.from('\0asm\x01\0\0\0', 'latin1'));
    assert.equal(files.get('test.2.wat').toString(), '(func ) ');
});

test('a script may be the fields of one module', () => {
    assert.deepEqual(commands('(func) (memory 0)'), [{type: 'module', line: 1, filename: 'test.0.wasm'}]);
    assert.throws(() => convert('(func) (module)'), /line 1: func/);
});

test('assert_trap of a module is about its instantiation', () => {
    assert.equal(commands('(assert_trap (module) "unreachable")')[0].type, 'assert_uninstantiable');
});

test('code may name data segments where there are none', () => {
    const dataCount = Buffer.from([12, 1, 0]);
    const without = convert('(module (func))').files.get('test.0.wasm');
    const dropping = convert('(module (func (data.drop 4)))').files.get('test.0.wasm');
    assert.ok(!without.includes(dataCount));
    assert.ok(dropping.includes(dataCount));
    assert.ok(WebAssembly.validate(convert(
        '(module (memory 1) (func (data.drop 0)) (data "a"))').files.get('test.0.wasm')));
});

test('the command writes files, or fails and says where', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-converter-'));
    try {
        const command = fileURLToPath(new URL('wast2json.mjs', import.meta.url));
        const script = path.join(folder, 'some.wast');
        const output = path.join(folder, 'out');
        fs.writeFileSync(script, '(module)\n(frob)\n');
        const failed = spawnSync(process.execPath, [command, script, output], {encoding: 'utf8'});
        assert.equal(failed.status, 1);
        assert.match(failed.stderr, /some\.wast: line 2: frob: unknown command/);
        assert.ok(!fs.existsSync(output));
        fs.writeFileSync(script, '(module)\n');
        execFileSync(process.execPath, [command, script, output]);
        assert.deepEqual(fs.readdirSync(output).sort(), ['some.0.wasm', 'some.json']);
    } finally {
        fs.rmSync(folder, {recursive: true});
    }
});
