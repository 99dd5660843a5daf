#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""records.py SOURCE: what README.md and docs/TESTING.md say of fuzzing and mutation is what
the committed records say, tests/fuzz/campaign.json and tests/mutate/results.json."""

import json
import sys
from pathlib import Path

import files


def of_mutation(rows):
    """{document: [sentence]}."""
    killed, survived, argued = (sum(row[name] for row in rows) for name in ("killed", "survived", "argued"))
    made = killed + survived + argued
    survivors = survived or "none"
    return {
        "docs/TESTING.md": [f"{made:,} mutants, {killed:,} killed, {survivors} survived, "
                            f"{argued} ({100 * argued / made:.1f} %) argued"],
        "README.md": [f"{made:,}, {survivors} survives the tests; {argued} argued"],
    }


def of_fuzzing(record):
    total = sum(row["executions"] for row in record.values()) / 1e6
    findings = sum(row["findings"] for row in record.values()) or "no"
    counts = [f"{row['executions']:,}" for row in record.values()]
    edges = [f"{row['edges']} of {row['edges_of']}" if "edges" in row else f"{name}'s edges: see make fuzz-edges"
             for name, row in record.items()]
    return {
        "docs/TESTING.md": [*counts, *edges, f"together {total:.1f} million", f"{findings} finding"],
        "README.md": [f"{total:.0f} million executions, {findings} finding"],
    }


def main(root):
    wrong, count = [], 0
    for path, said in (("tests/mutate/results.json", lambda record: of_mutation(record.values())),
                       ("tests/fuzz/campaign.json", of_fuzzing)):
        for name, sentences in said(json.loads(files.read(root, path))).items():
            count += len(sentences)
            wrong += [f"{name}: doesn't say '{sentence}', as {path} does"
                      for sentence in sentences if sentence not in files.read(root, name)]
    return files.report("records", wrong, count, "figures")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
