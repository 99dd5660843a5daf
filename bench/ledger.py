# SPDX-License-Identifier: ISC
"""Reads the linker's map of a program: which bytes of flash and RAM belong to
which room. A room is a folder of the source, but for
  options   RSA, SHA-256 and enrolment of the signature option, each its own
  align     what the linker leaves empty before the core's tables, for their alignment
  libraries libgcc and libc that the core does not ask for; start-up code
  padding   all other gaps, and the interrupt vectors"""

import os
import re
import subprocess

CORE, ALIGN = "core", "core, alignment"
OPTION_ROOMS = ("rsa", "sha256", "enrol")
ROOMS = (CORE, *OPTION_ROOMS, ALIGN, "net", "firmware", "libraries", "padding")
# By the object's name, wherever it was built: first match wins.
OBJECTS = ((re.compile(r"\bmssl_(dev|avr)_rsa"), "rsa"),
           (re.compile(r"\bmssl_(dev|avr)_sha256"), "sha256"),
           (re.compile(r"\bmssl_(dev|avr)_(signature|enrol)"), "enrol"),
           (re.compile(r"\bmssl_(dev|avr)_\w+\.|/device/"), CORE),
           (re.compile(r"/net/"), "net"),
           (re.compile(r"/firmware/"), "firmware"))
FLASH, RAM = (".text", ".data", ".mssl_modulus"), (".data", ".bss", ".noinit")

SECTION = re.compile(r"^ (\.\S+|COMMON|\*fill\*)(?:\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+)(?:\s+(.*))?)?$")
CONTINUED = re.compile(r"^\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+)\s+(\S.*)$")
SYMBOL = re.compile(r"^\s+0x[0-9a-f]+\s+([A-Za-z_.$][\w.$]*)$")
OUTPUT = re.compile(r"^(\.\S+)(?:\s|$)")


def read_map(path):
    """The input sections that were linked: [output, name, size, object, symbols]."""
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
    if path == "padding":
        return path
    return next((room for pattern, room in OBJECTS if pattern.search("/" + path)), "libraries")


# The start-up code's loops, which every program with variables has: nobody's own.
START_UP = {"__do_clear_bss", "__do_copy_data"}


def wanted_by_core(folder, pieces):
    """Symbols that the core's linked objects leave undefined: what defines them
    in libgcc or libc is the core's too, also if others want it as well."""
    wanted = set()
    for path in {p[3] for p in pieces if room_of(p[3]) in (CORE, *OPTION_ROOMS)}:
        archive = re.sub(r"\(.*", "", path)
        for line in subprocess.run(["avr-nm", "-u", archive], capture_output=True, text=True, check=True,
                                   cwd=folder).stdout.splitlines():
            if line.split()[:1] == ["U"]:
                wanted.add(line.split()[1])
    return wanted - START_UP


def measure(folder, name):
    """{(room, "flash" or "RAM"): bytes} of a program, whose map is folder/name."""
    pieces = read_map(os.path.join(folder, name))
    wanted = wanted_by_core(folder, pieces)
    rooms = [room_of(p[3]) for p in pieces]
    for i, (output, section, size, _, symbols) in enumerate(pieces):
        if rooms[i] == "libraries" and wanted & set(symbols):
            rooms[i] = CORE
        if section == "*fill*" and size > 1 and i + 1 < len(pieces) and rooms[i + 1] == CORE \
                and pieces[i + 1][0] == output:
            rooms[i] = ALIGN
    sums = {(room, kind): 0 for room in ROOMS for kind in ("flash", "RAM")}
    for room, (output, _, size, _, _) in zip(rooms, pieces):
        for kind, outputs in (("flash", FLASH), ("RAM", RAM)):
            if output in outputs:
                sums[room, kind] += size
    return sums


def total(sums, kind):
    return sum(size for (_, k), size in sums.items() if k == kind)


def symbols(elf):
    """{name: (bytes, "flash" or "RAM")}, largest first; compilers' numbers are cut off, so
    that a name is the same in every build, and sums up."""
    lines = subprocess.run(["avr-nm", "-S", "--size-sort", "-r", elf], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    found = {}
    for row in (line.split() for line in lines):
        if len(row) == 4:
            name = re.sub(r"(\.\w+)*\.\d+$", "", row[3])
            kind = "flash" if row[2] in "tT" else "RAM"
            found[name] = (found.get(name, (0, kind))[0] + int(row[1], 16), kind)
    return dict(sorted(found.items(), key=lambda item: (-item[1][0], item[0])))
