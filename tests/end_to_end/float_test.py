#!/usr/bin/env python3
"""Floats on the command line: arguments by value and by bits, results that are arguments again."""

import re
import struct
import unittest

from lockstep_process import ROOT_PATTERN, USAGE, LockstepTest

# Functions that move floats: nothing may change a bit of them.
FLOATS = r"""(module
  (memory 1)
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0))
  (func (export "both") (param f32 f64) (result f64 f32) (local.get 1) (local.get 0))
  (func (export "bits") (param f32 f64) (result i32 i64)
    (i32.reinterpret_f32 (local.get 0)) (i64.reinterpret_f64 (local.get 1)))
  (func (export "through_memory") (param f32 f64) (result f32 f64)
    (f32.store (i32.const 3) (local.get 0))
    (f64.store (i32.const 4091) (local.get 1))
    (f32.load (i32.const 3))
    (f64.load (i32.const 4091)))
  (func (export "values") (result f64 f32 f64 f64 f64 f32)
    (f64.const 0x1.8p0) (f32.const -0.1) (f64.const -inf) (f64.const nan) (f64.const -nan:0x123) (f32.const -0))
  (func (export "mixed") (param i32 f32 i64 f64 externref) (result externref f64 i64 f32 i32)
    (local.get 4) (local.get 3) (local.get 2) (local.get 1) (local.get 0)))
"""

# Functions that compute.
ARITHMETIC = r"""(module
  (func (export "add") (param f64 f64) (result f64) (f64.add (local.get 0) (local.get 1)))
  (func (export "divide") (param f32 f32) (result f32) (f32.div (local.get 0) (local.get 1)))
  (func (export "negate") (param f32) (result f32) (f32.neg (local.get 0)))
  (func (export "demote") (param f64) (result f32) (f32.demote_f64 (local.get 0)))
  (func (export "truncate") (param f64) (result i32) (i32.trunc_f64_s (local.get 0))))
"""

F32_BITS = (0, 1, 0x007FFFFF, 0x00800000, 0x3DCCCCCD, 0x3F800000, 0x7F7FFFFF, 0x7F800000, 0x7FC00000, 0x7FC00001,
            0x7F800001, 0x7FFFFFFF)
F64_BITS = (0, 1, 0x000FFFFFFFFFFFFF, 0x0010000000000000, 0x3FB999999999999A, 0x3FF0000000000000, 0x7FEFFFFFFFFFFFFF,
            0x7FF0000000000000, 0x7FF8000000000000, 0x7FF8000000000001, 0x7FF0000000000001, 0x7FFFFFFFFFFFFFFF)


def bits_of(number):
    return f"0x{struct.unpack('<Q', struct.pack('<d', number))[0]:016x}"


class FloatTest(LockstepTest):
    def floats(self):
        return self.assemble("floats.wasm", FLOATS)

    def results(self, function, *arguments):
        return self.json("run", self.floats(), "--invoke", function, "--args", *arguments)["results"]

    def bits(self, function, *arguments):
        return [result["bits"] for result in self.results(function, *arguments)]


class Refusals(FloatTest):
    def test_arguments(self):
        program = self.floats()
        for word, reason, expected in (
                ("f64:", "argument 1 is no f64: 'f64:'", "a number, as 1.5, -1e-3 or 0x1.8p3, or inf, -inf, nan, bits:N"),
                ("f64:1.5.", "argument 1 is no f64: 'f64:1.5.'", "a number, as 1.5"),
                ("", "argument 1 is no f64: ''", "a number, as 1.5"),
                ("f64:1.5 ", "argument 1 is no f64: 'f64:1.5 '", "a number, as 1.5"),
                ("f64:1.5\n", r"argument 1 is no f64: 'f64:1.5\u{a}'", "a number, as 1.5"),
                ("f64:-nan", "argument 1 is no f64: 'f64:-nan'", "a number, as 1.5"),
                ("0x3ff0000000000000", "argument 1 is no f64: '0x3ff0000000000000'", "an exponent, as in 0x1p0, or bits:"),
                ("f64:bits:", "argument 1 is no f64: 'f64:bits:'", "bits from 0 to 18446744073709551615, decimal"),
                ("f64:bits:18446744073709551616", "argument 1 is no f64: ", "bits from 0 to 18446744073709551615, decimal"),
                ("f64:1e309", "argument 1 is out of range for f64: 'f64:1e309'",
                 "a magnitude of at most 1.7976931348623157e+308, or f64:inf)"),
                ("f64:-1e309", "argument 1 is out of range for f64: 'f64:-1e309'",
                 "a magnitude of at most 1.7976931348623157e+308, or f64:-inf)"),
                ("f64:1e-330", "argument 1 is too small for f64: 'f64:1e-330'", "a magnitude of at least 5e-324, or f64:0"),
                ("f32:1.5", "argument 1 is of type f32, its parameter is of type f64: 'f32:1.5'", "f64:"),
                ("i64:1", "argument 1 is of type i64, its parameter is of type f64: 'i64:1'", "f64:")):
            with self.subTest(word=word):
                line = self.error(USAGE, "run", program, "--invoke", "f64", "--args", word)
                self.assertTrue(line.startswith(f"lockstep: {reason}"), line)
                self.assertIn(f"(expected {expected}", line)
        line = self.error(USAGE, "run", program, "--invoke", "both", "--args", "1", "f32:1e40")
        self.assertIn("argument 2 is of type f32, its parameter is of type f64", line)
        line = self.error(USAGE, "run", program, "--invoke", "both", "--args", "f32:bits:4294967296", "1")
        self.assertIn("argument 1 is no f32: 'f32:bits:4294967296' (expected bits from 0 to 4294967295", line)

    def test_every_command_refuses_alike(self):
        program = self.floats()
        lines = {self.error(USAGE, *command, program, "--invoke", "f32", "--args", "f32:1e40")
                 for command in (["run"], ["root", "--at", 0], ["prove", "--at", 0, "--out", "bundle"],
                                 ["dispute", "--fault-at", 0], ["inspect", "--at", 0])}
        self.assertEqual(lines, {"lockstep: argument 1 is out of range for f32: 'f32:1e40' "
                                 "(expected a magnitude of at most 3.4028235e+38, or f32:inf)"})
        self.assertFalse((self.folder / "bundle").exists())


