#!/usr/bin/env python3
"""--engine, --cache, --perf-map, root --every: the same results, whatever executes."""

import os
import pathlib
import re
import subprocess
import unittest

from lockstep_process import BINARY, ENVIRONMENT, ROOT_PATTERN, TRAPPED, USAGE, LockstepTest

ENGINES = ("auto", "jit", "interpreter")

# Calls itself until a limit stops it; calls with many values meet another limit than those with few.
RECURSION = r"""(module
  (memory 1 1)
  (func $few (export "few") (result i32) (i32.add (call $few) (i32.const 1)))
  (func $many (export "many") (param i64) (result i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i64.store (i32.const 8) (local.get 0))
    (i64.add (local.get 0) (call $many (i64.add (local.get 0) (i64.const 1))))))
"""

IS_SANITIZED = b"__asan_init" in pathlib.Path(BINARY).read_bytes()


def without_engine(report):
    return {key: value for key, value in report.items() if key != "engine"}


class EngineTest(LockstepTest):
    def expect_equal(self, *arguments, **options):
        """The report by the interpreter, after checking that the others give the same."""
        expected = self.json(*arguments, "--engine=interpreter", **options)
        for engine in ENGINES:
            report = self.json(*arguments, "--engine", engine, **options)
            self.assertEqual(without_engine(report), without_engine(expected), engine)
        return expected


