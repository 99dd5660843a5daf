#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The AVR assembler takes every constant of mssl_wire.h, with the value C gives it."""
import os
import re
import subprocess
import sys
import tempfile

header = sys.argv[1]
with open(header, encoding="utf-8") as f:
    values = {m[1]: int(m[2], 0) for m in
              re.finditer(r"^#define (MSSL_\w+) +(\w+)", f.read(), flags=re.M)}
source = '#include "mssl_wire.h"\n.data\n' + "".join(".word %s\n" % n for n in values)
with tempfile.TemporaryDirectory() as made:
    obj, raw = os.path.join(made, "a.o"), os.path.join(made, "a.bin")
    subprocess.run(["avr-gcc", "-mmcu=atmega168", "-x", "assembler-with-cpp", "-c", "-o", obj,
                    "-I", os.path.dirname(header), "-"], input=source.encode(), check=True)
    subprocess.run(["avr-objcopy", "-O", "binary", "-j", ".data", obj, raw], check=True)
    with open(raw, "rb") as f:
        words = f.read()
got = [words[i] | words[i + 1] << 8 for i in range(0, len(words), 2)]
for (name, value), word in zip(values.items(), got, strict=True):
    if value != word:
        sys.exit("%s is %d in C and %d in assembler" % (name, value, word))
print("%d constants" % len(got))
