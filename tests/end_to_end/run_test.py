#!/usr/bin/env python3
"""lockstep run: results, outputs, arguments, exit codes."""

import os
import pty
import subprocess
import unittest

from lockstep_process import BINARY, ENVIRONMENT, EXIT_CODE, ROOT_PATTERN, TRAPPED, USAGE, LockstepTest


class Reports(LockstepTest):
    def test_json_has_the_documented_keys(self):
        report = self.json("run", self.sample(), "--invoke", "add", "--args", "2", "3")
        self.assertEqual(report["status"], "halted")
        self.assertEqual(report["exit_code"], 0)
        self.assertIsNone(report["trap"])
        self.assertEqual(report["results"], [{"type": "i32", "value": 5, "bits": "0x00000005"}])
        self.assertGreater(report["steps"], 3)
        self.assertGreater(report["gas_used"], 3)
        self.assertRegex(report["state_root"], ROOT_PATTERN)
        self.assertRegex(report["image_root"], ROOT_PATTERN)
        self.assertEqual(report["output_size"], 0)

    def test_text_says_the_same(self):
        program = self.sample()
        text = self.text("run", program, "--invoke", "add", "--args", "2", "3")
        report = self.json("run", program, "--invoke", "add", "--args", "2", "3")
        self.assertRegex(text, r"\Asample.wasm halted after \d+ steps\n")
        self.assertIn("  result       i32:5 (bits 0x00000005)\n", text)
        self.assertIn(report["state_root"], text)
        self.assertIn(report["image_root"], text)

    def test_a_trap_is_an_outcome(self):
        program = self.sample()
        arguments = ["run", program, "--invoke", "divide", "--args", "1", "0"]
        report = self.json(*arguments)
        self.assertEqual((report["status"], report["exit_code"], report["trap"], report["results"]),
                         ("trapped", None, "integer_divide_by_zero", []))
        text = self.text(*arguments, code=TRAPPED)
        self.assertRegex(text, r"\Asample.wasm trapped after \d+ steps: integer_divide_by_zero\n")
        self.assertRegex(text, r"divide at pc \d+: i32_div_s")

    def test_halt_has_an_exit_code_and_no_results(self):
        program = self.sample()
        report = self.json("run", program, "--invoke", "stop", "--args", "3")
        self.assertEqual((report["status"], report["exit_code"], report["results"]), ("halted", 3, []))
        self.text("run", program, "--invoke", "stop", "--args", "3", code=EXIT_CODE)
        self.text("run", program, "--invoke", "stop", "--args", "0")

    def test_results_of_all_types(self):
        program = self.sample()

        def results(*arguments):
            return self.json("run", program, "--invoke", *arguments)["results"]

        self.assertEqual(results("two"), [{"type": "i64", "value": -2, "bits": "0xfffffffffffffffe"},
                                          {"type": "i32", "value": 7, "bits": "0x00000007"}])
        self.assertEqual(results("float", "--args", "0.1"),
                         [{"type": "f64", "value": "0.1", "bits": "0x3fb999999999999a"}])
        self.assertEqual(results("null"), [{"type": "externref", "value": None, "bits": "0x0000000000000000"}])
        self.assertEqual(results("reference", "--args", "41"),
                         [{"type": "externref", "value": 41, "bits": "0x000000000000002a"}])
        self.assertEqual(results("function"), [{"type": "funcref", "value": 5, "bits": "0x0000000000000006"}])
        self.assertIn("funcref:5 (bits 0x0000000000000006)", self.text("run", program, "--invoke", "function"))
        self.assertIn("externref:null (", self.text("run", program, "--invoke", "null"))

    def test_64_bit_numbers_are_exact(self):
        report = self.json("run", self.sample(), "--invoke", "add64", "--args", "0x7fffffffffffffff", "0")
        self.assertEqual(report["results"][0]["value"], 2**63 - 1)

    def test_a_run_is_reproducible(self):
        program = self.sample()
        first, second = (self.text("run", program, "--invoke", "count", "--args", "99", "--json") for _ in range(2))
        self.assertEqual(first, second)


