#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""typed_known.py HEADER KNOWN: are the typed lines in HEADER (typed_known.h) those that
python's integers and a CRC-24 in python write? The grant and key are those of KNOWN
(known.h). docs/FORMATS.md, "Typed grant"."""

import re
import sys

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LINE = 15


def crc24(data):
    """RFC 4880, 6.1."""
    crc = 0xB704CE
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc


def symbols(value, count):
    """The lowest 5 * count bits."""
    return "".join(ALPHABET[value >> 5 * i & 31] for i in reversed(range(count)))


def text(string):
    """Its length, then itself."""
    return bytes([len(string)]) + string.encode("ascii")


def grant_bytes(grant, key):
    """For alice at porch, with two tasks and a signature of 256 bytes ab."""
    body = text("porch") + bytes([1, 2])
    body += b"\1" + text("led") + text("on|off|state") + b"\3" + text("uptime") + text("")
    body += b"\1" + grant + b"\4" + b"\xab" * 256 + key
    return b"\1" + (3 + len(body)).to_bytes(2, "big") + body


def lines_of(data):
    """The lines, each with its end."""
    data += bytes(-len(data) % LINE)
    for number, at in enumerate(range(0, len(data), LINE), 1):
        part = data[at:at + LINE]
        groups = re.findall("....", symbols(int.from_bytes(part, "big"), 24))
        yield f"{number:02} {' '.join(groups)} {symbols(crc24(bytes([number]) + part), 5)}\n"


def main(header, known):
    with open(known, encoding="ascii") as file:
        defined = dict(re.findall(r'#define (KNOWN_\w+)\s+"([0-9a-f]+)"', file.read()))
    with open(header, encoding="ascii") as file:
        found = re.findall(r"(\d\d (?:[0-9A-Z]{4} ){6}[0-9A-Z]{5})\\n", file.read())
    wanted = list(lines_of(grant_bytes(*(bytes.fromhex(defined[f"KNOWN_{name}"]) for name in ("GRANT", "K0")))))
    sys.stdout.writelines(wanted)
    if [f"{line}\n" for line in found] != wanted:
        sys.exit("typed_known: the lines above are not those of the header")


if __name__ == "__main__":
    main(*sys.argv[1:])
