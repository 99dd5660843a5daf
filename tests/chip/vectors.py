#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Writes the engine's test vectors as text, one a line: FIPS 197 and NIST CAVP
AES-128 blocks (python3-cryptography-vectors), records in our CCM parameters,
F and lab, made by python3-cryptography. Fields are hex; an empty one is -."""

import os
import random
import sys

import cryptography_vectors
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

CAVP = ("ECBGFSbox128.rsp", "ECBKeySbox128.rsp", "ECBVarKey128.rsp", "ECBVarTxt128.rsp",
        "ECBMMT128.rsp")
LENGTHS = (0, 8, 16, 32, 64, 128)


def block(key, x):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(x) + encryptor.finalize()


def xor(a, b):
    return bytes(i ^ j for i, j in zip(a, b))


def f(key, x):
    return block(key, xor(block(key, x[:16]), x[16:]))


def cavp(name):
    """Key, plaintext and ciphertext of each encryption case, cut into blocks."""
    with cryptography_vectors.open_vector_file(os.path.join("ciphers", "AES", "ECB", name), "r") as file:
        text = file.read()
    for case in text.split("[DECRYPT]")[0].split("\n\n"):
        fields = dict(l.split(" = ") for l in case.splitlines() if " = " in l)
        if "PLAINTEXT" in fields:
            plain, cipher = bytes.fromhex(fields["PLAINTEXT"]), bytes.fromhex(fields["CIPHERTEXT"])
            for i in range(0, len(plain), 16):
                yield bytes.fromhex(fields["KEY"]), plain[i:i + 16], cipher[i:i + 16]


def main(out):
    def line(*fields):
        print(*(x.hex() or "-" if isinstance(x, bytes) else x for x in fields), file=out)

    rng = random.Random(0x4d53534c)
    line("aes", bytes(range(16)), bytes.fromhex("00112233445566778899aabbccddeeff"),
         bytes.fromhex("69c4e0d86a7b0430d8cdb78070b4c55a"))
    line("aes", bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c"),
         bytes.fromhex("3243f6a8885a308d313198a2e0370734"),
         bytes.fromhex("3925841d02dc09fbdc118597196a0b32"))
    for name in CAVP:
        for case in cavp(name):
            line("aes", *case)
    for n in LENGTHS:
        for counter in (0, 1, 0xff, 0x100, 0xfeff, 0xff00, rng.randrange(65536)):
            key, plain = rng.randbytes(16), rng.randbytes(n)
            for direction, name in ((0, "seal"), (1, "open")):
                nonce = bytes([direction]) + counter.to_bytes(2, "big") + bytes(10)
                sealed = AESCCM(key, tag_length=8).encrypt(nonce, plain, None)
                line(name, key, counter.to_bytes(2, "big"), plain, sealed)
    for _ in range(50):
        key, x = rng.randbytes(16), rng.randbytes(32)
        line("f", key, x, f(key, x))
        kind = rng.randbytes(1)
        line("lab", key, kind, f(key, kind + bytes(31)))


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="ascii") as file:
        main(file)