class Arguments(LockstepTest):
    def add(self, function, *arguments):
        return self.json("run", self.sample(), "--invoke", function, "--args", *arguments)["results"][0]["value"]

    def test_forms(self):
        self.assertEqual(self.add("add", "-1", "2"), 1)
        self.assertEqual(self.add("add", "+1", "0x10"), 17)
        self.assertEqual(self.add("add", "-0x10", "010"), -6)
        self.assertEqual(self.add("add", "4294967295", "0"), -1)
        self.assertEqual(self.add("add", "-2147483648", "0"), -(2**31))
        self.assertEqual(self.add("add", "i32:-1", "i32:0x10"), 15)
        self.assertEqual(self.add("add64", "18446744073709551615", "0"), -1)
        self.assertEqual(self.add("add64", "-9223372036854775808", "0"), -(2**63))

    def test_out_of_range(self):
        program = self.sample()
        for word in ("4294967296", "-2147483649", "0x100000000", "x", "1.5", "0x", "-", "--1", "1 ", "１"):
            with self.subTest(word=word):
                line = self.error(USAGE, "run", program, "--invoke", "add", "--args=1", f"--args={word}")
                self.assertIn("argument 2 is no i32", line)
        self.assertIn("argument 2 is no i32: ''", self.error(USAGE, "run", program, "--invoke", "add", "--args", "1", ""))
        for word in ("18446744073709551616", "-9223372036854775809"):
            with self.subTest(word=word):
                self.error(USAGE, "run", program, "--invoke", "add64", "--args", "1", word)

    def test_kinds_that_are_no_integers(self):
        program = self.sample()
        self.assertIn("argument 1 is no f64: 'x' (expected a number",
                      self.error(USAGE, "run", program, "--invoke", "float", "--args", "x"))
        self.error(USAGE, "run", program, "--invoke", "reference", "--args", "18446744073709551615")

    def test_count_of_arguments(self):
        line = self.error(USAGE, "run", self.sample(), "--invoke", "add", "--args", "1")
        self.assertIn("'add' takes 2 arguments, --args has 1 (expected arguments of the type (i32, i32) -> (i32))", line)
        self.error(USAGE, "run", self.sample(), "--args", "1")

    def test_at_most_32_arguments(self):
        for count in (32, 33):
            self.assemble(f"{count}.wasm", f'(module (func (export "_start") (param {"i32 " * count})))')
        arguments = ["--args", *["1"] * 33]
        self.assertEqual(self.json("run", "32.wasm", *arguments[:-1])["status"], "halted")
        self.assertIn("takes 33 arguments (expected a function of at most 32)",
                      self.error(USAGE, "run", "33.wasm", *arguments))

    def test_unknown_export_names_those_that_exist(self):
        line = self.error(USAGE, "run", self.sample(), "--invoke", "main")
        self.assertIn("exports no function 'main' (expected --invoke with one of: _start, add, ", line)
        empty = self.assemble("empty.wasm", "(module)")
        self.assertIn("a module that exports a function", self.error(USAGE, "run", empty))

    def test_usage(self):
        program = self.sample()
        for arguments in ([], ["run"], ["walk", program], ["run", program, "--gas", "-1"], ["run", program, "--gas", "x"],
                          ["run", program, "--gas", str(2**40 - 1)], ["run", program, "--nonsense"], ["root", program],
                          ["root", program, "--at", "-1"], ["root", program, "--at", str(2**64)],
                          ["root", program, "--at", "1.0"]):
            with self.subTest(arguments=arguments):
                self.assertIn("see lockstep --help", self.error(USAGE, *arguments))

    def test_help_and_version(self):
        text = self.text("--help")
        for command in ("run", "image", "root", "prove", "verify", "dispute", "inspect"):
            self.assertIn(f"\n  {command} ", text)
            self.assertIn("--json", self.text(command, "--help"))
        self.assertIn("Exit codes:", text)
        self.assertRegex(self.text("--version"), r"^\d+\.\d+\.\d+\n$")


