#!/usr/bin/env node
// Runs modules in V8 and writes down what can be observed of each call, as observation_writer.hpp says.
//
// usage: v8_engine.mjs run REQUESTS ANSWERS
//        v8_engine.mjs validate REQUESTS ANSWERS
//
// For `run`, REQUESTS has one line a case, with blanks between: the input as input:<hex>, modules that may import
// from those before as <name>=<hex>, and calls of the last one's functions as <name>(<bits>,<bits>...), bits in
// decimal. ANSWERS gets one line a call: ending, detail, results and state, with tabs between them.
//
// For `validate`, REQUESTS has the hex of one module a line, and ANSWERS gets true or false for it.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

class Exit {
  constructor(code) {
    this.code = code >>> 0;
  }
}
class HostTrap {
  constructor(words) {
    this.message = words;
  }
}
class Unobservable {}

const scratch = new DataView(new ArrayBuffer(8));

function hex(bits, digits) {
  return bits.toString(16).padStart(digits, "0");
}

function f32Text(number) {
  scratch.setFloat32(0, number);
  return Number.isNaN(number) ? "nan" : `f32:${hex(scratch.getUint32(0), 8)}`;
}

function f64Text(number) {
  scratch.setFloat64(0, number);
  return Number.isNaN(number) ? "nan" : `f64:${hex(scratch.getBigUint64(0), 16)}`;
}

// functionIndex: of a function, as Lockstep counts.
function valueText(type, value, functionIndex) {
  switch (type) {
    case "i32":
      return `i32:${hex(value >>> 0, 8)}`;
    case "i64":
      return `i64:${hex(BigInt.asUintN(64, value), 16)}`;
    case "f32":
      return f32Text(value);
    case "f64":
      return f64Text(value);
    default:
      return value === null ? "null" : typeof value === "function" ? `func:${functionIndex(value)}` : `extern:${value}`;
  }
}

function bytesText(name, bytes) {
  return `${name} ${bytes.length} 0x${createHash("sha256").update(bytes).digest("hex")}`;
}

// Reads of the binary format what the JavaScript interface does not tell: types, and what is imported.
class Format {
  constructor(bytes) {
    this.bytes = bytes;
    this.types = [];
    this.functions = []; // indices of types; like the next three with the imports in front
    this.tables = [];
    this.memories = [];
    this.globals = [];
    this.imported = [0, 0, 0, 0]; // how many, by kind
    this.imports = [];
    this.exports = new Map();
    this.at = 8;
    while (this.at < bytes.length) {
      const id = this.byte();
      const end = this.number() + this.at;
      this.section(id);
      this.at = end;
    }
  }

  byte() {
    return this.bytes[this.at++];
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value >>> 0;
      }
    }
  }

  text() {
    const length = this.number();
    this.at += length;
    return this.bytes.toString("utf8", this.at - length, this.at);
  }

  type() {
    const names = { 0x7f: "i32", 0x7e: "i64", 0x7d: "f32", 0x7c: "f64", 0x70: "funcref", 0x6f: "externref" };
    return names[this.byte()];
  }

  limits() {
    for (let left = 1 + this.byte(); left > 0; --left) {
      this.number();
    }
  }

  table() {
    const type = this.type();
    this.limits();
    return type;
  }

  globalType() {
    const type = this.type();
    this.byte();
    return type;
  }

  // Its initial value is one instruction.
  global() {
    const type = this.globalType();
    const opcode = this.byte();
    if (opcode === 0x43 || opcode === 0x44) {
      this.at += opcode === 0x43 ? 4 : 8;
    } else {
      while (this.byte() >= 0x80);
    }
    if (this.byte() !== 0x0b) {
      throw new Error("a global with more than one instruction");
    }
    return type;
  }

  import() {
    const [module, name, kind] = [this.text(), this.text(), this.byte()];
    this.imports.push({ module, name, kind });
    ++this.imported[kind];
    const space = [this.functions, this.tables, this.memories, this.globals][kind];
    const read = [() => this.number(), () => this.table(), () => this.limits(), () => this.globalType()][kind];
    space.push(read());
  }

  list(read) {
    return Array.from({ length: this.number() }, read);
  }

  section(id) {
    if (id === 1) {
      this.types = this.list(() => {
        this.byte();
        return { parameters: this.list(() => this.type()), results: this.list(() => this.type()) };
      });
    } else if (id === 2) {
      this.list(() => this.import());
    } else if (id === 3) {
      this.functions.push(...this.list(() => this.number()));
    } else if (id === 4) {
      this.tables.push(...this.list(() => this.table()));
    } else if (id === 5) {
      this.memories.push(...this.list(() => this.limits()));
    } else if (id === 6) {
      this.globals.push(...this.list(() => this.global()));
    } else if (id === 7) {
      this.list(() => this.exports.set(this.text(), { kind: this.byte(), index: this.number() }));
    }
  }

  signature(name) {
    return this.types[this.functions[this.exports.get(name).index]];
  }

  isHost(index) {
    return index < this.imported[0] && this.imports.filter(({ kind }) => kind === 0)[index].module === "lockstep";
  }
}

function argument(type, text) {
  switch (type) {
    case "i32":
      return Number(text) | 0;
    case "i64":
      return BigInt.asIntN(64, BigInt(text));
    case "f32":
      scratch.setUint32(0, Number(text));
      return scratch.getFloat32(0);
    case "f64":
      scratch.setBigUint64(0, BigInt(text));
      return scratch.getFloat64(0);
    default:
      return text === "0" ? null : Number(text);
  }
}

