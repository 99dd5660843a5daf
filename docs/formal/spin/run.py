#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Checks every line of claims.txt with Spin and compares with the outcome that
is written there. Usage: run.py [MODEL ...]. Needs spin and a C compiler."""

import concurrent.futures
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIMIT_S = 200
BUILD = {
    "safe": ["-DSAFETY", "-DNOCLAIM"],
    "live": [],
}
RUN = {
    "safe": ["-m1000000"],
    "live": ["-a", "-f", "-m1000000"],
}


def read_claims(text):
    """(model, definitions, how, outcome, meaning) for each claim."""
    return [line.split(None, 4) for line in text.splitlines() if line and line[0] != "#"]


def check(claim):
    """The outcome Spin finds, and how many states it stored."""
    model, definitions, how, _, _ = claim
    with tempfile.TemporaryDirectory() as folder:
        def run(*command):
            return subprocess.run(command, cwd=folder, capture_output=True, text=True,
                                  timeout=LIMIT_S, check=False)
        flags = ["-D" + definition for definition in definitions.split(",")]
        made = run("spin", *flags, "-a", str(HERE / f"{model}.pml"))
        built = run("cc", "-O1", "-w", "-DVECTORSZ=2048", *BUILD[how], "-o", "pan", "pan.c")
        if made.returncode or built.returncode:
            return "not built: " + made.stdout + built.stderr, "0"
        out = run("./pan", *RUN[how]).stdout
    errors = re.search(r"errors: (\d+)", out)
    states = re.search(r"([\d.e+]+) states, stored", out)
    if not errors or "max search depth too small" in out or "out of memory" in out:
        return "incomplete", "0"
    return "breaks" if int(errors[1]) else "holds", states[1] if states else "?"


def main():
    claims = read_claims((HERE / "claims.txt").read_text(encoding="utf-8"))
    wanted = sys.argv[1:] or sorted({claim[0] for claim in claims})
    claims = [claim for claim in claims if claim[0] in wanted]
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for claim, (found, states) in zip(claims, pool.map(check, claims)):
            model, definitions, _, outcome, meaning = claim
            wrong += found != outcome
            mark = "" if found == outcome else f"   EXPECTED {outcome}"
            print(f"{model:11}{definitions:26}{found:7}{states:>10} states  {meaning}{mark}", flush=True)
    print(f"formal_spin: {len(claims)} claims, {wrong} not as expected")
    return 1 if wrong or not claims else 0


if __name__ == "__main__":
    sys.exit(main())
