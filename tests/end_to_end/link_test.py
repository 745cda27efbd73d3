#!/usr/bin/env python3
"""lockstep --link: programs of several modules, and what cannot be linked."""

import re
import unittest

from lockstep_process import COUNTER, COUNTERS_USER, ENVIRONMENT, REFUSED, TRAPPED, USAGE, LockstepTest

LIBRARY = r"""(module
  (memory (export "memory") 1 3)
  (table (export "table") 4 8 funcref)
  (global $count (export "count") (mut i32) (i32.const 40))
  (global (export "place") i32 (i32.const 1000))
  (type $unary (func (param i32) (result i32)))
  (elem (i32.const 0) $double $negate)
  (data (i32.const 1000) "library")
  (func $double (type $unary) (i32.mul (local.get 0) (i32.const 2)))
  (func $negate (type $unary) (i32.sub (i32.const 0) (local.get 0)))
  (func $start (global.set $count (i32.add (global.get $count) (i32.const 1))))
  (start $start)
  (func $divide (export "divide") (param i32 i32) (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store (i32.const 8) (local.get 0))
    (i32.div_s (local.get 0) (local.get 1))))
"""

# Uses a function, a memory, a table and globals of the library, and leaves some of each behind in it.
MAIN = r"""(module
  (import "lockstep" "output_write" (func $output_write (param i32 i32)))
  (import "env" "divide" (func $divide (param i32 i32) (result i32)))
  (import "env" "memory" (memory 1))
  (import "env" "table" (table 4 funcref))
  (import "env" "count" (global $count (mut i32)))
  (import "env" "place" (global $place i32))
  (type $unary (func (param i32) (result i32)))
  (elem (i32.const 2) $triple)
  (data (global.get $place) "LIB")
  (func $triple (type $unary) (i32.mul (local.get 0) (i32.const 3)))
  (func (export "_start") (call $output_write (global.get $place) (i32.const 7)))
  (func (export "divide_here") (param i32 i32) (result i32 i32 i32)
    (call $divide (local.get 0) (local.get 1))
    (i32.load (i32.const 8))
    (global.get $count))
  (func (export "apply") (param $i i32) (param $to i32) (result i32)
    (call_indirect (type $unary) (local.get $to) (local.get $i)))
  (func (export "grow") (result i32 i32 i32)
    (memory.grow (i32.const 1)) (memory.grow (i32.const 2)) (memory.size)))
"""

LINK = ["--link", "env=lib.wasm"]
COMMANDS = (["run"], ["image"], ["root", "--at", 0], ["prove", "--at", 0, "--out", "bundle"],
            ["dispute", "--fault-at", 0], ["inspect"])


class LinkTest(LockstepTest):
    def setUp(self):
        super().setUp()
        self.assemble("lib.wasm", LIBRARY)
        self.assemble("main.wasm", MAIN)

    def results(self, *arguments):
        return [result["value"] for result in self.json("run", *arguments)["results"]]

    def image_root(self, *arguments):
        return self.json("image", *arguments)["image_root"]


