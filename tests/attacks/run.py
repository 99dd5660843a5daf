#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs the attacks on the real firmware and on firmware without the check that
defeats them, in network namespaces (see wire.py). As root or as an ordinary user.

    run.py --build BUILD [--quick] [--only PATTERN] [--firmware DIR] [--work DIR] [--list]

--firmware DIR attacks another build than BUILD/CHIP. Exit: 0 all as it must be,
1 not, 77 namespaces can't be made here."""

import argparse
import fnmatch
import os
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(SOURCE, "wire", "vectors")]
import capture  # noqa: E402
import table  # noqa: E402
import wire  # noqa: E402
from lab import Broken, Lab, Site  # noqa: E402
from weak import FIRMWARE, SIGNED, WEAK, BuildError, Builder, is_host  # noqa: E402

SKIPPED = 77
TWINS = {"c": ("-DMSSL_ENGINE=c",), "c-r3": ("-DMSSL_ENGINE=c", "-DMSSL_RESTRICTIONS=3"),
         "r3": ("-DMSSL_RESTRICTIONS=3",)}


class Campaign:
    def __init__(self, options, work):
        self.options = options
        self.site = Site(wire.Wire(), options.build, work)
        self.builder = Builder(SOURCE, os.path.join(work, "build"))
        self.bases, self.pcaps = {}, []

    def base(self, chip, name):
        """The build folder of a firmware; "" is the one under attack."""
        if not name:
            return os.path.join(self.options.firmware or self.options.build, chip)
        if (chip, name) not in self.bases:
            self.bases[chip, name] = self.builder.base(name, chip, *TWINS[name])
        return self.bases[chip, name]

    def real(self, attack):
        base = self.base(attack.chip, attack.base)
        if attack.needs:
            return self.builder.weaken(attack.needs, base)
        return os.path.join(base, (SIGNED if attack.signed else FIRMWARE)[1])

    def on_real(self, attack):
        """What the attack got on the real firmware, None if nothing; and a remark."""
        lab = Lab(self.site, self.real(attack), attack.chip, signed=attack.signed)
        try:
            missing = None if lab.serve() else lab.refusal
            missing = missing or capture.carry(lab)
            if missing:
                raise Broken(f"the right host is not served at the start: {missing}")
            got = attack.run(lab)
            if not got and not lab.serve(30, "--wait"):
                got = f"the right host is not served afterwards: {lab.refusal}"
            got = got or lab.moved() or lab.written() or lab.odd()
            said = lab.said()
            if not got and said > attack.says:
                got = f"the device said {said} bytes on one connection, at most {attack.says} are right"
        except Broken as error:
            got, said = str(error), 0
        finally:
            lab.stop()
            self.pcaps.append(lab.pcap)
        return got, f"observer: {said} bytes"

    def on_weak(self, attack, name):
        """What it got without the check."""
        if is_host(name):
            lab = Lab(self.site, self.real(attack), attack.chip)
            lab.program = self.builder.weaken(name, os.path.join(self.options.build, "host"))
        else:
            elf = self.builder.weaken(name, self.base(attack.chip, attack.weak_base),
                                      SIGNED if attack.signed else FIRMWARE)
            lab = Lab(self.site, elf, attack.chip, {name}, attack.signed)
        try:
            return attack.run(lab)
        except Broken as error:
            print(f'{attack.name} without {name}: {error}', flush=True)
            return None if attack.strict else str(error)
        finally:
            lab.stop()

    def one(self, attack):
        """Runs one attack; (defeated, not vacuous)."""
        started = time.monotonic()
        got, remark = self.on_real(attack)
        line = f"{attack.name:30} {'SUCCEEDED: ' + got if got else 'defeated, ' + remark}"
        shown = bool(attack.weak)
        for name in attack.weak:
            fell = self.on_weak(attack, name)
            shown = shown and bool(fell)
            fell = " ".join(fell.split()) if fell else None
            line += f"; without {name}: {fell if fell else 'NOT SHOWN'}"
        print(f"{line} ({time.monotonic() - started:.1f} s)", flush=True)
        return not got, shown

    def look(self):
        """The observer's view of everything that passed; False: it shows too much."""
        lab = Lab(self.site, os.path.join(self.base("atmega168", ""), "firmware", "mssl-firmware.elf"),
                  "atmega168")
        capture.in_the_clear(lab)
        lab.stop()
        return capture.check(self.site, self.pcaps + [lab.pcap])

    def all(self, attacks):
        results = []
        for attack in attacks:
            try:
                results.append(self.one(attack))
            except (BuildError, Broken) as error:
                print(f"{attack.name:30} BROKEN: {error}", flush=True)
                results.append((False, False))
        clear = self.look()
        defeated = sum(d for d, _ in results)
        shown = sum(s for _, s in results)
        print(f"attacks: {len(results)} run, {defeated} defeated, {shown} shown not vacuous", flush=True)
        return 0 if clear and results and defeated == shown == len(results) else 1


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=os.path.join(SOURCE, "build"))
    parser.add_argument("--firmware", help="folder with CHIP/firmware/mssl-firmware.elf")
    parser.add_argument("--work", help="work in this folder, which must not exist, and keep it")
    parser.add_argument("--only", default="*", help="attacks to run, e.g. 'replay.*'")
    parser.add_argument("--quick", action="store_true", help="the short form")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def main():
    options = parse()
    attacks = [a for a in table.load() if fnmatch.fnmatch(a.name, options.only)
               and (a.quick or not options.quick)]
    if options.list:
        for attack in attacks:
            print(f"{attack.name:30} {attack.text} [{', '.join(WEAK[w][0] for w in attack.weak)}]")
        return 0
    reason = wire.enter([sys.executable, "-B", *sys.argv])
    if reason:
        print(f"attacks: skipped: no network namespaces here: {reason}")
        return SKIPPED
    work = options.work or tempfile.mkdtemp(prefix="mssl-attacks-")
    options.build = os.path.abspath(options.build)
    try:
        os.makedirs(work, 0o700, exist_ok=not options.work)
        return Campaign(options, os.path.abspath(work)).all(attacks)
    finally:
        if not options.work:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
