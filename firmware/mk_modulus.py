#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mk_modulus.py HEX ADDRESS BITS OUTPUT: turns the authority's Intel HEX file of
a modulus (docs/FORMATS.md, Modulus for the chip) into .byte lines, and refuses
one of another place or length than the firmware has."""

import sys


class Bad(Exception):
    pass


def read(text):
    """{address: byte}"""
    cells, ended = {}, False
    for number, line in enumerate(text.split(), 1):
        try:
            row = bytes.fromhex(line[1:])
        except ValueError:
            row = b""
        if not line.startswith(":") or len(row) < 5 or len(row) != row[0] + 5 or sum(row) & 0xFF or ended:
            raise Bad(f"line {number} is not Intel HEX")
        if row[3] == 0:
            for i, byte in enumerate(row[4:-1]):
                cells[(row[1] << 8 | row[2]) + i] = byte
        elif row[3] == 1:
            ended = True
        else:
            raise Bad(f"line {number}: records of type {row[3]} are not for a chip this small")
    if not ended:
        raise Bad("the file was cut off: there is no end record")
    return cells


def check(cells, address, bits):
    length = bits // 8
    if sorted(cells) != list(range(address, address + length + 4)):
        raise Bad(f"not {length + 4} bytes at {address:#06x}: made for another chip or another length")
    data = bytes(cells[i] for i in sorted(cells))
    modulus = data[3:-1]
    if (data[0] != length // 32 or data[1] not in (1, 16) or data[-1] != 0 or not modulus[-1] & 0x80
            or modulus[0] * data[2] & 0xFF != 0xFF):
        raise Bad("these bytes are no modulus")
    return data


def main():
    if len(sys.argv) != 5:
        print(__doc__, file=sys.stderr)
        return 1
    path, address, bits, output = sys.argv[1:]
    try:
        with open(path, encoding="ascii") as file:
            data = check(read(file.read()), int(address, 0), int(bits))
    except (Bad, OSError, UnicodeError) as error:
        print(f"mk_modulus: {path}: {error}", file=sys.stderr)
        return 1
    with open(output, "w", encoding="ascii") as file:
        for at in range(0, len(data), 16):
            print("        .byte   " + ", ".join("0x%02x" % b for b in data[at:at + 16]), file=file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
