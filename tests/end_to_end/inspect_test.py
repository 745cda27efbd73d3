#!/usr/bin/env python3
"""lockstep image and inspect."""

import unittest

from lockstep_process import ROOT_PATTERN, USAGE, LockstepTest

HOSTILE_NAME = r"\1b[31mred\0a\e2\80\ae"


class Images(LockstepTest):
    def test_json(self):
        report = self.json("image", self.sample())
        self.assertRegex(report["image_root"], ROOT_PATTERN)
        self.assertEqual((report["memories"], report["tables"]),
                         ([{"pages": 1, "max_pages": 4}], [{"size": 4, "max": 8}]))
        self.assertGreater(report["instructions"], report["functions"])
        self.assertIn({"name": "add64", "function": 6, "type": "(i64, i64) -> (i64)"}, report["exports"])

    def test_text(self):
        text = self.text("image", self.sample())
        self.assertIn(self.json("image", "sample.wasm")["image_root"], text)
        self.assertIn("add64 (i64, i64) -> (i64)", text)
        self.assertIn("1 page, at most 4", text)

    def test_what_does_not_run_does_not_change_the_root(self):
        self.assemble("a.wasm", '(module (func $a (export "f")))')
        self.assemble("b.wasm", '(module (func $b (export "g")))')
        self.assemble("c.wasm", '(module (func $a (export "f") (unreachable)))')
        root = self.json("image", "a.wasm")["image_root"]
        self.assertEqual(self.json("image", "b.wasm")["image_root"], root)
        self.assertNotEqual(self.json("image", "c.wasm")["image_root"], root)


class Code(LockstepTest):
    def test_text(self):
        text = self.text("inspect", self.sample())
        self.assertRegex(text, r"(?m)^add \(i32, i32\) -> \(i32\)\n( +\d+  \w+.*\n)+ +\d+  i32_add$")
        self.assertTrue(text.startswith("the prologue\n"))

    def test_json_is_the_same_code(self):
        report = self.json("inspect", self.sample())
        add = next(function for function in report["functions"] if function["name"] == "add")
        self.assertIn("i32_add", add["code"])
        count = sum(len(function["code"]) for function in report["functions"])
        self.assertEqual(count, self.json("image", "sample.wasm")["instructions"])

    def test_names_are_safe_to_print(self):
        self.assemble("x.wasm", f'(module (func (export "{HOSTILE_NAME}")) (func (export "_start") (call 0)))')
        for arguments in (["inspect", "x.wasm"], ["image", "x.wasm"], ["inspect", "x.wasm", "--at", "5"],
                          ["prove", "x.wasm", "--at", "5", "--out", "bundle"], ["dispute", "x.wasm", "--fault-at", "5"]):
            with self.subTest(arguments=arguments):
                text = self.text(*arguments)
                self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f\u202e]")
                self.assertIn(r"\u{1b}[31mred", text) if arguments[0] != "dispute" else None
        line = self.error(USAGE, "run", "x.wasm", "--invoke", "\x1b[31m")
        self.assertIn(r"'\u{1b}[31m'", line)


class States(LockstepTest):
    ADD = ["--invoke", "add", "--args", "20", "22"]

    def states(self, *options):
        program = self.sample()
        steps = self.json("run", program, *options)["steps"]
        return [self.json("inspect", program, *options, "--at", step) for step in range(steps + 1)]

    def test_json(self):
        states = self.states(*self.ADD)
        for step, state in enumerate(states):
            self.assertEqual(state["step"], step)
            root = self.json("root", "sample.wasm", *self.ADD, "--at", step)["state_root"]
            self.assertEqual(state["state_root"], root)
        adding = next(state for state in states if state["instruction"] == "i32_add")
        self.assertEqual(adding["function"], "add")
        self.assertEqual(adding["values"], ["0x0000000000000016", "0x0000000000000014"])  # topmost first
        self.assertEqual(adding["locals"], ["0x0000000000000014", "0x0000000000000016"])
        self.assertEqual(adding["globals"], ["0x0000000000000005"])
        self.assertEqual((adding["status"], adding["call_depth"], adding["memories"][0]["pages"]), ("running", 1, 1))
        self.assertEqual(states[-1]["status"], "halted")
        self.assertEqual(states[-1]["values"], ["0x000000000000002a"])

    def test_text(self):
        states = self.states(*self.ADD)
        step = next(state["step"] for state in states if state["instruction"] == "i32_add")
        text = self.text("inspect", "sample.wasm", *self.ADD, "--at", step)
        for pattern in (r"^sample.wasm at step \d+$", r"^  status       running$", r"^  in           add at pc \d+$",
                        r"> +\d+  i32_add$", r"^  called by    the prologue, returns to pc \d+$",
                        r"^  values          1  22 \(0x16\)$", r"^  memory       1 page of at most 4, 1 chunk"):
            self.assertRegex(text, f"(?m){pattern}")

    def test_past_the_end(self):
        text = self.text("inspect", self.sample(), *self.ADD, "--at", 2**64 - 1)
        self.assertRegex(text, r"status +halted after \d+ steps, exit code 0")
        trapped = self.json("inspect", "sample.wasm", "--invoke", "divide", "--args", "1", "0", "--at", 2**40)
        self.assertEqual((trapped["status"], trapped["code"], trapped["instruction"]), ("trapped", 2, "i32_div_s"))


if __name__ == "__main__":
    unittest.main()