class Refusals(LinkTest):
    def test_usage(self):
        for word, reason in (("env", "--link has no '=': 'env' (expected NAME=FILE)"),
                             ("=lib.wasm", "--link has no name: '=lib.wasm' (expected NAME=FILE)"),
                             ("env=", "--link has no file: 'env=' (expected NAME=FILE)"),
                             ("lockstep=lib.wasm", "--link cannot take the name of the host's functions: "
                                                   "'lockstep=lib.wasm' (expected another name)")):
            for command in COMMANDS:
                with self.subTest(word=word, command=command):
                    self.assertEqual(self.error(USAGE, *command, "main.wasm", f"--link={word}"), f"lockstep: {reason}")
        self.assertEqual(self.error(USAGE, "run", *LINK, "main.wasm", "--link", "env=main.wasm"),
                         "lockstep: --link names a module again: 'env=main.wasm' (expected each name once)")
        self.assertIn("--link: 1 required NAME=FILE missing",
                      self.run_lockstep("run", "main.wasm", "--link", code=USAGE).stderr)
        self.assertIn("see lockstep --help", self.error(USAGE, "verify", "bundle", *LINK))

    def test_files(self):
        for command in COMMANDS:
            self.assertEqual(self.error(ENVIRONMENT, *command, "--link", "env=nowhere.wasm", "main.wasm"),
                             "lockstep: nowhere.wasm: cannot be opened: No such file or directory")
        self.write("text.wasm", "(module)")
        self.write("empty.wasm", b"")
        self.write("cut.wasm", (self.folder / "lib.wasm").read_bytes()[:-1])
        self.assertRegex(self.error(REFUSED, "run", *LINK, "--link", "text=text.wasm", "main.wasm"),
                         "^lockstep: text.wasm: offset 0: malformed module: .*wat2wasm")
        self.assertIn("lockstep: empty.wasm: is empty",
                      self.error(REFUSED, "run", *LINK, "--link", "x=empty.wasm", "main.wasm"))
        self.assertRegex(self.error(REFUSED, "run", "--link", "env=cut.wasm", "main.wasm"),
                         r"^lockstep: cut.wasm: offset \d+: malformed module")
        self.assertRegex(self.error(REFUSED, "run", *LINK, "cut.wasm"), r"^lockstep: cut.wasm: offset \d+: malformed")

    def test_modules_are_too_large_together(self):
        self.assemble("half.wasm", "(module)")
        with open(self.folder / "half.wasm", "ab") as file:  # a custom section of zeros
            file.write(b"\0\xfe\xff\xff\x0f\0")
            file.truncate(8 + 5 + (2**25 - 2))
        self.assertEqual(self.error(REFUSED, "image", "--link", "a=half.wasm", "--link", "b=half.wasm", "--link", "c=x",
                                    "main.wasm"),
                         "lockstep: half.wasm: is too large beside the modules linked with it "
                         "(expected at most 67,108,864 bytes together)")

    def test_unknown_imports_name_module_and_field(self):
        self.assertRegex(self.error(REFUSED, "run", "main.wasm"),
                         r"^lockstep: main.wasm: offset \d+: not supported: unknown import 'env.divide' \(expected of the "
                         r"module 'lockstep': the functions .*halt; of others: what --link NAME=FILE adds\)$")
        self.assertIn("unknown import 'env.divide'", self.error(REFUSED, "run", "--link", "Env=lib.wasm", "main.wasm"))
        self.assemble("user.wasm", '(module (import "env" "nothing" (func)))')
        self.assertRegex(self.error(REFUSED, "run", *LINK, "user.wasm"),
                         r"^lockstep: user.wasm: offset \d+: not supported: unknown import 'env.nothing' "
                         r"\(expected an export of lib.wasm\)$")
        self.assemble("user.wasm", '(module (import "lockstep" "divide" (func)))')
        self.assertRegex(self.error(REFUSED, "run", *LINK, "user.wasm"),
                         "unknown import 'lockstep.divide' .expected of the module 'lockstep': the functions .*halt.$")

    def test_imports_are_bound_to_what_stands_before(self):
        self.assemble("user.wasm", '(module (import "env" "divide" (func (param i32 i32) (result i32))))')
        self.assertRegex(self.error(REFUSED, "image", "--link", "user=user.wasm", *LINK, "main.wasm"),
                         r"^lockstep: user.wasm: offset \d+: not supported: unknown import 'env.divide' "
                         r"\(expected --link of 'env' in front of the module\)$")
        self.assemble("self.wasm", '(module (import "me" "f" (func)) (func (export "f")))')
        self.assertIn("unknown import 'me.f' (expected --link of 'me' in front of the module)",
                      self.error(REFUSED, "image", "--link", "me=self.wasm", "main.wasm"))

    def test_types_must_match(self):
        for field, wanted in (("divide", "(func (param i32) (result i32))"), ("divide", "(memory 1)"),
                              ("memory", "(memory 2)"), ("memory", "(memory 1 2)"), ("memory", "(func)"),
                              ("table", "(table 5 funcref)"), ("table", "(table 4 7 funcref)"),
                              ("table", "(table 4 externref)"), ("count", "(global i32)"),
                              ("count", "(global (mut i64))"), ("place", "(global (mut i32))")):
            with self.subTest(field=field, wanted=wanted):
                self.assemble("user.wasm", f'(module (import "env" "{field}" {wanted}))')
                self.assertRegex(self.error(REFUSED, "image", *LINK, "user.wasm"),
                                 rf"^lockstep: user.wasm: offset \d+: not supported: incompatible import type "
                                 rf"'env.{field}' \(expected the type of the export of lib.wasm\)$")

    def test_names_are_safe_to_print(self):
        self.assemble("user.wasm", r'(module (import "\1b[31m" "\0a" (func)))')
        self.assertIn(r"unknown import '\u{1b}[31m.\u{a}'", self.error(REFUSED, "image", *LINK, "user.wasm"))
        self.assertIn(r"expected an export of \u{1b}[31m)", self.error(
            REFUSED, "image", "--link", "\x1b[31m=" + self.assemble("\x1b[31m", LIBRARY), "user.wasm"))

    def test_only_the_last_module_can_be_started(self):
        line = self.error(USAGE, "run", *LINK, "main.wasm", "--invoke", "divide")
        self.assertIn("main.wasm: exports no function 'divide' (expected --invoke with one of: _start, apply,", line)