class Call {
  constructor(modules, input) {
    this.modules = modules;
    this.input = input;
    this.output = [];
    this.instances = [];
    this.indices = new Map(); // of exported functions
    this.functions = 0; // how many there are by now, as Lockstep counts
    this.lastNumbers = []; // of the functions of the last module
  }

  // Of the module whose code is running.
  memory(instance) {
    if (instance === undefined) {
      throw new Unobservable();
    }
    return new Uint8Array(instance.exports.memory?.buffer ?? 0);
  }

  host(self) {
    return {
      input_size: () => this.input.length,
      input_read: (destination, offset, length) => {
        const [to, from, count] = [destination >>> 0, offset >>> 0, length >>> 0];
        const memory = this.memory(self.instance);
        if (from + count > this.input.length) {
          throw new HostTrap("out of bounds input read");
        }
        if (to + count > memory.length) {
          throw new HostTrap("out of bounds memory access");
        }
        memory.set(this.input.subarray(from, from + count), to);
      },
      output_write: (source, length) => {
        const [from, count] = [source >>> 0, length >>> 0];
        const memory = this.memory(self.instance);
        if (from + count > memory.length) {
          throw new HostTrap("out of bounds memory access");
        }
        this.output.push(Buffer.from(memory.subarray(from, from + count)));
      },
      halt: (code) => {
        throw new Exit(code);
      },
    };
  }

  instantiate({ name, module, format }, earlier) {
    const self = { instance: undefined };
    self.instance = new WebAssembly.Instance(module, { ...earlier, lockstep: this.host(self) });
    const exports = self.instance.exports;
    this.instances.push(self.instance);
    // Lockstep numbers the host functions that a module imports and those that it defines.
    const numbers = format.functions.map((_, i) =>
      i >= format.imported[0] || format.isHost(i) ? this.functions++ : undefined,
    );
    for (const [text, { kind, index }] of format.exports) {
      if (kind === 0 && numbers[index] !== undefined) {
        this.indices.set(exports[text], numbers[index]);
      }
    }
    this.lastNumbers = numbers;
    return { ...earlier, [name]: exports };
  }

  // The name of a function is its index in its module; one that is not exported is the last module's.
  functionIndex(value) {
    return this.indices.get(value) ?? this.lastNumbers[Number(value.name)];
  }

  valueText(type, value) {
    return valueText(type, value, (reference) => this.functionIndex(reference));
  }

  run(name, texts) {
    const { parameters, results } = this.modules.at(-1).format.signature(name);
    let ending;
    try {
      this.modules.reduce((earlier, module) => this.instantiate(module, earlier), {});
      const operands = parameters.map((type, i) => argument(type, texts[i]));
      const values = this.instances.at(-1).exports[name](...operands);
      const list = results.length === 0 ? [] : results.length === 1 ? [values] : [...values];
      ending = ["returned", "", list.map((value, i) => `${this.valueText(results[i], value)} `).join("")];
    } catch (error) {
      ending = this.endingOf(error);
    }
    return [...ending, this.instances.length < this.modules.length ? "" : this.stateText()].join("\t");
  }

  endingOf(error) {
    if (error instanceof Exit) {
      return ["exited", `${error.code}`, ""];
    }
    if (error instanceof Unobservable) {
      return ["unknown", "", ""];
    }
    if (error instanceof HostTrap || error instanceof WebAssembly.RuntimeError) {
      return ["trapped", error.message, ""];
    }
    if (error instanceof RangeError) {
      return ["exhausted", error.message, ""];
    }
    return ["refused", `${error}`, ""];
  }

  stateText() {
    const words = [bytesText("output", Buffer.concat(this.output))];
    this.modules.forEach(({ format }, i) => {
      const { exports } = this.instances[i];
      if (format.memories.length > format.imported[2]) {
        words.push(bytesText("memory", this.memory(this.instances[i])));
      }
      for (let at = format.imported[3]; at < format.globals.length; ++at) {
        words.push(this.valueText(format.globals[at], exports[`global${at}`].value));
      }
      for (let at = format.imported[1]; at < format.tables.length; ++at) {
        const table = exports[`table${at}`];
        words.push(`table ${table.length}`);
        for (let slot = 0; slot < table.length; ++slot) {
          words.push(this.valueText(format.tables[at], table.get(slot)));
        }
      }
    });
    return words.map((word) => `${word} `).join("");
  }
}

function compile(text) {
  const [name, hexText] = text.split("=");
  const bytes = Buffer.from(hexText, "hex");
  return { name, module: new WebAssembly.Module(bytes), format: new Format(bytes) };
}

function runCase(line) {
  const words = line.split(" ");
  const input = Buffer.from(words[0].slice("input:".length), "hex");
  const calls = words.filter((word) => word.endsWith(")"));
  let modules;
  try {
    modules = words.filter((word) => word.includes("=")).map(compile);
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) {
      throw error;
    }
    return calls.map(() => `refused\t${error.message}\t\t`);
  }
  return calls.map((call) => {
    const [, name, list] = /^(.*)\((.*)\)$/.exec(call);
    return new Call(modules, input).run(name, list.split(","));
  });
}

const [command, requests, answers] = process.argv.slice(2);
const lines = readFileSync(requests, "utf8").split("\n").slice(0, -1);
const answer =
  command === "validate" ? (line) => [`${WebAssembly.validate(Buffer.from(line, "hex"))}`] : runCase;
writeFileSync(answers, lines.flatMap(answer).map((text) => `${text}\n`).join(""));
