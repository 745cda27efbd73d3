#!/usr/bin/env python3
"""lockstep root, prove, verify: the chain of steps, and bundles that prove nothing."""

import os
import unittest

from lockstep_process import ENVIRONMENT, NOT_PROVEN, REFUSED, ROOT_PATTERN, USAGE, LockstepTest

COUNT = ["--invoke", "count", "--args", "3"]


class Roots(LockstepTest):
    def test_the_last_root_is_that_of_the_run(self):
        program = self.sample()
        report = self.json("run", program, *COUNT)
        root = self.json("root", program, *COUNT, "--at", report["steps"])
        self.assertEqual(root, {"step": report["steps"], "state_root": report["state_root"], "fixed_point": True})
        self.assertFalse(self.json("root", program, *COUNT, "--at", report["steps"] - 1)["fixed_point"])

    def test_past_the_end_is_the_last_state(self):
        program = self.sample()
        report = self.json("run", program, *COUNT)
        for step in (report["steps"] + 1, 2**40, 2**64 - 1):
            with self.subTest(step=step):
                root = self.json("root", program, *COUNT, "--at", step)
                self.assertEqual(root, {"step": step, "state_root": report["state_root"], "fixed_point": True})
        text = self.text("root", program, *COUNT, "--at", "10000")
        self.assertIn(f"the machine stopped after {report['steps']} steps", text)

    def test_the_initial_root_depends_on_what_starts_the_run(self):
        program = self.sample()
        self.write("in", "x")
        roots = [self.json("root", program, "--at", "0", *options)["state_root"]
                 for options in ([], ["--input", "in"], ["--gas", "5"], COUNT, [*COUNT[:-1], "4"])]
        self.assertEqual(len(set(roots)), len(roots))


class Chain(LockstepTest):
    def assert_all_steps_are_proven(self, *options):
        program = self.sample()
        steps = self.json("run", program, *options)["steps"]
        before = self.json("root", program, *options, "--at", 0)["state_root"]
        for step in range(steps):
            proof = self.json("prove", program, *options, "--at", step, "--out", "bundle")
            self.assertEqual((proof["step"], proof["pre"]), (step, before))
            verdict = self.json("verify", "bundle", "--pre", before, "--post", proof["post"])
            self.assertEqual((verdict["valid"], verdict["pre"], verdict["post"], verdict["step"], verdict["opcode"]),
                             (True, before, proof["post"], step, proof["opcode"]))
            self.assertEqual((self.folder / "bundle").stat().st_size, proof["bundle_bytes"])
            before = proof["post"]
        self.assertEqual(before, self.json("run", program, *options)["state_root"])

    def test_a_run_that_halts(self):
        self.assert_all_steps_are_proven(*COUNT)

    def test_a_run_that_traps(self):
        self.assert_all_steps_are_proven("--invoke", "divide", "--args", "1", "0")

    def test_a_run_that_reads_and_writes(self):
        self.write("in", b"0123456789" * 5)
        self.assert_all_steps_are_proven("--input", "in")

    def test_past_the_end_nothing_changes(self):
        program = self.sample()
        last = self.json("run", program, *COUNT)
        for step in (last["steps"], 2**64 - 1):
            proof = self.json("prove", program, *COUNT, "--at", step, "--out", "bundle")
            self.assertEqual((proof["step"], proof["pre"], proof["post"], proof["opcode"], proof["fixed_point"]),
                             (step, last["state_root"], last["state_root"], None, True))
            self.assertEqual(self.json("verify", "bundle")["post"], last["state_root"])
        self.assertIn("its own successor", self.text("prove", program, *COUNT, "--at", 9999, "--out", "bundle"))

    def test_text(self):
        text = self.text("prove", self.sample(), *COUNT, "--at", "30", "--out", "bundle")
        self.assertRegex(text, r"(?m)^  instruction  \w+.*, in count at pc \d+$")
        self.assertRegex(text, r"(?m)^  bundle       \d+ bytes in bundle$")
        verdict = self.text("verify", "bundle")
        self.assertIn("bundle is valid\n", verdict)
        self.assertIn("(--pre)", verdict)


