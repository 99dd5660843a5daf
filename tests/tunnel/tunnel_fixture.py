# SPDX-License-Identifier: ISC
"""What the tests of mssl tunnel share: the real program over real sockets, grants
and stores made without the code under test, plain services to carry."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "house"))
import aes  # noqa: E402
from mssl_fixture import ADC, KD, LED, UPTIME, MsslTest, grant_block, grant_text  # noqa: E402,F401
from mssl_fixture import hashes, padding  # noqa: E402,F401
import mssl_fixture  # noqa: E402

PROGRAM = os.environ["MSSL_PROGRAM"]
PATIENCE = 30
TASKS = "table: 200\ntask: 0 stream a byte stream\ntask: 1 stream1 the same\n"
RESET, END = "reset", "end"
SANITIZED = b"__asan_init" in Path(PROGRAM).read_bytes()    # freed memory stays resident then


def stream_block(tasks=1, slot=0, generation=0, address=None, host="alice"):
    """G for a tunnel's server: table 200."""
    block = grant_block(tasks=tasks, slot=slot, generation=generation, address=address, host=host)
    return block[:1] + bytes([200]) + block[2:]


def stream_grant(block):
    text = grant_text(block)
    return text.replace("table: 1\ntask: 1 led on|off|state\ntask: 2 adc CHANNEL\ntask: 3 uptime\n", TASKS)


def hex_rows(data):
    for at in range(0, len(data), 16):
        row = bytes([len(data[at:at + 16])]) + at.to_bytes(2, "big") + b"\0" + data[at:at + 16]
        yield ":" + row.hex().upper() + f"{-sum(row) & 255:02X}"
    yield ":00000001FF"


def image(kd=KD, generations=bytes(16), seed=b"\x55" * 16):
    cells = bytearray(b"\xff" * 326)
    cells[0:16], cells[16:20] = kd, (1).to_bytes(4, "big")
    cells[20:36], cells[36:52] = generations, seed
    return "\n".join(hex_rows(cells)) + "\n"


def cells(text):
    return b"".join(bytes.fromhex(line[9:-2]) for line in text.splitlines() if line[7:9] == "00")


class Tunnel:
    """The program with a config; its log is read as it comes."""

    def __init__(self, test, config, name="tunnel", **options):
        self.test, self.name = test, name
        self.path = test.write(name + ".conf", config)
        self.lines, self.changed = [], threading.Condition()
        self.process = subprocess.Popen([*options.pop("words", [PROGRAM, "tunnel"]), self.path], stderr=subprocess.PIPE, text=True,
                                        env=options.pop("env", test.environment()), **options)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        test.addCleanup(self.kill)

    def _read(self):
        for line in self.process.stderr:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        self.process.stderr.close()

    def wait_for(self, text, count=1):
        """The count-th line of the log with this text."""
        end = time.monotonic() + PATIENCE
        with self.changed:
            while True:
                found = [line for line in self.lines if text in line]
                if len(found) >= count:
                    return found[count - 1]
                left = end - time.monotonic()
                if left <= 0 or (self.process.poll() is not None and not self.reader.is_alive()):
                    raise AssertionError((text, self.lines))
                self.changed.wait(min(left, 1))

    def port(self, service, count=1):
        return int(self.wait_for(f"[{service}]: listening at port", count).split()[-1])

    def hangup(self, config=None, says="reloaded"):
        if config is not None:
            self.test.write(self.name + ".conf", config)
        before = len([line for line in self.lines if says in line])
        self.process.send_signal(signal.SIGHUP)
        self.wait_for(says, before + 1)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join(PATIENCE)

    def memory_kb(self, field="VmRSS"):
        if SANITIZED:
            return 0
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])
        raise AssertionError(field)


class Service:
    """A plain service: act(socket) in a thread for each connection."""

    def __init__(self, test, act, family=socket.AF_INET, address=("127.0.0.1", 0)):
        self.listener = socket.socket(family)
        self.listener.bind(address)
        self.listener.listen(512)
        self.port = self.listener.getsockname()[1] if family == socket.AF_INET else None
        self.test, self.act, self.served, self.peers, self.threads = test, act, 0, [], []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        test.addCleanup(self.close)

    def _serve(self):
        while True:
            try:
                line, peer = self.listener.accept()
            except OSError:
                return
            self.served += 1
            self.peers.append(peer)
            line.settimeout(PATIENCE)
            self.threads.append(threading.Thread(target=self._run, args=(line,), daemon=True))
            self.threads[-1].start()

    def _run(self, line):
        try:
            with line:
                self.act(line)
        except OSError:
            pass

    def came(self):
        """How many connections came, those not yet accepted too: ours comes behind them all, and isn't counted."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            ours = line.getsockname()
            self.test.wait_until(lambda: ours in self.peers)
        return self.peers.index(ours)

    def close(self):
        """Waits for what acts had to say; the tunnels that they served, which began later, have ended."""
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        for thread in (self.thread, *self.threads):
            thread.join(PATIENCE)


def echo(line):
    while True:
        data = line.recv(65536)
        if not data:
            line.shutdown(socket.SHUT_WR)
            return
        line.sendall(data)


def dial(port):
    line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def read_all(line):
    """All bytes to the end, and how it ended."""
    data = b""
    try:
        while True:
            more = line.recv(65536)
            if not more:
                return data, END
            data += more
    except ConnectionResetError:
        return data, RESET


class TunnelTest(MsslTest):
    def server(self, to, name="server", before="", more="", port=0, **options):
        self.write("store.hex", image()) if not os.path.exists(self.path("store.hex")) else None
        return Tunnel(self, f"store = store.hex\nlevel = info\naccess = access-{name}.log\n{before}"
                      f"[web]\nmode = server\naccept = 127.0.0.1:{port}\nconnect = {to}\n{more}", name, **options)

    def client(self, server_port, name="client", before="", more="", grant="stream.grant", block=None, **options):
        self.write(grant, stream_grant(block or stream_block()))
        return Tunnel(self, f"authority = {self.authority}\nlevel = info\naccess = access-{name}.log\n{before}"
                      f"[web]\nmode = client\naccept = 127.0.0.1:0\nconnect = 127.0.0.1:{server_port}\n"
                      f"grant = {grant}\n{more}", name, **options)

    def pair(self, act=echo, server_more="", client_more="", port=0):
        """A plain service behind both tunnels; the port to dial."""
        self.plain = Service(self, act)
        self.far = self.server(f"127.0.0.1:{self.plain.port}", more=server_more, port=port)
        self.near = self.client(self.far.port("web"), more=client_more)
        return self.near.port("web")

    def access(self, name, text, count=1):
        """Waits for a line of an access log."""
        path = Path(self.path(f"access-{name}.log"))

        def found():
            lines = path.read_text().splitlines(True) if path.exists() else []
            return [line for line in lines if text in line and line.endswith("\n")][count - 1:count]
        return self.wait_until(found)[0]
