#!/usr/bin/env python3
"""Files that are no programs: each is refused with the file, the offset, the reason and what was expected."""

import os
import subprocess
import threading
import unittest

from lockstep_process import BINARY, ENVIRONMENT, REFUSED, LockstepTest

HEADER = b"\0asm\1\0\0\0"
COMMANDS = (["run"], ["image"], ["root", "--at", "0"], ["prove", "--at", "0", "--out", "bundle"],
            ["dispute", "--fault-at", "0"], ["inspect"])


class NoModules(LockstepTest):
    def refuse(self, data):
        self.write("x.wasm", data)
        return self.error(REFUSED, "image", "x.wasm")

    def test_every_command_refuses_alike(self):
        self.write("x.wasm", b"nonsense")
        lines = {self.error(REFUSED, *command, "x.wasm") for command in COMMANDS}
        self.assertEqual(lines, {"lockstep: x.wasm: offset 0: malformed module: magic header not detected "
                                 "(expected a WebAssembly module in the binary format)"})
        self.assertFalse((self.folder / "bundle").exists())

    def test_missing_files(self):
        for command in COMMANDS:
            self.assertEqual(self.error(ENVIRONMENT, *command, "x.wasm"),
                             "lockstep: x.wasm: cannot be opened: No such file or directory")
            self.assertEqual(self.error(ENVIRONMENT, *command, "."), "lockstep: .: is a directory (expected a file)")

    def test_an_empty_file(self):
        self.assertEqual(self.refuse(b""),
                         "lockstep: x.wasm: is empty (expected a WebAssembly module in the binary format)")

    def test_other_formats_are_named(self):
        for data, word in ((b"\0asm\x0d\0\1\0", "component"), (b"(module)", "wat2wasm"), (b";; text", "wat2wasm"),
                           (b"\x7fELF\2\1\1", "native program"), (b"\x1f\x8b\x08", "compressed"),
                           (b"BC\xc0\xde", "bitcode"), (b"\0asm\2\0\0\0", "a WebAssembly module"),
                           (b"\0as", "a WebAssembly module")):
            with self.subTest(data=data):
                self.assertIn(word, self.refuse(data))

    def test_truncated_modules(self):
        program = (self.folder / self.sample()).read_bytes()
        # Cut inside its sections; what is cut off at a section's end may be a module.
        refused = 0
        for size in range(1, len(program), 7):
            self.write("x.wasm", program[:size])
            result = self.run_lockstep_unchecked("image", "x.wasm")
            self.assertIn(result.returncode, (0, REFUSED), result.stderr)
            if result.returncode == REFUSED:
                refused += 1
                self.assertRegex(result.stderr, r"\Alockstep: x.wasm: offset \d+: ")
        self.assertGreater(refused, 20)

    def test_changed_modules(self):
        program = (self.folder / self.sample()).read_bytes()
        for offset in range(0, len(program), 5):
            changed = bytearray(program)
            changed[offset] ^= 0xFF
            self.write("x.wasm", bytes(changed))
            result = self.run_lockstep_unchecked("run", "x.wasm", "--gas", "100000", "--json")
            self.assertIn(result.returncode, (0, 2, REFUSED), f"{offset}: {result.stderr}")

    def run_lockstep_unchecked(self, *arguments):
        return subprocess.run([BINARY, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=60,
                              check=False)

    def test_size_is_checked_before_reading(self):
        with open(self.folder / "x.wasm", "wb") as file:
            file.truncate(2**40)  # sparse
        self.assertEqual(self.error(REFUSED, "image", "x.wasm"),
                         "lockstep: x.wasm: is too large: 1,099,511,627,776 bytes "
                         "(expected a module of at most 67,108,864 bytes)")

    def test_pipes_and_devices(self):
        program = (self.folder / self.sample()).read_bytes()
        os.mkfifo(self.folder / "pipe")
        writer = threading.Thread(target=lambda: (self.folder / "pipe").write_bytes(program))
        writer.start()
        self.assertEqual(self.json("image", "pipe")["image_root"], self.json("image", "sample.wasm")["image_root"])
        writer.join()
        self.assertIn("is empty", self.error(REFUSED, "image", "/dev/null"))
        self.assertIn("more than 67,108,864 bytes", self.error(REFUSED, "image", "/dev/zero"))


class BadModules(LockstepTest):
    def test_malformed(self):
        self.write("x.wasm", HEADER + b"\x01\x7f")
        self.assertIn("malformed module", self.error(REFUSED, "image", "x.wasm"))

    def test_invalid(self):
        self.write("source.wat", "(module (func (result i32) (i64.const 0)))")
        subprocess.run(["wat2wasm", "--no-check", "source.wat", "-o", "x.wasm"], cwd=self.folder, check=True)
        self.assertRegex(self.error(REFUSED, "image", "x.wasm"), r"offset \d+: invalid module: type mismatch")

    def test_imports(self):
        self.assemble("x.wasm", '(module (import "env" "mem\\1b[31mory" (memory 1)))')
        line = self.error(REFUSED, "image", "x.wasm")
        self.assertIn(r"not supported: unknown import 'env.mem\u{1b}[31mory'", line)
        self.assertIn("input_size, input_read, output_write, halt", line)
        self.assemble("x.wasm", '(module (import "lockstep" "halt" (func)))')
        self.assertIn("incompatible import type 'lockstep.halt' (expected (i32) -> ())",
                      self.error(REFUSED, "image", "x.wasm"))

    def test_limits(self):
        # A function with more parameters than any may have.
        self.assemble("x.wasm", "(module (func (param" + " i32" * 1001 + ")))")
        self.assertRegex(self.error(REFUSED, "image", "x.wasm"),
                         r"module too large: limit exceeded: max_parameters \(expected at most 1,000\)")

    def test_file_names_are_safe_to_print(self):
        name = "a\x1b[31m\n\u202e.wasm"
        self.write(name, b"nonsense")
        self.assertIn(r"a\u{1b}[31m\u{a}\u{202e}.wasm: offset 0", self.error(REFUSED, "image", name))
        os.rename(self.folder / name, os.fsencode(self.folder) + b"/a\xff.wasm")
        result = subprocess.run([BINARY.encode(), b"image", b"a\xff.wasm", b"--json"], cwd=self.folder,
                                capture_output=True, check=False)
        self.assertIn(rb"a\\xff.wasm", result.stdout)


if __name__ == "__main__":
    unittest.main()
