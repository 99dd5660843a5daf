#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Every source file has an SPDX line of the right licence: GPL-3.0-or-later in
board/ and wherever simavr is included, ISC everywhere else. The ENC28J60 model
links nothing and may be ISC, so that other programs can take it."""

import re
import sys
from pathlib import Path

import files

SOURCES = (".c", ".h", ".S", ".py", ".sh", ".cmake", ".pml", ".pv", ".cv", ".lua", ".table")
NAMED = ("CMakeLists.txt", "Makefile", ".ci/run")
SPDX = re.compile(r"SPDX-License-Identifier: (\S+)")


def wanted(name, text):
    """The licences a file may have."""
    if name.startswith("board/enc28j60_") and "sim_avr.h" not in text:
        return {"GPL-3.0-or-later", "ISC"}
    if name.startswith("board/"):
        return {"GPL-3.0-or-later"}
    if name.startswith(files.LINKED_TO_SIMAVR):
        return {"GPL-3.0-or-later", "ISC"} if "sim_avr.h" not in text else {"GPL-3.0-or-later"}
    return {"ISC"}


def main(root):
    wrong, count = [], 0
    for name in files.tracked(root):
        if not name.endswith(SOURCES + NAMED):
            continue
        text = files.read(root, name)
        count += 1
        found = SPDX.search("\n".join(text.splitlines()[:3]))
        if not found:
            wrong.append(f"{name}: no SPDX line among the first three")
        elif found[1] not in wanted(name, text):
            wrong.append(f"{name}: {found[1]}, not {' or '.join(sorted(wanted(name, text)))}")
    return files.report("licences", wrong, count, "sources")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
