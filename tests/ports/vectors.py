#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""vectors.py OUT: writes wire/vectors, FIPS 197's AES blocks of NIST CAVP
(python3-cryptography-vectors) and the known answers as the steps of ports.h.
--short leaves out long records and most refusals. --fault adds a case with a
WELCOME that no device sends, so that a run must fail."""

import os
import re
import sys

import cryptography_vectors

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, os.pardir, os.pardir, "wire", "vectors")
KEY_AT, SEED_AT, GENERATIONS_AT = 0, 36, 20
PLACES = ("kd", "device", "generations", "seed")


def codes():
    """The codes of ports.h."""
    with open(os.path.join(HERE, "ports.h"), encoding="utf-8") as file:
        return {name: int(value) for name, value in re.findall(r"#define PORTS_(\w+)\s+(\d+)", file.read())}


CODE = codes()


def cases(name):
    """The cases of a file of wire/vectors: dictionaries of bytes, words as text."""
    with open(os.path.join(VECTORS, name), encoding="utf-8") as file:
        lines = [line for line in file.read().splitlines() if not line.startswith("#")]
    for case in "\n".join(lines).split("\n\n"):
        fields = dict(line.split(" =", 1) for line in case.splitlines() if " =" in line)
        if fields:
            yield {k: v.strip() if k in ("case", "reason") else bytes.fromhex(v) for k, v in fields.items()}


def step(name, *operands):
    return bytes([CODE[name]]) + b"".join(operands)


def counted(data):
    return bytes([len(data)]) + data


def device(case):
    return step("CASE") + step("DEVICE", *(case[place] for place in PLACES), case["peer"])


def blocks():
    for name in ("ECBGFSbox128.rsp", "ECBKeySbox128.rsp"):
        with cryptography_vectors.open_vector_file(os.path.join("ciphers", "AES", "ECB", name), "r") as file:
            text = file.read().split("[DECRYPT]")[0]
        for case in re.findall(r"KEY = (\w+)\s+PLAINTEXT = (\w+)\s+CIPHERTEXT = (\w+)", text):
            yield step("CASE") + step("AES", *(bytes.fromhex(field) for field in case))


def keys():
    for case in cases("keys.txt"):
        yield step("CASE")
        if "x" in case:
            yield step("F", case["k"], case["x"], case["out"])
        elif "label" in case:
            yield step("LAB", case["k"], case["label"], case["out"])
        else:
            chain = [(case[b], case[k]) for b, k in (("grant", "k0"), ("restriction1", "k1"),
                     ("restriction2", "k2"), ("restriction3", "k3")) if b in case]
            key = case["kd"]
            for block, out in chain + [(case["transcript"], case["ks"])]:
                yield step("F", key, block, out)
                key = out


def records(short):
    for case in cases("records.txt"):
        if short and case["counter"] != bytes(2):
            continue
        yield step("CASE") + step("RECORD", case["key"], case["dir"], case["counter"],
                                  counted(case["plain"]), case["wire"][1:])


def handshakes():
    for case in cases("handshakes.txt"):
        yield device(case) + step("GIVE", counted(case["hello"])) + step("ANSWER", counted(case["welcome"]))
        yield step("SESSION", case["ks"]) + step("EEPROM", bytes([SEED_AT]), counted(case["seed_after"]))


def sessions():
    for case in cases("sessions.txt"):
        yield device(case)
        for i in range(10):
            if f"in{i}" in case:
                yield step("GIVE", counted(case[f"in{i}"])) + step("ANSWER", counted(case[f"out{i}"]))
        yield step("EEPROM", bytes([KEY_AT]), counted(case["kd_after"]))
        yield step("EEPROM", bytes([GENERATIONS_AT]), counted(case["generations_after"]))


def known_answers():
    """PROTOCOL 12 from HELLO to close; then the same with a forged record."""
    case = next(cases("known_answers.txt"))
    case.update(device=bytes([0, 0, 0, 1]), generations=bytes(16))
    greeting = device(case) + step("GIVE", counted(case["hello"])) + step("ANSWER", counted(case["welcome"])) \
        + step("SESSION", case["ks"]) + step("EEPROM", bytes([SEED_AT]), counted(case["seed_after"]))
    yield greeting + step("GIVE", counted(case["command"])) + step("ANSWER", counted(case["answer"])) \
        + step("GIVE", counted(case["close"])) + step("OVER")
    for i in range(1, len(case["command"])):
        forged = bytearray(case["command"])
        forged[i] ^= 1 << i % 8
        yield greeting + step("FORGED", counted(bytes(forged)))


def refusals(short):
    """Only as many bytes of a HELLO as a length byte can count; short: one a reason."""
    seen = set()
    for case in cases("refusals.txt"):
        if short and case["reason"] in seen:
            continue
        seen.add(case["reason"])
        yield device(case) + step("REFUSED", counted(case["hello"][:255]))


def fault():
    case = next(cases("handshakes.txt"))
    yield device(case) + step("GIVE", counted(case["hello"])) + step("ANSWER", counted(bytes(len(case["welcome"]))))


def main(out, short, faulty):
    kinds = [blocks(), keys(), records(short), handshakes(), sessions(), known_answers(), refusals(short)]
    data = b"".join(part for kind in kinds + [fault()] * faulty for part in kind) + step("END")
    with open(out, "w", encoding="utf-8") as file:
        file.write('/* Made by vectors.py. */\n#include "ports.h"\n\nconst uint8_t ports_steps[] = {\n')
        for i in range(0, len(data), 24):
            file.write("    " + ",".join(str(b) for b in data[i:i + 24]) + ",\n")
        file.write("};\n")


if __name__ == "__main__":
    main(sys.argv[1], "--short" in sys.argv, "--fault" in sys.argv)
