#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Known answers for the dissector's AES and CCM, as a Lua table: NIST's (of Debian's
python3-cryptography-vectors), the project's records, and random records by OpenSSL.
Usage: crypto_vectors.py OUT"""

import re
import sys
from pathlib import Path
from random import Random

import cryptography_vectors
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

NIST = Path(cryptography_vectors.__file__).parent / "ciphers" / "AES"
ECB = ("ECBGFSbox128.rsp", "ECBKeySbox128.rsp", "ECBVarTxt128.rsp", "ECBVarKey128.rsp")
RANDOM = 40


def ecb():
    for name in ECB:
        text = (NIST / "ECB" / name).read_text(encoding="ascii").split("[DECRYPT]")[0]
        for key, plain, cipher in re.findall(r"KEY = (\w+)\s+PLAINTEXT = (\w+)\s+CIPHERTEXT = (\w+)", text):
            yield key, plain, cipher


def ccm_nist():
    """Decryptions without associated data and with our nonce of 13 bytes; tags of 4 and 16."""
    text = (NIST / "CCM" / "DVPT128.rsp").read_text(encoding="ascii")
    for head, body in re.findall(r"\[(Alen = 0, Plen = \d+, Nlen = 13, Tlen = \d+)\]\s+(.*?)(?=\n\[|\Z)", text, re.S):
        plen, tlen = (int(re.search(rf"{n} = (\d+)", head)[1]) for n in ("Plen", "Tlen"))
        key = re.search(r"Key = (\w+)", body)
        for case in re.findall(r"Count = \d+\s+(.*?)(?=Count|\Z)", body, re.S):
            fields = dict(re.findall(r"(\w+) = (\w+)", case))
            fine = fields["Result"] == "Pass"
            yield (fields.get("Key", key and key[1]), fields["Nonce"], fields["CT"][:2 * plen], fields["CT"][2 * plen:][:2 * tlen],
                   fields["Payload"][:2 * plen] if fine else None)


def ccm_random():
    random = Random(6775)
    for i in range(RANDOM):
        key, n = random.randbytes(16), (0, 8, 16, 32, 64, 128)[i % 6]
        nonce = bytes([i % 2]) + random.randbytes(2) + bytes(10)
        plain = random.randbytes(n)
        sealed = AESCCM(key, tag_length=8).encrypt(nonce, plain, None)
        yield key.hex(), nonce.hex(), sealed[:n].hex(), sealed[n:].hex(), plain.hex()
        bad = bytearray(sealed)
        bad[i % len(sealed)] ^= 1 << i % 8
        yield key.hex(), nonce.hex(), bad[:n].hex(), bad[n:].hex(), None


def lua(rows):
    return "".join("    { " + ", ".join("false" if x is None else f'"{x}"' for x in row) + " },\n" for row in rows)


def main(out):
    blocks, nist, ours = list(ecb()), list(ccm_nist()), list(ccm_random())
    if len(blocks) < 250 or len(nist) < 40 or not any(row[4] is None for row in nist):
        raise SystemExit(f"too few of NIST's cases: {len(blocks)}, {len(nist)}")
    Path(out).write_text("return { aes = {\n" + lua(blocks) + "}, ccm = {\n" + lua(nist + ours) + "} }\n", encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1])
