#!/usr/bin/env python3
"""Checks that clang-format would change no C++ file.

usage: clang_format.py [--tool clang-format-22] [--fix]
"""

import argparse
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True
from source_tree import list_files  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
VIOLATION = re.compile(r"^(.+):(\d+):\d+: error: code should be clang-formatted", re.MULTILINE)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", default="clang-format-22")
    parser.add_argument("--fix", action="store_true", help="format the files in place")
    arguments = parser.parse_args()

    files = [str(path) for path in list_files(ROOT) if path.suffix in (".cpp", ".hpp", ".h")]
    mode = ["-i"] if arguments.fix else ["--dry-run", "-Werror", "--fno-color-diagnostics"]
    run = subprocess.run([arguments.tool, *mode, *files], cwd=ROOT, stderr=subprocess.PIPE, text=True) if files else None
    if run is None or run.returncode == 0:
        print(f"clang-format: {len(files)} files, clean")
        return 0

    places = VIOLATION.findall(run.stderr)
    for name, line in places:
        print(f"{name}:{line}: not formatted")
    if not places:
        print(run.stderr)
    print("clang-format: run tests/tidy/clang_format.py --fix")
    return 1


if __name__ == "__main__":
    sys.exit(main())
