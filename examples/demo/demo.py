#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The demo: an authority, a device, two hosts; the real firmware on the virtual
board; an LED switched through MSSL, and everybody else refused."""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from board import Board
from failed import Failed
from relay import CLOSE, HELLO, RECORD, WELCOME, Relay
from signed import Signed

LED = "PB1"
HOSTS = {"A": ("alice", "10.0.2.2", "its IP address"),
         "B": ("bob", "52:55:0a:00:02:03", "its MAC address")}
NOT_RECOGNISED = 4          # mssl: closed before WELCOME
NOT_AUTHENTIC = (2, 9)      # a bad tag seen by the host, or the device's silence after one
NOT_PERMITTED = 5


class Screen:
    def __init__(self):
        self.colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self.started = time.monotonic()

    def paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colour else text

    def title(self, text):
        print("\n" + self.paint("1", text), flush=True)

    def command(self, words):
        print("  " + self.paint("36", "$ " + " ".join(words)), flush=True)

    def say(self, text):
        print("    " + text, flush=True)

    def ok(self, text):
        print("  " + self.paint("32", "ok") + "  " + text, flush=True)

    def wire(self, from_host, name, data, meaning):
        arrow = "host -> device" if from_host else "device -> host"
        print(f"    {arrow}  {len(data):3d} bytes  {self.paint('1', name)}: {meaning}")
        for at in range(0, len(data), 24):
            print("        " + self.paint("33", data[at:at + 24].hex(" ")))
        sys.stdout.flush()


class Demo:
    def __init__(self, build, work, screen):
        self.screen = screen
        self.work = work
        self.tools = os.path.join(build, "host")
        self.firmware = os.path.join(build, "atmega168", "firmware", "mssl-firmware.elf")
        self.table = os.path.join(os.path.dirname(__file__), "..", "..", "firmware", "tasks.table")
        self.authority = os.path.join(work, "authority")
        self.led = LED
        self.board = None
        self.ports = {}
        self.recorded = {}

    # -- running the project's own programs --

    def tool(self, name):
        for folder in ("cli", "board"):
            path = os.path.join(self.tools, folder, name)
            if os.path.exists(path):
                return path
        raise Failed(f"{name} is not built: run make tools")

    def run(self, words, shown=None, expect=(0,)):
        self.screen.command(shown or words)
        done = subprocess.run([self.tool(words[0])] + words[1:], capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL)
        lines = [line for line in (done.stdout + done.stderr).strip().splitlines()
                 if not line.startswith(("hello: ", "welcome: ", "mssl: grant of "))]
        for line in lines[:12]:
            self.screen.say(line)
        if done.returncode not in expect:
            raise Failed(f"{words[0]} ended with {done.returncode}, expected {expect}")
        return done

    def authority_run(self, *words):
        return self.run(["mssl-authority", "--dir", self.authority, *words],
                        shown=["mssl-authority", *[self.short(w) for w in words]])

    def short(self, word):
        return os.path.relpath(word, self.work) if word.startswith(self.work) else \
            os.path.basename(word) if os.path.isabs(word) or word == self.table else word

    def grant(self, host):
        return os.path.join(self.work, HOSTS[host][0] + ".grant")

    def host(self, host):
        return HOSTS[host]

    def exec(self, host, at, task, expect=(0,), change=None, grant=None, authority=None, device="porch",
             options=()):
        """mssl exec with host's grant from the address of virtual host at."""
        relay = Relay(self.ports[at], change)
        grant = grant or self.grant(host)
        authority = authority or os.path.join(self.authority, "authority.pub")
        done = self.run(["mssl", "exec", "--authority", authority, "--timeout", "12", *options, grant,
                         f"127.0.0.1:{relay.port}", *task],
                        shown=["mssl", "exec", self.short(grant), device, *task,
                               f"   # sent from host {at}"], expect=expect)
        relay.finish()
        return done, relay

    # -- the acts --

    def provision(self):
        self.screen.title("1. The authority makes keys, a device and two grants")
        self.authority_run("init", "--no-passphrase")
        self.authority_run("device", "add", "porch", "--ip", "10.0.2.15", "--tasks-table", self.table)
        self.authority_run("grant", "alice", "--device", "porch", "--tasks", "led,uptime",
                           "--address", "10.0.2.2/32", "-o", self.grant("A"))
        self.authority_run("grant", "bob", "--device", "porch", "--tasks", "led",
                           "--mac", "52:55:0a:00:02:03", "-o", self.grant("B"))
        self.image = os.path.join(self.work, "porch.hex")
        self.authority_run("device", "image", "porch", "-o", self.image)

    def boot(self):
        self.screen.title("2. The ATmega168 boots on the virtual board, in real time")
        self.start_board(self.firmware, self.image, "porch",
                         ["--pcap", os.path.join(self.work, "demo.pcap")])

    def start_board(self, firmware, image, name, more):
        if self.board:
            self.board.stop()
        words = ["mssl-board", "--firmware", firmware, "--image", image,
                 "--eeprom", os.path.join(self.work, name + ".eeprom"), *more, "--host", "A:0", "--host", "B:0"]
        self.screen.command([self.short(w) for w in words])
        self.board = Board([self.tool(words[0])] + words[1:])
        if not self.board.wait(lambda e: e[1] == "ready"):
            raise Failed("the board did not come up")
        self.ports = {host: self.board.port(host) for host in HOSTS}
        for host, (name, address, way) in HOSTS.items():
            self.screen.say(f"host {host} at 127.0.0.1:{self.ports[host]} is {name}, known by {way} {address}")

    def switch(self, host, task, level, show=False):
        since = self.board.mark()
        _, relay = self.exec(host, host, task)
        event = self.board.wait(lambda e: e[1:3] == ["pin", LED], since)
        if event is None or event[3] != level:
            raise Failed(f"pin {LED} did not become {level}")
        self.screen.ok(f"pin {LED} became {level} at {event[0]} s on the chip's clock")
        if show:
            self.show(relay.messages, task)
        return relay

    def show(self, messages, task):
        count = {True: 0, False: 0}
        for from_host, kind, data in messages:
            if kind == HELLO:
                meaning = "the grant (readable: it is no secret) and a fresh nonce"
            elif kind == WELCOME:
                meaning = "the device's nonce and a tag: it knows the key"
            elif kind == CLOSE:
                meaning = "an authenticated end"
            elif kind == RECORD and from_host:
                meaning = f"'{' '.join(task)}', sealed; its tag proves the host"
            else:
                meaning = "the answer, sealed"
            count[from_host] += len(data)
            self.screen.wire(from_host, kind, data, meaning)
        self.screen.say(f"{count[True]} bytes up, {count[False]} bytes down in this session")

    def use(self):
        self.screen.title("3. Alice switches the LED; this is all that passes the wire")
        self.recorded = self.switch("A", ["led", "on"], "1", show=True)
        self.switch("A", ["led", "off"], "0")
        self.screen.title("4. Bob, recognised by MAC, does so too")
        self.switch("B", ["led", "on"], "1")
        self.switch("B", ["led", "off"], "0")

    def unmoved(self, since, what):
        mark = self.board.mark()
        self.board.tell("skip 500")
        if not self.board.wait(lambda e: e[1] == "skipped", mark):
            raise Failed("time stands still on the board")
        if self.board.pins(since, LED):
            raise Failed(f"the LED moved: {what}")
        self.screen.ok(what)

    def still_serves(self):
        for task, level in ((["led", "on"], "1"), (["led", "off"], "0")):
            since = self.board.mark()
            self.exec("A", "A", task)
            event = self.board.wait(lambda e: e[1:3] == ["pin", LED], since)
            if event is None or event[3] != level:
                raise Failed("the device no longer serves the right host")
        self.screen.ok("the device still serves alice")

    def refuse(self):
        self.screen.title("5. Alice's grant from bob's PC, and bob's from alice's: refused")
        for host, at in (("A", "B"), ("B", "A")):
            since = self.board.mark()
            _, relay = self.exec(host, at, ["led", "on"], expect=(NOT_RECOGNISED,))
            if any(not from_host for from_host, _, _ in relay.messages):
                raise Failed("the device answered a stranger")
            self.unmoved(since, f"{HOSTS[host][0]}'s grant from host {at}: closed without a byte")
        self.still_serves()

        self.screen.title("6. Alice's recorded session, sent again from her own address: refused")
        since = self.board.mark()
        answer = self.replay(self.recorded.sent_by_host())
        self.unmoved(since, f"the device answered {len(answer)} bytes under a fresh nonce; "
                            "no recorded command fits it")
        self.still_serves()

        self.screen.title("7. A task that bob was not granted: refused")
        since = self.board.mark()
        self.exec("B", "B", ["uptime"], expect=(NOT_PERMITTED,))
        self.unmoved(since, "uptime is not in bob's grant")
        self.still_serves()

        self.screen.title("8. One bit of alice's command flipped on the way: refused")
        since = self.board.mark()
        self.exec("A", "A", ["led", "on"], expect=NOT_AUTHENTIC, change=flip_in_first_record)
        self.unmoved(since, "the tag did not fit, nothing ran")
        self.still_serves()

    def replay(self, data):
        with socket.create_connection(("127.0.0.1", self.ports["A"]), timeout=15) as line:
            line.sendall(data)
            answer = b""
            try:
                while more := line.recv(4096):
                    answer += more
            except OSError:
                pass
        return answer

    def play(self):
        self.provision()
        self.boot()
        self.use()
        self.refuse()
        Signed(self, os.path.join(os.path.dirname(self.firmware), "mssl-firmware-signature.elf")).play()


def flip_in_first_record(from_host, offset, data):
    """Flips a bit of the third byte after HELLO, that is, of the ciphertext."""
    at = 45 + 2 - offset
    if not from_host or not 0 <= at < len(data):
        return data
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="the build folder")
    parser.add_argument("--keep", metavar="DIR", help="work in DIR (must not exist) and keep it")
    options = parser.parse_args()
    if options.keep:
        os.mkdir(options.keep, 0o700)
    work = os.path.abspath(options.keep) if options.keep else tempfile.mkdtemp(prefix="mssl-demo-")
    screen = Screen()
    demo = Demo(os.path.abspath(options.build), work, screen)
    try:
        demo.play()
    except (Failed, OSError, subprocess.TimeoutExpired) as error:
        print(f"\ndemo: failed: {error}", file=sys.stderr)
        return 1
    finally:
        if demo.board:
            demo.board.stop()
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)
    print(f"\n{time.monotonic() - screen.started:.0f} s")
    print("demo: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
