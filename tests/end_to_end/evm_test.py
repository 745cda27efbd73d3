#!/usr/bin/env python3
"""lockstep dispute --evm: the contract decides, and the node that it runs on never stays behind."""

import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time
import unittest

from lockstep_process import BINARY, COUNTER, COUNTERS_USER, ENVIRONMENT, REFUSED, SOURCE, USAGE, LockstepTest

ANVIL = SOURCE / "verifier-solidity/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
COUNT = ["--invoke", "count", "--args", "20"]


def is_alive(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class EvmTest(LockstepTest):
    def stand_in(self, script):
        """The environment in which a shell script, which leaves its process number, is started for anvil."""
        self.write("anvil", f"#!/bin/sh\necho $$ > {self.folder}/pid\n{script}\n")
        os.chmod(self.folder / "anvil", 0o755)
        return {"LOCKSTEP_ANVIL": str(self.folder / "anvil")}

    def assert_node_is_gone(self):
        process = int((self.folder / "pid").read_text())
        deadline = time.monotonic() + 10
        while is_alive(process) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertFalse(is_alive(process))


class Verdicts(EvmTest):
    def test_the_contract_convicts(self):
        environment = self.stand_in(f'exec {ANVIL} "$@"')
        program = self.sample()
        for step, fault in ((0, "gas"), (33, "memory"), (60, "value"), (61, "pc")):
            report = self.json("dispute", program, *COUNT, "--fault-at", step, "--fault", fault, "--evm",
                               environment=environment)
            self.assertEqual((report["convicted"], report["verified_by"], report["step"]), (True, "evm", step))
            self.assertEqual(report["evm"]["post"], report["proven"])
            for contract in ("contract", "numeric_unit"):
                self.assertRegex(report["evm"][contract], "^0x[0-9a-f]{40}$")
            self.assertNotEqual(report["evm"]["contract"], report["evm"]["numeric_unit"])
            self.assertTrue(21_000 < report["evm"]["gas_used"] < 2_000_000, report["evm"])
            self.assert_node_is_gone()

    def test_text(self):
        text = self.text("dispute", self.sample(), *COUNT, "--fault-at", 33, "--evm")
        for pattern in (r"EVM          OneStepVerifier at 0x[0-9a-f]{40}$",
                        r"with NumericUnit at 0x[0-9a-f]{40}$", "returns the proven root$",
                        r"gas [\d,]+ for the transaction, [\d,]+ for the deployments$",
                        r"the liar is convicted \(verified natively and by the EVM\)$"):
            self.assertRegex(text, f"(?m){pattern}")

    def test_linked_modules(self):
        self.assemble("a.wasm", COUNTER.format(digit=10))
        self.assemble("b.wasm", COUNTER.format(digit=20))
        program = [self.assemble("user.wasm", COUNTERS_USER), "--link", "a=a.wasm", "--link", "b=b.wasm"]
        steps = self.json("run", *program)["steps"]
        stores = [step for step in range(steps)
                  if "store" in self.json("inspect", *program, "--at", step)["instruction"]]
        self.assertEqual(len(stores), 3)
        for step in stores:
            report = self.json("dispute", *program, "--fault-at", step, "--fault", "memory", "--evm")
            self.assertEqual((report["convicted"], report["verified_by"], report["step"]), (True, "evm", step))

    def test_a_node_that_runs_already(self):
        with open(self.folder / "log", "wb") as log:
            node = subprocess.Popen([ANVIL, "--port", "0"], stdout=log, stderr=log)
        self.addCleanup(node.wait)
        self.addCleanup(node.kill)
        while "Listening on " not in (self.folder / "log").read_text():
            self.assertIsNone(node.poll())
            time.sleep(0.05)
        address = (self.folder / "log").read_text().rpartition("Listening on ")[2].split()[0]
        program = self.sample()
        for host in (address, address.replace("127.0.0.1", "localhost")):
            report = self.json("dispute", program, *COUNT, "--fault-at", 33, "--rpc", f"http://{host}")
            self.assertTrue(report["convicted"])
        self.assertIsNone(node.poll())


class OwnNodes(EvmTest):
    def dispute(self, *options):
        return ["dispute", self.sample(), *COUNT, "--fault-at", 33, "--evm", *options]

    def test_the_node_dies_with_errors(self):
        environment = self.stand_in("exec sleep 1000")
        line = self.error(ENVIRONMENT, *self.dispute("--rpc-timeout", 1), environment=environment)
        self.assertIn("does not listen: it printed nothing", line)
        self.assert_node_is_gone()
        environment = self.stand_in("echo 'Listening on 127.0.0.1:1'; exec sleep 1000")
        self.assertIn("could not connect", self.error(ENVIRONMENT, *self.dispute(), environment=environment))
        self.assert_node_is_gone()

    def test_the_node_dies_with_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            environment = self.stand_in("exec sleep 1000")
            process = subprocess.Popen([BINARY, *map(str, self.dispute())], cwd=self.folder,
                                       env=os.environ | environment)
            while not (self.folder / "pid").exists() or not (self.folder / "pid").read_text().strip():
                self.assertIsNone(process.poll())
                time.sleep(0.02)
            process.send_signal(number)
            process.wait(timeout=10)
            self.assert_node_is_gone()
            os.remove(self.folder / "pid")

    def test_a_node_that_ends(self):
        environment = self.stand_in("echo 'no such hardfork'; exit 1")
        line = self.error(ENVIRONMENT, *self.dispute(), environment=environment)
        self.assertIn("ended before it listened: no such hardfork", line)

    def test_no_node(self):
        line = self.error(ENVIRONMENT, *self.dispute(), environment={"LOCKSTEP_ANVIL": "/no/such/anvil"})
        self.assertIn("/no/such/anvil: cannot be executed: No such file or directory (expected anvil, which scripts/setup",
                      line)

    def test_artifacts(self):
        for variable, contract, method in (
                ("LOCKSTEP_VERIFIER_ARTIFACT", "OneStepVerifier", "verify(bytes32,bytes)"),
                ("LOCKSTEP_NUMERIC_UNIT_ARTIFACT", "NumericUnit", "compute(uint16,uint64,uint64)")):
            with self.subTest(contract=contract):
                self.check_artifact(variable, contract, method)

    def check_artifact(self, variable, contract, method):
        def refuse(code, data):
            path = "artifact" if data is None else self.write("artifact.json", data)
            return self.error(code, *self.dispute(), environment={variable: str(self.folder / path)})

        self.assertIn("cannot be opened", refuse(ENVIRONMENT, None))
        self.assertIn("is no JSON", refuse(REFUSED, "{"))
        for data in ("[]", "{}", '{"bytecode": 1}', '{"bytecode": {"object": "0x"}}',
                     '{"bytecode": {"object": "0x60__$lib$__"}}'):
            self.assertIn("has no complete bytecode", refuse(REFUSED, data))
        for identifiers in ("", ', "methodIdentifiers": {}', f', "methodIdentifiers": {{"{method}": "00000000"}}'):
            line = refuse(REFUSED, '{"bytecode": {"object": "0x60"}' + identifiers + "}")
            self.assertIn(f"has no {method}", line)
        self.assertIn(f"what forge build makes of {contract}, or one named by {variable}", refuse(REFUSED, ""))

    def test_contracts_that_cannot_be_created(self):
        # Creation code that reverts.
        for variable, method, what in (
                ("LOCKSTEP_VERIFIER_ARTIFACT", '"verify(bytes32,bytes)": "258ae582"', "the verifier"),
                ("LOCKSTEP_NUMERIC_UNIT_ARTIFACT", '"compute(uint16,uint64,uint64)": "3cb475e5"', "the numeric unit")):
            path = self.write("artifact.json", '{"bytecode": {"object": "0x5f5ffd"}, "methodIdentifiers": {'
                              + method + "}}")
            line = self.error(ENVIRONMENT, *self.dispute(), environment={variable: str(self.folder / path)})
            self.assertRegex(line, f"{what} could not be deployed|eth_sendTransaction: ")


class Node(http.server.BaseHTTPRequestHandler):
    """A node that answers each method with what its server has for it."""

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.answers.get(request["method"], self.server.otherwise)
        body = answer if isinstance(answer, bytes) else json.dumps(
            {"jsonrpc": "2.0", "id": request["id"], **answer}).encode()
        try:
            time.sleep(self.server.delay)
            self.send_response(self.server.status)
            self.send_header("Content-Length", str(self.server.length or len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # the client has gone

    def log_message(self, *arguments):
        pass


class StrangeNodes(EvmTest):
    ACCOUNT = "0x" + "11" * 20
    HASH = "0x" + "22" * 32

    def node(self, otherwise=None, status=200, delay=0, length=None, **answers):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Node)
        server.daemon_threads = True
        server.otherwise, server.status, server.delay, server.length = otherwise or b"", status, delay, length
        server.answers = {"eth_accounts": {"result": [self.ACCOUNT]}, "eth_sendTransaction": {"result": self.HASH},
                          "eth_getTransactionReceipt": {"result": {
                              "status": "0x1", "gasUsed": "0x10", "contractAddress": self.ACCOUNT}}}
        if otherwise is not None:
            server.answers = {}
        server.answers |= answers
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/"

    def refuse(self, url, *options):
        return self.error(ENVIRONMENT, "dispute", self.sample(), *COUNT, "--fault-at", 33, "--rpc", url, *options)

    def test_answers_that_are_none(self):
        for body in (b"", b"nonsense", b"[]", b"{}", b"[" * 100000, b'{"result": 1}', {"result": None},
                     {"result": [1]}, {"result": ["0x12"]}, {"error": None}):
            with self.subTest(body=body[:20] if isinstance(body, bytes) else body):
                self.assertIn("eth_accounts is not what it should be", self.refuse(self.node(otherwise=body)))

    def test_errors(self):
        self.assertIn("eth_accounts: not today", self.refuse(self.node(eth_accounts={"error": {"message": "not today"}})))
        self.assertIn("no message", self.refuse(self.node(eth_accounts={"error": 5})))
        self.assertIn("has unlocked no account", self.refuse(self.node(eth_accounts={"result": []})))
        self.assertIn("HTTP status 500", self.refuse(self.node(otherwise=b"{}", status=500)))
        escape = self.refuse(self.node(eth_accounts={"error": {"message": "\x1b[31m"}}))
        self.assertIn(r"\u{1b}[31m", escape)

    def test_deployments(self):
        self.assertIn("eth_sendTransaction is not what", self.refuse(self.node(eth_sendTransaction={"result": "0x1"})))
        for receipt in ({"status": "0x0", "gasUsed": "0x1"}, {"status": "0x1", "gasUsed": "0x1"},
                        {"status": "0x1", "gasUsed": "0x1", "contractAddress": None}):
            url = self.node(eth_getTransactionReceipt={"result": receipt})
            self.assertIn("the numeric unit could not be deployed", self.refuse(url))
        for receipt in ({}, {"status": "1", "gasUsed": "0x1"}, {"status": "0x1", "gasUsed": "0x" + "f" * 17}):
            url = self.node(eth_getTransactionReceipt={"result": receipt})
            self.assertIn("eth_getTransactionReceipt is not what", self.refuse(url))
        url = self.node(eth_getTransactionReceipt={"result": None})
        self.assertIn("was not executed in time", self.refuse(url, "--rpc-timeout", 1))

    def test_a_contract_that_says_something_else(self):
        program = self.sample()
        arguments = ["dispute", program, *COUNT, "--fault-at", 33, "--rpc"]
        report = self.json(*arguments, self.node(eth_call={"result": self.HASH}), code=1)
        self.assertEqual((report["convicted"], report["evm"]["post"], report["evm"]["gas_used"]), (False, self.HASH, 16))
        revert = {"error": {"code": 3, "message": "execution reverted", "data": "0x12345678"}}
        report = self.json(*arguments, self.node(eth_call=revert), code=1)
        self.assertEqual((report["convicted"], report["evm"]["post"], report["evm"]["revert_data"]),
                         (False, None, "0x12345678"))
        text = self.text(*arguments, self.node(eth_call=revert), code=1)
        self.assertIn("reverts: eth_call: execution reverted 0x12345678", text)
        self.assertIn("nobody is convicted", text)
        self.assertIn("something else than a root", self.refuse(self.node(eth_call={"result": "0x12"})))

    def test_a_node_that_is_slow(self):
        begin = time.monotonic()
        self.assertIn("could not receive in time", self.refuse(self.node(delay=30), "--rpc-timeout", 1))
        self.assertLess(time.monotonic() - begin, 15)

    def test_a_node_that_hangs_up(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"http://127.0.0.1:{server.getsockname()[1]}"

            def hang_up():
                for _ in range(2):  # the command is run with --json too
                    connection, _ = server.accept()
                    # All of the request: what is left unread would turn the end into a reset.
                    with connection, connection.makefile("rb") as request:
                        length = 0
                        while (line := request.readline()).strip():
                            name, _, value = line.partition(b":")
                            length = int(value) if name.lower() == b"content-length" else length
                        request.read(length)

            thread = threading.Thread(target=hang_up, daemon=True)
            thread.start()
            self.assertIn("could not receive: end of stream", self.refuse(url))
            # A thread that still accepts could take the connections of a later server with the same descriptor.
            thread.join(timeout=10)
            self.assertFalse(thread.is_alive())
        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"http://127.0.0.1:{server.getsockname()[1]}"
        self.assertIn("could not connect: Connection refused", self.refuse(url))

    def test_an_answer_that_is_too_long(self):
        self.assertIn("could not receive", self.refuse(self.node(otherwise=b"{}", length=2**30)))

    def test_addresses(self):
        for url in ("", "https://127.0.0.1:1", "127.0.0.1:1", "http://", "http://:1", "http://a:b", "http://a:65536",
                    "http://u@a:1", "http://[::1", "http://a b", "http://a\r\nX: y"):
            with self.subTest(url=url):
                line = self.error(USAGE, "dispute", self.sample(), *COUNT, "--fault-at", 33, f"--rpc={url or ' '}")
                self.assertIn("is no address of a node (expected http://HOST:PORT; https is not supported)", line)
        self.assertIn("could not resolve the host", self.refuse("http://no-such-host.invalid:1"))
        for seconds in ("0", "-1", "x", "3601"):
            self.error(USAGE, "dispute", self.sample(), "--fault-at", 1, "--rpc-timeout", seconds)


if __name__ == "__main__":
    unittest.main()