class Arguments(FloatTest):
    def test_forms(self):
        for word, number in (("1.5", 1.5), ("f64:1.5", 1.5), ("-0.25", -0.25), ("+7", 7.0), ("-.5", -0.5),
                             ("f64:0x1.8p3", 12.0), ("-0x1.8p-3", -0.1875), ("1e-310", 1e-310), ("f64:-0", -0.0),
                             ("f64:inf", float("inf")), ("-inf", float("-inf")), ("0.1", 0.1),
                             ("f64:9007199254740993", 9007199254740992.0)):
            with self.subTest(word=word):
                self.assertEqual(self.bits("f64", word), [bits_of(number)])
        for word, bits in (("0.1", "0x3dcccccd"), ("f32:7.038531e-26", "0x15ae43fd"), ("f32:nan", "0x7fc00000"),
                           ("f32:bits:2143289344", "0x7fc00000"), ("bits:0xffa00000", "0xffa00000")):
            with self.subTest(word=word):
                self.assertEqual(self.bits("f32", word), [bits])
        self.assertEqual(self.bits("f64", "nan"), ["0x7ff8000000000000"])
        self.assertEqual(self.bits("f64", "f64:bits:0xfff0000000000001"), ["0xfff0000000000001"])

    def test_negative_numbers_behind_others(self):
        self.assertEqual(self.bits("both", "-1", "-0.5"), ["0xbfe0000000000000", "0xbf800000"])
        self.assertEqual(self.bits("both", "-1", "f64:-inf"), ["0xfff0000000000000", "0xbf800000"])

    def test_mixed_types(self):
        untyped = self.results("mixed", "-1", "1.5", "0x10", "nan", "null")
        typed = self.results("mixed", "i32:-1", "f32:1.5", "i64:0x10", "f64:nan", "externref:null")
        self.assertEqual(untyped, typed)
        self.assertEqual([(result["type"], result["value"]) for result in typed],
                         [("externref", None), ("f64", "nan"), ("i64", 16), ("f32", "1.5"), ("i32", -1)])

    def test_they_are_part_of_the_initial_state(self):
        program = self.floats()

        def root(word):
            return self.json("root", program, "--invoke", "f64", "--args", word, "--at", 0)["state_root"]

        self.assertRegex(root("1.5"), ROOT_PATTERN)
        self.assertEqual(len({root(word) for word in ("1.5", "f64:0x1.8p0", "f64:bits:0x3ff8000000000000", "15e-1")}), 1)
        self.assertEqual(len({root(word) for word in ("0", "-0", "nan", "bits:0x7ff8000000000001", "inf")}), 5)

    def test_help(self):
        for command in ("run", "root", "prove", "dispute", "inspect"):
            text = self.text(command, "--help")
            self.assertIn("--args i32:7 i64:0xff f64:1.5 f64:-inf f32:nan f32:bits:2143289344 externref:null\n", text)


