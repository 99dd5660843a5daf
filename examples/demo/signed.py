# SPDX-License-Identifier: ISC
"""The demo's second chip: it checks the authority's RSA signature itself, once for
each grant (PROTOCOL 10). A chip that only compared keys would serve whoever has stolen
the device's secret; this one asks for the signature, too."""

import os
import subprocess

from failed import Failed
from relay import RECORD

ENROLMENTS = range(52, 308)     # EEPROM cells, wire/mssl_wire.h
SEED = range(36, 52)
CHUNK_LEN = 128 + 9             # the record of a full chunk; no command here is as long
REFUSED_BY_THE_CHIP = 2


class Signed:
    """The acts, on a Demo that has an authority."""

    def __init__(self, demo, firmware):
        self.demo, self.screen, self.firmware = demo, demo.screen, firmware

    def path(self, name):
        return os.path.join(self.demo.work, name)

    def cells(self, since, wanted):
        """(time, cell) of what the chip wrote to these cells of its EEPROM."""
        return [(float(e[0]), int(e[2])) for e in self.demo.board.told(since, "eeprom") if int(e[2]) in wanted]

    def provision(self):
        self.screen.title("9. A second device, whose chip checks signatures itself")
        self.demo.authority_run("device", "add", "safe", "--ip", "10.0.2.15", "--tasks-table", self.demo.table)
        for host, tasks in (("A", "led,uptime"), ("B", "led")):
            name, address, _ = self.demo.host(host)
            self.demo.authority_run("grant", name, "--device", "safe", "--tasks", tasks,
                                    "--mac" if ":" in address else "--address", address,
                                    "-o", self.path(f"{name}-safe.grant"))
        self.demo.authority_run("device", "image", "safe", "-o", self.path("safe.hex"),
                                "--modulus", self.path("modulus.hex"))
        self.demo.start_board(self.firmware, self.path("safe.hex"), "safe", ["--flash", self.path("modulus.hex")])

    def exec(self, host, task, expect=(0,), grant=None, authority=None):
        name = self.demo.host(host)[0]
        grant = grant or self.path(f"{name}-safe.grant")
        return self.demo.exec(host, host, task, expect=expect, grant=grant, authority=authority,
                              device="safe", options=["--verbose"])

    def led(self, since, level):
        event = self.demo.board.wait(lambda e: e[1:3] == ["pin", self.demo.led], since)
        if event is None or event[3] != level:
            raise Failed(f"the LED did not become {level}")
        return event

    def chunks(self, relay):
        return sum(1 for from_host, kind, data in relay.messages
                   if from_host and kind == RECORD and len(data) == CHUNK_LEN)

    def enrol(self):
        self.screen.title("10. Alice's first session: the chip wants her grant's signature")
        since = self.demo.board.mark()
        _, relay = self.exec("A", ["led", "on"])
        event = self.led(since, "1")
        seed, stored = self.cells(since, SEED), self.cells(since, ENROLMENTS)
        if not self.chunks(relay) or len(stored) != 16 or not seed:
            raise Failed("the chip did not enrol the grant")
        self.screen.ok(f"on the chip's clock: HELLO accepted at {seed[-1][0]:.3f} s, signature found good at "
                       f"{stored[0][0]:.3f} s: {stored[0][0] - seed[-1][0]:.3f} s with all that came between")
        self.screen.ok(f"pin {self.demo.led} became 1 at {event[0]} s")

        self.screen.title("11. Her second session: the chip remembers")
        since = self.demo.board.mark()
        _, relay = self.exec("A", ["led", "off"])
        self.led(since, "0")
        if self.chunks(relay) or self.cells(since, ENROLMENTS):
            raise Failed("the chip asked for the signature again")
        self.screen.ok("no signature was sent, nothing was checked or written")

    def forge(self):
        """Bob's grant and its right key, under the signature of somebody else's RSA key."""
        with open(self.path("bob-safe.grant"), encoding="ascii") as file:
            lines = file.read().splitlines(keepends=True)
        block = next(line.split()[1] for line in lines if line.startswith("grant: "))
        with open(self.path("block"), "wb") as file:
            file.write(bytes.fromhex(block))
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.path("thief/authority.key"),
                                    self.path("block")], check=True, capture_output=True).stdout
        forged = self.path("forged.grant")
        with open(os.open(forged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.writelines(f"signature: {signature.hex()}\n" if line.startswith("signature: ") else line
                            for line in lines)
        return forged

    def refuse(self):
        self.screen.title("12. A thief of the device's secret, without the authority's RSA key: refused")
        self.screen.say("his grant has the right key, so WELCOME proves the chip to him; the signature is of his")
        self.screen.say("own RSA key, which his mssl has pinned")
        self.demo.run(["mssl-authority", "--dir", self.path("thief"), "init", "--no-passphrase"],
                      shown=["mssl-authority", "--dir", "thief", "init", "--no-passphrase"])
        since = self.demo.board.mark()
        done, relay = self.exec("B", ["led", "on"], expect=(REFUSED_BY_THE_CHIP,), grant=self.forge(),
                                authority=self.path("thief/authority.pub"))
        if not self.chunks(relay) or "finds the grant's signature bad" not in done.stderr:
            raise Failed("it was not the chip that refused")
        if self.cells(since, ENROLMENTS):
            raise Failed("the chip wrote an enrolment")
        self.demo.unmoved(since, "the chip computed, found the signature bad and closed; nothing was written")

        self.screen.title("13. Bob himself, with the genuine grant")
        for task, level in ((["led", "on"], "1"), (["led", "off"], "0")):
            since = self.demo.board.mark()
            self.exec("B", task)
            self.led(since, level)
        self.screen.ok("the same key, and the authority's signature: served")

    def play(self):
        self.provision()
        self.enrol()
        self.refuse()
