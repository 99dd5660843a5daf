#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl_wire.h holds comments, one guard, and #defines of plain integers only, each
name once: so that C, assembler and generators can all read it."""
import re
import sys

with open(sys.argv[1], encoding="utf-8") as f:
    text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
lines = [line.strip() for line in text.splitlines() if line.strip()]
guard = ["#ifndef MSSL_WIRE_H", "#define MSSL_WIRE_H"]
if lines[:2] != guard or lines[-1] != "#endif":
    sys.exit("the include guard is missing")
seen = set()
for line in lines[2:-1]:
    match = re.fullmatch(r"#define (MSSL_[A-Z0-9_]+) +(0x[0-9A-Fa-f]+|0|[1-9][0-9]*)", line)
    if not match:
        sys.exit("not a #define of a plain integer: %s" % line)
    if match[1] in seen:
        sys.exit("defined twice: %s" % match[1])
    if int(match[2], 0) > 0xFFFF:
        sys.exit("more than 16 bits: %s" % line)
    seen.add(match[1])
print("%d constants" % len(seen))
