#!/usr/bin/env python3
"""Runs clang-tidy over the library and command line sources, skipping those that passed before unchanged.

A source's fingerprint is the hash of the tool's version, the configuration, its compile command, its text and the text
of every header of this repository that it includes, directly or not. A stamp of that name in the stamp folder records
a pass; a failure is never recorded.

usage: clang_tidy.py <build folder> [--jobs N] [--tool clang-tidy-22]
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("base", "vm", "merkle", "trace", "store", "dispute", "api", "cli")
QUOTED_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)


def commands(build):
    """The compile commands of the sources in FOLDERS, by source."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if source.is_relative_to(ROOT) and source.relative_to(ROOT).parts[0] in FOLDERS:
            found[source] = entry["command"]
    return found


def closure(source, include_roots):
    """The source and all headers it reaches through quoted includes."""
    seen, waiting = set(), [source]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for name in QUOTED_INCLUDE.findall(path.read_bytes()):
            for folder in (path.parent, *include_roots):
                candidate = folder / os.fsdecode(name)
                if candidate.is_file():
                    waiting.append(candidate.resolve())
                    break
    return sorted(seen)


def fingerprint(source, command, version):
    include_roots = [ROOT, *(pathlib.Path(word) for word in re.findall(r"-I(\S+)", command))]
    digest = hashlib.sha256(version + command.encode() + (ROOT / ".clang-tidy").read_bytes())
    for path in closure(source, include_roots):
        digest.update(str(path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--tool", default="clang-tidy-22")
    arguments = parser.parse_args()

    version = subprocess.run([arguments.tool, "--version"], check=True, capture_output=True).stdout
    stamps = arguments.build / "tidy-stamps"
    stamps.mkdir(exist_ok=True)

    pending = {}  # source -> the stamp of its pass
    sources = commands(arguments.build)
    for source, command in sorted(sources.items()):
        stamp = stamps / fingerprint(source, command, version)
        if not stamp.exists():
            pending[source] = stamp

    def check(source):
        start = time.monotonic()
        run = subprocess.run(
            [arguments.tool, "--quiet", "-p", str(arguments.build), str(source)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return source, run, time.monotonic() - start

    failures = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for source, run, seconds in pool.map(check, pending):
            verdict = "ok" if run.returncode == 0 else "FAILED"
            print(f"{verdict:6} {seconds:5.1f} s  {source.relative_to(ROOT)}", flush=True)
            if run.returncode == 0:
                pending[source].touch()
            else:
                failures += 1
                # Of stderr only errors matter; the rest counts warnings in other people's headers.
                print(run.stdout or run.stderr, flush=True)
    print(f"clang-tidy: {len(sources)} sources, {len(pending)} checked, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
