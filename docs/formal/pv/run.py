#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs ProVerif over the models of this folder, each claim alone, and writes
MODEL.results: the model's hash, the tool, and a line `verdict | claim` each.
Usage: run.py [--proverif PROGRAM] [MODEL.pv ...]"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import models  # noqa: E402


def verdict_of(output):
    """One word for all RESULT lines of one claim."""
    lines = re.findall(r"^RESULT .*$", output, re.M)
    if lines and all(re.search(r" is true\.?\)?\.?$", line) for line in lines):
        return "true"
    if any(re.search(r" is false\.?\)?\.?$", line) for line in lines):
        return "false"
    return "unproved"


def without_claims(text):
    for expected, name, query in models.claims(text):
        text = text.replace(f"(* {expected}: {name} *)\n{query}\n", "")
    return text


def run_claim(program, text, query, limit_s):
    base = without_claims(text)
    cut = base.rindex("\nprocess") + 1
    with tempfile.NamedTemporaryFile("w", suffix=".pv", encoding="utf-8") as model:
        model.write(base[:cut] + query + "\n" + base[cut:])
        model.flush()
        try:
            done = subprocess.run([program, model.name], capture_output=True, text=True,
                                  timeout=limit_s, check=False)
        except subprocess.TimeoutExpired:
            return "timeout"
    return verdict_of(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proverif", default="proverif")
    parser.add_argument("--limit", type=int, default=300, help="seconds for one claim")
    parser.add_argument("models", nargs="*", type=Path)
    args = parser.parse_args()
    tool = subprocess.run([args.proverif, "-help"], capture_output=True, text=True, check=False)
    version = re.search(r"Proverif \S+\d", tool.stdout + tool.stderr, re.I)[0].replace("Prov", "ProV")
    wrong = 0
    for path in args.models or sorted(HERE.glob("*.pv")):
        text = path.read_text(encoding="utf-8")
        lines = [f"model: {models.digest(text)}", f"tool: {version}"]
        for expected, name, query in models.claims(text):
            verdict = run_claim(args.proverif, text, query, args.limit)
            lines.append(f"{verdict} | {name}")
            wrong += verdict != expected
            mark = "" if verdict == expected else f"   EXPECTED {expected}"
            print(f"{path.name}: {verdict} | {name}{mark}", flush=True)
        path.with_suffix(".results").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"formal/pv: {wrong} claims not as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
