# SPDX-License-Identifier: ISC
"""A board under attack: what it does, who is served, and what must not have happened."""

import itertools
import os
import queue
import subprocess
import sys
import time

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

import frames
import mssl_model as model
from peer import Peer
from talk import LED, Talk
from wire import DEVICE_IP, DEVICE_MAC

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(SOURCE, "examples", "demo"))
from board import Board  # noqa: E402

LED_PIN = "PB1"
EE_DEVICE, EE_GENERATIONS, EE_SEED, SEED_LEN = 16, 20, 36, 16
EE_ENROLMENTS, ENROLMENT_LEN = 52, 16
SEED = range(EE_SEED, EE_SEED + SEED_LEN)
PATIENCE = 30.0
ALICE = frames.ip_bytes("10.6.0.2")
DONE, NOT_AUTHENTIC, NO_CONNECTION, REFUSED, DENIED, UNKNOWN_OUTCOME = 0, 2, 3, 4, 5, 9

askers = itertools.count()


class Broken(Exception):
    """The campaign itself could not go on, or the device did what it must not."""


def read_hex(path):
    cells = bytearray(b"\xff" * 1024)
    with open(path, encoding="ascii") as file:
        for line in file:
            record = bytes.fromhex(line[1:])
            if record[3] == 0:
                at = record[1] << 8 | record[2]
                cells[at:at + record[0]] = record[4:4 + record[0]]
    return bytes(cells)


class Site:
    """What all labs share: the network, an authority, a device's image, grant files."""

    def __init__(self, wire, build, work):
        self.wire, self.build, self.work = wire, build, work
        self.mssl = os.path.join(build, "host", "cli", "mssl")
        self.dir = os.path.join(work, "authority")
        self.public = os.path.join(self.dir, "authority.pub")
        self.image = self.path("porch.hex")
        self.authority("init", "--no-passphrase")
        self.authority("device", "add", "porch", "--ip", DEVICE_IP, "--mac", DEVICE_MAC,
                       "--tasks-table", os.path.join(SOURCE, "firmware", "tasks.table"))
        for host, tasks, *where in (("alice", "led,adc,uptime", "--address", "10.6.0.2/32"),
                                    ("carol", "led", "--mac", "02:00:00:00:00:02"),
                                    ("bob", "uptime", "--address", "10.6.0.2/32"),
                                    ("boss", "led,admin", "--address", "10.6.0.2/32")):
            self.authority("grant", host, "--device", "porch", "--tasks", tasks, *where,
                           "-o", self.path(host + ".grant"))
        self.modulus = self.path("modulus.hex")
        self.authority("device", "image", "porch", "-o", self.image, "--modulus", self.modulus,
                       "--chip", "atmega168")
        self.cells = read_hex(self.image)

    def path(self, name):
        return os.path.join(self.work, name)

    def authority(self, *words):
        program = os.path.join(self.build, "host", "cli", "mssl-authority")
        done = subprocess.run([program, "--dir", self.dir, *words], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=60)
        if done.returncode:
            raise Broken(f"mssl-authority {words[0]}: {done.stderr.strip()}")
        return done.stdout

    def file(self, host):
        """Blocks and key of a grant file."""
        with open(self.path(host + ".grant"), encoding="ascii") as file:
            lines = [line.rstrip("\n").split(": ", 1) for line in file]
        blocks = [bytes.fromhex(v) for k, v in lines if k in ("grant", "restriction")]
        return blocks, bytes.fromhex(next(v for k, v in lines if k == "key"))

    def signer(self):
        """The authority's RSA key."""
        with open(os.path.join(self.dir, "authority.key"), "rb") as file:
            return load_pem_private_key(file.read(), None)

    def sign(self, name, g, key):
        """A grant file of g and its key, made of Alice's, signed by the authority."""
        new = {"grant": g.hex(), "key": key.hex(),
               "signature": self.signer().sign(g, PKCS1v15(), SHA256()).hex()}
        with open(self.path("alice.grant"), encoding="ascii") as file:
            lines = [line.rstrip("\n").split(": ", 1) for line in file]
        with open(self.path(name + ".grant"), "w", encoding="ascii") as file:
            os.fchmod(file.fileno(), 0o600)
            file.writelines(f"{k}: {new.get(k, v)}\n" for k, v in lines)


