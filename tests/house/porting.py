#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The port in docs/PORTING.md is the one that is compiled: porting_example.c."""

import re
import sys
from pathlib import Path

import files


def main(root):
    shown = re.findall(r"^```c\n(.*?)^```", files.read(root, "docs/PORTING.md"), re.M | re.S)
    compiled = files.read(root, "tests/house/porting_example.c")
    wrong = [f"docs/PORTING.md: block {i} is not in porting_example.c"
             for i, block in enumerate(shown, 1) if block not in compiled]
    return files.report("porting", wrong, len(shown), "blocks")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
