#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs CryptoVerif over the models of this folder and writes MODEL.results: the
model's hash, the tool, and a line `proved | claim` or `unproved | claim` each.
The claims of a control (control_*.cv) must stay unproved.
Usage: run.py --cryptoverif PROGRAM --library default.cvl"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import models  # noqa: E402

QUERY = re.compile(r"^query (?:[^;\n]*; )?(.*)\.$", re.M)


def normal(text):
    return "".join(text.split())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cryptoverif", default="cryptoverif")
    parser.add_argument("--library", required=True)
    args = parser.parse_args()
    tool = subprocess.run([args.cryptoverif, "--help"], capture_output=True, text=True, check=False)
    version = re.search(r"Crypto[Vv]erif \S*\d", tool.stdout + tool.stderr)[0].replace("verif", "Verif")
    wrong = 0
    for path in sorted(HERE.glob("*.cv")):
        text = path.read_text(encoding="utf-8")
        done = subprocess.run([args.cryptoverif, "-lib", args.library, str(path)],
                              capture_output=True, text=True, check=False)
        proved = "".join(normal(line.split(" up to ")[0])
                         for line in re.findall(r"^RESULT Proved .*$", done.stdout, re.M))
        lines = [f"model: {models.digest(text)}", f"tool: {version}"]
        for claim in QUERY.findall(text):
            needle = "secrecyofb" if claim == "secret b" else normal(claim)
            verdict = "proved" if needle in proved else "unproved"
            lines.append(f"{verdict} | {claim}")
            wrong += (verdict == "proved") == path.name.startswith("control_")
        path.with_suffix(".results").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{path.name}:", *lines[2:], sep="\n  ", flush=True)
    print(f"formal/cv: {wrong} claims not as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