class Limits(LockstepTest):
    def test_out_of_gas(self):
        report = self.json("run", self.sample(), "--invoke", "spin", "--args", "0", "--gas", "1000")
        self.assertEqual((report["status"], report["trap"], report["gas_limit"]), ("trapped", "out_of_gas", 1000))
        self.assertLessEqual(report["gas_used"], 1000)
        self.assertEqual(self.json("run", self.sample(), "--gas", "0")["trap"], "out_of_gas")
        self.assertEqual(self.json("run", self.sample(), "--gas", "0xffff")["status"], "halted")


class Files(LockstepTest):
    def test_input_and_output(self):
        data = bytes(range(256)) * 5
        self.write("in", data)
        report = self.json("run", self.sample(), "--input", "in", "--output", "out")
        self.assertEqual(report["output_size"], len(data))
        self.assertEqual((self.folder / "out").read_bytes(), data)
        self.assertIn("1,280 bytes, in out", self.text("run", self.sample(), "--input", "in", "--output", "out"))

    def test_output_of_a_trap_is_written_too(self):
        report = self.json("run", self.sample(), "--invoke", "divide", "--args", "1", "0", "--output", "out")
        self.assertEqual(report["output_size"], 4)
        self.assertEqual((self.folder / "out").read_bytes(), b"abcd")

    def test_empty_output_makes_an_empty_file(self):
        self.json("run", self.sample(), "--output", "out")
        self.assertEqual((self.folder / "out").read_bytes(), b"")

    def test_output_replaces_a_file_and_keeps_its_mode(self):
        self.write("out", "something that is longer")
        os.chmod(self.folder / "out", 0o640)
        self.write("in", "new")
        self.json("run", self.sample(), "--input", "in", "--output", "out")
        self.assertEqual((self.folder / "out").read_bytes(), b"new")
        self.assertEqual((self.folder / "out").stat().st_mode & 0o777, 0o640)

    def test_output_follows_links_and_goes_into_devices(self):
        self.write("target", "old")
        os.symlink("target", self.folder / "link")
        self.write("in", "new")
        self.json("run", self.sample(), "--input", "in", "--output", "link")
        self.assertTrue((self.folder / "link").is_symlink())
        self.assertEqual((self.folder / "target").read_bytes(), b"new")
        self.assertTrue(self.text("run", self.sample(), "--input", "in", "--output", "/dev/stdout").startswith("new"))

    def test_nothing_is_left_behind_by_errors(self):
        program = self.sample()
        before = sorted(os.listdir(self.folder))
        for output in ("no/such/folder/out", ".", "/dev/full", "/proc/lockstep"):
            with self.subTest(output=output):
                self.write("in", "some bytes")
                self.error(ENVIRONMENT, "run", program, "--input", "in", "--output", output)
                os.remove(self.folder / "in")
                self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_unreadable_input(self):
        self.assertIn("nowhere: cannot be opened", self.error(ENVIRONMENT, "run", self.sample(), "--input", "nowhere"))
        self.assertIn(".: is a directory", self.error(ENVIRONMENT, "run", self.sample(), "--input", "."))

    def test_a_full_disk_under_stdout_is_an_error(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([BINARY, "image", self.sample()], cwd=self.folder, stdout=full,
                                    stderr=subprocess.PIPE, check=False)
        self.assertEqual(result.returncode, ENVIRONMENT)
        self.assertIn(b"standard output: cannot be written", result.stderr)


class ProgressBar(LockstepTest):
    def errors_of_a_long_run(self, stderr):
        command = [BINARY, "root", self.sample(), "--invoke", "spin", "--args", "2000000000", "--at", "3000000000",
                   "--engine=interpreter"]
        with subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=stderr) as process:
            self.assertEqual(process.wait(timeout=600), 0)

    def test_only_on_a_terminal(self):
        controller, terminal = pty.openpty()
        self.addCleanup(os.close, controller)
        self.errors_of_a_long_run(terminal)
        os.close(terminal)
        shown = os.read(controller, 65536)
        self.assertRegex(shown, rb"running  \[[#.]{30}\] +\d+%  [\d,]+ steps")
        self.assertTrue(shown.endswith(b"\r\x1b[K"))
        with open(self.folder / "log", "wb") as log:
            self.errors_of_a_long_run(log)
        self.assertEqual((self.folder / "log").read_bytes(), b"")


if __name__ == "__main__":
    unittest.main()
