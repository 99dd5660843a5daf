#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Makes the sample captures of this folder: the real firmware on the virtual board.
Usage: make.py BUILD [NAME ...]

BUILD holds host/ and atmega328p/, as `make tools firmware` leaves them; avr-gcc must
be there for the firmware with restrictions and events. Each NAME.pcap gets a NAME.keys
beside it: the key log of its sessions. All secrets in them are of authorities that were
made for the capture and thrown away. Captures differ from run to run, in nonces."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
sys.path[:0] = [str(SOURCE / folder) for folder in ("tests/e2e", "examples/demo", "wire/vectors")]
import mssl_model as model  # noqa: E402
from scene import Scene  # noqa: E402

CHIP = "atmega328p"
LED, UPTIME = 1, 3
GRACE = 0.6             # seconds: the next connection is then no newcomer beside the last

# The firmware sends no events by itself: this one tells each second that it lives.
EVENTS = [
    ("int main(void)\n", """static void tell(uint8_t conn)
{
    static uint8_t told;

    if (told == (uint8_t)chip_seconds || !mssl_dev_event_ready(&mssl_dev_sessions[NET_INDEX(conn)], 3))
        return;
    told = (uint8_t)chip_seconds;
    message[NET_INDEX(conn)][2] = 'u';
    message[NET_INDEX(conn)][3] = 'p';
    obey(conn, mssl_dev_event(&mssl_dev_sessions[NET_INDEX(conn)], message[NET_INDEX(conn)], 3, 2));
}

int main(void)
"""),
    ("                obey(i, mssl_dev_tick(&mssl_dev_sessions[i], message[i]));\n",
     """            {
                obey(i, mssl_dev_tick(&mssl_dev_sessions[i], message[i]));
                tell(i);
            }
"""),
]


