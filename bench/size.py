#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Prints where the flash and RAM of the firmware go, from the linker's own map
and the objects' symbols, and writes build/size.json. Compares with the budget
file and with the README's table; --update writes both."""

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
LATER = ("restriction_flash", "event_flash", "rsa_flash", "sha256_flash",
         "enrol_flash", "rsa_ram")

TABLE_BEGIN, TABLE_END = "<!-- size table: make size-update -->\n", "<!-- end of size table -->\n"

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
    figures["core_stack"] = core_stack(folder, chip)
    figures.update((name, None) for name in LATER)
    return figures


def core_stack(folder, chip):
    """Deepest stack of the core with the assembly engine, by `make chip-bench` on the ATmega168."""
    path = os.path.join(folder, os.pardir, "chip-bench.json")
    if chip != "atmega168" or not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)["asm"]["stack"]


def table(figures):
    """The README's table of sizes."""
    rows = ["| bytes | " + " | ".join(CHIPS) + " |\n", "|---|" + "---:|" * len(CHIPS) + "\n"]
    for name, text in (("core_flash", "core: flash, with the libc and libgcc it pulls in"),
                       ("core_ram", "core: RAM, all its sessions (message buffers apart)"),
                       ("net_flash", "network: flash"),
                       ("firmware_flash", "whole firmware: flash"),
                       ("firmware_ram", "whole firmware: RAM")):
        rows.append(f"| {text} | " + " | ".join(f"{figures[chip][name]:,}" for chip in CHIPS) + " |\n")
    return "".join(rows)


def over_budget(figures, budget):
    """Lines that grew past the budget."""
    return [f"{chip} {name}: {value} bytes, budget {budget[chip].get(name)}"
            for chip in CHIPS for name, value in figures[chip].items()
            if value is not None and value > (budget[chip].get(name) or 0)]


def readme_with(text, rows):
    before, rest = text.split(TABLE_BEGIN, 1)
    return before + TABLE_BEGIN + rows + TABLE_END + rest.split(TABLE_END, 1)[1]


def compare(figures, source, update):
    """Holds budget file and README against the figures. Returns the number of faults."""
    budget_path = os.path.join(source, "bench", "budget.json")
    readme_path = os.path.join(source, "README.md")
    with open(readme_path, encoding="utf-8") as file:
        readme = file.read()
    wanted = readme_with(readme, table(figures))
    if update:
        with open(budget_path, "w", encoding="utf-8") as file:
            file.write(json.dumps(figures, indent=2, sort_keys=True) + "\n")
        with open(readme_path, "w", encoding="utf-8") as file:
            file.write(wanted)
        return 0
    with open(budget_path, encoding="utf-8") as file:
        faults = over_budget(figures, json.load(file))
    if wanted != readme:
        faults.append("README.md: the size table is not today's")
    for fault in faults:
        print(f"size: {fault}; if that is meant: make size-update, and commit it with the change",
              file=sys.stderr)
    return len(faults)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--symbols", action="store_true", help="list every symbol too")
    parser.add_argument("--update", action="store_true", help="write bench/budget.json and README's table")
    options = parser.parse_args()
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
    figures = {}
    for chip in CHIPS:
        folder = os.path.join(options.build, chip)
        if not os.path.exists(os.path.join(folder, "firmware", "mssl-firmware.map")):
            print(f"size: {chip}: not built: run make firmware", file=sys.stderr)
            return 1
        figures[chip] = report(chip, folder, options.symbols)
    with open(os.path.join(options.build, "size.json"), "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=2, sort_keys=True)
    return 1 if compare(figures, source, options.update) else 0


if __name__ == "__main__":
    sys.exit(main())
