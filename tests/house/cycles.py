#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""cycles.py SOURCE FILE: each exact count of cycles in a document is one that chip-bench
wrote to FILE, and the time behind it is that count's at 16 MHz."""

import json
import re
import sys
from pathlib import Path

import files

HZ = 16e6
COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+) cycles(?:, ([\d.]+) (ms|s)\b)?")


def main(root, path):
    counted = {value for core in json.loads(path.read_text(encoding="utf-8")).values() for value in core.values()}
    wrong, count = [], 0
    for name in (n for n in files.tracked(root) if n.endswith(".md")):
        for said, time, unit in COUNT.findall(files.read(root, name)):
            count += 1
            cycles = int(said.replace(",", ""))
            if cycles not in counted:
                wrong.append(f"{name}: {said} cycles: make chip-bench has no such count")
            digits = len(time.partition(".")[2])
            if time and time != f"{cycles / HZ * (1000 if unit == 'ms' else 1):.{digits}f}":
                wrong.append(f"{name}: {said} cycles are not {time} {unit}")
    return files.report("cycles", wrong, count, "counts")


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:3])))
