#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""start_up.py FOLDER..: every program of these folders that holds the core has the
start-up code's loop that zeroes RAM. Without it the nonce of a former life
could be taken for a ready one (PROTOCOL 5), and no test would see it, since
simulated RAM begins as zeros. The linker takes the loop only if it is asked for."""

import pathlib
import subprocess
import sys


def symbols(elf):
    lines = subprocess.run(["avr-nm", elf], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1] for line in lines.splitlines()}


def main(folders):
    programs = [(elf, symbols(elf)) for folder in folders for elf in sorted(pathlib.Path(folder).rglob("*.elf"))]
    with_core = [(elf, names) for elf, names in programs if "mssl_dev_nonce" in names]
    bad = [elf for elf, names in with_core if "__do_clear_bss" not in names]
    for elf in bad:
        print(f"start_up: {elf.name}: RAM is not zeroed at the start", file=sys.stderr)
    print(f"start_up: {len(with_core)} programs with the core, {len(bad)} wrong")
    return 1 if bad or not with_core else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
