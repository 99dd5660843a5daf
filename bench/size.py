#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The ledger of bytes: prints where flash and RAM of the firmware go, what each
option of the core costs, and whether the core's total is the truth; writes
build/size.json. Compares with the budget file and with the documents' tables;
--update writes these. docs/SIZES.md explains the lines."""

import argparse
import json
import os
import sys

from ledger import ALIGN, CORE, OPTION_ROOMS, ROOMS, measure, symbols, total

CHIPS = ("atmega168", "atmega328p")
# The core alone, built with an option: what it costs, and its name in size.json.
PLAIN = os.path.join("bench", "core-plain.map")
FIRMWARE = os.path.join("firmware", "mssl-firmware.map")
SIGNATURE = os.path.join("firmware", "mssl-firmware-signature.map")
COMPUTED = os.path.join("bench", "signature-computed.map")
FAST = os.path.join("bench", "signature-fast.map")
IN_RAM = os.path.join("firmware", "mssl-firmware-signature-ram.map")     # of chips that have enough
OPTIONS = (("restrictions1", "one restriction in a chain", None),
           ("restrictions3", "three restrictions in a chain", "restriction_flash"),
           ("events", "events", "event_flash"),
           ("sbox_computed", "computed S-box instead of its table", "sbox_computed_flash"),
           ("c_engine", "C engine instead of assembly", None))
# The core by difference may be this much more or less than by the ledger: calls
# that got farther (-mrelax). Without relaxation the two are equal, but for a byte
# behind an odd string.
TOLERANCE = 64
PADDING = 2
README_BEGIN = "<!-- size table: make size-update -->\n"
OPTIONS_BEGIN = "<!-- option table: make size-update -->\n"
SIGNATURE_BEGIN = "<!-- signature table: make size-update -->\n"
END = "<!-- end of size table -->\n"
README_ROWS = (("core_flash", "core: flash, with the libc and libgcc it pulls in"),
               ("core_ram", "core: RAM, all its sessions (message buffers apart)"),
               ("net_flash", "network: flash"),
               ("firmware_flash", "whole firmware: flash"),
               ("firmware_ram", "whole firmware: RAM"),
               ("core_signature_flash", "core with the signature option, without the modulus"),
               ("core_computed_flash", "the same, constants of SHA-256 computed"),
               ("firmware_signature_flash", "whole firmware with it, modulus included: flash"),
               ("firmware_signature_ram", "whole firmware with it: RAM"))
SIGNATURE_ROWS = (("enrol_flash", "enrolment policy, each hook in the core counted"),
                  ("sha256_flash", "SHA-256, its constants in a table"),
                  ("sha256_computed_flash", "SHA-256, its constants computed"),
                  ("rsa_flash", "RSA check, operands in packet memory; chunks and SPI counted"),
                  ("rsa_fast_flash", "the fast one instead"),
                  ("rsa_ram", "RAM of all three"),
                  ("core_signature_flash", "core with all of it, without the modulus"),
                  ("core_computed_flash", "the same, constants computed"),
                  ("in_ram_flash", "whole firmware with operands in RAM, fast, two sessions: flash, modulus included"),
                  ("in_ram_ram", "the same: RAM"))


def rooms_print(sums):
    print(f"  {'room':<18}{'flash':>7}{'RAM':>7}")
    for room in ROOMS:
        print(f"  {room:<18}{sums[room, 'flash']:>7}{sums[room, 'RAM']:>7}")
    print(f"  {'total':<18}{total(sums, 'flash'):>7}{total(sums, 'RAM'):>7}\n")


def symbols_print(found):
    for name, (size, kind) in found.items():
        print(f"  {size:>6}  {kind:<6}{name}")
    print()


def option_prices(folder):
    """{option: bytes of flash}, by the core's room of two programs that hold nothing else."""
    plain = measure(folder, PLAIN)[CORE, "flash"]
    maps = {name: os.path.join("bench", f"core-{name}.map") for name, _, _ in OPTIONS}
    return {name: measure(folder, path)[CORE, "flash"] - plain
            for name, path in maps.items() if os.path.exists(os.path.join(folder, path))}


