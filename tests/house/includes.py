#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Includes point only towards wire/, as the table of rooms in docs/DESIGN.md says,
and that table has every room."""

import re
import sys
from pathlib import Path

import files

ROW = re.compile(r"^\| `([a-z]+)/` \|.*\| ([^|]*) \|$", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
FREE = ("tests", "examples", "bench")


def allowed_rooms(design):
    """{room: the rooms it may include} from the table."""
    table = {}
    rows = ROW.findall(design)
    rooms = {room for room, _ in rows}
    for room, may in rows:
        table[room] = {room} | (rooms & set(re.findall(r"[a-z]+", may.split("(")[0])))
    return table


def main(root):
    table = allowed_rooms(files.read(root, "docs/DESIGN.md"))
    tracked = files.tracked(root)
    names = [n for n in tracked if n.endswith((".c", ".h", ".S"))]
    wrong = [f"docs/DESIGN.md has no room {room}/"
             for room in sorted({n.split("/")[0] for n in tracked if "/" in n and n[0] != "."} - set(table))]
    homes = {}
    for name in names:
        homes.setdefault(Path(name).name, set()).add(name.split("/")[0])
    count = 0
    for name in names:
        room = name.split("/")[0]
        if room in FREE or room not in table:
            continue
        for included in INCLUDE.findall(files.read(root, name)):
            count += 1
            where = homes.get(Path(included).name, set())
            if where and not where & table[room]:
                wrong.append(f'{name}: includes "{included}" of {", ".join(sorted(where))}, '
                             f'{room}/ may include {", ".join(sorted(table[room]))}')
    return files.report("includes", wrong, count, "includes")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