class Results(FloatTest):
    def test_values(self):
        self.assertEqual(self.json("run", self.floats(), "--invoke", "values")["results"], [
            {"type": "f64", "value": "1.5", "bits": "0x3ff8000000000000"},
            {"type": "f32", "value": "-0.1", "bits": "0xbdcccccd"},
            {"type": "f64", "value": "-inf", "bits": "0xfff0000000000000"},
            {"type": "f64", "value": "nan", "bits": "0x7ff8000000000000"},
            {"type": "f64", "value": "bits:0xfff0000000000123", "bits": "0xfff0000000000123"},
            {"type": "f32", "value": "-0", "bits": "0x80000000"}])
        text = self.text("run", self.floats(), "--invoke", "values")
        self.assertEqual(re.findall(r"(?m)^  result       (.*)$", text), [
            "f64:1.5 (bits 0x3ff8000000000000)", "f32:-0.1 (bits 0xbdcccccd)", "f64:-inf (bits 0xfff0000000000000)",
            "f64:nan (bits 0x7ff8000000000000)", "f64:bits:0xfff0000000000123 (nan)", "f32:-0 (bits 0x80000000)"])

    def test_each_is_an_argument_again(self):
        program = self.floats()
        for f32, f64 in zip(F32_BITS, F64_BITS):
            for sign in (0, 1):
                bits = [f"0x{f32 | sign << 31:08x}", f"0x{f64 | sign << 63:016x}"]
                with self.subTest(bits=bits):
                    run = ["run", program, "--invoke", "through_memory"]
                    text = self.text(*run, "--args", f"f32:bits:{bits[0]}", f"f64:bits:{bits[1]}")
                    printed = re.findall(r"(?m)^  result       (\S+) ", text)
                    results = self.json(*run, "--args", *printed)["results"]
                    self.assertEqual([result["bits"] for result in results], bits)
                    self.assertEqual([f"{result['type']}:{result['value']}" for result in results], printed)
                    self.assertEqual(self.json(*run, f"--args={results[0]['value']}",
                                               f"--args={results[1]['value']}")["results"], results)

    def test_the_shortest_decimal(self):
        for number in (0.1, 1 / 3, 2.0**70, 1e23, 5e-324, 123456789.123, 1e15, 1e300):
            value = self.results("f64", repr(number))[0]["value"]
            self.assertEqual(float(value), number)
            self.assertLessEqual(len(re.sub(r"e.*|[-.]", "", value).strip("0")),
                                 len(re.sub(r"e.*|[-.]", "", repr(number)).strip("0")))

    def test_arithmetic(self):
        program = self.assemble("arithmetic.wasm", ARITHMETIC)
        for function, words, value, bits in (
                ("add", ["0.1", "0.2"], "0.30000000000000004", "0x3fd3333333333334"),
                ("add", ["f64:1e308", "f64:1e308"], "inf", "0x7ff0000000000000"),
                ("add", ["5e-324", "f64:-0"], "5e-324", "0x0000000000000001"),
                ("add", ["f64:inf", "f64:-inf"], "nan", "0x7ff8000000000000"),
                ("divide", ["1", "3"], "0.33333334", "0x3eaaaaab"),
                ("divide", ["-1", "0"], "-inf", "0xff800000"),
                ("divide", ["f32:bits:0xffffffff", "1"], "nan", "0x7fc00000"),
                ("negate", ["nan"], "bits:0xffc00000", "0xffc00000"),
                ("demote", ["7.038531e-26"], "7.0385313e-26", "0x15ae43fe"),  # rounded twice
                ("demote", ["1e-60"], "0", "0x00000000")):
            with self.subTest(function=function, words=words):
                result = self.json("run", program, "--invoke", function, "--args", *words)["results"][0]
                self.assertEqual((result["value"], result["bits"]), (value, bits))
        self.assertEqual(self.json("run", program, "--invoke", "truncate", "--args", "-1.9")["results"][0]["value"], -1)
        self.assertEqual(self.json("run", program, "--invoke", "truncate", "--args", "nan")["trap"],
                         "invalid_conversion")
        report = self.json("dispute", program, "--invoke", "add", "--args", "0.1", "0.2", "--fault-at", 4, "--fault", "value")
        self.assertTrue(report["convicted"])

    def test_proofs(self):
        program = self.floats()
        options = ["--invoke", "through_memory", "--args", "f32:nan", "f64:-inf"]
        steps = self.json("run", program, *options)["steps"]
        for step in range(steps):
            proof = self.json("prove", program, *options, "--at", step, "--out", "bundle")
            self.assertTrue(self.json("verify", "bundle", "--pre", proof["pre"], "--post", proof["post"])["valid"])
        report = self.json("dispute", program, *options, "--fault-at", steps // 2, "--fault", "value")
        self.assertTrue(report["convicted"])


if __name__ == "__main__":
    unittest.main()