def signature_core(sums):
    return sums[CORE, "flash"] + sum(sums[room, "flash"] for room in OPTION_ROOMS)


def variant_figures(folder, rsa):
    """Other builds of the signature option; rsa: bytes of the usual check."""
    computed, fast = measure(folder, COMPUTED), measure(folder, FAST)
    figures = {"core_computed_flash": signature_core(computed), "sha256_computed_flash": computed["sha256", "flash"],
               "rsa_fast_flash": fast["rsa", "flash"], "rsa_fast_price_flash": fast["rsa", "flash"] - rsa,
               "in_ram_flash": None, "in_ram_ram": None}
    if os.path.exists(os.path.join(folder, IN_RAM)):
        sums = measure(folder, IN_RAM)
        figures.update({"in_ram_flash": total(sums, "flash"), "in_ram_ram": total(sums, "RAM")})
    return figures


def signature_figures(folder):
    """The signature option, from the firmware with it. What it adds to the core's own files
    counts as enrolment: its hooks, and for one session the whole policy."""
    plain, sums = measure(folder, FIRMWARE), measure(folder, SIGNATURE)
    figures = {f"{room}_flash": sums[room, "flash"] for room in OPTION_ROOMS}
    figures["enrol_flash"] += sums[CORE, "flash"] - plain[CORE, "flash"]
    figures["core_signature_flash"] = signature_core(sums)
    figures["rsa_ram"] = sum(sums[room, "RAM"] for room in OPTION_ROOMS)
    figures["firmware_signature_flash"] = total(sums, "flash")
    figures["firmware_signature_ram"] = total(sums, "RAM")
    figures.update(variant_figures(folder, figures["rsa_flash"]))
    return figures


def options_print(prices):
    print("  price of an option, in bytes of the core's flash")
    for name, text, _ in OPTIONS:
        if name in prices:
            print(f"  {prices[name]:>+6}  {text}")
    print()


def by_difference(sums, bare, kind):
    """The core's bytes by difference to a program with another core, whose own bytes are
    given back, and by the ledger; both with alignment."""
    own = bare[CORE, kind] + bare[ALIGN, kind]
    ledger = sums[CORE, kind] + sums[ALIGN, kind] + sum(sums[room, kind] for room in OPTION_ROOMS)
    return total(sums, kind) - total(bare, kind) + own, ledger


def crosscheck(chip, folder, sums):
    """No byte of the core hides in another room: the firmware minus the same
    firmware with a core that does nothing for security. Returns the faults."""
    bare = measure(folder, os.path.join("bench", "firmware-pass.map"))
    unrelaxed = [measure(folder, os.path.join("bench", f"{name}.map"))
                 for name in ("firmware-unrelaxed", "firmware-pass-unrelaxed")]
    faults = []
    for kind in ("flash", "RAM"):
        difference, ledger = by_difference(sums, bare, kind)
        exact = by_difference(*unrelaxed, kind)
        print(f"  core with alignment, {kind}: {ledger}; by difference to a core without security {difference};"
              f" the same two linked without relaxation: {exact[1]}, {exact[0]}")
        if abs(exact[0] - exact[1]) > PADDING or abs(difference - ledger) > TOLERANCE:
            faults.append(f"{chip}: {exact[0] - exact[1]} bytes of {kind} are the core's and hide in another room"
                          f" (with relaxation {difference - ledger})")
    print()
    return faults


