#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Prints where the flash and RAM of the firmware go, from the linker's own map
and the objects' symbols, and writes build/size.json."""

import argparse
import json
import os
import re
import subprocess
import sys

CHIPS = ("atmega168", "atmega328p")
ROOMS = (("core", "/device/"), ("net", "/net/"), ("firmware", "/firmware/"))
FLASH, RAM = (".text", ".data"), (".data", ".bss", ".noinit")
# Figures of the ledger that have no builder yet are null.
LATER = ("core_stack", "restriction_flash", "event_flash", "rsa_flash", "sha256_flash",
         "enrol_flash", "rsa_ram")

SECTION = re.compile(r"^ (\.\S+|COMMON|\*fill\*)(?:\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+)(?:\s+(.*))?)?$")
CONTINUED = re.compile(r"^\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+)\s+(\S.*)$")
SYMBOL = re.compile(r"^\s+0x[0-9a-f]+\s+([A-Za-z_.$][\w.$]*)$")
OUTPUT = re.compile(r"^(\.\S+)(?:\s|$)")


def read_map(path):
    """The input sections that were linked: (output, name, size, object, symbols)."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    pieces, output, pending = [], None, None
    for line in text.split("Linker script and memory map", 1)[1].splitlines():
        if match := OUTPUT.match(line):
            output, pending = match[1], None
        elif match := SECTION.match(line):
            if match[3] is None:
                pending = match[1]
            else:
                pieces.append([output, match[1], int(match[3], 16), match[4] or "padding", []])
        elif pending and (match := CONTINUED.match(line)):
            pieces.append([output, pending, int(match[2], 16), match[3], []])
            pending = None
        elif pieces and (match := SYMBOL.match(line)):
            pieces[-1][4].append(match[1])
    return [p for p in pieces if p[2] and p[0] in FLASH + RAM]


def room_of(path):
    for room, part in ROOMS:
        if part in "/" + path:
            return room
    return "padding" if path == "padding" else "libraries"


def wanted_by_core(folder):
    """Symbols that the core's objects leave undefined: libgcc's and libc's among them are its own."""
    archive = os.path.join(folder, "device", "libmssl_device.a")
    lines = subprocess.run(["avr-nm", "-u", archive], capture_output=True, text=True, check=True)
    return {line.split()[-1] for line in lines.stdout.splitlines() if " U " in f" {line} "}


def measure(folder):
    wanted = wanted_by_core(folder)
    sums = {}
    for output, _, size, path, symbols in read_map(os.path.join(folder, "firmware", "mssl-firmware.map")):
        room = room_of(path)
        if room == "libraries" and wanted & set(symbols):
            room = "core"
        for kind, outputs in (("flash", FLASH), ("ram", RAM)):
            if output in outputs:
                sums[room, kind] = sums.get((room, kind), 0) + size
    return sums


def symbols(folder):
    """Symbols of the ELF by size: (size, letter, name)."""
    elf = os.path.join(folder, "firmware", "mssl-firmware.elf")
    lines = subprocess.run(["avr-nm", "-S", "--size-sort", "-r", elf], capture_output=True,
                           text=True, check=True).stdout.splitlines()
    rows = [line.split() for line in lines]
    return [(int(r[1], 16), r[2], r[3]) for r in rows if len(r) == 4]


def report(chip, folder, all_symbols):
    sums = measure(folder)
    rooms = [room for room, _ in ROOMS] + ["libraries", "padding"]
    print(f"{chip}\n  {'room':<12}{'flash':>8}{'RAM':>8}")
    for room in rooms:
        print(f"  {room:<12}{sums.get((room, 'flash'), 0):>8}{sums.get((room, 'ram'), 0):>8}")
    total = {kind: sum(v for (_, k), v in sums.items() if k == kind) for kind in ("flash", "ram")}
    print(f"  {'total':<12}{total['flash']:>8}{total['ram']:>8}\n")
    if all_symbols:
        for size, letter, name in symbols(folder):
            print(f"  {size:>6}  {'flash' if letter in 'tT' else 'RAM':<6}{name}")
        print()
    figures = {f"{room}_{kind}": sums.get((room, kind), 0)
               for room in ("core", "net") for kind in ("flash", "ram")}
    del figures["net_ram"]
    figures.update(firmware_flash=total["flash"], firmware_ram=total["ram"])
    figures.update((name, None) for name in LATER)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--symbols", action="store_true", help="list every symbol too")
    options = parser.parse_args()
    figures = {}
    for chip in CHIPS:
        folder = os.path.join(options.build, chip)
        if not os.path.exists(os.path.join(folder, "firmware", "mssl-firmware.map")):
            print(f"size: {chip}: not built: run make firmware", file=sys.stderr)
            return 1
        figures[chip] = report(chip, folder, options.symbols)
    with open(os.path.join(options.build, "size.json"), "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=2, sort_keys=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
