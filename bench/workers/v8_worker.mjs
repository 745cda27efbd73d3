// Runs a kernel in V8 for lockstep_engine_bench: a size a line comes in, checksum and CPU seconds go out.
//
// usage: node [<flag of V8>...] v8_worker.mjs <kernel.wasm>

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const module = new WebAssembly.Module(readFileSync(process.argv[2]));

for await (const line of createInterface({ input: process.stdin })) {
    const { kernel } = new WebAssembly.Instance(module).exports;
    const size = Number(line);
    const begin = process.cpuUsage();
    const checksum = kernel(size) >>> 0;
    const { user, system } = process.cpuUsage(begin);
    process.stdout.write(`${checksum} ${(user + system) * 1e-6}\n`);
}
