#!/usr/bin/env python3
"""Tests the repository itself: layering, names, sizes, text, links. Prints file:line: reason for each violation.

usage: repository_test.py [<repository root>]
"""

import json
import os
import pathlib
import re
import sys
import unicodedata

sys.dont_write_bytecode = True
from source_tree import list_files  # noqa: E402

# What each layer may include besides itself.
LAYERS = {
    "base": set(),
    "vm": {"base"},
    "merkle": {"base"},
    "trace": {"base", "vm", "merkle"},
    "store": {"base", "vm", "merkle", "trace"},
    "dispute": {"base", "vm", "merkle", "trace"},
    "api": {"base", "vm", "merkle", "trace", "store", "dispute"},
    "cli": {"base", "vm", "merkle", "trace", "store", "dispute", "api"},
}

# Network and disk, and where in the layers they are allowed.
OUTSIDE_WORLD = ("boost/asio", "boost/beast", "leveldb/", "sys/socket.h", "netinet/", "netdb.h")
OUTSIDE_WORLD_SOURCES = re.compile(r"cli/|store/|dispute/chain_client[^/]*$")

# Libraries that headers of the layers hide from those who include them.
HIDDEN_LIBRARIES = ("boost/", "openssl/", "leveldb/")

MAX_SOURCE_LINES = 400
MAX_TEST_LINES = 600
TEST_FOLDERS = ("tests/", "verifier-solidity/test/")

FORBIDDEN_NAMES = {"util", "utils", "common", "helper", "helpers", "misc", "manager", "managers"}

# Written by others or by tools: kept byte for byte.
FOREIGN_FOLDERS = ("tests/conformance/testsuite/", "fuzz/corpora/", "verifier-solidity/snapshots/")

# The words are put together here so that this file may be tested too.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK")) + r")\b")
MACHINE_PATH = re.compile(r"(?<![\w.~$}-])/(work|home|root)/")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
PRAGMA = re.compile(r"^\s*pragma\s+solidity\s+([^;]*);")
EXACT_VERSION = re.compile(r"\d+\.\d+\.\d+")
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
LINK_DEFINITION = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?\s*$")


class Repository:
    """The files under a root, with the text of those that are text."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = list_files(self.root)
        self.bytes = {path: (self.root / path).read_bytes() for path in self.files}

    def is_foreign(self, path):
        return str(path).startswith(FOREIGN_FOLDERS)

    def text_lines(self, *suffixes):
        """(path, lines) of the project's own text files, or of those with one of the suffixes."""
        for path in self.files:
            data = self.bytes[path]
            if self.is_foreign(path) or (suffixes and path.suffix not in suffixes) or b"\0" in data:
                continue
            try:
                yield path, data.decode().split("\n")
            except UnicodeDecodeError:
                continue

    def includes(self):
        """(path, line number, is quoted, name) of each #include of C++ files."""
        for path, lines in self.text_lines(".cpp", ".hpp", ".h", ".def"):
            for number, line in enumerate(lines, 1):
                match = INCLUDE.match(line)
                if match:
                    yield path, number, match[1] == '"', match[2]


def layers_are_respected(repository):
    for path, number, quoted, name in repository.includes():
        layer = path.parts[0]
        if layer not in LAYERS:
            continue
        target = name.split("/")[0]
        if not quoted:
            if "/" in name and target in LAYERS:
                yield path, number, f'<{name}> is of this project: write it in quotes'
        elif target not in LAYERS or "/" not in name:
            yield path, number, f'"{name}": includes in a layer start with a layer, from the repository root'
        elif target != layer and target not in LAYERS[layer]:
            yield path, number, f'{layer} may not include "{name}"'


def outside_world_stays_at_the_edge(repository):
    for path, number, _, name in repository.includes():
        if path.parts[0] not in LAYERS or OUTSIDE_WORLD_SOURCES.match(str(path)):
            continue
        if name.startswith(OUTSIDE_WORLD):
            yield path, number, f"<{name}> belongs in cli, store or dispute/chain_client*"


def headers_hide_libraries(repository):
    for path, number, _, name in repository.includes():
        if path.parts[0] in LAYERS and path.suffix in (".hpp", ".h") and name.startswith(HIDDEN_LIBRARIES):
            yield path, number, f"<{name}> in a header: include it in the source file"


def headers_start_with_pragma_once(repository):
    for path, lines in repository.text_lines(".hpp", ".h"):
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith("//"):
                if line != "#pragma once":
                    yield path, number, "a header starts with #pragma once"
                break
        else:
            yield path, 1, "a header starts with #pragma once"


def files_are_short(repository):
    for path, lines in repository.text_lines(".cpp", ".hpp", ".h", ".sol"):
        limit = MAX_TEST_LINES if str(path).startswith(TEST_FOLDERS) else MAX_SOURCE_LINES
        count = len(lines) - (lines[-1] == "")
        if count > limit:
            yield path, limit + 1, f"{count} lines, the limit is {limit}"


