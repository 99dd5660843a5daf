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
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.*-]*)`")
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


def missing(root, name, rooms):
    """Files of the house that a document names in `code` and that are not there."""
    for path in NAMED.findall(FENCE.sub("", files.read(root, name))):
        if path.split("/")[0] in rooms and not list(root.glob(path)):
            yield f"{name}: `{path}` is not there"


def main(root):
    names = [name for name in files.tracked(root) if name.endswith(".md")]
    rooms = {name.split("/")[0] for name in files.tracked(root) if "/" in name}
    wrong = [line for name in names for line in check(root, name)]
    wrong += [line for name in names for line in missing(root, name, rooms)]
    return files.report("links", wrong, len(names), "documents")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
