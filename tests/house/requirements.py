#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Every requirement of docs/PROTOCOL.md is tagged once, and cited by a test, or
stands in uncited.txt with the reason. A citation of no requirement is wrong.
With --list it prints who cites what."""

import re
import sys
from pathlib import Path

import files

DEFINED = re.compile(r"^- \*\*\[(M-\d+\.\d+)\]\*\*(.*)$", re.M)
CITED = re.compile(r"\bM-\d+\.\d+\b")
RANGE = re.compile(r"\bM-(\d+)\.(\d+) to M-\1\.(\d+)\b")
SOURCES = (".c", ".h", ".S", ".py", ".sh", ".pml", ".cmake")
OWN = ("tests/house/requirements.py", "tests/house/bad_house.py")


def citations(root):
    """{tag: files that cite it}."""
    found = {}
    for name in files.tracked(root):
        if not name.endswith(SOURCES) or name in OWN:
            continue
        text = files.read(root, name)
        tags = set(CITED.findall(text))
        for section, first, last in RANGE.findall(text):
            tags |= {f"M-{section}.{n}" for n in range(int(first), int(last) + 1)}
        for tag in tags:
            found.setdefault(tag, []).append(name)
    return found


def excused(root):
    """{tag: reason} of uncited.txt."""
    lines = files.read(root, "tests/house/uncited.txt").splitlines()
    return dict(line.split(None, 1) for line in lines if line and line[0] != "#")


def main(root, show):
    text = files.read(root, "docs/PROTOCOL.md")
    rules = DEFINED.findall(text)
    tags = [tag for tag, _ in rules]
    cited, reasons = citations(root), excused(root)
    wrong = [f"{tag}: defined twice" for tag in sorted(set(tags)) if tags.count(tag) > 1]
    wrong += [f"{tag}: says neither MUST nor may" for tag, rule in rules
              if not re.search(r"\bMUST\b|\bmay\b", rule)]
    wrong += [f"{tag}: cited by {', '.join(where)}, but there is no such requirement"
              for tag, where in sorted(cited.items()) if tag not in tags]
    wrong += [f"{tag}: cited nowhere, and not excused in uncited.txt" for tag in tags
              if tag not in cited and tag not in reasons]
    wrong += [f"{tag}: excused in uncited.txt, but there is no such requirement"
              for tag in reasons if tag not in tags]
    wrong += [f"docs/PROTOCOL.md: refers to {tag}, which is not defined"
              for tag in sorted(set(CITED.findall(text)) - set(tags))]
    for tag in sorted(set(reasons) & set(cited)):
        print(f"note: {tag} is cited by {cited[tag][0]}: take it out of uncited.txt")
    if show:
        for tag in tags:
            print(f"{tag}: {', '.join(cited.get(tag, ['-']))}")
    print(f"requirements: {len(set(tags) & set(cited))} cited, {len(reasons)} excused")
    return files.report("requirements", wrong, len(tags), "tags")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), "--list" in sys.argv))
