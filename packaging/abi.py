#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The binary interface of libmssl: packaging/libmssl.map, what it exports, and
packaging/libmssl.abi, what these functions and their types look like to a compiled
program (libabigail's dump, for x86-64).

usage: abi.py LIBRARY           compares; 1: the interface is not the committed one
       abi.py --map             writes the map anew from host/mssl.h
       abi.py --update LIBRARY  writes the dump anew

An interface that only grew is accepted by --update alone. One that lost or changed
something breaks programs that are installed: it wants a new SOVERSION, too."""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MAP, DUMP, HEADER = HERE / "libmssl.map", HERE / "libmssl.abi", HERE.parent / "host/mssl.h"
HEAD = """/* SPDX-License-Identifier: ISC */
/* What libmssl exports: the functions of host/mssl.h, and nothing else. Written by
 * packaging/abi.py --map. */
MSSL_0 {
global:
"""
# Bits of abidiff's exit code: tool failed, usage, interface changed, incompatibly.
FAILED, CHANGED, BROKEN = 1 | 2, 4, 8


def functions():
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(encoding="utf-8"), flags=re.S)
    return sorted(set(re.findall(r"\b(mssl_[a-z0-9_]+)\(", text)))


def write_map():
    lines = "".join(f"    {name};\n" for name in functions())
    MAP.write_text(f"{HEAD}{lines}local:\n    *;\n}};\n", encoding="utf-8")


def update(library):
    fresh = DUMP.with_suffix(".abi.new")
    subprocess.run(["abidw", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed",
                    "--type-id-style", "hash", "--out-file", str(fresh), library], check=True)
    os.replace(fresh, DUMP)


def compare(library):
    done = subprocess.run(["abidiff", "--harmless", str(DUMP), library], capture_output=True, text=True, check=False)
    if done.returncode & FAILED:
        print(done.stdout + done.stderr)
        return 1
    if done.returncode & (CHANGED | BROKEN):
        print(done.stdout)
        print("abi: the interface of libmssl changed" + (" and breaks installed programs" * bool(done.returncode & BROKEN))
              + ": `make abi-update` when that is meant, and see packaging/abi.py")
        return 1
    print(f"abi: {len(functions())} functions, as committed")
    return 0


def main(words):
    if words == ["--map"]:
        write_map()
    elif len(words) == 2 and words[0] == "--update":
        update(words[1])
    elif len(words) == 1 and not words[0].startswith("-"):
        return compare(words[0])
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