class Logged(Scene):
    """A scene whose `mssl` keeps a key log."""

    def log(self, line):
        with open(self.keys, "a", encoding="ascii", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write(line)

    def mssl(self, code, command, name, *words):
        return super().mssl(code, command, name, *words, options=("--keylog", str(self.keys)))


class Talk:
    """A host of our own, for what `mssl` does not do."""

    def __init__(self, scene, name):
        fields = grant_fields(scene.path(name))
        self.scene, self.blocks, self.key, self.sent = scene, fields["blocks"], fields["key"], 0
        self.line = socket.create_connection(("127.0.0.1", scene.board.port("A")), timeout=20)

    def greet(self):
        nc = os.urandom(12)
        self.line.sendall(model.hello(self.blocks, nc))
        welcome = self.take(21)
        self.key = model.session_key(self.key, self.blocks[-1], nc, welcome[:12])
        self.scene.log(f"MSSL_SESSION {nc.hex()} {welcome[:12].hex()} {self.key.hex()}\n")
        return self

    def take(self, count):
        data = b""
        while len(data) < count:
            more = self.line.recv(count - len(data))
            if not more:
                raise EOFError(data)
            data += more
        return data

    def record(self, plain):
        record = model.record(self.key, model.HOST, self.sent, model.pad(plain)) if plain else \
            model.close(self.key, model.HOST, self.sent)
        self.sent += 1
        return record

    def ask(self, task, args=b""):
        self.line.sendall(self.record(bytes([task]) + args))
        return self.answer()

    def answer(self):
        head = self.take(1)
        return head + self.take(head[0] + 8)

    def until_closed(self):
        while self.line.recv(200):
            pass
        self.line.close()
        time.sleep(GRACE)


def grant_fields(path):
    with open(path, encoding="ascii") as file:
        lines = [line.rstrip("\n").split(": ", 1) for line in file]
    return {"key": bytes.fromhex(dict(lines)["key"]),
            "blocks": [bytes.fromhex(v) for k, v in lines if k in ("grant", "restriction")]}


def firmware(folder, edits=()):
    """The firmware with restrictions and events, changed by edits; its build's folder."""
    for room in ("wire", "device", "net", "firmware", "cmake", "packaging"):
        shutil.copytree(SOURCE / room, folder / room)
    shutil.copy(SOURCE / "CMakeLists.txt", folder)
    main = folder / "firmware/main.c"
    text = main.read_text(encoding="utf-8")
    for old, new in edits:
        if text.count(old) != 1:
            raise SystemExit(f"firmware/main.c has not exactly one {old!r}")
        text = text.replace(old, new)
    main.write_text(text, encoding="utf-8")
    build = folder / "build" / CHIP
    for words in (["cmake", "-S", folder, "-B", build, "-G", "Ninja", "-DMSSL_CHIP_FIRMWARE_ONLY=ON",
                   f"--toolchain={folder}/cmake/{CHIP}.cmake", "-DMSSL_RESTRICTIONS=3", "-DMSSL_EVENTS=ON"],
                  ["cmake", "--build", build, "--target", "mssl-firmware"]):
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return str(folder / "build")


def session(scene):
    """Accepted: `mssl exec`, and `mssl info` with describe."""
    scene.mssl(0, "exec", "alice", "led", "on")
    scene.mssl(0, "info", "alice")
    scene.mssl(6, "exec", "alice", "led", "dim")


def refused(scene):
    """HELLOs that the device closes without a word: bound to another host's address,
    with a wrong slot, and with a length that none has; then one that is served."""
    scene.mssl(4, "exec", "bob", "led", "on")
    for spoil in (lambda b: bytes([44]) + b[:6] + b"\xff" + b[7:], lambda b: bytes([50]) + b):
        talk = Talk(scene, "alice")
        talk.line.sendall(spoil(talk.blocks[0]) + os.urandom(12))
        talk.until_closed()
    scene.mssl(0, "exec", "alice", "led", "off")


def revoke(scene):
    """An admin revokes a slot; its host, which was served before, is refused then."""
    scene.mssl(0, "exec", "alice", "led", "on")
    scene.mssl(0, "admin", "root", "revoke", "0", "1")
    time.sleep(GRACE)
    scene.mssl(4, "exec", "alice", "led", "off")
    scene.mssl(0, "admin", "root", "epoch")


def enrol(scene):
    """The chip wants the grant's signature first: chunks of it, then the command."""
    scene.mssl(0, "exec", "alice", "led", "on")


def chain(scene):
    """A helper of a helper: a grant with two restrictions."""
    scene.mssl(0, "exec", "carol", "led", "on")
    time.sleep(GRACE)
    scene.mssl(5, "exec", "carol", "uptime")


def event(scene):
    """Events between a command and its answer's close."""
    talk = Talk(scene, "alice").greet()
    talk.ask(LED, b"on")
    talk.answer()
    talk.answer()
    talk.line.sendall(talk.record(b""))
    talk.until_closed()


def bad_tag(scene):
    """A record with one bit of its tag changed; then one with a length that none has."""
    talk = Talk(scene, "alice").greet()
    talk.ask(LED, b"on")
    record = talk.record(bytes([LED]) + b"off")
    talk.line.sendall(record[:-1] + bytes([record[-1] ^ 1]))
    talk.until_closed()
    talk = Talk(scene, "alice").greet()
    talk.line.sendall(bytes([9]) + bytes(17))
    talk.until_closed()


ALL = {f.__name__: f for f in (session, refused, revoke, enrol, chain, event, bad_tag)}


def prepare(scene, name):
    scene.grant("alice", "--tasks", "led,uptime", "--address", "10.0.2.2/32")
    scene.grant("bob", "--tasks", "led", "--address", "10.0.2.3/32")
    scene.grant("root", "--tasks", "led,admin")
    scene.grant("anna", "--tasks", "led,uptime")
    if name == "chain":
        tool = os.path.join(scene.build, "cli", "mssl")
        for given, out, host in (("anna", "ben", "ben"), ("ben", "carol", "carol")):
            words = ["--address", "10.0.0.0/8"] if host == "carol" else []
            scene.run(0, [tool, "restrict", scene.path(given), "-o", scene.path(out), "--host", host,
                          "--tasks", "led,uptime" if host == "ben" else "led", *words])
    if name != "enrol":
        return []
    scene.firmware = scene.firmware.replace("mssl-firmware.elf", "mssl-firmware-signature.elf")
    scene.authority("device", "image", "porch", "-o", scene.path("first.hex"), "--modulus", scene.path("modulus.hex"),
                    "--chip", CHIP)
    return ["--flash", scene.path("modulus.hex")]


def make(build, name, folder):
    chips = firmware(Path(folder), EVENTS if name == "event" else ()) if name in ("chain", "event") else build
    scene = Logged(str(SOURCE), os.path.join(build, "host"), chips, CHIP)
    scene.keys = HERE / f"{name}.keys"
    try:
        options = prepare(scene, name)
        scene.boot("--pcap", str(HERE / f"{name}.pcap"), *options)
        scene.keys.unlink(missing_ok=True)
        scene.log("# Keys of throw-away sessions: docs/FORMATS.md, key log file.\n")
        ALL[name](scene)
        time.sleep(GRACE)
        scene.halt()
        print(f"{name}: {(HERE / f'{name}.pcap').stat().st_size} bytes", flush=True)
    finally:
        scene.close()


def main(build, *names):
    for name in names or ALL:
        with tempfile.TemporaryDirectory(prefix="mssl-samples-") as folder:
            make(os.path.abspath(build), name, folder)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
