"""What the end-to-end tests share: running the binary, and making small modules."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

BINARY = os.environ["LOCKSTEP_BINARY"]
GUESTS = pathlib.Path(os.environ["LOCKSTEP_GUESTS"])
SOURCE = pathlib.Path(__file__).resolve().parents[2]

# Exit codes of docs/command-line.md.
SUCCESS, NOT_PROVEN, USAGE, REFUSED, ENVIRONMENT, TRAPPED, EXIT_CODE = 0, 1, 2, 3, 4, 10, 11

# What whoever runs the tests has set for their own use of lockstep.
for variable in ("LOCKSTEP_CACHE", "LOCKSTEP_PERF_MAP"):
    os.environ.pop(variable, None)

ROOT_PATTERN = r"^0x[0-9a-f]{64}$"

# One module with a function for each thing that a run can do.
SAMPLE = r"""(module
  (import "lockstep" "input_size" (func $input_size (result i32)))
  (import "lockstep" "input_read" (func $input_read (param i32 i32 i32)))
  (import "lockstep" "output_write" (func $output_write (param i32 i32)))
  (import "lockstep" "halt" (func $halt (param i32)))
  (memory 1 4)
  (table 4 8 funcref)
  (global $count (mut i32) (i32.const 5))
  (elem (i32.const 1) $add)
  (data (i32.const 100) "data")
  (func $start (export "_start")
    (call $input_read (i32.const 0) (i32.const 0) (call $input_size))
    (call $output_write (i32.const 0) (call $input_size)))
  (func $add (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "add64") (param i64 i64) (result i64) (i64.add (local.get 0) (local.get 1)))
  (func (export "divide") (param i32 i32) (result i32)
    (i32.store (i32.const 0) (i32.const 1684234849))
    (call $output_write (i32.const 0) (i32.const 4))
    (i32.div_s (local.get 0) (local.get 1)))
  (func (export "two") (result i64 i32) (i64.const -2) (i32.const 7))
  (func (export "stop") (param i32) (result i32) (call $halt (local.get 0)) (i32.const 1))
  (func (export "float") (param f64) (result f64) (local.get 0))
  (func (export "null") (result externref) (ref.null extern))
  (func (export "reference") (param externref) (result externref) (local.get 0))
  (func (export "function") (result funcref) (table.get 0 (i32.const 1)))
  (func (export "count") (param $n i32) (result i32) (local $i i32)
    (loop $again
      (global.set $count (i32.add (global.get $count) (i32.const 1)))
      (i32.store (i32.mul (local.get $i) (i32.const 4)) (global.get $count))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (local.get $n))))
    (global.get $count))
  (func (export "spin") (param i64)
    (loop $again
      (local.set 0 (i64.sub (local.get 0) (i64.const 1)))
      (br_if $again (i64.ne (local.get 0) (i64.const 0))))))
"""

# A module that counts in a memory of its own, and one that uses two of it, linked as a and b.
COUNTER = r"""(module
  (memory 1)
  (data (i32.const 0) "\{digit:02x}")
  (func (export "count") (result i32)
    (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
    (i32.load8_u (i32.const 0))))
"""
COUNTERS_USER = r"""(module
  (import "a" "count" (func $a (result i32)))
  (import "b" "count" (func $b (result i32)))
  (memory 2)
  (data (i32.const 65536) "\07")
  (func (export "_start") (result i32 i32 i32 i32)
    (call $a) (call $b) (call $a) (i32.load8_u (i32.const 65536))))
"""


class LockstepTest(unittest.TestCase):
    """A test with a folder of its own, in which lockstep is run."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lockstep-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, data):
        (self.folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return name

    def assemble(self, name, wat):
        self.write("source.wat", wat)
        subprocess.run(["wat2wasm", "--debug-names", "source.wat", "-o", name], cwd=self.folder, check=True)
        return name

    def sample(self):
        return self.assemble("sample.wasm", SAMPLE)

    def run_lockstep(self, *arguments, code=SUCCESS, environment=None, timeout=120):
        """The finished process; its exit code must be `code`."""
        result = subprocess.run(
            [BINARY, *map(str, arguments)], cwd=self.folder, env=os.environ | (environment or {}),
            capture_output=True, text=True, timeout=timeout, check=False)
        self.assertEqual(result.returncode, code, f"{arguments}\n{result.stdout}\n{result.stderr}")
        return result

    def text(self, *arguments, **options):
        return self.run_lockstep(*arguments, **options).stdout

    def json(self, *arguments, **options):
        return json.loads(self.run_lockstep(*arguments, "--json", **options).stdout)

    def error(self, code, *arguments, **options):
        """The one line of an error, after checking that --json says the same."""
        result = self.run_lockstep(*arguments, code=code, **options)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, r"\Alockstep: [^\n]+\n\Z")
        with_json = self.run_lockstep(*arguments, "--json", code=code, **options)
        error = json.loads(with_json.stdout)["error"]
        self.assertEqual(set(error), {"exit_code", "file", "offset", "reason", "expected"})
        self.assertEqual(error["exit_code"], code)
        self.assertIn(error["reason"], result.stderr)
        if error["offset"] is not None:
            self.assertIn(f": offset {error['offset']}: ", result.stderr)
        return result.stderr.strip()
