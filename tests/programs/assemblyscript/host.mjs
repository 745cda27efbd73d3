// Runs a guest in Node.js: node host.mjs <module.wasm>, input from stdin, output to stdout. `halt` is the exit code; a
// trap ends the process by a signal.
import { readFileSync, writeSync } from "node:fs";

class Halt {
  constructor(code) {
    this.code = code;
  }
}

function writeAll(bytes) {
  for (let written = 0; written < bytes.length; ) written += writeSync(1, bytes, written);
}

const input = readFileSync(0);
const output = [];
let memory = null;
const lockstep = {
  input_size: () => input.length,
  input_read: (to, offset, size) => {
    const from = input.subarray(offset >>> 0, (offset >>> 0) + (size >>> 0));
    if (from.length !== size >>> 0) throw new WebAssembly.RuntimeError("input read out of bounds");
    new Uint8Array(memory.buffer).set(from, to >>> 0);
  },
  output_write: (from, size) => {
    output.push(new Uint8Array(memory.buffer, from >>> 0, size >>> 0).slice());
  },
  halt: (code) => {
    throw new Halt(code);
  },
};

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const { exports } = new WebAssembly.Instance(module, { lockstep });
memory = exports.memory;
try {
  exports._start();
} catch (stop) {
  if (!(stop instanceof Halt)) {
    if (stop instanceof WebAssembly.RuntimeError) process.kill(process.pid, "SIGABRT");
    throw stop;
  }
  process.exitCode = stop.code;
}
output.forEach(writeAll);
