#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Turns NIST's CAVP files (Debian's python3-cryptography-vectors) into our format.

    cavp_make.py aes|ccm OUTPUT

aes: every AES-128 ECB encryption (GFSbox, KeySbox, VarKey, VarTxt, MMT).
ccm: every AES-128 CCM case without associated data."""
import pathlib
import re
import sys

import cryptography_vectors

HEAD = "# Made by cavp_make.py from NIST's CAVP vectors: don't edit, make again.\n"


def lines(name):
    folder = pathlib.Path(cryptography_vectors.__file__).parent / "ciphers" / "AES"
    for line in (folder / name).read_text(encoding="ascii").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def fields(line):
    return [(k, v) for k, v in re.findall(r"(\w+) = (\w+)", line)]


def aes():
    for name in ("GFSbox", "KeySbox", "VarKey", "VarTxt", "MMT"):
        encrypt, case = False, {}
        for line in lines("ECB/ECB%s128.rsp" % name):
            if line.startswith("["):
                encrypt = line == "[ENCRYPT]"
            case.update(fields(line))
            if encrypt and line.startswith("CIPHERTEXT"):
                yield [("case", "%s_%s" % (name, case["COUNT"])), ("key", case["KEY"]),
                       ("plain", case["PLAINTEXT"]), ("cipher", case["CIPHERTEXT"])]


def ccm_case(name, case):
    plain_len, tag_len = int(case["Plen"]), int(case["Tlen"])
    passes = case.get("Result", "Pass") == "Pass"
    plain = case["Payload"][:2 * plain_len] if passes else ""
    return [("case", name + "_" + case["Count"]), ("key", case["Key"]), ("nonce", case["Nonce"]),
            ("tag_len", "%02x" % tag_len), ("plain", plain), ("sealed", case["CT"]),
            ("reason", "pass" if passes else "fail")]


def complete(case):
    passed = "Payload" in case or case.get("Result") == "Fail"
    return passed and "CT" in case and ("Result" in case or case["file"] != "DVPT128")


def ccm():
    """DVPT128 gives the payload after the result, VADT128 before the CT; a failing
    case has none. Key and Nonce may stand once above several cases."""
    for name in ("DVPT128", "VADT128"):
        head, case = {}, {}
        for line in lines("CCM/%s.rsp" % name):
            found = dict(fields(line))
            if line.startswith("[") or "Plen" in found or "Nlen" in found or "Tlen" in found:
                head.update(found)
                continue
            if "Count" in found:
                case = {"file": name}
            if "Key" in found or ("Nonce" in found and not case):
                head.update(found)
                case = {}
                continue
            case.update(found)
            merged = {**head, **case}
            if case and merged["Alen"] == "0" and complete(merged):
                yield ccm_case("%s_%s_%s_%s" % (name, merged["Plen"], len(merged["Nonce"]) // 2,
                                                merged["Tlen"]), merged)
                case = {}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("aes", "ccm"):
        sys.exit("usage: cavp_make.py aes|ccm OUTPUT")
    cases = list(aes() if sys.argv[1] == "aes" else ccm())
    with open(sys.argv[2], "w", encoding="ascii") as out:
        out.write(HEAD)
        for case in cases:
            out.write("\n" + "".join(("%s = %s" % pair).rstrip() + "\n" for pair in case))


if __name__ == "__main__":
    main()
