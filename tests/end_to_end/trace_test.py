#!/usr/bin/env python3
"""lockstep trace and store, --store: the same roots, however often a trace is interrupted, and never a wrong one."""

import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import time
import unittest

from lockstep_process import BINARY, ENVIRONMENT, REFUSED, ROOT_PATTERN, SUCCESS, USAGE, LockstepTest

COUNT = ["--invoke", "count", "--args", "50"]
IS_SANITIZED = b"__asan_init" in pathlib.Path(BINARY).read_bytes()
NOBODY = 65534

# Writes here and there in 16 pages; 16 steps a turn.
WORK = r"""(module
  (memory 16 16)
  (func (export "work") (param $turns i32)
    (loop $again
      (i32.store (i32.and (i32.mul (local.get $turns) (i32.const 40503)) (i32.const 1048572)) (local.get $turns))
      (br_if $again (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))))
"""


def history_root(roots, height):
    """docs/spec/history.md, sections 1 and 2."""
    row, padding = [bytes.fromhex(root[2:]) for root in roots], bytes.fromhex(roots[-1][2:])

    def above(left, right):
        return hashlib.sha256(b"\x0c" + left + right).digest()

    for _ in range(height):
        row += [padding] * (len(row) % 2)
        row = [above(row[i], row[i + 1]) for i in range(0, len(row), 2)]
        padding = above(padding, padding)
    return "0x" + row[0].hex()


