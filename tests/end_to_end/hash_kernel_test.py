#!/usr/bin/env python3
"""LOCKSTEP_SHA256: how state is hashed changes no root, and what cannot be used is refused."""

import unittest

from lockstep_process import USAGE, LockstepTest

COUNT = ["--invoke", "count", "--args", "50"]
VARIABLE = "LOCKSTEP_SHA256"


class HashKernels(LockstepTest):
    def usable(self, program):
        """The kernels of this processor, as the refusal of another name lists them."""
        line = self.error(USAGE, "image", program, environment={VARIABLE: "nonsense"})
        self.assertIn(f"{VARIABLE}: 'nonsense' is none of the kernels for SHA-256 of this processor", line)
        return line.split("(expected ")[1].rstrip(")").split(", ")

    def test_roots_are_the_same(self):
        program = self.sample()
        kernels = self.usable(program)
        self.assertIn("openssl", kernels)
        expected = self.json("root", program, *COUNT, "--every", 10)
        for kernel in kernels:
            with self.subTest(kernel=kernel):
                self.assertEqual(self.json("root", program, *COUNT, "--every", 10, environment={VARIABLE: kernel}),
                                 expected)

    def test_what_this_processor_lacks_is_refused(self):
        program = self.sample()
        kernels = self.usable(program)
        for kernel in {"sha-ni", "avx2", "avx512"} - set(kernels):
            with self.subTest(kernel=kernel):
                self.assertIn(kernel, self.error(USAGE, "image", program, environment={VARIABLE: kernel}))
        for name in ("OPENSSL", "openssl ", "sha_ni", "0"):
            with self.subTest(name=name):
                self.error(USAGE, "image", program, environment={VARIABLE: name})

    def test_nothing_is_no_name(self):
        program = self.sample()
        self.assertEqual(self.json("image", program, environment={VARIABLE: ""}), self.json("image", program))


if __name__ == "__main__":
    unittest.main()
