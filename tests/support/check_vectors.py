#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Writes NIST's CAVP vectors for SHA-256 and for RSA signatures (Debian's
python3-cryptography-vectors) as lines of hex; an empty field is -.

    sha MESSAGE DIGEST
    monte SEED DIGEST           a checkpoint: what 1000 rounds make of SEED
    rsa BITS N E MESSAGE SIGNATURE P|F"""

import sys

import cryptography_vectors

RSA = "asymmetric/RSA/FIPS_186-2/SigVer15_186-3.rsp"


def lines(name):
    with cryptography_vectors.open_vector_file(name, "r") as file:
        for line in file:
            line = line.strip().strip("[]")
            if " = " in line and not line.startswith("#"):
                yield line.split(" = ", 1)


def sha(name):
    case = {}
    for key, value in lines(f"hashes/SHA2/{name}.rsp"):
        case[key] = value
        if key == "MD":
            yield "sha", case["Msg"][:int(case["Len"]) // 4] or "-", value


def monte():
    seed = None
    for key, value in lines("hashes/SHA2/SHA256Monte.rsp"):
        if key == "MD":
            yield "monte", seed, value
        if key in ("Seed", "MD"):
            seed = value


def rsa():
    case = {}
    for key, value in lines(RSA):
        case[key] = value
        if key == "Result" and case["SHAAlg"] == "SHA256" and int(case["mod"]) >= 2048:
            yield ("rsa", case["mod"], case["n"], "%06x" % int(case["e"], 16), case["Msg"],
                   case["S"], value[0])


def main(path):
    with open(path, "w", encoding="ascii") as out:
        for case in [*sha("SHA256ShortMsg"), *sha("SHA256LongMsg"), *monte(), *rsa()]:
            print(*case, file=out)


if __name__ == "__main__":
    main(sys.argv[1])