def core_stack(build, chip):
    """Deepest stack of the core with the assembly engine, by `make chip-bench`."""
    path = os.path.join(build, "chip-bench.json" if chip == CHIPS[0] else f"chip-bench-{chip}.json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)["asm"]["stack"]


def chip_figures(build, chip, list_symbols):
    """What size.json says of a chip, and the faults of the cross-check."""
    folder = os.path.join(build, chip)
    sums = measure(folder, FIRMWARE)
    prices = option_prices(folder)
    found = symbols(os.path.join(folder, "firmware", "mssl-firmware.elf"))
    print(chip)
    rooms_print(sums)
    options_print(prices)
    faults = crosscheck(chip, folder, sums)
    if list_symbols:
        symbols_print(found)
    figures = {"core_flash": sums[CORE, "flash"], "core_ram": sums[CORE, "RAM"],
               "core_stack": core_stack(build, chip),
               "core_align_flash": sums[ALIGN, "flash"], "core_align_ram": sums[ALIGN, "RAM"],
               "net_flash": sums["net", "flash"],
               "firmware_flash": total(sums, "flash"), "firmware_ram": total(sums, "RAM")}
    figures.update({key or f"{name}_flash": prices.get(name) for name, _, key in OPTIONS})
    figures.update(signature_figures(folder))
    figures["symbols"] = {name: size for name, (size, _) in found.items()}
    return figures, faults


def table(figures, rows, sign=""):
    """A table of Markdown with a column a chip."""
    lines = ["| bytes | " + " | ".join(CHIPS) + " |\n", "|---|" + "---:|" * len(CHIPS) + "\n"]
    for key, text in rows:
        cells = ["–" if figures[chip][key] is None else f"{figures[chip][key]:{sign},}" for chip in CHIPS]
        if set(cells) != {"–"}:
            lines.append(f"| {text} | " + " | ".join(cells) + " |\n")
    return "".join(lines)


def lines_of(figures):
    """All lines of the ledger: {name: bytes}."""
    lines = {name: value for name, value in figures.items() if name != "symbols"}
    lines.update({f"symbol {name}": size for name, size in figures["symbols"].items()})
    return lines


def over_budget(figures, budget):
    """Lines that grew past the budget."""
    faults = []
    for chip in CHIPS:
        allowed = lines_of(budget[chip])
        faults += [f"{chip} {name}: {value} bytes, budget {allowed.get(name)}"
                   for name, value in lines_of(figures[chip]).items()
                   if value is not None and value > (allowed.get(name) or 0)]
    return faults


def with_table(text, begin, rows):
    before, rest = text.split(begin, 1)
    return before + begin + rows + END + rest.split(END, 1)[1]


def documents(source, figures):
    """(path, text as it is, text as it should be) of each document with a table."""
    option_rows = [(key or f"{name}_flash", text) for name, text, key in OPTIONS]
    for name, tables in (("README.md", ((README_BEGIN, table(figures, README_ROWS)),)),
                         ("docs/SIZES.md", ((OPTIONS_BEGIN, table(figures, option_rows, "+")),
                                            (SIGNATURE_BEGIN, table(figures, SIGNATURE_ROWS))))):
        path = os.path.join(source, name)
        with open(path, encoding="utf-8") as file:
            text = wanted = file.read()
        for begin, rows in tables:
            wanted = with_table(wanted, begin, rows)
        yield path, text, wanted


def compare(figures, source, update):
    """Holds budget file and documents against the figures. Returns the faults."""
    budget_path = os.path.join(source, "bench", "budget.json")
    if update:
        with open(budget_path, "w", encoding="utf-8") as file:
            file.write(json.dumps(figures, indent=1, sort_keys=True) + "\n")
        for path, _, wanted in documents(source, figures):
            with open(path, "w", encoding="utf-8") as file:
                file.write(wanted)
        return []
    with open(budget_path, encoding="utf-8") as file:
        faults = over_budget(figures, json.load(file))
    return faults + [f"{os.path.basename(path)}: the size table is not today's"
                     for path, text, wanted in documents(source, figures) if text != wanted]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--symbols", action="store_true", help="list every symbol too")
    parser.add_argument("--update", action="store_true", help="write bench/budget.json and the documents' tables")
    options = parser.parse_args()
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
    figures, faults = {}, []
    for chip in CHIPS:
        if not os.path.exists(os.path.join(options.build, chip, PLAIN)):
            print(f"size: {chip}: not built: run make firmware", file=sys.stderr)
            return 1
        figures[chip], wrong = chip_figures(options.build, chip, options.symbols)
        faults += wrong
    with open(os.path.join(options.build, "size.json"), "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=2, sort_keys=True)
    faults += compare(figures, source, options.update)
    for fault in faults:
        print(f"size: {fault}; if that is meant: make size-update, and commit it with the change", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
