#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Links of the documents lead to files and headings that exist, and the files of
the house that are named in `code` are there."""

import re
import sys
from pathlib import Path

import files

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.M)
FENCE = re.compile(r"^```.*?^```", re.M | re.S)


def anchors(text):
    """The anchors that a Markdown viewer makes of the headings."""
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(text))
    return {title.strip().replace(" ", "-") for title in plain}


def check(root, name):
    text = FENCE.sub("", files.read(root, name))
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        to = (root / name).parent / path if path else root / name
        if not to.exists():
            yield f"{name}: {target}: no such file"
        elif anchor and anchor not in anchors(to.read_text(encoding="utf-8")):
            yield f"{name}: {target}: no such heading"


def main(root):
    names = [name for name in files.tracked(root) if name.endswith(".md")]
    wrong = [line for name in names for line in check(root, name)]
    return files.report("links", wrong, len(names), "documents")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
