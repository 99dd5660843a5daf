#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Known answers of u = s * R mod N, by python's own integers, as a C header.

usage: enrol_known.py OUT

N needs no factors for this, so it is made of SHAKE-256: the same at every build."""
import hashlib
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def number(name, length):
    return int.from_bytes(hashlib.shake_256(name.encode()).digest(length), "big")


def modulus(bits):
    return number(f"modulus {bits}", bits // 8) | 1 << bits - 1 | 1


def pem(n, exponent):
    key = rsa.RSAPublicNumbers(exponent, n).public_key()
    return key.public_bytes(serialization.Encoding.PEM,
                            serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def quoted(text):
    return "\n        ".join(f'"{line}\\n"' for line in text.splitlines())


def known(bits, exponent, what, s):
    n, length = modulus(bits), bits // 8
    u = s * 2 ** (8 * (length + 1)) % n
    return (f'    {{ "{what}", {length},\n        {quoted(pem(n, exponent))},\n'
            f'        "{s:0{2 * length}x}",\n        "{u:0{2 * length}x}" }},\n')


def main(path):
    cases = []
    for bits, exponent in ((2048, 65537), (2048, 3), (3072, 65537), (4096, 3)):
        n = modulus(bits)
        signatures = [("0", 0), ("1", 1), ("N - 1", n - 1)]
        signatures += [(f"number {i}", number(f"signature {bits} {i}", bits // 8) % n) for i in range(4)]
        cases += [known(bits, exponent, f"{bits} bits, e = {exponent}, s = {what}", s)
                  for what, s in signatures]
    n = modulus(2048)
    der = rsa.RSAPublicNumbers(65537, n).public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    with open(path, "w") as out:
        out.write("/* Made by tests/host/enrol_known.py. */\n"
                  "static const struct known { const char *what; size_t len; const char *pem, *s, *u; } "
                  f"known[] = {{\n{''.join(cases)}}};\n"
                  f'#define FIRST_FINGERPRINT "{hashlib.sha256(der).hexdigest()}"\n'
                  f'static const char modulus_2048[] = "{n:0512x}";\n'
                  f'static const char pem_1024[] =\n        {quoted(pem(modulus(1024), 65537))};\n')


main(sys.argv[1])
