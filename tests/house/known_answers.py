#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The known answers of docs/PROTOCOL.md 12, computed again from the text. M-12.1."""

import re
import sys
from pathlib import Path

import aes

HEX_ROW = re.compile(r"^\| ([^|]+?) \| `([0-9a-f]+)` \|$", re.M)


def answers_of(text):
    section = text.split("## 12 Known answers")[1].split("\n## ")[0]
    return {name: bytes.fromhex(value) for name, value in HEX_ROW.findall(section)}


def computed(grant, nc):
    """Every answer, from K_D, the seed, G and Nc."""
    kd, seed = bytes(range(16)), b"\x55" * 16
    k0 = aes.f(kd, grant)
    stepped = aes.lab(seed, 0x41)
    ns = ((int.from_bytes(aes.lab(stepped, 0x42)[:12], "big") + 1) % 2**96).to_bytes(12, "big")
    ks = aes.f(k0, b"\x21" + grant[25:32] + nc + ns)
    return {
        "K_0": k0,
        "seed after boot": stepped,
        "HELLO": bytes([44]) + grant + nc,
        "WELCOME": ns + aes.seal(ks, 0, 0, b""),
        "K_s": ks,
        "first host record": aes.seal(ks, 1, 0, b"\x01on".ljust(8, b"\0")),
        "its answer": aes.seal(ks, 0, 1, b"\0on".ljust(8, b"\0")),
        "close by the host": aes.seal(ks, 1, 1, b""),
        "K_D after an epoch step": aes.lab(kd, 0x31),
    }


def main(root):
    fips = aes.encrypt(bytes(range(16)), bytes.fromhex("00112233445566778899aabbccddeeff"))
    wrong = [] if fips.hex() == "69c4e0d86a7b0430d8cdb78070b4c55a" else ["FIPS 197 C.1"]
    stated = answers_of((root / "docs/PROTOCOL.md").read_text(encoding="utf-8"))
    grant, nc = stated["G"], stated["Nc"]
    for name, value in computed(grant, nc).items():
        found = [v for k, v in stated.items() if k.startswith(name)]
        if found != [value]:
            wrong.append(f"{name}: computed {value.hex()}, the text says {[v.hex() for v in found]}")
    for line in wrong:
        print(f"docs/PROTOCOL.md 12: {line}")
    print(f"known_answers: {len(stated) - 2} answers, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
