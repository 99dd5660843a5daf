#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Makes the completions of all programs for bash, zsh and fish of programs.table.

usage: mk_completions.py FOLDER"""

import sys
from pathlib import Path

import bash
import fish
import table
import zsh

PLACES = {bash: "bash/{}", zsh: "zsh/_{}", fish: "fish/{}.fish"}


def main(folder):
    for program in table.read(Path(__file__).parent / "programs.table"):
        for shell, place in PLACES.items():
            path = Path(folder, place.format(program.name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(shell.render(program), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