class TraceTest(LockstepTest):
    def work(self):
        return self.assemble("work.wasm", WORK)

    def trace(self, program, *options, store="store", **more):
        return self.json("trace", program, "--store", store, *options, **more)

    def roots(self, program, *options):
        """The roots from the one at --at on, that one excluded."""
        return [root["state_root"] for root in self.json("root", program, *options)["roots"][1:]]

    def same(self, report, expected):
        """The same trace, whatever it took."""
        for key in ("root", "steps", "fixed_point", "from", "stride", "roots", "history_root", "history_height"):
            self.assertEqual(report[key], expected[key], key)

    def start(self, *arguments):
        process = subprocess.Popen([BINARY, *map(str, arguments)], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def wait_for_store(self, store):
        """Until a process has made it and holds it."""
        for _ in range(3000):
            if (self.folder / store).exists() and self.run_any("store", "stats", store).returncode == ENVIRONMENT:
                return
            time.sleep(0.01)
        self.fail("no store appeared")

    def run_any(self, *arguments):
        return subprocess.run([BINARY, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True,
                              timeout=120, check=False)


class Traces(TraceTest):
    def test_roots_are_those_of_root_every(self):
        program = self.sample()
        for stride in (1, 2, 7, 8, 64, 100, 5000):
            roots = self.roots(program, *COUNT, "--every", stride)
            report = self.trace(program, *COUNT, "--stride", stride, store=f"store{stride}")
            self.assertEqual((report["roots"], report["new_roots"], report["root"]),
                             (len(roots), len(roots), roots[-1]))
            self.assertEqual(report["history_root"], history_root(roots, report["history_height"]))
            self.assertLess(2**report["history_height"], 2 * len(roots))
            self.assertTrue(report["fixed_point"])
            self.assertEqual(report["steps"], self.json("run", program, *COUNT)["steps"])

    def test_the_report(self):
        report = self.trace(self.sample(), *COUNT, "--stride", 10)
        self.assertEqual(list(report), [
            "root", "steps", "fixed_point", "from", "stride", "roots", "new_roots", "seconds", "roots_per_second",
            "history_root", "history_height", "resumed_from", "restored_from", "store", "store_bytes", "engine"])
        self.assertRegex(report["root"], ROOT_PATTERN)
        self.assertRegex(report["history_root"], ROOT_PATTERN)
        self.assertGreater(report["roots_per_second"], 0)
        self.assertGreater(report["store_bytes"], 0)
        self.assertEqual((report["resumed_from"], report["restored_from"], report["store"]), (None, None, "store"))
        text = self.text("trace", "sample.wasm", *COUNT, "--stride", "10", "--store", "other")
        self.assertIn(report["history_root"] + f" of height {report['history_height']}", text)
        self.assertIn(f"sample.wasm: {report['roots']} roots, one every 10 steps", text)

    def test_threads_and_engines_change_nothing(self):
        program = self.work()
        options = ["--invoke", "work", "--args", "20000", "--checkpoint-every", "20000"]
        for stride in (1, 12, 1000):
            expected = self.trace(program, *options, "--stride", stride, store=f"{stride}")
            for more in (["--threads", 2], ["--threads", 3, "--engine=interpreter"], ["--engine=interpreter"]):
                report = self.trace(program, *options, "--stride", stride, *more, store=f"{stride}{more}")
                self.same(report, expected)

    def test_from_and_to(self):
        program = self.sample()
        end = self.json("run", program, *COUNT)["steps"]
        everything = self.roots(program, *COUNT, "--every", 1)
        everything += everything[-1:] * 5000
        number = 0
        for begin, to, stride in ((0, 1, 1), (0, 64, 1), (17, 81, 2), (17, 80, 2), (100, 200, 100), (3, 400, 7),
                                  (end - 3, end + 3, 1), (end, end + 1, 1), (end + 5, end + 9, 2), (0, 4000, 1000),
                                  (0, 2**40, 999)):
            with self.subTest(begin=begin, to=to, stride=stride):
                number += 1
                report = self.trace(program, *COUNT, "--from", begin, "--to", to, "--stride", stride,
                                    store=f"store{number}")
                roots = everything[begin + stride - 1:to:stride]
                has_stopped = begin + stride * len(roots) >= end
                if has_stopped:
                    roots = roots[:roots.index(everything[-1]) + 1]
                self.assertEqual((report["roots"], report["root"], report["fixed_point"]),
                                 (len(roots), roots[-1], has_stopped))
                is_whole = has_stopped or len(roots) & (len(roots) - 1) == 0
                self.assertEqual(report["history_root"],
                                 history_root(roots, report["history_height"]) if is_whole else None)

    def test_a_height_that_is_asked_for(self):
        program = self.sample()
        roots = self.roots(program, *COUNT, "--every", 10)
        report = self.trace(program, *COUNT, "--stride", 10, "--height", 16)
        self.assertEqual((report["history_height"], report["history_root"]), (16, history_root(roots, 16)))
        # Neither padding that is none nor a history that is too small is made up.
        running = self.trace(program, *COUNT, "--stride", 10, "--to", 80, "--height", 16, store="running")
        self.assertEqual((running["roots"], running["history_root"]), (8, None))
        small = self.trace(program, *COUNT, "--stride", 10, "--height", 3, store="small")
        self.assertEqual((small["history_height"], small["history_root"]), (3, None))

    def test_what_makes_no_sense(self):
        program = self.sample()
        for options, message in (
                (["--stride", 0], "--stride 0 (expected 1 or more)"),
                (["--stride", 10, "--from", 20, "--to", 10], "--from 20 --to 10: there is no root"),
                (["--stride", 10, "--from", 20, "--to", 20], "there is no root"),
                (["--stride", 10, "--from", 20, "--to", 29], "at least one stride between them"),
                (["--stride", 2**63, "--from", 2**63], "past 2^64 - 1"),
                (["--stride", 1, "--threads", 0], "--threads 0 (expected 1 to 64)"),
                (["--stride", 1, "--threads", 65], "--threads 65"),
                (["--stride", 1, "--height", 63], "--height 63 (expected 0 to 62)"),
                (["--stride", 4, "--height", 62], "--height 62: the last leaf is past step 2^64 - 1"),
                (["--stride", 1, "--from", 2**64 - 8, "--height", 3], "--height 3: the last leaf is past step"),
                (["--stride", 1, "--checkpoint-every", 0], "--checkpoint-every 0"),
                (["--stride", 1, "--resume", "--replace"], "exclude each other"),
                (["--stride", -1], "is no number"), ([], "--stride is required")):
            error = self.error(USAGE, "trace", program, *COUNT, "--store", "store", *options)
            self.assertIn(message, error)
            self.assertFalse((self.folder / "store").exists())
        self.assertIn("--store is required", self.error(USAGE, "trace", program, *COUNT, "--stride", "1"))

    def test_programs_that_trap_or_run_out_of_gas(self):
        program = self.sample()
        for number, options in enumerate((["--invoke", "divide", "--args", "1", "0"],
                                          ["--invoke", "spin", "--args", "0", "--gas", "12345"],
                                          ["--invoke", "two", "--gas", "0"])):
            roots = self.roots(program, *options, "--every", 3)
            report = self.trace(program, *options, "--stride", 3, store=f"store{number}")
            self.assertEqual((report["roots"], report["history_root"]),
                             (len(roots), history_root(roots, report["history_height"])))
            self.assertEqual(report["root"], self.json("run", program, *options)["state_root"])


class Interruptions(TraceTest):
    def resume_until_done(self, *options):
        """The report of the process that was not killed any more, and how many were before it."""
        choose = random.Random(20)
        kills = 0
        while True:
            process = self.start("trace", *options, "--resume", "--json")
            try:
                # Ever later, so that this ends on any machine; the first ones before there is a store.
                output, errors = process.communicate(timeout=choose.uniform(0.001, 0.03 * 1.04**kills))
                self.assertEqual(process.returncode, SUCCESS, errors)
                return json.loads(output), kills
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                kills += 1

    def test_killed_again_and_again(self):
        turns = 20_000 if IS_SANITIZED else 1_000_000 if os.environ.get("LOCKSTEP_DEEP") else 150_000
        options = [self.work(), "--invoke", "work", "--args", turns, "--stride", 3, "--checkpoint-every", 30_000]
        expected = self.trace(*options)
        for threads in (1, 2):
            store = f"killed{threads}"
            report, kills = self.resume_until_done(*options, "--threads", threads, "--store", store)
            self.same(report, expected)
            self.assertGreater(kills, 3)
            self.assertTrue(self.json("store", "verify", store, "--deep")["valid"])

    def test_resuming_what_is_complete_changes_nothing(self):
        options = [self.sample(), *COUNT, "--stride", 10]
        expected = self.trace(*options)
        for _ in range(2):
            report = self.trace(*options, "--resume")
            self.same(report, expected)
            self.assertEqual((report["new_roots"], report["roots_per_second"]), (0, 0))
            self.assertEqual(report["resumed_from"], report["stride"] * report["roots"])

    def test_a_trace_is_extended(self):
        options = [self.work(), "--invoke", "work", "--args", "3000", "--stride", 10, "--checkpoint-every", 1000]
        expected = self.trace(*options, store="whole")
        for to in (10, 20, 5000, 5005, 20000):
            report = self.trace(*options, "--to", to, "--resume")
            self.assertEqual((report["roots"], report["fixed_point"]), (to // 10, False))
        self.same(self.trace(*options, "--resume", "--threads", 2), expected)

    def test_resuming_nothing_begins(self):
        options = [self.sample(), *COUNT, "--stride", 10]
        report = self.trace(*options, "--resume")
        self.assertEqual(report["resumed_from"], None)
        self.same(report, self.trace(*options, store="other"))

    def test_begun_traces_are_not_begun_again(self):
        options = [self.sample(), *COUNT, "--stride", 10]
        expected = self.trace(*options)
        error = self.error(USAGE, "trace", *options, "--store", "store")
        self.assertIn(f"has {expected['roots']} roots of this trace already", error)
        replaced = self.trace(*options, "--replace")
        self.same(replaced, expected)
        self.assertEqual(replaced["new_roots"], expected["roots"])

    def test_only_the_same_trace_is_resumed(self):
        program = self.sample()
        self.write("in", "x")
        self.trace(program, *COUNT, "--stride", 10, "--to", 50)
        other = self.assemble("other.wasm", "(module (memory 1) (func (export \"count\") (param i32)))")
        for options in ([program, *COUNT[:-1], "51", "--stride", 10], [program, "--stride", 10],
                        [program, *COUNT, "--stride", 10, "--gas", 10_000], [other, *COUNT, "--stride", 10],
                        [program, *COUNT, "--stride", 10, "--input", "in"]):
            error = self.error(REFUSED, "trace", *options, "--store", "store", "--resume")
            self.assertEqual(error, "lockstep: store: has no such trace to resume (expected the program, function, "
                                    "arguments, input and gas of a run in the store)")
        for options in (["--stride", 11], ["--stride", 10, "--from", 1]):
            error = self.error(REFUSED, "trace", program, *COUNT, *options, "--store", "store", "--resume")
            self.assertIn("has no such trace to resume (expected --from 0 --stride 10)", error)
        # Nothing has been changed, and all of them have room beside the first.
        self.assertEqual(self.trace(program, *COUNT, "--stride", 10, "--to", 50, "--resume")["new_roots"], 0)
        self.trace(program, *COUNT, "--stride", 11)
        self.assertTrue(self.json("store", "verify", "store", "--deep")["valid"])

    def test_one_process_at_a_time(self):
        program = self.sample()
        spin = ["--invoke", "spin", "--args", "9000000000"]
        process = self.start("trace", program, *spin, "--stride", 5, "--store", "store")
        self.wait_for_store("store")
        for command in (["trace", program, *spin, "--stride", "5", "--store", "store", "--resume"],
                        ["root", program, *spin, "--at", "7", "--store", "store"], ["store", "stats", "store"],
                        ["store", "verify", "store"], ["store", "prune", "store"], ["store", "rebuild", "store"]):
            self.assertRegex(self.error(ENVIRONMENT, *command), "store: .*another process|in use")
        self.assertIsNone(process.poll())


class StoresOfOthers(TraceTest):
    """Folders that are no store any more, or never were one."""

    def setUp(self):
        super().setUp()
        self.options = [self.sample(), *COUNT, "--stride", 10, "--checkpoint-every", 100]
        self.expected = self.trace(*self.options)

    def commands(self, store):
        yield "trace", *self.options, "--store", store, "--resume"
        yield "root", *self.options[:5], "--at", 500, "--store", store
        yield "prove", *self.options[:5], "--at", 500, "--out", "bundle", "--store", store
        yield "store", "stats", store
        yield "store", "verify", store
        yield "store", "prune", store

    def expect_errors(self, store, code, pattern):
        for command in self.commands(store):
            self.assertRegex(self.error(code, *command), pattern)
            self.assertFalse((self.folder / "bundle").exists())

    def test_no_folder(self):
        for command in list(self.commands("nothing"))[1:] + [("store", "rebuild", "nothing")]:
            self.assertIn("lockstep: nothing: ", self.error(ENVIRONMENT, *command))
            self.assertFalse((self.folder / "nothing").exists())

    def test_a_folder_without_a_name(self):
        for command in list(self.commands(""))[1:3]:
            self.assertIn("--store: is no folder", self.error(USAGE, *command))

    def test_a_file(self):
        self.write("file", "x")
        for command in self.commands("file"):
            self.assertIn(self.run_any(*command).returncode, (REFUSED, ENVIRONMENT))
        self.assertEqual((self.folder / "file").read_text(), "x")

    def test_a_folder_of_other_files(self):
        (self.folder / "photos").mkdir()
        self.write("photos/one.jpeg", "x")
        self.expect_errors("photos", REFUSED, "photos: ")
        self.assertEqual([path.name for path in (self.folder / "photos").iterdir()], ["one.jpeg"])

    def test_another_version_of_the_format(self):
        marker = self.folder / "store" / "LOCKSTEP-STORE"
        text = marker.read_text()
        self.assertIn("format 1\n", text)
        marker.write_text(text.replace("format 1\n", "format 7\n"))
        self.expect_errors("store", REFUSED, "LOCKSTEP-STORE|format")

    @unittest.skipUnless(os.geteuid() == 0 or os.name == "posix", "needs permissions")
    def test_a_folder_that_may_not_be_written_to(self):
        for path in [self.folder / "store", *(self.folder / "store").rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        self.folder.chmod(0o755)
        user = {"user": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        for command in self.commands("store"):
            if command[0] == "prove":
                continue
            result = subprocess.run([BINARY, *map(str, command)], cwd=self.folder, capture_output=True, text=True,
                                    check=False, **user)
            self.assertEqual(result.returncode, ENVIRONMENT, f"{command}\n{result.stdout}\n{result.stderr}")
            self.assertRegex(result.stderr, r"\Alockstep: store[^\n]*\n\Z")
        for path in [self.folder / "store", *(self.folder / "store").rglob("*")]:
            path.chmod(0o755)

    def damaged(self, change):
        """Copies of the store, each with one file changed, and the name of the file."""
        for number, path in enumerate(sorted((self.folder / "store").rglob("*"))):
            if path.is_file() and path.stat().st_size != 0:
                copy = self.folder / f"damaged{number}"
                shutil.copytree(self.folder / "store", copy)
                changed = copy / path.relative_to(self.folder / "store")
                changed.write_bytes(change(path.read_bytes()))
                yield copy.name, path.name
                shutil.rmtree(copy)

    def expect_no_wrong_root(self, change):
        """Each command says what it would without damage, or refuses in one line. A rebuilt store is whole."""
        root = self.json("root", *self.options[:5], "--at", 500)["state_root"]
        failures = 0
        for store, file in self.damaged(change):
            for command in self.commands(store):
                result = self.run_any(*command, "--json")
                with self.subTest(file=file, command=command[0]):
                    self.assertIn(result.returncode, (SUCCESS, REFUSED, ENVIRONMENT), result.stderr)
                    if result.returncode == SUCCESS and command[0] == "trace":
                        self.same(json.loads(result.stdout), self.expected)
                    if result.returncode == SUCCESS and command[0] == "root":
                        self.assertEqual(json.loads(result.stdout)["state_root"], root)
                    failures += result.returncode != SUCCESS
            result = self.run_any("store", "rebuild", store)
            with self.subTest(file=file):
                if result.returncode == SUCCESS:
                    self.assertTrue(self.json("store", "verify", store, "--deep")["valid"])
                    self.same(self.trace(*self.options, "--resume", store=store), self.expected)
                else:
                    self.assertRegex(result.stderr, r"\Alockstep: [^\n]+\n\Z")
        self.assertGreater(failures, 0)

    def test_truncated_files(self):
        self.expect_no_wrong_root(lambda data: data[:len(data) // 2])

    def test_changed_files(self):
        for eighth in (1, 4, 7):
            def change(data, eighth=eighth):
                place = len(data) * eighth // 8
                return data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1:]
            self.expect_no_wrong_root(change)


class StatesOfAStore(TraceTest):
    def test_roots_and_proofs_are_the_same(self):
        program = self.work()
        options = [program, "--invoke", "work", "--args", "2000"]
        report = self.trace(*options, "--stride", 100, "--checkpoint-every", 1000)
        end = report["steps"]
        restored = set()
        for step in (0, 1, 999, 1000, 1001, 12345, end - 1, end, end + 1, 2**64 - 1):
            plain = self.json("root", *options, "--at", step)
            stored = self.json("root", *options, "--at", step, "--store", "store")
            restored.add(stored.pop("restored_from"))
            self.assertEqual(stored, plain)
            plain = self.json("prove", *options, "--at", step, "--out", "plain")
            stored = self.json("prove", *options, "--at", step, "--out", "stored", "--store", "store")
            begin = stored.pop("restored_from")
            self.assertEqual(stored, plain)
            self.assertEqual((self.folder / "stored").read_bytes(), (self.folder / "plain").read_bytes())
            if step >= 1100:
                self.assertLess(min(step, end) - begin, 1100)
        self.assertGreater(len(restored), 3)

    def test_series_of_roots_are_the_same(self):
        options = [self.work(), "--invoke", "work", "--args", "1000"]
        self.trace(*options, "--stride", 10, "--checkpoint-every", 500)
        for more in (["--every", 7], ["--every", 100, "--at", 5000], ["--every", 1, "--at", 9000, "--count", 20]):
            self.assertEqual(self.text("root", *options, *more, "--store", "store"), self.text("root", *options, *more))

    def test_stores_of_other_runs_do_no_harm(self):
        program = self.sample()
        self.trace(program, *COUNT, "--stride", 10)
        other = ["root", program, *COUNT[:-1], "51", "--at", "700"]
        stored = self.json(*other, "--store", "store")
        self.assertIsNone(stored.pop("restored_from"))
        self.assertEqual(stored, self.json(*other))


class Maintenance(TraceTest):
    def test_stats(self):
        program = self.sample()
        report = self.trace(program, *COUNT, "--stride", 10, "--checkpoint-every", 100)
        self.trace(program, *COUNT, "--stride", 7, "--to", 70)
        stats = self.json("store", "stats", "store")
        (execution,) = stats["executions"]
        self.assertEqual(execution["initial_root"], self.json("root", program, *COUNT, "--at", 0)["state_root"])
        self.assertEqual(execution["image_root"], self.json("image", program)["image_root"])
        self.assertEqual((execution["arguments"], execution["roots"]), ([50], report["roots"] + 10))
        self.assertGreater(execution["checkpoints"], 3)
        traces = {trace["stride"]: trace for trace in execution["traces"]}
        self.assertEqual((traces[10]["roots"], traces[10]["stopped"], traces[10]["complete"]),
                         (report["roots"], True, True))
        self.assertEqual((traces[7]["from"], traces[7]["first"]), (0, 7))
        self.assertEqual((traces[7]["roots"], traces[7]["expected_roots"], traces[7]["stopped"]), (10, 10, False))
        size = sum(path.stat().st_size for path in (self.folder / "store").rglob("*") if path.is_file())
        self.assertLess(abs(stats["disk_bytes"] - size), 200_000)
        text = self.text("store", "stats", "store")
        self.assertIn(f"execution {execution['initial_root']}", text)
        self.assertIn("first after 7 steps, one every 7 steps: 10 roots", text)

    def test_prune(self):
        program = self.work()
        runs = [[program, "--invoke", "work", "--args", turns, "--stride", 50, "--checkpoint-every", 500]
                for turns in (500, 600)]
        expected = [self.trace(*run) for run in runs]
        keys = [self.json("root", *run[:5], "--at", 0)["state_root"] for run in runs]
        before = self.json("store", "stats", "store")["executions"]
        pruned = self.json("store", "prune", "store", "--keep-one-in", 2)
        self.assertGreater(pruned["checkpoints"], 4)
        after = self.json("store", "stats", "store")["executions"]
        self.assertLess(sum(e["checkpoints"] for e in after), sum(e["checkpoints"] for e in before))
        for run, report in zip(runs, expected):
            self.same(self.trace(*run, "--resume"), report)
        self.assertIn("no such execution", self.error(USAGE, "store", "prune", "store", "--keep", expected[0]["root"]))
        self.assertEqual(self.json("store", "prune", "--keep", keys[1], "store")["executions"], 1)
        (left,) = self.json("store", "stats", "store")["executions"]
        self.assertEqual(left["initial_root"], keys[1])
        self.assertEqual(self.json("store", "prune", "store", "--unused-for", 1)["executions"], 0)
        self.same(self.trace(*runs[1], "--resume"), expected[1])
        self.same(self.trace(*runs[0]), expected[0])
        self.assertTrue(self.json("store", "verify", "store", "--deep")["valid"])

    def test_verify_and_rebuild_of_a_whole_store(self):
        program = self.sample()
        expected = self.trace(program, *COUNT, "--stride", 10, "--checkpoint-every", 100)
        for options in ([], ["--deep"]):
            report = self.json("store", "verify", "store", *options)
            self.assertEqual((report["valid"], report["problems"], report["roots"]), (True, [], expected["roots"]))
            self.assertIn("store: valid, ", self.text("store", "verify", "store", *options))
        rebuilt = self.json("store", "rebuild", "store")
        self.assertEqual((rebuilt["entries_dropped"], rebuilt["roots_left"]), (0, expected["roots"]))
        self.same(self.trace(program, *COUNT, "--stride", 10, "--resume"), expected)

    def test_what_makes_no_sense(self):
        self.assertIn("A subcommand is required", self.error(USAGE, "store"))
        for options, message in ((["--keep", "0x12"], "'0x12' is not 0x and 64"), (["--keep-one-in", 0], "--keep-one-in 0"),
                                 (["--unused-for", 99999], "--unused-for 99999")):
            self.assertIn(message, self.error(USAGE, "store", "prune", "store", *options))

    def test_the_last_root_is_not_added_again(self):
        program = self.sample()
        steps = self.json("run", program, *COUNT)["steps"]
        whole = self.trace(program, *COUNT, "--stride", 1, "--from", steps - 8, store="whole")
        self.assertEqual((whole["roots"], whole["history_height"]), (8, 3))
        # The machine stops where --to is, or before the limit is found to be exceeded: nothing is left then.
        options = [program, *COUNT, "--stride", 1, "--from", steps - 8]
        self.same(self.trace(*options, "--to", steps, store="short"), whole)
        self.same(self.trace(*options, "--to", steps + 5, "--resume", store="short"), whole)
        self.run_lockstep("trace", *options, "--store", "tiny", "--max-bytes", 0, code=ENVIRONMENT)
        self.same(self.trace(*options, "--resume", store="tiny"), whole)

    def test_numbers_near_the_greatest(self):
        options = [self.sample(), *COUNT, "--stride", 1, "--checkpoint-every", 2**64 - 1]
        expected = self.trace(*options, "--to", 2**64 - 1)
        self.same(self.trace(*options, "--to", 2**64 - 1, "--resume"), expected)
        self.same(self.trace(*options, store="free"), expected)
        self.assertTrue(self.json("store", "verify", "store", "--deep")["valid"])

    def test_a_limit_on_what_is_kept(self):
        options = [self.work(), "--invoke", "work", "--args", "6000", "--stride", 1000, "--checkpoint-every", 2000]
        expected = self.trace(*options, store="free")
        limit = expected["store_bytes"] // 2
        report = self.trace(*options, "--max-bytes", limit)
        self.same(report, expected)
        self.assertLess(report["store_bytes"], limit + limit // 4)
        result = self.run_lockstep("trace", *options, "--store", "tiny", "--max-bytes", 1000, code=ENVIRONMENT)
        self.assertIn("the limit is 1000", result.stderr)
        self.same(self.trace(*options, "--resume", store="tiny"), expected)


if __name__ == "__main__":
    unittest.main()
