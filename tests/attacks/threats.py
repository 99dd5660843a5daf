#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The attack table of docs/THREATS.md: prints its rows, or checks that the document
has just these; and that each check which weak.py takes out is still in the source.

    threats.py SOURCE [--rows]"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "wire", "vectors")]
import table  # noqa: E402
from weak import WEAK, BuildError, edited  # noqa: E402

BEGIN, END = "| test | the attack | what fell, without the check |", "<!-- end of the attacks -->"


def rows():
    yield BEGIN
    yield "|---|---|---|"
    for attack in table.load():
        fell = "; ".join(WEAK[name][0] for name in attack.weak)
        yield f"| `{attack.name}` | {attack.text} | {fell} |"


def main(source, *options):
    if "--rows" in options:
        print("\n".join(rows()))
        return 0
    with open(os.path.join(source, "docs", "THREATS.md"), encoding="utf-8") as file:
        text = file.read()
    begin, end = text.find(BEGIN), text.find(END)
    told = text[begin:end].strip().splitlines() if 0 <= begin < end else []
    wrong = sorted(set(told) ^ set(rows()))
    for line in wrong:
        print(f"docs/THREATS.md and tests/attacks differ: {line}")
    unused = set(WEAK) - {name for a in table.ATTACKS for name in (*a.weak, a.needs)}
    for name in sorted(unused):
        print(f"weak.py: no attack is shown on {name!r}")
    lost = False
    for name, (_, edits) in WEAK.items():
        try:
            edited(source, edits)
        except BuildError as error:
            lost = True
            print(f"weak.py: {name!r} must follow the source: {error}")
    return 1 if wrong or unused or lost else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
