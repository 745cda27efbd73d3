#!/usr/bin/env node
// Converts a test script to JSON commands and modules in the binary format: <folder>/<name>.json and
// <folder>/<name>.<n>.wasm, or .wat for what is malformed as text.
//
// usage: wast2json.mjs SCRIPT.wast FOLDER

import fs from 'node:fs';
import path from 'node:path';

import {convertScript} from './converter/script.mjs';
import {TextParser} from './converter/text_parser.mjs';

async function main([script, folder, ...more]) {
    if (folder === undefined || more.length > 0) {
        throw new Error('usage: wast2json.mjs SCRIPT.wast FOLDER');
    }
    const name = path.basename(script, '.wast');
    const source = fs.readFileSync(script, 'latin1');
    let converted;
    try {
        converted = convertScript(await TextParser.create(), name, source);
    } catch (error) {
        throw new Error(`${path.basename(script)}: ${error.message}`);
    }
    fs.mkdirSync(folder, {recursive: true});
    for (const [file, bytes] of converted.files) {
        fs.writeFileSync(path.join(folder, file), bytes);
    }
    // Last: whoever finds it finds everything.
    fs.writeFileSync(path.join(folder, `${name}.json`),
                     JSON.stringify({source_filename: path.basename(script), commands: converted.commands}));
}

try {
    await main(process.argv.slice(2));
} catch (error) {
    console.error(`wast2json: ${error.message}`);
    process.exitCode = 1;
}
