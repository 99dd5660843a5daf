#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Makes mssl_fields.lua of the numbers of wire/mssl_wire.h.
Usage: mk_fields.py WIRE_HEADER LUA_FILE [--check]

The Lua table has each number under its name without MSSL_. With --check nothing is
written: the exit code is 1 when LUA_FILE is not what the header gives."""

import re
import sys
from pathlib import Path

NUMBER = re.compile(r"^#define MSSL_(\w+)[ \t]+(0[xX][0-9A-Fa-f]+|\d+)$", re.M)
HEAD = """-- SPDX-License-Identifier: ISC
-- The numbers of wire/mssl_wire.h. Made by mk_fields.py: mend the header, not this.
return {
"""


def lua(header):
    numbers = NUMBER.findall(header)
    return HEAD + "".join(f"    {name} = {value},\n" for name, value in numbers) + "}\n"


def main(header, out, *options):
    text = lua(Path(header).read_text(encoding="utf-8"))
    if "--check" not in options:
        Path(out).write_text(text, encoding="ascii")
        return 0
    if Path(out).read_text(encoding="ascii") == text:
        return 0
    print(f"{out} is not what {header} gives: run wireshark/mk_fields.py {header} {out}")
    return 1


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
