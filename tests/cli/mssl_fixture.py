# SPDX-License-Identifier: ISC
"""What the tests of mssl share: grants made without the code under test, a
device core behind a port, and fake devices that misbehave."""

import ipaddress
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "house"))
import aes  # noqa: E402

PROGRAM = os.environ["MSSL_PROGRAM"]
NATIVE_DEVICE = os.environ["MSSL_NATIVE_DEVICE"]
KD = bytes(range(16))
SYN_SENT = "02"     # in /proc/net/tcp
LED, ADC, UPTIME, ADMIN = 1 << 1, 1 << 2, 1 << 3, 1 << 31

DONE, USAGE, FORGED, CONNECTION, REFUSED, DENIED, ARGUMENT, BUSY, FAILED, UNKNOWN, UNWRITTEN = range(11)

_key = rsa.generate_private_key(65537, 2048)
PUBLIC_NUMBERS = _key.public_key().public_numbers()
PUBLIC_PEM = _key.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def grant_block(tasks=LED | ADC | UPTIME, slot=0, generation=0, address=None, host="alice", device=1):
    """G of PROTOCOL 3."""
    network = ipaddress.ip_network(address) if address else None
    return (bytes([0x11, 1]) + device.to_bytes(4, "big") + bytes([slot, generation])
            + bytes([network.prefixlen // 8 if network else 0, 0]) + bytes(2)
            + tasks.to_bytes(4, "little")
            + (network.network_address.packed if network else bytes(4)).ljust(6, b"\0")
            + bytes(3) + host.encode().ljust(7, b"\0"))


def grant_text(block, kd=KD, device_name="porch", signature=None):
    signature = signature or _key.sign(block, padding.PKCS1v15(), hashes.SHA256())
    host = block[25:].rstrip(b"\0").decode()
    return (f"mssl-grant: 1\ndevice-name: {device_name}\nhost-name: {host}\ntable: 1\n"
            "task: 1 led on|off|state\ntask: 2 adc CHANNEL\ntask: 3 uptime\n"
            f"grant: {block.hex()}\nsignature: {signature.hex()}\nkey: {aes.f(kd, block).hex()}\n")


def terminal_text(master):
    """What a terminal got until its last user closed it: in pieces."""
    seen = b""
    try:
        while more := os.read(master, 4096):
            seen += more
    except OSError:
        pass
    return seen


class MsslTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="mssl-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.authority = self.path("authority.pub")
        Path(self.authority).write_bytes(PUBLIC_PEM)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text, mode=0o600):
        path = self.path(name)
        Path(path).write_bytes(text if isinstance(text, bytes) else text.encode())
        os.chmod(path, mode)
        return path

    def grant(self, name="alice.grant", **fields):
        return self.write(name, grant_text(grant_block(**fields)))

    def wait_until(self, condition, seconds=30):
        """What condition() says as soon as that is true: another thread or process is at it."""
        end = time.monotonic() + seconds
        while not (said := condition()):
            self.assertLess(time.monotonic(), end, "waited for in vain")
            time.sleep(0.02)
        return said

    def environment(self, authority=True):
        env = {"PATH": os.environ.get("PATH", ""), "HOME": self.folder}
        if authority:
            env["MSSL_AUTHORITY"] = self.authority
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        return env

    def run_mssl(self, *words, stdin="", authority=True):
        return subprocess.run([PROGRAM, *map(str, words)], input=stdin.encode() if isinstance(stdin, str) else stdin,
                              capture_output=True, timeout=60, env=self.environment(authority))

    def expect(self, code, *words, says=None, out=None, **options):
        """Runs mssl; checks the code, a piece of its complaint, all of its output."""
        done = self.run_mssl(*words, **options)
        self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
        if says is not None:
            self.assertIn(says, done.stderr.decode())
        if code != DONE and not says:
            self.assertTrue(done.stderr)
        if out is not None:
            self.assertEqual(done.stdout.decode(), out)
        return done

    def device(self, *options, program=NATIVE_DEVICE):
        """A device core of its own; returns HOST:PORT."""
        process = subprocess.Popen([program, *map(str, options)], stdout=subprocess.PIPE, text=True)
        port = process.stdout.readline().split()[1]

        def end():
            process.kill()
            process.wait()
            process.stdout.close()
        self.addCleanup(end)
        return f"127.0.0.1:{port}"

    def held_port(self):
        """A port that nobody listens at, and nobody else gets: a program may, by SO_REUSEADDR."""
        holder = socket.socket()
        self.addCleanup(holder.close)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        return holder.getsockname()[1]

    def nowhere(self):
        """HOST:PORT where nobody listens, nor will during this test."""
        return f"127.0.0.1:{self.held_port()}"

    def fake(self, act, connections=1):
        """A listener that runs act(FakeSession) for so many connections."""
        fake = FakeDevice(act, connections)
        self.addCleanup(fake.end)
        return fake


class FakeSession:
    """The device's side of a connection, written from PROTOCOL 4 and 6 alone."""

    def __init__(self, line):
        self.line = line
        self.sent = 0
        self.received = 0

    def read(self, n):
        data = b""
        while len(data) < n:
            more = self.line.recv(n - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def hello(self):
        self.hello_bytes = self.read(1 + self.read(1)[0] - 1)
        key = aes.f(KD, self.hello_bytes[:32])
        for at in range(32, len(self.hello_bytes) - 12, 32):
            key = aes.f(key, self.hello_bytes[at:at + 32])
        last = self.hello_bytes[-12 - 32:-12]
        self.ns = os.urandom(12)
        self.key = aes.f(key, b"\x21" + last[25:] + self.hello_bytes[-12:] + self.ns)

    def welcome(self):
        self.hello()
        self.line.sendall(self.ns + self.seal(b""))

    def seal(self, plain, counter=None):
        if plain:
            size = next(n for n in (8, 16, 32, 64, 128) if n >= len(plain))
            plain = plain.ljust(size, b"\0")
        record = aes.seal(self.key, 0, self.sent if counter is None else counter, plain)
        self.sent += 1
        return record

    def command(self):
        """Takes one record; returns its length byte."""
        length = self.read(1)[0]
        self.read(length + 8)
        self.received += 1
        return length

    def take(self):
        """Takes one record and opens it: its plaintext, padding included."""
        length = self.read(1)[0]
        record = bytes([length]) + self.read(length + 8)
        # Sealing is its own inverse but for the tag, which is then sealed anew.
        plain = aes.seal(self.key, 1, self.received, record[1:1 + length])[1:1 + length]
        if aes.seal(self.key, 1, self.received, plain) != record:
            raise OSError("a record that is not sealed right")
        self.received += 1
        return plain

    def answer(self, plain):
        self.line.sendall(self.seal(plain))

    def close(self):
        self.answer(b"")


class FakeDevice:
    def __init__(self, act, connections):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(30)
        self.place = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.served = 0
        self.failure = None
        self.thread = threading.Thread(target=self._serve, args=(act, connections), daemon=True)
        self.thread.start()

    def _serve(self, act, connections):
        try:
            for left in reversed(range(connections)):
                line, _ = self.listener.accept()
                if not left:
                    self.listener.close()       # who tries again finds nobody, not one who closes late
                with line:
                    line.settimeout(30)
                    self.served += 1
                    act(FakeSession(line))
        except (OSError, EOFError) as failure:
            self.failure = failure
            self.listener.close()

    def end(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.thread.join(30)


class Deaf:
    """Listeners whose queues are full, so that the kernel drops every SYN; it notes when each
    connection to them is made: the look before it was there, and the one that saw it."""

    def __init__(self, test, count=1):
        self.listeners = [socket.create_server(("127.0.0.1", 0), backlog=0) for _ in range(count)]
        names = [listener.getsockname() for listener in self.listeners]
        self.places = [f"127.0.0.1:{port}" for _, port in names]
        self.fillers = [socket.create_connection(name) for name in names]
        self.seen = {f"{port:04X}": {} for _, port in names}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._watch, args=(time.monotonic(),), daemon=True)
        self.thread.start()
        test.addCleanup(self.end)

    def _watch(self, before):
        while not self.over.wait(0.02):
            now = time.monotonic()
            with open("/proc/net/tcp", encoding="ascii") as table:
                for row in (line.split() for line in table):
                    port = row[2].split(":")[-1]
                    if port in self.seen and row[3] == SYN_SENT:
                        self.seen[port].setdefault(row[1], (before, time.monotonic()))
            before = now

    def gaps(self):
        """For each listener (shortest, longest) that each time between two connections can have been, however
        late we looked."""
        rows = [sorted(seen.values()) for seen in self.seen.values()]
        return [[(after[0] - before[1], after[1] - before[0]) for before, after in zip(row, row[1:])] for row in rows]

    def hear(self):
        """Takes connections from now on; the next one."""
        self.listeners[0].accept()[0].close()
        return self.listeners[0].accept()[0]

    def end(self):
        self.over.set()
        self.thread.join(30)
        for one in self.fillers + self.listeners:
            one.close()