class Lab:
    count = 0

    def __init__(self, site, firmware, mcu, without=(), signed=False):
        Lab.count += 1
        self.site, self.wire, self.mcu, self.without = site, site.wire, mcu, without
        self.kd, self.device = site.cells[:16], int.from_bytes(site.cells[16:20], "big")
        if "secret" in without:
            self.kd = bytes(16)
        self.led, self.alice, self.program = False, "alice", site.mssl
        self.wanted = []            # levels that the LED was rightly told to take
        self.may_write = set()      # cells beside the seed that were rightly written
        if signed:
            self.enrols("alice")
        self.attackers = set()      # (ip, port)
        self.eeprom, self.pcap = (site.path(f"{Lab.count}.{x}") for x in ("eeprom", "pcap"))
        self.wire.forget()
        self.board = Board(["setpriv", "--pdeathsig", "KILL",
                            os.path.join(site.build, "host", "board", "mssl-board"),
                            "--mcu", mcu, "--firmware", firmware, "--image", site.image,
                            "--eeprom", self.eeprom, "--packet", "board1", "--pcap", self.pcap,
                            *(["--flash", site.modulus] if signed else [])])
        try:
            self.expect(lambda e: e[1] == "ready", "the board did not come up")
            self.up()
        except Broken:
            self.stop()
            raise

    def enrols(self, host):
        """A host's grant may be enrolled: the cells of its slot may be written."""
        at = EE_ENROLMENTS + ENROLMENT_LEN * self.site.file(host)[0][0][6]
        self.may_write.update(range(at, at + ENROLMENT_LEN))

    # -- the board --

    def expect(self, match, why, since=0, patience=PATIENCE):
        event = self.board.wait(match, since, patience)
        if event is None:
            raise Broken(f"{why}; the board's last events: {self.board.events[-6:]}")
        return event

    def tell(self, line):
        self.board.tell(line)

    def up(self):
        """Waits until the device answers ARP; what else it said before, that is not TCP.
        Each time another asks, so that no answer of before counts."""
        asker, others = b"\x02\x99" + next(askers).to_bytes(4, "big"), []
        end = time.monotonic() + 10
        while time.monotonic() < end:
            self.wire.inject(frames.arp(asker, frames.ip_bytes("10.6.0.99"), self.wire.ip))
            try:
                while (frame := self.wire.other.get(timeout=0.1))[0:6] != asker:
                    others.append(frame)
                return others
            except queue.Empty:
                pass
        raise Broken(f"the device does not answer ARP: {self.board.events[-6:]}")

    def skip(self, seconds):
        """Lets simulated time run ahead."""
        since = self.board.mark()
        self.tell(f"skip {int(seconds * 1000)}")
        self.expect(lambda e: e[1] == "skipped", "time stands still", since, 300)

    def restart(self, how="reset"):
        """A reset by the pin, or "power": off and on again."""
        since = self.board.mark()
        for line in (("reset",) if how == "reset" else ("power off", "power on")):
            self.tell(line)
        self.expect(lambda e: e[1] == "reset", "no reset", since)
        self.dark()
        self.up()

    def dark(self):
        """The chip was reset, which turns the LED off."""
        if self.led:
            self.wanted.append("0")
        self.led = False

    def events(self, *kinds):
        return self.board.told(0, *kinds)

    # -- hosts --

    def grant(self, host="mallory", tasks=(1, 2, 3), ip=None, mac=None, prefix=None, slot=9,
              generation=0, epoch=0, param=bytes(3), table=1, device=None):
        prefix = (4 if ip else 6 if mac else 0) if prefix is None else prefix
        return model.grant(table, self.device if device is None else device, slot, generation,
                           tasks, ip, mac, prefix, host, epoch, param)

    def key(self, *blocks):
        """K of a chain, by the rules of this firmware."""
        key = self.kd
        for i, block in enumerate(blocks):
            if not ("unbound" in self.without or ("chain" in self.without and i)):
                key = model.f_prf(key, block)
        return key

    def regrant(self):
        """The authority gives Alice a new grant under the key that the device has now."""
        blocks, _ = self.site.file("alice")
        self.alice = f"alice-{Lab.count}"
        self.site.sign(self.alice, blocks[0], model.f_prf(self.kd, blocks[0]))

    def peer(self, who="alice", port=None, attacker=True):
        """A connection of the harness from a PC's addresses."""
        pc = self.wire.pc[who]
        return self.peer_at(pc.ip, pc.mac, port, attacker)

    def peer_at(self, ip, mac, port=None, attacker=True):
        peer = Peer(self.wire, ip, mac, port)
        if attacker:
            self.attackers.add((ip, peer.port))
        return peer

    def talk(self, blocks=None, key=None, who="alice", attacker=False):
        """A session to be made; by default of Alice, with her own key."""
        blocks = blocks or self.site.file("alice")[0]
        return Talk(self.peer(who, attacker=attacker), blocks,
                    self.key(*blocks) if key is None else key, self.without)

    def other(self):
        """The state that the LED is not in."""
        return "off" if self.led else "on"

    def switched(self):
        """The granted host switched the LED."""
        self.led = not self.led
        self.wanted.append("1" if self.led else "0")

    def switch(self, talk):
        """A granted host switches the LED in its session. False: it can't."""
        answer = talk.command(LED, self.other())
        if answer is None or answer[0] != 0:
            return False
        self.switched()
        return True

    def mssl(self, command, *task, grant="alice", who="alice", timeout=10, options=()):
        words = [self.program, command, "--authority", self.site.public, "--timeout",
                 str(timeout), *options, self.site.path(grant + ".grant"), DEVICE_IP, *task]
        return subprocess.run(self.wire.pc[who].inside(*words), capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120)

    def serve(self, timeout=10, *options):
        """The right host switches the LED by the real mssl exec. False: not served."""
        since, wanted = self.board.mark(), self.other()
        done = self.mssl("exec", "led", wanted, grant=self.alice, timeout=timeout,
                         options=options)
        if done.returncode != DONE:
            self.refusal = done.stderr.strip()
            return False
        self.switched()
        if done.stdout.strip() != wanted:
            raise Broken(f"mssl exec led {wanted} answered {done.stdout!r}")
        self.expect(lambda e: e[1:3] == ["pin", LED_PIN], "the LED did not move", since)
        return True

    def record(self):
        """What the right host sends in a session that switches the LED, recorded off
        the wire: HELLO, record and close."""
        pieces = {}

        def note(frame):
            segment = frames.Segment.of(frame)
            if segment and segment.payload:
                pieces[segment.seq] = max(segment.payload, pieces.get(segment.seq, b""), key=len)
            return frame
        self.wire.to_device = note
        served = self.serve()
        self.wire.to_device = None
        if not served:
            raise Broken(f"the right host is not served: {self.refusal}")
        return b"".join(pieces[seq] for seq in sorted(pieces))

    # -- what must not have happened --

    def levels(self):
        return [e[3] for e in self.events("pin") if e[2] == LED_PIN]

    def moved(self):
        """Why the LED's moves are not those that the granted host asked for, or None."""
        levels = self.levels()
        return None if levels == self.wanted else \
            f"the LED moved {' '.join(levels)}, wanted {' '.join(self.wanted)}"

    def ran(self):
        """The same, asked by an attack whose device may not serve any more."""
        self.skip(0.05)
        return self.moved()

    def written(self):
        """Why the EEPROM is not as it must be, or None: the seed once a reset, and
        what an honest command wrote."""
        seen, wear = set(), {}
        for event in self.events("reset", "eeprom", "torn"):
            if event[1] == "reset":
                seen = set()
                continue
            cell = int(event[2])
            wear[cell] = int(event[4])
            if cell in SEED:
                if cell in seen:
                    return f"cell {cell} of the seed was written twice since a reset"
                seen.add(cell)
            elif cell not in self.may_write:
                return f"cell {cell} was written"
        return self.file_differs(wear)

    def file_differs(self, wear):
        """The EEPROM file against the image and the wear that was told."""
        with open(self.eeprom, "rb") as file:
            data = file.read()
        size = len(data) // 5
        for cell in range(size):
            worn = int.from_bytes(data[size + 4 * cell:size + 4 * cell + 4], "little")
            if worn != wear.get(cell, 0):
                return f"cell {cell} has {worn} writes, told were {wear.get(cell, 0)}"
            if cell not in wear and data[cell] != self.site.cells[cell]:
                return f"cell {cell} changed and nobody said so"
        return None

    def cells(self):
        with open(self.eeprom, "rb") as file:
            return file.read()

    def said(self):
        """The most bytes that the device said on one connection of an attacker."""
        mallory = self.wire.pc["mallory"].ip
        return max((len(self.wire.bytes_said(key)) for key in list(self.wire.said)
                    if key in self.attackers or key[0] == mallory), default=0)

    def odd(self):
        """Events that only a broken firmware causes."""
        return next((" ".join(e[1:]) for e in self.events("strict", "halt", "end", "gone")), None)

    def stop(self):
        self.wire.forget()
        return self.board.stop()