class Engines(EngineTest):
    def test_run(self):
        program = self.sample()
        for arguments in (["count", "--args", "9000"], ["count", "--args", "99999"],
                          ["divide", "--args", "1", "0"], ["two"], ["stop", "--args", "3"],
                          ["float", "--args", "-0.5"], ["spin", "--args", "100000"]):
            self.expect_equal("run", program, "--invoke", *arguments)
        self.expect_equal("run", program, "--invoke", "spin", "--args", "0", "--gas", "123456")

    def test_run_says_what_ran(self):
        program = self.sample()
        engine = {name: self.json("run", program, "--invoke", "two", "--engine", name)["engine"] for name in ENGINES}
        self.assertEqual(engine["interpreter"], "interpreter")
        self.assertEqual(engine["auto"], engine["jit"])
        self.assertEqual(self.json("run", program, "--invoke", "two")["engine"], engine["auto"])
        self.assertIn(engine["jit"], ("jit", "interpreter"))

    def test_text_is_the_same(self):
        program = self.sample()
        texts = {self.text("run", program, "--invoke", "count", "--args", "77", "--engine", engine)
                 for engine in ENGINES}
        self.assertEqual(len(texts), 1)

    def test_outputs_are_the_same(self):
        program = self.sample()
        self.write("input", bytes(range(256)) * 40)
        outputs = set()
        for engine in ENGINES:
            self.text("run", program, "--input", "input", "--output", "out", "--engine", engine)
            outputs.add((self.folder / "out").read_bytes())
        self.assertEqual(outputs, {bytes(range(256)) * 40})

    def test_root(self):
        program = self.sample()
        length = self.json("run", program, "--invoke", "count", "--args", "9000")["steps"]
        for step in (0, 1, 2, 17, 1000, length // 2, length - 1, length, length + 9):
            self.expect_equal("root", program, "--invoke", "count", "--args", "9000", "--at", step)

    def test_prove(self):
        program = self.sample()
        bundles = set()
        for engine in ENGINES:
            self.json("prove", program, "--invoke", "count", "--args", "9000", "--at", 54321, "--out", "b",
                      "--engine", engine)
            bundles.add((self.folder / "b").read_bytes())
        self.assertEqual(len(bundles), 1)
        self.expect_equal("prove", program, "--invoke", "count", "--args", "9", "--at", 20, "--out", "b")

    def test_dispute(self):
        report = self.expect_equal("dispute", self.sample(), "--invoke", "count", "--args", "900", "--fault-at", 4321)
        self.assertTrue(report["convicted"])
        self.assertEqual(report["step"], 4321)

    def test_inspect(self):
        self.expect_equal("inspect", self.sample(), "--invoke", "count", "--args", "9000", "--at", 65432)
        self.expect_equal("inspect", self.sample())

    def test_another_name_is_refused(self):
        program = self.sample()
        for command in (["run"], ["root", "--at", 1], ["prove", "--at", 1, "--out", "b"],
                        ["dispute", "--fault-at", 1], ["inspect"]):
            for name in ("JIT", "native", "jit,interpreter"):
                error = self.error(USAGE, command[0], program, *command[1:], f"--engine={name}")
                self.assertIn("--engine", error)
        self.assertIn("auto, jit, interpreter", self.error(USAGE, "run", program, "--engine", "fast"))


class Hosts(EngineTest):
    """What the host allows has no say in results."""

    def run_limited(self, limit, *arguments):
        command = ["bash", "-c", f'ulimit {limit} && exec "$0" "$@"', BINARY, *map(str, arguments)]
        result = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(result.stderr, "")
        return result

    def test_a_small_stack_is_enough(self):
        if IS_SANITIZED:
            self.skipTest("the sanitizer's frames are larger")
        program = self.assemble("recursion.wasm", RECURSION)
        for arguments in (["few"], ["many", "--args", "1"]):
            words = ["run", program, "--invoke", *arguments]
            expected = self.text(*words, "--engine=interpreter", code=TRAPPED)
            self.assertRegex(expected, r"trapped after [\d,]+ steps: call_stack_exhausted")
            for engine in ENGINES:
                result = self.run_limited("-s 64", *words, "--engine", engine)
                self.assertEqual((result.returncode, result.stdout), (TRAPPED, expected))

    def test_few_addresses_are_enough(self):
        if IS_SANITIZED:
            self.skipTest("the sanitizer takes all addresses")
        program = self.sample()
        words = ["run", program, "--invoke", "count", "--args", "9000"]
        expected = self.text(*words, "--engine=interpreter")
        for engine in ENGINES:
            result = self.run_limited("-v 2000000", *words, "--engine", engine)
            self.assertEqual((result.returncode, result.stdout), (0, expected))


class Series(EngineTest):
    """root --every"""

    def test_lines_are_steps_and_roots(self):
        program = self.sample()
        words = ["root", program, "--invoke", "count", "--args", "300"]
        length = self.json("run", *words[1:])["steps"]
        lines = self.text(*words, "--every", 700).splitlines()
        steps = list(range(0, length + 700, 700))
        self.assertEqual([int(line.split()[0]) for line in lines], steps)
        for line in lines[:3] + lines[-2:]:
            step, root = line.split()
            self.assertRegex(root, ROOT_PATTERN)
            self.assertEqual(self.json(*words, "--at", step)["state_root"], root)

    def test_engines_agree(self):
        program = self.sample()
        for series in (["--every", 1, "--at", 3000, "--count", 150], ["--every", 997], ["--every", 1, "--at", 50000]):
            report = self.expect_equal("root", program, "--invoke", "count", "--args", "300", *series)
            self.assertEqual(report["every"], series[1])
            self.assertTrue(report["roots"])

    def test_ends_with_the_last_state_or_the_count(self):
        program = self.sample()
        words = ["root", program, "--invoke", "two"]
        length = self.json("run", *words[1:])["steps"]
        roots = self.json(*words, "--every", 1)["roots"]
        self.assertEqual([root["step"] for root in roots], list(range(length + 1)))
        self.assertEqual([root["fixed_point"] for root in roots], [False] * length + [True])
        roots = self.json(*words, "--every", 2, "--at", 1, "--count", 100)["roots"]
        self.assertEqual([root["step"] for root in roots], list(range(1, 201, 2)))
        self.assertEqual(len({root["state_root"] for root in roots if root["fixed_point"]}), 1)
        self.assertEqual(len(self.json(*words, "--every", 1, "--at", 2**64 - 1)["roots"]), 1)
        self.assertEqual(len(self.json(*words, "--every", 5, "--at", 2**64 - 6, "--count", 2)["roots"]), 2)

    def test_what_makes_no_sense_is_refused(self):
        program = self.sample()
        for words in ([], ["--count", 3], ["--at", 1, "--count", 3], ["--every", 0], ["--every", -1],
                      ["--every", 5, "--count", 0], ["--every", 2, "--count", 2**63 + 1],
                      ["--every", 5, "--at", 2**64 - 6, "--count", 3]):
            self.error(USAGE, "root", program, "--invoke", "two", *words)


class Caches(EngineTest):
    def entries(self):
        return sorted((self.folder / "cache").glob("*"))

    def has_jit(self, program):
        return self.json("run", program, "--invoke", "two")["engine"] == "jit"

    def test_a_second_run_uses_what_the_first_left(self):
        program = self.sample()
        words = ["run", program, "--invoke", "count", "--args", "9000"]
        expected = self.json(*words)
        self.assertEqual(self.json(*words, "--cache", "cache"), expected)
        if not self.has_jit(program):
            self.assertEqual(self.entries(), [])
            return
        (entry,) = self.entries()
        self.assertTrue(entry.name.startswith(expected["image_root"][2:]))
        written = entry.stat().st_mtime_ns
        self.assertEqual(self.json(*words, "--cache", "cache"), expected)
        self.assertEqual(entry.stat().st_mtime_ns, written)

    def test_a_broken_entry_is_rebuilt(self):
        program = self.sample()
        if not self.has_jit(program):
            self.skipTest("this processor has no JIT")
        words = ["run", program, "--invoke", "count", "--args", "9000"]
        expected = self.json(*words, "--cache", "cache")
        (entry,) = self.entries()
        whole = entry.read_bytes()
        for broken in (b"", whole[:-1], whole + b"\0", whole[:-40] + b"\xcc" + whole[-39:], b"\xcc" * len(whole)):
            entry.write_bytes(broken)
            self.assertEqual(self.json(*words, "--cache", "cache"), expected)
            self.assertEqual(self.entries(), [entry])
            self.assertEqual(entry.read_bytes(), whole)

    def test_the_environment_names_one_too(self):
        program = self.sample()
        if not self.has_jit(program):
            self.skipTest("this processor has no JIT")
        self.json("root", program, "--invoke", "two", "--at", 3, environment={"LOCKSTEP_CACHE": "cache"})
        self.assertEqual(len(self.entries()), 1)

    def test_the_interpreter_needs_none(self):
        self.json("run", self.sample(), "--invoke", "two", "--engine=interpreter", "--cache", "cache")
        self.assertFalse((self.folder / "cache").exists())

    def test_an_unusable_folder_is_no_error(self):
        self.write("file", "")
        program = self.sample()
        for folder in ("file", "no/such/folder"):
            self.json("run", program, "--invoke", "two", "--cache", folder)


class PerfMaps(EngineTest):
    def run_with_map(self, *options, environment=None):
        """The lines of the map, None where there is no file."""
        process = subprocess.Popen(
            [BINARY, "run", self.sample(), "--invoke", "count", "--args", "9", *options], cwd=self.folder,
            env=os.environ | (environment or {}), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0)
        path = pathlib.Path(f"/tmp/perf-{process.pid}.map")
        if not path.exists():
            return None
        lines = path.read_text(encoding="utf-8").splitlines()
        path.unlink()
        return lines

    def test_functions_are_named(self):
        for lines in (self.run_with_map("--perf-map"), self.run_with_map(environment={"LOCKSTEP_PERF_MAP": "1"})):
            self.assertIsNotNone(lines)
            matches = [re.fullmatch(r"([0-9a-f]+) ([0-9a-f]+) (.+)", line) for line in lines]
            self.assertTrue(all(matches), lines)
            symbols = [(int(match[1], 16), int(match[2], 16), match[3]) for match in matches]
            if not symbols:  # this processor has no JIT
                continue
            for (address, size, _), (following, _, _) in zip(symbols, symbols[1:]):
                self.assertGreater(size, 0)
                self.assertLessEqual(address + size, following)
            names = [name for _, _, name in symbols]
            for name in ("add64", "count", "divide", "spin"):
                self.assertEqual(names.count(name), 1, names)

    def test_there_is_none_unless_asked_for(self):
        self.assertIsNone(self.run_with_map())
        self.assertEqual(self.run_with_map("--perf-map", "--engine=interpreter"), [])

    def test_a_map_that_cannot_be_written_is_an_error(self):
        # A folder lies in its place: the process keeps its number when bash becomes lockstep.
        script = 'mkdir /tmp/perf-$$.map && exec "$0" "$@"'
        process = subprocess.Popen(["bash", "-c", script, BINARY, "run", self.sample(), "--invoke", "two", "--perf-map"],
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        _, errors = process.communicate(timeout=120)
        pathlib.Path(f"/tmp/perf-{process.pid}.map").rmdir()
        self.assertEqual(process.returncode, ENVIRONMENT)
        self.assertIn(b"cannot be written", errors)


if __name__ == "__main__":
    unittest.main()
