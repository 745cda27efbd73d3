#!/usr/bin/env python3
"""lockstep dispute, decided natively."""

import unittest

from lockstep_process import GUESTS, ROOT_PATTERN, SOURCE, USAGE, LockstepTest

COUNT = ["--invoke", "count", "--args", "50"]
FAULTS = ("value", "local", "global", "memory", "pc", "gas", "io")


class Disputes(LockstepTest):
    def test_every_fault_is_found_at_every_kind_of_step(self):
        program = self.sample()
        steps = self.json("run", program, *COUNT)["steps"]
        for fault in FAULTS:
            for step in (0, 1, steps // 2, steps - 1):
                with self.subTest(fault=fault, step=step):
                    report = self.json("dispute", program, *COUNT, "--fault-at", step, "--fault", fault)
                    self.assertIs(report["convicted"], True)
                    self.assertEqual((report["step"], report["verified_by"], report["evm"]), (step, "native", None))

    def test_json(self):
        program = self.sample()
        report = self.json("dispute", program, *COUNT, "--fault-at", 100, "--k", 4)
        proof = self.json("prove", program, *COUNT, "--at", 100, "--out", "bundle")
        self.assertEqual((report["pre"], report["proven"], report["opcode"], report["bundle_bytes"]),
                         (proof["pre"], proof["post"], proof["opcode"], proof["bundle_bytes"]))
        self.assertNotEqual(report["claimed"], report["proven"])
        self.assertEqual(report["length"], self.json("run", program, *COUNT)["steps"])
        begin = 0
        for i, part in enumerate(report["rounds"]):
            self.assertEqual((part["begin"], part["stride"]), (begin, 4 ** (len(report["rounds"]) - 1 - i)))
            self.assertEqual((len(part["claimed"]), len(part["countered"])), (3, 3))
            first = part["first_difference"]
            self.assertEqual(part["claimed"][: first - 1], part["countered"][: first - 1])
            for root in part["claimed"] + part["countered"]:
                self.assertRegex(root, ROOT_PATTERN)
            begin += (first - 1) * part["stride"]
        self.assertEqual(begin, 100)

    def test_arity(self):
        program = self.sample()
        rounds = {k: len(self.json("dispute", program, *COUNT, "--fault-at", 5, "--k", k)["rounds"])
                  for k in (2, 3, 16, 1024)}
        self.assertEqual(sorted(rounds.values(), reverse=True), list(rounds.values()))
        self.assertEqual(rounds[1024], 1)
        for k in ("0", "1", "1025", "x", "-2"):
            self.error(USAGE, "dispute", program, "--fault-at", 5, "--k", k)

    def test_a_trapping_run(self):
        report = self.json("dispute", self.sample(), "--invoke", "divide", "--args", "1", "0", "--fault-at", 3)
        self.assertTrue(report["convicted"])

    def test_a_step_that_is_not_in_the_run(self):
        program = self.sample()
        steps = self.json("run", program, *COUNT)["steps"]
        line = self.error(USAGE, "dispute", program, *COUNT, "--fault-at", steps)
        self.assertIn(f"the run has {steps} steps, none is step {steps} (expected --fault-at from 0 to {steps - 1})", line)
        self.error(USAGE, "dispute", program, *COUNT, "--fault-at", 2**64 - 1)

    def test_options(self):
        program = self.sample()
        self.assertIn("'nonsense' is none of: value, local, global, memory, pc, gas, io",
                      self.error(USAGE, "dispute", program, "--fault-at", 1, "--fault", "nonsense"))
        self.error(USAGE, "dispute", program)

    def test_text(self):
        text = self.text("dispute", self.sample(), *COUNT, "--fault-at", 200, "--fault", "memory")
        for pattern in (r"^sample.wasm runs \d+ steps; a liar's step 200 goes wrong \(memory\)$",
                        r"^ +round +from step +to step +steps a part  first part that differs$",
                        r"^ +1 +0 +4,096 +256  1 of 16$", r"^  disputed     step 200$", r"^  instruction  \w+",
                        r"^  in           count at pc \d+$",
                        r"^  verdict      the liar is convicted \(verified natively\)$"):
            self.assertRegex(text, f"(?m){pattern}")

    def test_the_example(self):
        options = ["--input", SOURCE / "examples/sha256/input.txt"]
        steps = self.json("run", GUESTS / "sha256.wasm", *options)["steps"]
        report = self.json("dispute", GUESTS / "sha256.wasm", *options, "--fault-at", steps // 2, "--fault", "memory")
        self.assertTrue(report["convicted"])
        self.assertIn(report["function"], ("compress", "expand_message"))


if __name__ == "__main__":
    unittest.main()
