#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs the shell blocks of docs/CHIP.md in an empty folder, and for other chips the
lines of flash.sh that `mssl-authority device image` shows. There is no chip here,
so flash.sh only shows its lines, which must be the ones for that chip."""

import os
import re
import subprocess
import sys
import tempfile

WANTED = (
    "avrdude -c usbasp -p m168 -U lfuse:w:0xff:m -U hfuse:w:0xd4:m -U efuse:w:0xf9:m",
    "-U eeprom:w:-:i",
    "mssl-firmware-signature.hex:i",
    "-D -U flash:w:modulus.hex:i",
    "-U lock:w:0xfc:m",
    "-p m88 -D -U flash:w:modulus-atmega88.hex:i",
    "-p m328p -D -U flash:w:modulus-atmega328p.hex:i",
)
OTHERS = """
for chip in atmega88 atmega328p; do
    mssl-authority device image porch -o $chip.hex --modulus modulus-$chip.hex --chip $chip >told
    sed -n '/or in the project: /,/--provision/p' told |
        sed "s/^.*project: *//; s|firmware/flash.sh|$MSSL/& --dry-run|; s| build/| $MSSL/build/|" >lines
    sh -eu lines
done
"""


def main(source, build):
    with open(os.path.join(source, "docs/CHIP.md"), encoding="utf-8") as file:
        blocks = re.findall(r"^```sh\n(.*?)^```", file.read(), re.S | re.M)
    script = "set -eu\n" + "\n".join(blocks).replace("flash.sh ", "flash.sh --dry-run ") + OTHERS
    path = os.pathsep.join([os.path.join(build, "cli"), os.environ["PATH"]])
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(["sh", "-c", script], cwd=folder, text=True, timeout=60, check=False,
                             env={**os.environ, "MSSL": source, "PATH": path, "HOME": folder},
                             stdin=subprocess.DEVNULL, capture_output=True)
    print(run.stdout + run.stderr)
    missing = [line for line in WANTED if line not in run.stdout]
    for line in missing:
        print(f"CHIP.md: not shown: {line}", file=sys.stderr)
    return 1 if missing or len(blocks) != 3 else run.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