class Programs(LinkTest):
    def test_a_function_a_memory_a_table_and_globals_are_shared(self):
        self.json("run", *LINK, "main.wasm", "--output", "out")
        self.assertEqual((self.folder / "out").read_bytes(), b"LIBrary")
        # The start function and the call have counted.
        self.assertEqual(self.results(*LINK, "main.wasm", "--invoke", "divide_here", "--args", "84", "2"), [42, 84, 42])
        for place, result in ((0, 42), (1, -21), (2, 63)):
            self.assertEqual(self.results("main.wasm", *LINK, "--invoke", "apply", "--args", place, 21), [result])
        self.assertEqual(self.results("main.wasm", *LINK, "--invoke", "grow"), [1, -1, 2])

    def test_traps_name_the_function_of_the_library(self):
        text = self.text("run", *LINK, "main.wasm", "--invoke", "divide_here", "--args", "1", "0", code=TRAPPED)
        self.assertRegex(text, r"(?m)^  in           divide at pc \d+: i32_div_s$")
        self.assertEqual(self.json("run", *LINK, "main.wasm", "--invoke", "apply", "--args", "3", "0")["trap"],
                         "uninitialized_element")

    def test_every_module_has_its_own_memory(self):
        self.assemble("a.wasm", COUNTER.format(digit=10))
        self.assemble("b.wasm", COUNTER.format(digit=20))
        self.assemble("user.wasm", COUNTERS_USER)
        a, b = ["--link", "a=a.wasm"], ["--link", "b=b.wasm"]
        self.assertEqual(self.results(*a, *b, "user.wasm"), [11, 21, 12, 7])
        self.assertEqual(self.results(*b, *a, "user.wasm"), [11, 21, 12, 7])
        # A file that is linked twice is two modules.
        self.assertEqual(self.results(*a, "--link", "b=a.wasm", "user.wasm"), [11, 11, 12, 7])
        memories = self.json("image", *a, *b, "user.wasm")["memories"]
        self.assertEqual([memory["pages"] for memory in memories], [1, 1, 2])
        self.assertEqual(len(self.json("inspect", *a, *b, "user.wasm", "--at", 0)["memories"]), 3)

    def test_long_lists_are_cut(self):
        self.assemble("a.wasm", COUNTER.format(digit=10))
        links = [word for i in range(70) for word in ("--link", f"a{i}=a.wasm")]
        self.assertEqual(len(self.json("image", *links, "a.wasm")["memories"]), 71)
        for arguments, shown in ((["image"], 32), (["inspect", "--invoke", "count", "--at", 0], 64)):
            text = self.text(*arguments, *links, "a.wasm")
            self.assertEqual(len(re.findall(r"1 page(?:,| of) at most 65,536", text)), shown)
            self.assertRegex(text, rf"(?m)^ +and {71 - shown} more$")

    def test_libraries_may_import_from_those_before_them(self):
        self.assemble("middle.wasm", """(module
          (import "env" "divide" (func $divide (param i32 i32) (result i32)))
          (export "divide" (func $divide))
          (func (export "half") (param i32) (result i32) (call $divide (local.get 0) (i32.const 2))))""")
        self.assemble("user.wasm", """(module
          (import "middle" "half" (func $half (param i32) (result i32)))
          (import "middle" "divide" (func $divide (param i32 i32) (result i32)))
          (func (export "_start") (result i32) (call $divide (call $half (i32.const 84)) (i32.const 3))))""")
        self.assertEqual(self.results(*LINK, "--link", "middle=middle.wasm", "user.wasm"), [14])

    def test_the_root_depends_on_modules_and_order_and_not_on_names(self):
        self.assemble("a.wasm", COUNTER.format(digit=10))
        self.assemble("b.wasm", COUNTER.format(digit=20))
        self.assemble("user.wasm", COUNTERS_USER)
        self.assemble("other.wasm", COUNTERS_USER.replace('"a"', '"x"').replace('"b"', '"y"'))
        a, b = ["--link", "a=a.wasm"], ["--link", "b=b.wasm"]
        root = self.image_root(*a, *b, "user.wasm")
        self.assertEqual(self.image_root("--link", "x=a.wasm", "--link", "y=b.wasm", "other.wasm"), root)
        self.assertEqual(self.image_root("user.wasm", *a, *b), root)
        others = {root, self.image_root(*b, *a, "user.wasm"), self.image_root(*a, *b, "--link", "c=b.wasm", "user.wasm"),
                  self.image_root("--link", "a=b.wasm", "--link", "b=a.wasm", "user.wasm"), self.image_root("a.wasm"),
                  self.image_root(*b, "a.wasm")}
        self.assertEqual(len(others), 6)

    def test_inspect_shows_the_code_of_all(self):
        functions = [function["name"] for function in self.json("inspect", *LINK, "main.wasm")["functions"]]
        self.assertEqual(functions[0], "the prologue")
        for name in ("double", "negate", "divide", "triple", "apply"):
            self.assertIn(name, functions)
        self.assertLess(functions.index("divide"), functions.index("triple"))