class Rejections(LockstepTest):
    def setUp(self):
        super().setUp()
        program = self.sample()
        # A store: the most kinds of openings in one step.
        for step in range(200):
            self.proof = self.json("prove", program, *COUNT, "--at", step, "--out", "bundle")
            if self.proof["opcode"] == "i32_store":
                break
        self.bundle = (self.folder / "bundle").read_bytes()

    def assert_not_valid(self, data, *options):
        self.write("changed", data)
        verdict = self.json("verify", "changed", *options, code=NOT_PROVEN)
        self.assertIs(verdict["valid"], False)
        self.assertTrue(verdict["reason"])
        return verdict

    def test_no_byte_can_be_changed(self):
        pre = ["--pre", self.proof["pre"]]
        for offset in range(len(self.bundle)):
            changed = bytearray(self.bundle)
            changed[offset] ^= 1 << offset % 8
            with self.subTest(offset=offset):
                self.assert_not_valid(bytes(changed), *pre)

    def test_no_byte_can_be_missing_or_added(self):
        pre = ["--pre", self.proof["pre"]]
        for size in range(0, len(self.bundle), 3):
            self.assert_not_valid(self.bundle[:size], *pre)
        self.assertEqual(self.assert_not_valid(self.bundle + b"\0", *pre)["reason"], "trailing bytes")

    def test_reasons(self):
        verdict = self.assert_not_valid(self.bundle[:100])
        self.assertEqual((verdict["reason"], verdict["pre"], verdict["post"]), ("truncated", None, None))
        self.assertIsInstance(verdict["offset"], int)
        self.write("changed", self.bundle[:100])
        self.assertRegex(self.text("verify", "changed", code=NOT_PROVEN), r"^changed is not valid: offset \d+: truncated\n")

    def test_other_roots(self):
        other = "0x" + "00" * 32
        verdict = self.assert_not_valid(self.bundle, "--pre", other)
        self.assertEqual((verdict["pre"], verdict["offset"]), (self.proof["pre"], None))
        self.assertIn("--pre", verdict["reason"])
        verdict = self.assert_not_valid(self.bundle, "--post", other)
        self.assertEqual(verdict["post"], self.proof["post"])
        self.assertIn("--post", verdict["reason"])

    def test_roots_are_64_digits(self):
        for root in ("0x00", "00" * 32, "0x" + "zz" * 32, "", "0x" + "00" * 33):
            with self.subTest(root=root):
                self.assertIn("64 hexadecimal digits", self.error(USAGE, "verify", "bundle", f"--pre={root or ' '}"))
        upper = "0x" + self.proof["pre"][2:].upper()
        self.assertEqual(self.json("verify", "bundle", "--pre", upper)["pre"], self.proof["pre"])
        self.assertRegex(self.proof["pre"], ROOT_PATTERN)


class HostileFiles(LockstepTest):
    def test_bundles(self):
        self.assertIn("nowhere: cannot be opened", self.error(ENVIRONMENT, "verify", "nowhere"))
        self.assertIn("is a directory", self.error(ENVIRONMENT, "verify", "."))
        self.write("large", b"\0" * 65537)
        self.assertIn("large: is too large: 65,537 bytes (expected a bundle of at most 65,536 bytes)",
                      self.error(REFUSED, "verify", "large"))
        self.assertIn("is too large: more than 65,536 bytes", self.error(REFUSED, "verify", "/dev/zero"))
        for data in (b"", b"\0", os.urandom(300), b"\xff" * 65536, b"\0" * 65536):
            self.write("noise", data)
            self.assertFalse(self.json("verify", "noise", code=NOT_PROVEN)["valid"])

    def test_unwritable_bundle(self):
        program = self.sample()
        before = sorted(os.listdir(self.folder))
        for path in (".", "no/such/folder/bundle"):
            self.error(ENVIRONMENT, "prove", program, *COUNT, "--at", 1, "--out", path)
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        self.error(USAGE, "prove", program, *COUNT, "--at", 1)


if __name__ == "__main__":
    unittest.main()
