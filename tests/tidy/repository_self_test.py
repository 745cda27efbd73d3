#!/usr/bin/env python3
"""Shows that each rule of repository_test.py finds a planted violation, and nothing in a clean tree."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import repository_test  # noqa: E402

CLEAN = {
    "README.md": "# Project\n\nSee [the state](docs/state.md#the-root) and [a site](https://example.com/home/page).\n\n"
                 "`[code](nowhere.md)`\n\n```\n[block](nowhere.md)\n```\n",
    "docs/state.md": "# State\n\n## The root\n\n[Back](../README.md), [up](#state)\n",
    "base/hex.hpp": "// Hexadecimal.\n\n#pragma once\n\n#include <string>\n",
    "base/hex.cpp": '#include "base/hex.hpp"\n',
    "vm/table.hpp": '#pragma once\n\n#include "base/hex.hpp"\n#include "vm/opcodes.def"\n',
    "vm/opcodes.def": "",
    "merkle/sha256.cpp": '#include <openssl/sha.h>\n\n#include "base/hex.hpp"\n',
    "store/database.cpp": '#include <leveldb/db.h>\n\n#include "merkle/tree.hpp"\n',
    "dispute/chain_client.cpp": "#include <boost/asio.hpp>\n",
    "dispute/common_ancestor.cpp": '#include "trace/trace.hpp"\n',
    "api/lockstep.cpp": '#include "dispute/game.hpp"\n',
    "cli/main.cpp": '#include <leveldb/db.h>\n\n#include "api/lockstep.hpp"\n',
    "tests/unit/hex_test.hpp": "#pragma once\n\n#include <boost/json.hpp>\n",
    "tests/unit/long_test.cpp": "//\n" * 600,
    "tests/conformance/testsuite/i32.wast": ";; " + "TO" "DO" + " \r\nno newline",
    "fuzz/corpora/decode/1": "text without newline",
    "scripts/run": "#!/usr/bin/env bash\n",
    "verifier-solidity/package.json": '{"devDependencies": {"solc": "0.8.37"}}\n',
    "verifier-solidity/src/Game.sol": "pragma solidity 0.8.37;\n",
    "tests/vectors/empty.json": "",
}

# rule -> [(files that replace or join the clean ones, place of the expected violation)]
PLANTED = {
    "layers_are_respected": [
        ({"base/a.cpp": '#include "vm/table.hpp"\n'}, "base/a.cpp:1"),
        ({"vm/a.cpp": '\n#include "merkle/tree.hpp"\n'}, "vm/a.cpp:2"),
        ({"merkle/a.hpp": '#pragma once\n#include "vm/table.hpp"\n'}, "merkle/a.hpp:2"),
        ({"trace/a.cpp": '#include "dispute/game.hpp"\n'}, "trace/a.cpp:1"),
        ({"store/a.cpp": '#include "dispute/game.hpp"\n'}, "store/a.cpp:1"),
        ({"dispute/a.cpp": '#include "cli/main.hpp"\n'}, "dispute/a.cpp:1"),
        ({"dispute/a.cpp": '#include "api/lockstep.hpp"\n'}, "dispute/a.cpp:1"),
        ({"api/a.cpp": '#include "cli/main.hpp"\n'}, "api/a.cpp:1"),
        ({"vm/a.cpp": '#include "tests/unit/hex_test.hpp"\n'}, "vm/a.cpp:1"),
        ({"vm/a.cpp": '#include "../base/hex.hpp"\n'}, "vm/a.cpp:1"),
        ({"vm/a.cpp": '#include "table.hpp"\n'}, "vm/a.cpp:1"),
        ({"base/a.cpp": "#include <vm/table.hpp>\n"}, "base/a.cpp:1"),
    ],
    "outside_world_stays_at_the_edge": [
        ({"vm/a.cpp": "#include <boost/asio/ip/tcp.hpp>\n"}, "vm/a.cpp:1"),
        ({"dispute/game.cpp": "#include <boost/beast/core.hpp>\n"}, "dispute/game.cpp:1"),
        ({"trace/state.cpp": "#include <leveldb/db.h>\n"}, "trace/state.cpp:1"),
        ({"base/a.cpp": "#include <sys/socket.h>\n"}, "base/a.cpp:1"),
    ],
    "headers_hide_libraries": [
        ({"cli/a.hpp": "#pragma once\n#include <boost/json.hpp>\n"}, "cli/a.hpp:2"),
        ({"merkle/a.hpp": "#pragma once\n#include <openssl/sha.h>\n"}, "merkle/a.hpp:2"),
        ({"store/store.hpp": "#pragma once\n#include <leveldb/db.h>\n"}, "store/store.hpp:2"),
    ],
    "headers_start_with_pragma_once": [
        ({"base/a.hpp": "#include <string>\n#pragma once\n"}, "base/a.hpp:1"),
        ({"base/a.hpp": "// only a comment\n"}, "base/a.hpp:1"),
    ],
    "files_are_short": [
        ({"base/a.cpp": "//\n" * 401}, "base/a.cpp:401"),
        ({"verifier-solidity/src/A.sol": "pragma solidity 0.8.37;\n" + "//\n" * 400}, "verifier-solidity/src/A.sol:401"),
        ({"tests/unit/a.cpp": "//\n" * 601}, "tests/unit/a.cpp:601"),
    ],
    "names_are_nouns_of_the_domain": [
        ({"base/util/a.cpp": ""}, "base/util/a.cpp:1"),
        ({"base/common.hpp": "#pragma once\n"}, "base/common.hpp:1"),
        ({"vm/test_helpers.cpp": ""}, "vm/test_helpers.cpp:1"),
        ({"vm/misc.cpp": ""}, "vm/misc.cpp:1"),
        ({"verifier-solidity/src/BondManager.sol": "pragma solidity 0.8.37;\n"},
         "verifier-solidity/src/BondManager.sol:1"),
    ],
    "nothing_is_unfinished": [
        ({"base/a.cpp": "\n// " + word + ": later\n"}, "base/a.cpp:2")
        for word in ("TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK")
    ],
    "paths_are_relative": [
        ({"docs/a.md": "in " + "/" + folder + "/me/file\n"}, "docs/a.md:1") for folder in ("work", "home", "root")
    ],
    "text_is_clean": [
        ({"base/a.cpp": "int a; \n"}, "base/a.cpp:1"),
        ({"base/a.cpp": "\t\n"}, "base/a.cpp:1"),
        ({"base/a.cpp": "int a;\r\n"}, "base/a.cpp:1"),
        ({"base/a.cpp": "int a;\nint b;"}, "base/a.cpp:2"),
    ],
    "solidity_pragma_is_one_version": [
        ({"verifier-solidity/src/A.sol": "pragma solidity ^0.8.37;\n"}, "verifier-solidity/src/A.sol:1"),
        ({"verifier-solidity/src/A.sol": "\npragma solidity 0.8.36;\n"}, "verifier-solidity/src/A.sol:2"),
        ({"verifier-solidity/src/A.sol": "contract A {}\n"}, "verifier-solidity/src/A.sol:1"),
    ],
    "markdown_links_resolve": [
        ({"docs/a.md": "\n[a](b.md)\n"}, "docs/a.md:2"),
        ({"docs/a.md": "[a](state.md#the-leaf)\n"}, "docs/a.md:1"),
        ({"docs/a.md": "[a](#nowhere)\n"}, "docs/a.md:1"),
        ({"docs/a.md": "[a]: nowhere.md\n"}, "docs/a.md:1"),
        ({"docs/a.md": "![a](picture.svg \"title\")\n"}, "docs/a.md:1"),
    ],
    "scripts_are_executable": [
        ({"scripts/b": "echo\n"}, "scripts/b:1"),
        ({"tests/tidy/b.py": "#!/usr/bin/env python3\n"}, "tests/tidy/b.py:1"),
    ],
}


def plant(root, files):
    for name, text in files.items():
        path = pathlib.Path(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    pathlib.Path(root, "scripts/run").chmod(0o755)


class RepositoryTest(unittest.TestCase):
    def test_every_rule_has_planted_violations(self):
        self.assertEqual({rule.__name__ for rule in repository_test.RULES}, set(PLANTED))

    def test_clean_tree_passes(self):
        with tempfile.TemporaryDirectory() as root:
            plant(root, CLEAN)
            self.assertEqual(repository_test.violations(root), [])

    def test_git_ignored_files_are_not_looked_at(self):
        with tempfile.TemporaryDirectory() as root:
            plant(root, CLEAN | {".gitignore": "/build/\n", "build/util.cpp": "int a; \n"})
            subprocess.run(["git", "-C", root, "init", "--quiet"], check=True)
            self.assertEqual(repository_test.violations(root), [])

    def test_planted_violations_are_found(self):
        for rule, cases in PLANTED.items():
            for files, place in cases:
                with self.subTest(rule=rule, place=place, files=files), tempfile.TemporaryDirectory() as root:
                    plant(root, CLEAN | files)
                    found = {(name, f"{path}:{line}") for path, line, _, name in repository_test.violations(root)}
                    self.assertIn((rule, place), found)


if __name__ == "__main__":
    unittest.main()