class Proofs(LinkTest):
    DIVIDE = ["--invoke", "divide_here", "--args", "84", "2"]

    def test_every_step_is_proven(self):
        program = ["main.wasm", *LINK, *self.DIVIDE]
        steps = self.json("run", *program)["steps"]
        for step in range(steps):
            proof = self.json("prove", *program, "--at", step, "--out", "bundle")
            self.assertEqual(proof["post"], self.json("root", *program, "--at", step + 1)["state_root"])
            self.assertTrue(self.json("verify", "bundle", "--pre", proof["pre"], "--post", proof["post"])["valid"])

    def test_disputes_are_won(self):
        program = ["main.wasm", *LINK, *self.DIVIDE]
        steps = self.json("run", *program)["steps"]
        for step in (0, steps // 4, steps // 2, 3 * steps // 4, steps - 1):
            for fault in ("value", "global", "memory", "pc", "gas"):
                with self.subTest(step=step, fault=fault):
                    report = self.json("dispute", *program, "--fault-at", step, "--fault", fault)
                    self.assertEqual((report["convicted"], report["step"], report["verified_by"]),
                                     (True, step, "native"))

    def test_disputes_where_there_are_several_memories(self):
        self.assemble("a.wasm", COUNTER.format(digit=10))
        self.assemble("b.wasm", COUNTER.format(digit=20))
        program = [self.assemble("user.wasm", COUNTERS_USER), "--link", "a=a.wasm", "--link", "b=b.wasm"]
        for step in range(self.json("run", *program)["steps"]):
            self.assertTrue(self.json("dispute", *program, "--fault-at", step, "--fault", "memory")["convicted"])


class Help(LinkTest):
    def test_help(self):
        for command, *_ in COMMANDS:
            self.assertRegex(self.text(command, "--help"), r"--link NAME=FILE ")
        self.assertIn("lockstep run main.wasm --link env=lib.wasm\n", self.text("--help"))


if __name__ == "__main__":
    unittest.main()