def names_are_nouns_of_the_domain(repository):
    for path in repository.files:
        if repository.is_foreign(path):
            continue
        for part in path.parts:
            stem = part.lstrip(".").split(".")[0]
            words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", stem).lower()
            last = re.split(r"[_-]", words)[-1]
            if last in FORBIDDEN_NAMES:
                yield path, 1, f"'{part}': name the thing, '{last}' says nothing"


def nothing_is_unfinished(repository):
    for path, lines in repository.text_lines():
        for number, line in enumerate(lines, 1):
            match = UNFINISHED.search(line)
            if match:
                yield path, number, f"{match[1]}: finish it, or write down the limitation"


def paths_are_relative(repository):
    for path, lines in repository.text_lines():
        for number, line in enumerate(lines, 1):
            match = MACHINE_PATH.search(line)
            if match:
                yield path, number, f"'{match[0]}' is a path of one machine"


def text_is_clean(repository):
    for path, lines in repository.text_lines():
        for number, line in enumerate(lines, 1):
            if line.endswith("\r"):
                yield path, number, "line ends with CR LF"
            elif line != line.rstrip():
                yield path, number, "trailing whitespace"
        if lines != [""] and lines[-1] != "":
            yield path, len(lines), "no newline at the end of the file"


def solidity_pragma_is_one_version(repository):
    expected = None
    package = repository.bytes.get(pathlib.PurePosixPath("verifier-solidity/package.json"))
    if package is not None:
        expected = json.loads(package).get("devDependencies", {}).get("solc")
    for path, lines in repository.text_lines(".sol"):
        found = [(number, match[1].strip()) for number, line in enumerate(lines, 1) if (match := PRAGMA.match(line))]
        if not found:
            yield path, 1, "no pragma solidity"
        for number, version in found:
            if not EXACT_VERSION.fullmatch(version):
                yield path, number, f"pragma solidity {version}: name exactly one version"
                continue
            expected = expected or version
            if version != expected:
                yield path, number, f"pragma solidity {version}, elsewhere {expected}"


def markdown_prose(lines):
    """(line number, line) outside fenced blocks, with inline code blanked."""
    fence = None
    for number, line in enumerate(lines, 1):
        mark = re.match(r"\s*(```+|~~~+)", line)
        if mark and fence is None:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = None
        elif fence is None:
            yield number, re.sub(r"(`+)(?:(?!\1).)*\1", lambda code: " " * len(code[0]), line)


def heading_anchors(lines):
    """The anchors that GitHub gives to the headings."""
    anchors, fence = set(), False
    for line in lines:
        if re.match(r"\s*(```|~~~)", line):
            fence = not fence
        match = re.match(r"#{1,6}\s+(.*?)\s*#*\s*$", line)
        if not match or fence:
            continue
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match[1]).lower()
        kept = (c for c in text if c in "-_ " or unicodedata.category(c)[0] in "LNM")
        slug = base = "".join(kept).replace(" ", "-")
        repeat = 0
        while slug in anchors:
            repeat += 1
            slug = f"{base}-{repeat}"
        anchors.add(slug)
    return anchors


def markdown_links_resolve(repository):
    pages = dict(repository.text_lines(".md"))
    for path, lines in pages.items():
        for number, line in markdown_prose(lines):
            definition = LINK_DEFINITION.match(line)
            for target in LINK.findall(line) + ([definition[1]] if definition else []):
                if re.match(r"[a-z][a-z0-9+.-]*:", target):
                    continue
                name, _, anchor = target.partition("#")
                base = "" if name.startswith("/") else str(path.parent)
                resolved = pathlib.PurePosixPath(os.path.normpath(os.path.join(base, name.lstrip("/"))) if name else path)
                if name and not (repository.root / resolved).exists():
                    yield path, number, f"link to {target}: no such file"
                elif anchor and resolved in pages and anchor not in heading_anchors(pages[resolved]):
                    yield path, number, f"link to {target}: no such heading"


def scripts_are_executable(repository):
    for path in repository.files:
        in_script_folder = path.parts[0] in ("scripts", ".ci") and path.suffix in ("", ".sh", ".py")
        has_interpreter = repository.bytes[path].startswith(b"#!")
        if in_script_folder and not has_interpreter:
            yield path, 1, "a script starts with #!"
        if (in_script_folder or has_interpreter) and not os.access(repository.root / path, os.X_OK):
            yield path, 1, "a script is executable"


RULES = (
    layers_are_respected,
    outside_world_stays_at_the_edge,
    headers_hide_libraries,
    headers_start_with_pragma_once,
    files_are_short,
    names_are_nouns_of_the_domain,
    nothing_is_unfinished,
    paths_are_relative,
    text_is_clean,
    solidity_pragma_is_one_version,
    markdown_links_resolve,
    scripts_are_executable,
)


def violations(root):
    """(path, line, reason, rule name) of everything that is wrong."""
    repository = Repository(root)
    return [(*violation, rule.__name__) for rule in RULES for violation in rule(repository)]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    found = violations(root)
    for path, line, reason, rule in sorted(found, key=lambda entry: (str(entry[0]), entry[1])):
        print(f"{path}:{line}: {reason} [{rule}]")
    print(f"repository: {len(RULES)} rules, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
